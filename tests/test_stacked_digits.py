"""Stacked MNIST: real digits have all modes, one picture has one, and what is drawn is three digits each."""

import numpy as np
import pytest

from gan_course.data.mnist import mnist
from gan_course.data.stacked_digits import stacked, stacked_batches, with_margin, without_margin
from gan_course.evaluation.stacked_digits import stacked_metrics


@pytest.fixture(scope="module")
def test_digits():
    images, labels = mnist("test")
    return images[:, 0], labels


def test_each_channel_is_one_of_the_digits_and_all_triples_occur():
    """Digits that are numbers: each picture tells which three were drawn."""
    digits = np.arange(10, dtype=np.float32)[:, None, None] * np.ones((1, 4, 4), np.float32)
    pictures = stacked(digits, 20_000, np.random.default_rng(0))
    assert pictures.shape == (20_000, 3, 4, 4) and pictures.dtype == np.float32
    assert (pictures == pictures[:, :, :1, :1]).all()
    counts = np.bincount(pictures[:, :, 0, 0].astype(int) @ [100, 10, 1], minlength=1000)
    assert 1 <= counts.min() and counts.max() < 50  # 20 each on average, with a standard deviation of 4.5


def test_batches_are_fresh_and_seeded():
    digits = np.arange(100, dtype=np.float32)[:, None, None] * np.ones((1, 4, 4), np.float32)
    first, again = (stacked_batches(digits, 8, 5, np.random.default_rng(3)) for _ in range(2))
    (real, z), (same, same_z), (other, other_z) = next(first), next(again), next(first)
    assert real.shape == (8, 3, 4, 4) and z.shape == (8, 5) and z.dtype == np.float32
    assert np.array_equal(real, same) and np.array_equal(z, same_z)
    assert not np.array_equal(real, other) and not np.array_equal(z, other_z)


def test_real_stacked_digits_have_all_modes(test_digits):
    """By their labels, and as they are read; 999 / 52,000 = 0.019 of the KL is the luck of 26,000 draws."""
    images, labels = test_digits
    rng = np.random.default_rng(0)
    by_label = labels[rng.integers(len(labels), size=(26_000, 3))] @ [100, 10, 1]
    shares = np.bincount(by_label, minlength=1000) / 26_000
    from_uniform = (shares * np.log(1000 * shares)).sum()
    metrics = stacked_metrics(stacked(images, 26_000, np.random.default_rng(0)))
    assert (shares > 0).all() and metrics["modes_captured"] == metrics["confident_modes"] == 1000
    assert metrics["mode_kl"] == pytest.approx(from_uniform, abs=0.005) and 0.019 < from_uniform < 0.06
    assert metrics["share_confident"] > 0.9


def test_one_picture_again_and_again_has_one_mode(test_digits):
    images, labels = test_digits
    constant = np.repeat(images[None, :3], 500, axis=0)
    metrics = stacked_metrics(constant)
    assert metrics["modes_captured"] == 1 and metrics["mode_kl"] == pytest.approx(np.log(1000))


def test_channels_are_read_in_their_order(test_digits):
    """Ten first digits, ten second ones, one third: a hundred modes, and a permutation of channels has others."""
    images, labels = test_digits
    one_each = images[[np.flatnonzero(labels == digit)[0] for digit in range(10)]]
    hundreds, tens = np.divmod(np.arange(100), 10)
    pictures = np.stack([one_each[hundreds], one_each[tens], one_each[np.full(100, 7)]], axis=1)
    assert stacked_metrics(pictures)["modes_captured"] == 100
    both = np.concatenate([pictures, pictures[:, ::-1]])  # of ab7 and 7ba, 7b7 are the same
    assert stacked_metrics(both)["modes_captured"] == 190


def test_poor_pictures_are_counted_but_not_as_confident():
    noise = np.random.default_rng(0).uniform(-1, 1, (400, 3, 28, 28)).astype(np.float32)
    metrics = stacked_metrics(noise)
    assert metrics["share_confident"] < 0.02 and metrics["confident_modes"] <= 400 * metrics["share_confident"] + 1e-9


def test_other_shapes_are_refused():
    with pytest.raises(ValueError, match=r"must be \(N, 3, 28, 28\)"):
        stacked_metrics(np.zeros((5, 3, 32, 32), np.float32))


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (28, 34)])
def test_a_margin_is_black_and_comes_off_again(size):
    digits = np.random.default_rng(0).uniform(-1, 1, (5, 28, 28)).astype(np.float32)
    wide = with_margin(digits, size)
    assert wide.shape == (5, *size) and wide.dtype == np.float32
    assert wide.sum(dtype=float) == pytest.approx(digits.sum(dtype=float) - 5 * (size[0] * size[1] - 784))
    assert np.array_equal(without_margin(wide[:, None])[:, 0], digits)
