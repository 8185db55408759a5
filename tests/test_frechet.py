"""The Fréchet distance against closed forms and SciPy's matrix square root."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import sqrtm

from gan_course.evaluation.frechet import Gaussian, fit_gaussian, frechet_distance


def gaussian(seed, width):
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(width, width))
    return Gaussian(rng.normal(size=width), root)


@given(st.floats(-5, 5), st.floats(0, 4), st.floats(-5, 5), st.floats(0, 4))
def test_on_a_line_it_is_the_difference_of_means_and_of_standard_deviations(mean, std, other_mean, other_std):
    one = Gaussian(np.array([mean]), np.array([[std]]))
    other = Gaussian(np.array([other_mean]), np.array([[other_std]]))
    assert frechet_distance(one, other) == pytest.approx((mean - other_mean) ** 2 + (std - other_std) ** 2, abs=1e-6)


@given(st.integers(0, 1000), st.integers(1, 8))
def test_it_is_the_formula_with_a_matrix_square_root(seed, width):
    (m, a), (n, b) = one, other = gaussian(seed, width), gaussian(seed + 1, width)
    c, d = a.T @ a, b.T @ b
    formula = ((m - n) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real)
    assert frechet_distance(one, other) == pytest.approx(formula, rel=1e-5)


def test_equal_gaussians_are_at_distance_zero_even_of_less_than_full_rank():
    flat = fit_gaussian(np.random.default_rng(0).normal(size=(3, 10)))
    assert frechet_distance(flat, flat) == pytest.approx(0, abs=1e-6)


def test_from_a_point_it_is_the_shift_and_the_whole_variance():
    cloud = gaussian(0, 4)
    point = fit_gaussian(np.zeros((5, 4)))
    assert frechet_distance(point, cloud) == pytest.approx((cloud.mean**2).sum() + (cloud.root**2).sum())


def test_the_fit_is_the_mean_and_the_unbiased_covariance():
    features = np.array([[0, 0], [2, 0], [0, 4], [2, 4]], np.float32)
    mean, root = fit_gaussian(features)
    np.testing.assert_allclose(mean, [1, 2])
    np.testing.assert_allclose(root.T @ root, [[4 / 3, 0], [0, 16 / 3]], atol=1e-12)


@pytest.mark.parametrize("count", [5, 50])
def test_the_fit_has_numpys_covariance_with_few_rows_and_with_many(count):
    features = np.random.default_rng(0).normal(size=(count, 8))
    root = fit_gaussian(features).root
    np.testing.assert_allclose(root.T @ root, np.cov(features, rowvar=False), atol=1e-12)
    assert len(root) <= 8


def test_fewer_samples_of_the_same_source_lie_farther_off():
    rng = np.random.default_rng(0)
    truth = Gaussian(np.zeros(20), np.eye(20))
    few, many = (frechet_distance(fit_gaussian(rng.normal(size=(n, 20))), truth) for n in (50, 5000))
    assert few > 10 * many > 0


def test_what_is_not_finite_has_no_distance():
    broken = Gaussian(np.array([np.nan, 0]), np.eye(2))
    assert np.isnan(frechet_distance(broken, gaussian(0, 2)))


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(ValueError, match="cannot compare"):
        frechet_distance(gaussian(0, 2), gaussian(0, 3))
    for shape in ((1, 3), (4,)):
        with pytest.raises(ValueError, match="N at least 2"):
            fit_gaussian(np.zeros(shape))


def test_two_rows_are_enough():
    mean, root = fit_gaussian(np.array([[0.0, 1.0], [2.0, 1.0]]))
    np.testing.assert_allclose(mean, [1, 1])
    np.testing.assert_allclose(root.T @ root, [[2, 0], [0, 0]], atol=1e-12)
