"""D as a doorman: what passes has the density that its logits stand for."""

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


def test_d_in_doubt_keeps_all():
    assert accept(np.zeros(1000), np.random.default_rng(0)).all()


def test_only_differences_of_logits_count_and_a_lower_quantile_keeps_more():
    logits = np.random.default_rng(0).standard_normal(10_000)
    kept = accept(logits, np.random.default_rng(1))
    assert np.array_equal(kept, accept(logits + 7.0, np.random.default_rng(1)))
    assert kept.sum() < accept(logits, np.random.default_rng(1), quantile=0.5).sum()
    assert kept[logits > np.quantile(logits, 0.995)].all()
