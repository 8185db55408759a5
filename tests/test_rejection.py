"""Rejection sampling: what is accepted has the density that the logits of D stand for."""

import math

import numpy as np
import pytest
from scipy import stats

from gan_course.evaluation.rejection import accept


def test_the_logits_of_the_best_d_turn_uniform_points_into_any_others():
    """q is uniform on [0, 1] and p(x) = 2x, so that l(x) = log 2x and the kept have the distribution x^2."""
    rng = np.random.default_rng(0)
    points = rng.random(20_000)
    kept = points[accept(np.log(2 * points), rng, quantile=1.0)]
    assert len(kept) / len(points) == pytest.approx(0.5, abs=0.02)  # 1 / max(p / q)
    assert stats.kstest(kept, lambda x: x**2).pvalue > 0.01


@pytest.mark.parametrize(("quantile", "top"), [(1.0, 1.5), (0.5, 0.0)])
def test_each_point_is_kept_with_the_probability_of_the_formula(quantile, top):
    """Five logits, each 40,000 times; the middle one is the median."""
    values = [-4.0, -1.0, 0.0, 0.5, 1.5]
    logits = np.repeat(values, 40_000)
    kept = accept(logits, np.random.default_rng(0), quantile).reshape(5, -1).mean(axis=1)
    expected = [min(1.0, math.exp(value - top)) for value in values]
    np.testing.assert_allclose(kept, expected, atol=0.01)  # four standard errors, and more


def test_the_default_lets_one_in_two_hundred_lie_above_m():
    logits = np.log(np.arange(1.0, 2002.0))  # M = log 1991: ten of 2,001 above it
    chances = np.mean([accept(logits, np.random.default_rng(seed)) for seed in range(400)], axis=0)
    assert (chances[1990:] == 1).all()
    assert chances.mean() == pytest.approx(sum(min(1, k / 1991) for k in range(1, 2002)) / 2001, rel=0.01)


def test_d_in_doubt_keeps_all():
    assert accept(np.zeros(1000), np.random.default_rng(0)).all()


def test_only_differences_of_logits_count_and_a_lower_quantile_keeps_more():
    logits = np.random.default_rng(0).standard_normal(10_000)
    kept = accept(logits, np.random.default_rng(1))
    assert np.array_equal(kept, accept(logits + 7.0, np.random.default_rng(1)))
    assert kept.sum() < accept(logits, np.random.default_rng(1), quantile=0.5).sum()
    assert kept[logits > np.quantile(logits, 0.995)].all()
