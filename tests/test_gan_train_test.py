"""GAN-train and GAN-test on clouds: which of the two notices what is wrong."""

import numpy as np
import pytest

from gan_course.evaluation.gan_train_test import gan_test_accuracy, gan_train_accuracy

CENTRES = np.array([[0, 0], [8, 0], [0, 8]])


def clouds(seed, spread=1.0, labels=None):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, 300) if labels is None else labels
    return CENTRES[labels] + spread * rng.standard_normal((len(labels), 2)), labels


def both(fake):
    return gan_train_accuracy(*fake, *clouds(1)), gan_test_accuracy(*clouds(2), *fake)


def test_a_perfect_model_has_both():
    assert min(both(clouds(0))) > 0.98


def test_wrong_labels_spoil_both():
    points, labels = clouds(0)
    assert max(both((points, (labels + 1) % 3))) < 0.05


def test_random_labels_teach_nothing():
    points, labels = clouds(0)
    accuracy = both((points, np.random.default_rng(5).permutation(labels)))
    assert accuracy[1] == pytest.approx(1 / 3, abs=0.1)


def test_a_class_that_is_missing_is_noticed_by_gan_train_alone():
    train, test = both(clouds(0, labels=np.arange(300) % 2))
    assert train == pytest.approx(2 / 3, abs=0.1) and test > 0.98


def test_points_far_off_among_good_ones_are_noticed_by_gan_test():
    points, labels = clouds(0)
    points[:60] = CENTRES[(labels[:60] + 1) % 3]
    train, test = both((points, labels))
    assert test == pytest.approx(0.8, abs=0.03) and train > 0.95
