"""PCA against NumPy's singular value decomposition."""

import numpy as np
import pytest

from gan_course.evaluation.pca import PCA


@pytest.fixture(scope="module")
def images():
    rng = np.random.default_rng(0)
    mixed = rng.standard_normal((200, 12)) @ rng.standard_normal((12, 12))
    return (0.9 * mixed / np.abs(mixed).max()).reshape(200, 2, 2, 3).astype(np.float32)


def best_of_rank(images, k):
    flat = images.reshape(len(images), -1).astype(np.float64)
    u, s, vt = np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)
    return ((u[:, :k] * s[:k]) @ vt[:k] + flat.mean(axis=0)).reshape(images.shape)


@pytest.mark.parametrize("k", [1, 3, 7, 11])
def test_reconstructions_are_those_of_the_svd(images, k):
    expected = np.clip(best_of_rank(images, k), -1, 1)
    np.testing.assert_allclose(PCA(images, k).reconstruct(images), expected, atol=1e-5)


def test_all_directions_give_the_images_back(images):
    np.testing.assert_allclose(PCA(images, 12).reconstruct(images), images, atol=1e-5)


def test_the_error_falls_with_every_direction(images):
    errors = [((PCA(images, k).reconstruct(images) - images) ** 2).mean() for k in range(1, 13)]
    assert (np.diff(errors) < 0).all()


def test_no_other_directions_do_better(images):
    pca, flat = PCA(images, 3), images.reshape(200, -1)
    error = ((pca.encode(images) @ pca.directions.T + pca.mean - flat) ** 2).mean()
    rng = np.random.default_rng(1)
    for _ in range(20):
        directions, _ = np.linalg.qr(rng.standard_normal((12, 3)))
        other = (flat - pca.mean) @ directions @ directions.T + pca.mean
        assert ((other - flat) ** 2).mean() > error


def test_latents_are_uncorrelated_with_the_largest_variance_first(images):
    pca = PCA(images, 5)
    covariance = np.cov(pca.encode(images), rowvar=False)
    singular = np.linalg.svd(images.reshape(200, -1) - pca.mean, compute_uv=False)[:5]
    np.testing.assert_allclose(covariance, np.diag(singular**2 / 199), atol=1e-5)


def test_shapes_and_range(images):
    pca = PCA(images, 4)
    z = pca.encode(images[:7])
    assert z.shape == (7, 4)
    pictures = pca.decode(100 * z)
    assert pictures.shape == (7, 2, 2, 3) and np.abs(pictures).max() == 1


def test_the_middle_of_the_latents_is_the_mean_image(images):
    np.testing.assert_allclose(PCA(images, 2).decode(np.zeros((1, 2)))[0], images.mean(axis=0), atol=1e-6)
