"""Mixtures of Gaussians: where the centres lie, and that samples have the moments of the formula."""

import numpy as np
import pytest
from scipy.stats import chi2

from gan_course.data.mixtures import grid, ring, sample, spiral


@pytest.mark.parametrize(("num_modes", "radius"), [(8, 2.0), (5, 0.5), (1, 1.0)])
def test_a_ring_is_round_and_its_neighbours_are_equally_far(num_modes, radius):
    centres = ring(num_modes, radius)
    assert centres.shape == (num_modes, 2) and centres.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(centres, axis=1), radius, rtol=1e-6)
    steps = np.linalg.norm(centres - np.roll(centres, 1, axis=0), axis=1)
    np.testing.assert_allclose(steps, 2 * radius * np.sin(np.pi / num_modes), atol=1e-5)


def test_a_ring_starts_on_the_right():
    np.testing.assert_allclose(ring(4, 3.0), [[3, 0], [0, 3], [-3, 0], [0, -3]], atol=1e-6)


def test_a_grid_is_centred_with_the_spacing_asked_for():
    assert grid(2, 1.0).tolist() == [[-0.5, -0.5], [0.5, -0.5], [-0.5, 0.5], [0.5, 0.5]]
    centres = grid()
    assert centres.shape == (25, 2) and len(np.unique(centres, axis=0)) == 25
    assert set(centres.ravel().tolist()) == {-4, -2, 0, 2, 4}


def test_a_spiral_winds_evenly():
    """Its distance from the origin grows with the angle, and so nearly evenly that no gap is twice another one."""
    centres = spiral(40, 1.5, 2.0)
    assert centres.shape == (40, 2) and centres.dtype == np.float32
    radii, angles = np.linalg.norm(centres, axis=1), np.unwrap(np.arctan2(*centres.T[::-1]))
    assert radii[-1] == pytest.approx(2.0) and (np.diff(radii) > 0).all()
    np.testing.assert_allclose(np.diff(angles), 2 * np.pi * 1.5 / 2.0 * np.diff(radii), rtol=1e-3)
    gaps = np.linalg.norm(np.diff(centres, axis=0), axis=1)[3:]
    assert gaps.max() < 2 * gaps.min()


@pytest.mark.parametrize("centres", [ring(), grid()], ids=["ring", "grid"])
def test_samples_spread_evenly_over_the_modes_with_the_right_width(centres):
    count, std = 20_000, 0.1
    points = sample(centres, std, count, np.random.default_rng(0))
    assert points.shape == (count, 2) and points.dtype == np.float32
    distances = np.linalg.norm(points[:, None] - centres, axis=2)
    nearest = distances.argmin(axis=1)
    counts, expected = np.bincount(nearest, minlength=len(centres)), count / len(centres)
    assert ((counts - expected) ** 2 / expected).sum() < chi2.ppf(0.999, len(centres) - 1)
    offsets = points - centres[nearest]
    np.testing.assert_allclose(offsets.mean(axis=0), 0, atol=5 * std / np.sqrt(count))
    np.testing.assert_allclose(np.cov(offsets.T), std**2 * np.eye(2), atol=6 * std**2 / np.sqrt(count))


def test_without_spread_every_sample_is_a_centre():
    points = sample(ring(), 0.0, 100, np.random.default_rng(0))
    assert {tuple(point) for point in points} <= {tuple(centre) for centre in ring()}


def test_the_generator_decides():
    first, second, other = (sample(ring(), 0.1, 10, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, other)
