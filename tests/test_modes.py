"""Modes of mixtures and histograms with a known answer."""

import math

import numpy as np
import pytest

from gan_course.data.mixtures import grid, ring, sample
from gan_course.evaluation.modes import histogram_kl, mixture_metrics


@pytest.mark.parametrize(("centres", "std"), [(ring(8, 1.0), 0.01), (grid(5, 2.0), 0.05)])
def test_the_truth_has_every_mode_and_the_share_of_the_formula(centres, std):
    points = sample(centres, std, 50_000, np.random.default_rng(0))
    metrics = mixture_metrics(points, centres, std)
    assert metrics["modes_captured"] == len(centres)
    assert metrics["high_quality_share"] == pytest.approx(1 - np.exp(-9 / 2), abs=0.002)
    assert metrics["mode_kl"] == pytest.approx(0, abs=3 * (len(centres) - 1) / 100_000)


def test_a_collapsed_cloud_has_one_mode_of_eight():
    metrics = mixture_metrics(sample(ring()[:1], 0.02, 2500, np.random.default_rng(0)), ring(), 0.02)
    assert metrics["modes_captured"] == 1 and metrics["mode_kl"] == pytest.approx(np.log(8))


def test_one_good_point_captures_a_mode_and_a_poor_one_does_not():
    centres = np.array([[0, 0], [10, 0], [20, 0]], np.float32)
    points = np.array([[0, 0], [0, 0.29], [10, 0.31], [13, 0]], np.float32)
    metrics = mixture_metrics(points, centres, std=0.1)
    assert (metrics["high_quality_share"], metrics["modes_captured"]) == (0.5, 1)


def test_counted_one_by_one():
    """Points scattered over six uneven centres, some far from all: every count again in plain Python."""
    rng = np.random.default_rng(3)
    centres, std = rng.uniform(-2, 2, (6, 2)), 0.1
    points = np.concatenate(
        [centres[[0, 0, 1, 3]].repeat(20, axis=0) + 0.2 * rng.standard_normal((80, 2)), rng.uniform(-4, 4, (40, 2))]
    )
    counts = [0] * 6
    for x, y in points:
        away = [math.hypot(x - a, y - b) for a, b in centres]
        if min(away) <= 0.3:
            counts[away.index(min(away))] += 1
    shares = [count / sum(counts) for count in counts if count]
    metrics = mixture_metrics(points, centres, std)
    assert 20 < sum(counts) < 120 and 3 <= len(shares) < 6
    assert metrics["high_quality_share"] == pytest.approx(sum(counts) / 120)
    assert metrics["modes_captured"] == len(shares)
    assert metrics["mode_kl"] == pytest.approx(sum(share * math.log(6 * share) for share in shares))


def test_nothing_good_has_no_histogram():
    metrics = mixture_metrics(np.full((5, 2), 9.0), ring(), 0.02)
    assert (metrics["high_quality_share"], metrics["modes_captured"]) == (0, 0) and np.isnan(metrics["mode_kl"])


def test_kl_of_known_histograms():
    assert histogram_kl([5, 5], [1, 1]) == 0
    assert histogram_kl([0, 1], [3, 1]) == pytest.approx(np.log(4))
    assert histogram_kl([7, 0, 0, 0], [2, 2, 2, 2]) == pytest.approx(np.log(4))
    assert histogram_kl([3, 1], [1, 1]) == pytest.approx(0.75 * np.log(1.5) + 0.25 * np.log(0.5))


def test_the_kl_of_a_sample_is_about_half_its_degrees_of_freedom_over_n():
    counts = np.random.default_rng(0).multinomial(1000, np.full(10, 0.1), size=500)
    assert np.mean([histogram_kl(row, np.ones(10)) for row in counts]) == pytest.approx(9 / 2000, rel=0.1)


@pytest.mark.parametrize(("counts", "expected"), [([0, 0], [1, 1]), ([1, 1], [1, 0]), ([1], [1, 1])])
def test_histograms_without_an_answer_are_refused(counts, expected):
    with pytest.raises(ValueError, match="no KL"):
        histogram_kl(counts, expected)


@pytest.mark.parametrize("shape", [(0, 2), (4, 3), (4,)])
def test_other_points_are_refused(shape):
    with pytest.raises(ValueError, match="cannot compare points"):
        mixture_metrics(np.zeros(shape), ring(), 0.02)


def test_three_standard_deviations_are_still_of_high_quality():
    centres = np.array([[0.0, 0.0], [100.0, 0.0]])
    metrics = mixture_metrics(np.array([[3.0, 0.0], [0.0, 3.001]]), centres, std=1.0)
    assert metrics == {"high_quality_share": 0.5, "modes_captured": 1, "mode_kl": pytest.approx(np.log(2))}
