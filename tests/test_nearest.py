"""The nearest training image, against brute force and cases with known answers."""

import numpy as np
import pytest

from gan_course.evaluation.nearest import nearest_images, nearest_ratio


def noise(seed, count):
    return np.random.default_rng(seed).standard_normal((count, 1, 4, 5)).astype(np.float32)


def test_brute_force_agrees():
    samples, training = noise(0, 6), noise(1, 9)
    indices, distances = nearest_images(samples, training)
    for sample, index, distance in zip(samples, indices, distances):
        every = [np.sqrt(((sample - image) ** 2).sum()) for image in training]
        assert index == np.argmin(every) and distance == pytest.approx(min(every), rel=1e-5)


def test_copies_are_found_wherever_they_come_from():
    training = noise(0, 20)
    chosen = [7, 3, 3, 19]
    indices, distances = nearest_images(training[chosen], training)
    assert indices.tolist() == chosen
    np.testing.assert_allclose(distances, 0, atol=1e-5)


def test_ratio_is_zero_for_copies_and_about_one_for_new_images_of_the_same_kind():
    training = noise(0, 200)
    assert nearest_ratio(training[:50], training) == pytest.approx(0, abs=1e-5)
    assert nearest_ratio(noise(1, 100), training) == pytest.approx(1, abs=0.05)
    assert nearest_ratio(10 * noise(1, 100), training) > 3
