"""Precision and recall by nearest neighbours, by hand and against SciPy's distances."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gan_course.evaluation.precision_recall import inside, neighbour_radii, precision_recall

RNG = np.random.default_rng(0)


def line(*places):
    return np.array(places, np.float32)[:, None]


def test_radii_by_hand():
    points = line(0, 1, 3, 7)
    np.testing.assert_allclose(neighbour_radii(points, k=1), [1, 1, 2, 4])
    np.testing.assert_allclose(neighbour_radii(points, k=2), [3, 2, 3, 6])


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_radii_are_scipys(chunk):
    points = RNG.normal(size=(40, 5))
    np.testing.assert_allclose(neighbour_radii(points, 3, chunk), np.sort(cdist(points, points))[:, 3], rtol=1e-4)


def test_of_equal_points_the_other_one_is_the_neighbour():
    np.testing.assert_array_equal(neighbour_radii(line(0, 0, 5), k=1), [0, 0, 5])


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_inside_by_hand(chunk):
    """Balls of radius 1 around 0 and of radius 2 around 10."""
    answer = inside(line(-1.5, -0.5, 0.9, 5, 8.5, 12.5), line(0, 10), np.array([1, 2]), chunk)
    assert answer.tolist() == [False, True, True, False, True, False]


def test_a_small_case_by_hand():
    """Real balls with k = 1 cover [-1, 5] and the samples' balls [-1, 0.5] and [4.5, 6]."""
    real, samples = line(0, 1, 3), line(-0.5, 5.5, 5, 0)
    assert neighbour_radii(samples, 1).tolist() == [0.5, 0.5, 0.5, 0.5]
    assert precision_recall(samples, real, k=1) == (0.75, pytest.approx(1 / 3))


def test_a_set_against_itself_has_both():
    points = RNG.normal(size=(50, 4))
    assert precision_recall(points, points) == (1, 1)


def test_disjoint_sets_have_neither():
    assert precision_recall(RNG.normal(size=(50, 4)), 100 + RNG.normal(size=(50, 4))) == (0, 0)


def test_half_of_the_truth_is_precise_and_the_double_recalls():
    def two(n, share):
        return np.concatenate([RNG.normal(size=(n, 3)), RNG.normal(size=(round(share * n), 3)) + (50, 0, 0)])

    narrow, wide = RNG.normal(size=(400, 3)), two(400, 1)
    precision, recall = precision_recall(narrow, wide)
    assert precision > 0.8 and recall == pytest.approx(0.5, abs=0.1)
    precision, recall = precision_recall(wide, narrow)
    assert recall > 0.8 and precision == pytest.approx(0.5, abs=0.1)


def test_too_few_points_are_refused():
    with pytest.raises(ValueError, match="above k = 3"):
        neighbour_radii(np.zeros((3, 2)))
