"""The classifier of digits, on MNIST's test set, which it has not seen, and on what are no digits."""

import numpy as np
import pytest
from scipy.ndimage import shift
from scipy.special import softmax

from gan_course.evaluation.digits import (
    WEIGHTS,
    classify_digits,
    digit_features,
    digit_probabilities,
    digit_probabilities_of,
    load_digit_classifier,
)
from scripts import train_digits


def test_ninety_nine_of_a_hundred_test_digits_are_read_rightly(test_digits):
    images, labels = test_digits
    right = classify_digits(images) == labels
    assert right.mean() >= 0.99
    assert min(right[labels == digit].mean() for digit in range(10)) >= 0.98


def test_shifted_digits_are_read_as_well(test_digits):
    images, labels = (array[:500] for array in test_digits)
    moved = shift(images, (0, 0, 2, -2), order=0, cval=-1)
    assert (classify_digits(moved) == labels).mean() >= 0.98


def test_it_is_confident_of_digits_and_not_of_noise(test_digits):
    rng = np.random.default_rng(0)
    noise = rng.uniform(-1, 1, (200, 1, 28, 28)).astype(np.float32)
    assert digit_probabilities(test_digits[0][:500]).max(axis=1).mean() > 0.95
    assert (digit_probabilities(noise).max(axis=1) > 0.5).mean() < 0.05
    assert digit_probabilities(np.full((1, 1, 28, 28), -1, np.float32)).max() < 0.5


def test_answers_are_digits_and_probabilities(test_digits):
    images = test_digits[0][:5]
    digits, probabilities = classify_digits(images), digit_probabilities(images)
    assert digits.shape == (5,) and digits.dtype == np.int32
    assert probabilities.shape == (5, 10) and probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(digits, probabilities.argmax(axis=1))


def test_the_last_layer_turns_the_features_into_the_probabilities(test_digits):
    images = test_digits[0][:20]
    features, last = digit_features(images), load_digit_classifier().last
    assert features.shape == (20, 128) and features.dtype == np.float32
    logits = features.clip(0) @ last.weight.asnumpy().T + last.bias.asnumpy()
    np.testing.assert_allclose(softmax(logits, axis=1), digit_probabilities(images), atol=1e-5)


def test_features_of_one_digit_lie_closer_together_than_those_of_two(test_digits):
    images, labels = test_digits
    features = digit_features(images[:2000])
    means = np.stack([features[labels[:2000] == digit].mean(axis=0) for digit in range(10)])
    nearest = ((features[:, None] - means) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == labels[:2000]).mean() > 0.95  # pixels give 0.8


def test_noise_lies_farther_from_digits_than_they_from_each_other(test_digits):
    features = digit_features(test_digits[0][:500])
    noise = digit_features(np.random.default_rng(0).uniform(-1, 1, (50, 1, 28, 28)).astype(np.float32))
    distances = np.linalg.norm(noise[:, None] - features, axis=2)
    assert distances.min() > np.linalg.norm(features - features.mean(axis=0), axis=1).max()


def test_an_answer_does_not_depend_on_the_company(test_digits):
    images = test_digits[0][:20]
    together = digit_probabilities(images)
    np.testing.assert_allclose(together, digit_probabilities(images, chunk=7), atol=1e-5)
    np.testing.assert_allclose(together[::-1], digit_probabilities(images[::-1]), atol=1e-5)
    np.testing.assert_allclose(digit_features(images), digit_features(images, chunk=3), atol=1e-4)


def test_no_pictures_give_no_answers():
    none = np.zeros((0, 1, 28, 28), np.float32)
    assert classify_digits(none).shape == (0,) and digit_features(none).shape == (0, 128)


@pytest.mark.parametrize("shape", [(28, 28), (1, 28, 28), (2, 3, 28, 28), (2, 1, 32, 32), (2, 28, 28, 1)])
def test_other_shapes_are_refused(shape):
    for function in (classify_digits, digit_probabilities, digit_features):
        with pytest.raises(ValueError, match="images must be"):
            function(np.zeros(shape, np.float32))


def test_weights_are_small():
    assert WEIGHTS.stat().st_size < 1_000_000


def test_training_writes_weights_that_can_be_read(tmp_path, capsys):
    path = tmp_path / "digits.npz"
    train_digits.main(["--smoke", "--out", str(path)], standalone_mode=False)
    assert "95 % interval" in capsys.readouterr().out
    shapes = [[parameter.shape for parameter in load_digit_classifier(p).get_parameters()] for p in (path, WEIGHTS)]
    assert shapes[0] == shapes[1]


def test_shifted_digits_keep_their_ink_and_move_by_two_pixels_at_most():
    images = np.full((400, 1, 28, 28), -1, np.float32)
    images[:, 0, 10, 15] = 1
    moved = train_digits.shifted(images, np.random.default_rng(0))
    rows, columns = np.nonzero(moved[:, 0] == 1)[1:]
    assert len(rows) == 400 and moved.shape == images.shape
    assert set(rows) == set(range(8, 13)) and set(columns) == set(range(13, 18))


def test_spoilt_pictures_keep_range_and_a_twentieth_shows_no_digit():
    rng = np.random.default_rng(0)
    images, targets = rng.uniform(-1, 1, (40, 1, 28, 28)).astype(np.float32), np.eye(10, dtype=np.float32)[[3, 7] * 20]
    before = images.copy()
    spoilt, soft = train_digits.spoil(images, targets, rng)
    assert spoilt.shape == images.shape and spoilt.dtype == np.float32 and np.abs(spoilt).max() <= 1
    np.testing.assert_allclose(soft[:2], 0.1)
    np.testing.assert_array_equal(soft[2:], targets[2:])
    np.testing.assert_array_equal(images, before)


def test_probabilities_can_be_had_from_features(test_digits):
    images = test_digits[0][:600]
    np.testing.assert_allclose(digit_probabilities_of(digit_features(images)), digit_probabilities(images), atol=1e-5)


def test_no_more_than_five_hundred_pictures_are_held_at_a_time():
    lengths = []

    def model(images):
        lengths.append(len(images))
        return images.reshape(len(images), -1)[:, :10]

    assert digit_probabilities(np.zeros((1001, 1, 28, 28), np.float32), model).shape == (1001, 10)
    assert max(lengths) <= 500 and sum(lengths) == 1001
