"""Modes captured, against clouds whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from gan_course.data.mixtures import grid, ring, sample
from gan_course.evaluation.modes import modes_captured

STD = 0.02


def test_a_collapsed_cloud_covers_one_of_eight():
    points = sample(ring()[2:3], STD, 2500, np.random.default_rng(0))
    modes, share = modes_captured(points, ring(), STD)
    assert modes == 1 and share > 0.97


@pytest.mark.parametrize(("centres", "std"), [(ring(), 0.02), (grid(), 0.05)], ids=["ring", "grid"])
def test_real_points_have_the_share_of_the_chi_square_distribution(centres, std):
    """The squared distance to the own centre, in standard deviations, is chi-square with two degrees of freedom."""
    count = 40_000
    modes, share = modes_captured(sample(centres, std, count, np.random.default_rng(1)), centres, std)
    expected = chi2.cdf(9, 2)
    assert modes == len(centres)
    assert share == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / count))
    assert expected == pytest.approx(1 - np.exp(-4.5))


@given(st.sets(st.integers(0, 24)), st.integers(0, 50))
def test_one_point_captures_a_mode_and_points_far_away_capture_none(found, num_far):
    centres = grid()
    points = np.concatenate([centres[sorted(found)], np.full((num_far, 2), 100.0), np.full((1, 2), -100.0)])
    assert modes_captured(points, centres, 0.05) == (len(found), len(found) / len(points))


@pytest.mark.parametrize(("distance", "modes"), [(2.9, 1), (3.1, 0)])
def test_three_standard_deviations_is_the_limit(distance, modes):
    direction = np.array([[0.6, 0.8]])
    assert modes_captured(distance * STD * direction, np.zeros((1, 2)), STD) == (modes, modes)


@pytest.mark.parametrize("points", [np.zeros((0, 2)), np.zeros((3, 3)), np.zeros(2)])
def test_other_shapes_are_refused(points):
    with pytest.raises(ValueError, match="points must be"):
        modes_captured(points, ring(), STD)
