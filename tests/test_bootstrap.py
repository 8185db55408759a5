"""The bootstrap against formulas for the spread of a mean, and how often its interval covers the truth."""

import numpy as np
import pytest

from gan_course.evaluation.bootstrap import Estimate, bootstrap, difference, estimate, half_samples, resample


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


def test_another_confidence_has_another_reach():
    """Of a normal number 68.27 % lie within one standard deviation."""
    value, low, high = estimate(3.0, np.array([1.0, 5.0]), confidence=0.6827)
    assert (high - value, value - low) == pytest.approx((np.sqrt(8), np.sqrt(8)), rel=1e-3)  # n - 1 divides
    values, draws = np.arange(9.0), resample(9, 50, np.random.default_rng(0))
    wide, narrow = bootstrap(np.mean, values, draws), bootstrap(np.mean, values, draws, confidence=0.6827)
    assert (wide.high - 4) / (narrow.high - 4) == pytest.approx(1.96, rel=1e-3)


def test_halves_hold_half_of_the_rows_and_none_twice():
    for count in (10, 11):
        halves = half_samples(count, 300, np.random.default_rng(0))
        assert halves.shape == (300, 5)
        assert all(len(set(half)) == 5 for half in halves.tolist())
        assert np.bincount(halves.ravel(), minlength=count) == pytest.approx([1500 / count] * count, rel=0.3)


def test_the_mean_of_a_half_varies_as_much_as_that_of_another_sample():
    values = np.random.default_rng(0).normal(0, 2, 200)
    means = [values[half].mean() for half in half_samples(200, 4000, np.random.default_rng(1))]
    assert np.std(means) == pytest.approx(values.std(ddof=1) / np.sqrt(200), rel=0.05)


def test_a_difference_reaches_as_far_as_both_together():
    """3-4-5: reaches of 3 and 4 make one of 5; the upper end of a difference belongs to the other's lower one."""
    assert difference(Estimate(10, 7, 13), Estimate(4, 0, 8)) == (6, 1, 11)
    assert difference(Estimate(10, 7, 10), Estimate(4, 0, 4)) == (6, 3, 10)


def test_two_numbers_of_one_source_differ_in_5_of_100():
    rng, found = np.random.default_rng(0), 0
    for _ in range(1000):
        numbers = [Estimate(value, value - 1.96 * s, value + 1.96 * s) for s in (1, 3) for value in [rng.normal(0, s)]]
        gap = difference(*numbers)
        found += not gap.low <= 0 <= gap.high
    assert found == pytest.approx(50, abs=20)
