"""GAN-train and GAN-test on clouds: which of the two notices what is wrong."""

import numpy as np
import pytest
from scipy.stats import binomtest

from gan_course.evaluation.gan_train_test import Labels, label_metrics, small_pixels

CENTRES = np.array([[0.0, 0.0], [0.8, 0.0], [0.0, 0.8]], np.float32)
ASKED = np.arange(300) % 3


def clouds(seed, labels=ASKED, spread=0.1):
    """Pictures `(N, 1, 14, 14)`, their left and right halves bright by the coordinates of a point near a centre."""
    points = CENTRES[labels] + spread * np.random.default_rng(seed).standard_normal((len(labels), 2))
    return np.repeat(points, 7, axis=1)[:, None, None].repeat(14, axis=2).astype(np.float32)


def both(fake):
    """Both accuracies of samples that were asked to show ASKED."""
    truth = np.arange(600) % 3
    labels = Labels(truth, truth)
    card = label_metrics({"fake": fake}, clouds(1, truth), clouds(2, truth), labels, np.random.default_rng(0))
    assert list(card) == ["fake"]
    return card["fake"]["gan_train_accuracy"], card["fake"]["gan_test_accuracy"]


def test_a_perfect_model_has_both():
    assert min(number.value for number in both(clouds(0))) > 0.98


def test_wrong_labels_spoil_both():
    assert max(number.value for number in both(clouds(0, (ASKED + 1) % 3))) < 0.05


def test_random_classes_teach_nothing():
    train, test = both(clouds(0, np.random.default_rng(5).permutation(ASKED)))
    assert test.value == pytest.approx(1 / 3, abs=0.1) and train.value < 0.7


def test_points_of_another_class_among_good_ones_are_noticed_by_gan_test():
    shown = np.where(np.arange(300) % 5 == 0, (ASKED + 1) % 3, ASKED)
    train, test = both(clouds(0, shown))
    assert test.value == pytest.approx(0.8, abs=0.03) and train.value > 0.95


def test_one_good_picture_of_each_class_again_and_again_passes_gan_test():
    train, test = both(clouds(0, spread=0.0))
    assert test.value == 1 and train.value > 0.9


def test_intervals_are_wilsons_of_as_many_pictures_as_were_asked_about():
    """GAN-test asks about the 300 samples, GAN-train about the 450 held-out pictures past half as many as samples."""
    train, test = both(clouds(0, (ASKED + 1) % 3))
    assert tuple(test) == pytest.approx((0, *binomtest(0, 300).proportion_ci(method="wilson")), abs=1e-9)
    assert tuple(train) == pytest.approx((0, *binomtest(0, 450).proportion_ci(method="wilson")), abs=1e-9)


def test_real_ones_are_not_asked_about_what_they_taught():
    """Classes that are pure chance cannot be learnt: the first half would otherwise be known by heart."""
    rng = np.random.default_rng(0)
    images = rng.uniform(-1, 1, (400, 1, 14, 14)).astype(np.float32)
    labels = Labels(rng.integers(0, 2, 400), rng.integers(0, 2, 400))
    other = rng.uniform(-1, 1, images.shape).astype(np.float32)
    card = label_metrics({"real": images[:300]}, other, images, labels, rng)["real"]
    assert card["gan_train_accuracy"].value == pytest.approx(0.5, abs=0.12)
    assert card["gan_test_accuracy"].value == pytest.approx(0.5, abs=0.12)


def test_small_pixels_are_means_of_four():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 2, 28, 56)).astype(np.float32)
    means = images.reshape(3, 2, 14, 2, 14, 4).mean(axis=(3, 5)).reshape(3, -1)
    np.testing.assert_allclose(small_pixels(images), means, atol=1e-6)
    halves = images.reshape(3, 2, 7, 4, 7, 8).mean(axis=(3, 5)).reshape(3, -1)
    np.testing.assert_allclose(small_pixels(images, side=7), halves, atol=1e-6)
