"""The nearest training image against SciPy's distances."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from gan_course.evaluation.nearest import nearest_images, typical_distance


@pytest.fixture
def images():
    return np.random.default_rng(0).uniform(-1, 1, (60, 3, 6, 5)).astype(np.float32)


@pytest.mark.parametrize("chunk", [1, 7, 1000])
def test_indices_and_distances_are_scipys(images, chunk):
    samples, training = images[:20], images[20:]
    every = cdist(samples.reshape(20, -1), training.reshape(40, -1))
    indices, distances = nearest_images(samples, training, chunk=chunk)
    np.testing.assert_array_equal(indices, every.argmin(axis=1))
    np.testing.assert_allclose(distances, every.min(axis=1), rtol=1e-5)


def test_a_copy_is_found_at_distance_zero(images):
    indices, distances = nearest_images(images[[40, 3]], images)
    assert indices.tolist() == [40, 3] and distances.tolist() == [0, 0]


def test_a_mirrored_copy_is_found_on_request(images):
    samples = images[[7, 9], :, :, ::-1]
    assert (nearest_images(samples, images)[1] > 0).all()
    indices, distances = nearest_images(samples, images, mirrored=True)
    assert indices.tolist() == [7, 9] and distances.tolist() == [0, 0]
    np.testing.assert_array_equal(nearest_images(images[:5], images, mirrored=True)[0], range(5))


def test_the_first_of_equals_wins(images):
    assert nearest_images(images[:1], np.concatenate([images[:1]] * 3), chunk=1)[0].tolist() == [0]


def test_no_samples_give_no_answers(images):
    indices, distances = nearest_images(images[:0], images)
    assert indices.shape == distances.shape == (0,)


def test_images_that_cannot_be_compared_are_refused(images):
    for training in (images[:, :1], images[:0]):
        with pytest.raises(ValueError, match="cannot compare"):
            nearest_images(images, training)


def test_new_images_of_the_same_kind_lie_at_the_typical_distance():
    def images(seed, count):
        return np.random.default_rng(seed).standard_normal((count, 1, 4, 5)).astype(np.float32)

    def ratio(samples):
        return np.median(nearest_images(samples, training)[1]) / typical_distance(training)

    training = images(0, 200)
    assert ratio(training[:50]) == pytest.approx(0, abs=1e-5)
    assert ratio(images(1, 100)) == pytest.approx(1, abs=0.05)
    assert ratio(10 * images(1, 100)) > 3


def test_typical_distance_by_hand():
    """On a line at 0, 1, 3 and 7 the nearest others lie at 1, 1, 2 and 4."""
    assert typical_distance(np.array([0, 1, 3, 7.0]).reshape(4, 1, 1, 1)) == pytest.approx(1.5)


def test_of_equals_the_picture_itself_wins_over_the_mirrored_one(images):
    both = np.concatenate([images[:1, :, :, ::-1], images[:1]])
    assert nearest_images(images[:1], both, mirrored=True)[0].tolist() == [1]


def test_typical_distance_looks_at_the_first_thousand():
    line = np.arange(1001.0).reshape(-1, 1, 1, 1)
    line[:1000] *= 2
    line[1000] = 0.5  # near to the first alone
    assert typical_distance(line[:3]) == typical_distance(line) == 2
    far = np.concatenate([line[:1000], np.full((1500, 1, 1, 1), 1.0)])
    assert typical_distance(far) == 2
