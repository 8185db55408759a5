"""The distances that are followed during a training, with pixels for features, against closed forms."""

import numpy as np
import pytest

from gan_course.evaluation import distances
from gan_course.evaluation.distances import digit_distances

TRAINING = np.random.default_rng(0).normal(size=(12, 1, 1, 3)).astype(np.float32)


@pytest.fixture
def read(monkeypatch):
    """Lets pixels stand for features, and counts the pictures that were read."""
    lengths = []

    def features(images):
        lengths.append(len(images))
        return images.reshape(len(images), -1)

    monkeypatch.setattr(distances, "digit_features", features)
    return lengths


def test_of_samples_that_are_shifted_digits_the_frechet_distance_is_the_square_of_the_shift(read):
    shift = np.array([1, -2, 0.5], np.float32)
    measured = digit_distances(TRAINING)(TRAINING + shift)
    assert measured["frechet_classifier_distance"] == pytest.approx((shift**2).sum(), rel=1e-4)


def test_the_kernel_distance_is_the_sum_over_pairs(read):
    samples = TRAINING[::-1][:5] / 2
    x, y = (part.reshape(len(part), 3).astype(float) for part in (samples, TRAINING))
    k = [(a @ b.T / 3 + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
    expected = sum(k[i][~np.eye(len(k[i]), dtype=bool)].mean() for i in (0, 1)) - 2 * k[2].mean()
    assert digit_distances(TRAINING)(samples)["kernel_distance"] == pytest.approx(expected, rel=1e-5)


def test_the_first_digits_alone_are_the_reference_and_read_once(read, monkeypatch):
    monkeypatch.setattr(distances, "NUM_REAL", 10)
    far = np.concatenate([TRAINING[:10], TRAINING[10:] + 100])
    measure = digit_distances(far)
    assert read == []
    numbers = measure(TRAINING[:10])
    assert numbers["frechet_classifier_distance"] == pytest.approx(0, abs=1e-4)
    assert measure(TRAINING[:10]) == numbers and sorted(read) == [10, 10, 10]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_broken_samples_have_no_distance_and_are_not_read(read, bad):
    broken = TRAINING.copy()
    broken[3, 0, 0, 1] = bad
    numbers = digit_distances(TRAINING)(broken)
    assert numbers.keys() == {"frechet_classifier_distance", "kernel_distance"}
    assert all(np.isnan(value) for value in numbers.values()) and read == []
