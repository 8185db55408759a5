"""Precision and recall by nearest neighbours, by hand, in whole numbers, and against SciPy's distances."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gan_course.evaluation.precision_recall import (
    inside,
    precision_recall,
    recall,
    squared_distances,
    squared_radii,
)


def line(*places):
    return np.array(places, np.float32)[:, None]


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def by_counting(samples, real, k):
    """Both numbers for points of whole numbers, pair by pair."""

    def balls(points):
        return [sorted(sum((a - b) ** 2) for j, b in enumerate(points) if j != i)[k - 1] for i, a in enumerate(points)]

    def share(points, centres):
        radii = balls(centres)
        return np.mean([any(sum((p - c) ** 2) <= r for c, r in zip(centres, radii)) for p in points])

    return share(samples, real), share(real, samples)


def test_squared_distances_are_scipys():
    x, y = normal(5, 3), normal(4, 3, seed=1)
    np.testing.assert_allclose(squared_distances(x, y), cdist(x, y, "sqeuclidean"), rtol=1e-12)
    assert squared_distances(x.astype(np.float32), y.astype(np.float32)).dtype == np.float64


def test_rounding_makes_no_distance_negative():
    x = 1e3 + normal(40, 7)
    assert squared_distances(x, x).min() >= 0


def test_radii_by_hand():
    points = line(0, 1, 3, 7)
    np.testing.assert_allclose(squared_radii(points, k=1), [1, 1, 4, 16])
    np.testing.assert_allclose(squared_radii(points, k=2), [9, 4, 9, 36])


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_radii_are_scipys(chunk):
    points = normal(40, 5)
    np.testing.assert_allclose(squared_radii(points, 3, chunk), np.sort(cdist(points, points, "sqeuclidean"))[:, 3])


def test_radii_reach_the_third_neighbour_by_default():
    points = normal(20, 2)
    np.testing.assert_array_equal(squared_radii(points), squared_radii(points, k=3))


def test_of_equal_points_the_other_one_is_the_neighbour():
    np.testing.assert_array_equal(squared_radii(line(0, 0, 5), k=1), [0, 0, 25])


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_inside_by_hand(chunk):
    """Balls of radius 1 around 0 and of radius 2 around 10, borders included."""
    points = line(-1.5, -1, 0.9, 5, 8, 12.5)
    assert inside(points, line(0, 10), np.array([1, 4]), chunk).tolist() == [False, True, True, False, True, False]


def test_no_points_are_nowhere():
    assert inside(line(), line(0), np.array([1.0])).tolist() == []


def test_a_small_case_by_hand():
    """Real balls with k = 1 cover [-1, 5] and the samples' balls [-1, 0.5] and [4.5, 6]."""
    real, samples = line(0, 1, 3), line(-0.5, 5.5, 5, 0)
    assert squared_radii(samples, 1).tolist() == [0.25, 0.25, 0.25, 0.25]
    assert precision_recall(samples, real, k=1) == (0.75, pytest.approx(1 / 3))
    assert recall(samples, real, k=1) == pytest.approx(1 / 3)


def test_the_third_neighbour_counts_by_default():
    samples, real = 0.9 * normal(60, 5), normal(50, 5, seed=1)
    default = precision_recall(samples, real)
    assert default == precision_recall(samples, real, k=3) and recall(samples, real) == default[1]
    for k in (2, 4):
        others = precision_recall(samples, real, k)
        assert default[0] != others[0] and default[1] != others[1]


@pytest.mark.parametrize(("scale", "origin"), [(1, 0), (0.1, 0), (7 / 3, 0), (0.1, 1000), (0.1, -1000)])
@pytest.mark.parametrize("k", [1, 3])
def test_ties_are_inside_whatever_unit_and_origin_the_features_have(scale, origin, k):
    """Points of a coarse grid, many of them equal, and most at the border of some ball: as in whole numbers."""
    rng = np.random.default_rng(0)
    real, samples = rng.integers(0, 5, (60, 3)), rng.integers(0, 7, (60, 3))
    real[:15], samples[:10] = real[15:30], samples[10:20]
    expected = by_counting(samples, real, k)
    numbers = precision_recall(scale * (samples + origin), scale * (real + origin), k)
    assert numbers == pytest.approx(expected, abs=1e-12)


def test_a_copy_lies_in_the_ball_of_its_original_even_if_that_is_a_point():
    """Each real point stands there four times, so that all balls have radius 0."""
    real = np.repeat(100 + normal(50, 9).astype(np.float32), 4, axis=0)
    assert precision_recall(real[::3], real)[0] == 1


def test_a_set_against_itself_has_both():
    points = normal(50, 4)
    assert precision_recall(points, points) == (1, 1)


def test_points_at_the_origin_lie_in_balls_of_radius_zero_there():
    assert precision_recall(np.zeros((5, 2)), np.zeros((4, 2))) == (1, 1)


def test_what_lies_outside_by_more_than_rounding_is_outside():
    points = np.array([[1 + 1e-11], [1 + 1e-9]])
    assert inside(points, line(0), np.array([1.0])).tolist() == [True, False]


def test_disjoint_sets_have_neither():
    assert precision_recall(normal(50, 4), 100 + normal(50, 4, seed=1)) == (0, 0)


def test_half_of_the_truth_is_precise_and_the_double_recalls():
    narrow, wide = normal(400, 3), np.concatenate([normal(400, 3, seed=1), normal(400, 3, seed=2) + (50, 0, 0)])
    precision, covered = precision_recall(narrow, wide)
    assert precision > 0.8 and covered == pytest.approx(0.5, abs=0.1)
    precision, covered = precision_recall(wide, narrow)
    assert covered > 0.8 and precision == pytest.approx(0.5, abs=0.1)


def test_too_few_points_are_refused():
    for shape in ((3, 2), (5,)):
        with pytest.raises(ValueError, match="above k = 3"):
            squared_radii(np.zeros(shape))
    assert squared_radii(np.zeros((4, 2))).tolist() == [0] * 4
