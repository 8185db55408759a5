"""The bootstrap against formulas for the spread of a mean, and how often its interval covers the truth."""

import numpy as np
import pytest

from gan_course.evaluation.bootstrap import bootstrap, estimate, resample


def test_the_interval_of_a_mean_is_that_of_the_formula():
    rng = np.random.default_rng(0)
    values = rng.normal(3, 2, 400)
    value, low, high = bootstrap(np.mean, values, resample(400, 4000, rng))
    assert value == values.mean()
    assert high - value == pytest.approx(1.96 * values.std() / np.sqrt(400), rel=0.06)
    assert value - low == pytest.approx(high - value)


def test_about_95_in_100_intervals_cover_the_truth():
    rng = np.random.default_rng(0)
    covered = 0
    for _ in range(500):
        _, low, high = bootstrap(np.mean, rng.exponential(2.0, 100), resample(100, 100, rng))
        covered += low <= 2 <= high
    assert 0.90 < covered / 500 < 0.98


def test_rows_stay_together():
    values = np.stack([np.arange(50.0), 3 * np.arange(50.0)], axis=1)
    number = bootstrap(lambda x: (x[:, 1] - 3 * x[:, 0]).sum(), values, resample(50, 20, np.random.default_rng(0)))
    assert number == (0, 0, 0)


def test_values_that_never_change_leave_no_interval():
    assert estimate(0.5, np.full(10, 0.5)) == (0.5, 0.5, 0.5)


def test_draws_are_as_large_as_the_sample_and_repeat_some():
    draws = resample(100, 200, np.random.default_rng(0))
    assert draws.shape == (200, 100) and draws.min() == 0 and draws.max() == 99
    different = np.mean([len(set(row)) for row in draws])
    assert different == pytest.approx(100 * (1 - 0.99**100), abs=1)
