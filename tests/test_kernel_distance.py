"""The kernel distance against sums over pairs, and against what must be 0."""

import numpy as np
import pytest

from gan_course.evaluation.kernel_distance import bootstrap_kernel_distances, kernel_distance, mean_of_pairs

RNG = np.random.default_rng(0)


def test_it_is_the_sum_over_pairs():
    x, y = RNG.normal(size=(4, 3)), RNG.normal(size=(5, 3))

    def k(a, b):
        return (sum(p * q for p, q in zip(a, b)) / 3 + 1) ** 3

    within_x = np.mean([k(x[i], x[j]) for i in range(4) for j in range(4) if i != j])
    within_y = np.mean([k(y[i], y[j]) for i in range(5) for j in range(5) if i != j])
    between = np.mean([k(a, b) for a in x for b in y])
    assert kernel_distance(x, y) == pytest.approx(within_x + within_y - 2 * between)


def test_constant_features_give_the_square_of_a_difference_of_kernels():
    zeros, ones = np.zeros((3, 2)), np.ones((3, 2))
    assert kernel_distance(zeros, ones) == pytest.approx(1 + 2**3 - 2)


def test_it_is_unbiased():
    draws = [kernel_distance(RNG.normal(size=(10, 4)), RNG.normal(size=(10, 4))) for _ in range(2000)]
    assert abs(np.mean(draws)) < 4 * np.std(draws) / np.sqrt(len(draws))
    assert min(draws) < 0


def test_farther_is_farther():
    x = RNG.normal(size=(200, 4))
    near, far = (kernel_distance(x, RNG.normal(shift, size=(200, 4))) for shift in (0.5, 1.5))
    assert 0 < near < far


@pytest.mark.parametrize("shape", [(1, 4), (5, 3), (5,)])
def test_what_cannot_be_compared_is_refused(shape):
    with pytest.raises(ValueError, match="cannot compare"):
        kernel_distance(np.zeros(shape), np.zeros((5, 4)))


def test_draws_without_repetition_are_distances_of_subsets():
    x, y = RNG.normal(size=(12, 3)), RNG.normal(size=(7, 3))
    draws = np.array([RNG.permutation(12)[:6] for _ in range(4)])
    whole, subsets = bootstrap_kernel_distances(x, y, draws)
    assert whole == pytest.approx(kernel_distance(x, y))
    np.testing.assert_allclose(subsets, [kernel_distance(x[draw], y) for draw in draws])


def test_pictures_that_were_drawn_twice_add_no_distance():
    """Drawing with repetition spreads the distance, and leaves its middle where it was."""
    x, y = RNG.normal(size=(60, 3)), RNG.normal(size=(50, 3))
    whole, draws = bootstrap_kernel_distances(x, y, RNG.integers(60, size=(2000, 60)))
    assert abs(draws.mean() - whole) < 4 * draws.std() / np.sqrt(len(draws))


def test_large_sets_are_worked_out_in_parts():
    x, y = RNG.normal(size=(1100, 2)), RNG.normal(size=(700, 2))
    k = [(a @ b.T / 2 + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
    means = [(square.sum() - np.trace(square)) / (len(square) * (len(square) - 1)) for square in k[:2]]
    assert kernel_distance(x, y) == pytest.approx(sum(means) - 2 * k[2].mean())


def test_two_pictures_a_set_are_enough():
    """k is 1, 8 and 27 for products of 0, 1 and 2 with one feature: 8 within ones, 1 within zeros, 1 between."""
    zeros, ones = np.zeros((2, 1)), np.ones((2, 1))
    assert kernel_distance(zeros, ones) == 1 + 8 - 2
    assert kernel_distance(ones, np.array([[1.0], [2.0]])) == 8 + 27 - 2 * (8 + 27) / 2


def test_the_mean_kernel_of_the_others_may_be_handed_over():
    x, y = RNG.normal(size=(6, 2)), RNG.normal(size=(5, 2))
    draws = RNG.integers(6, size=(3, 6))
    whole, again = bootstrap_kernel_distances(x, y, draws)
    shifted, again_shifted = bootstrap_kernel_distances(x, y, draws, mean_of_pairs(y) + 7)
    assert shifted == pytest.approx(whole + 7)
    np.testing.assert_allclose(again_shifted, again + 7)
