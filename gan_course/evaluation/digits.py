"""Which digit a picture shows, and features to compare sets of digits by: a small network trained on MNIST.

`scripts/train_digits.py` trains it and writes `digits.npz`, which lies beside this file. It has seen the training set
only, so that it can be asked about test digits as well as about generated ones.
"""

from functools import cache
from pathlib import Path

import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.evaluation.classifier import load_weights, probabilities
from gan_course.models.inference import in_chunks
from gan_course.models.layers import conv, dense

NUM_CLASSES = 10
NUM_FEATURES = 128
WEIGHTS = Path(__file__).with_name("digits.npz")


class DigitClassifier(nn.Cell):
    """Three convolutions, then two Dense: `(N, 1, 28, 28)` in [-1, 1] -> logits `(N, 10)`."""

    def __init__(self):
        super().__init__()
        self.first = conv(1, 16, kernel_size=4, stride=2, padding=1)
        self.second = conv(16, 32, kernel_size=4, stride=2, padding=1)
        self.third = conv(32, 64, kernel_size=3, stride=2, padding=1)
        self.hidden = dense(64 * 4 * 4, NUM_FEATURES)
        self.last = dense(NUM_FEATURES, NUM_CLASSES)

    def features(self, images: Tensor) -> Tensor:
        """The outputs of the last hidden layer, `(N, 128)`, before its ReLU.

        After it all noise would be the same, 0 everywhere, and that lies near some odd real digit.
        """
        h = ops.relu(self.first(images))  # (N, 16, 14, 14)
        h = ops.relu(self.second(h))  # (N, 32, 7, 7)
        h = ops.relu(self.third(h))  # (N, 64, 4, 4)
        return self.hidden(h.reshape(h.shape[0], -1))

    def head(self, features: Tensor) -> Tensor:
        """Features `(N, 128)` -> logits `(N, 10)`."""
        return self.last(ops.relu(features))

    def construct(self, images: Tensor) -> Tensor:
        return self.head(self.features(images))


def classify_digits(images: np.ndarray) -> np.ndarray:
    """The digit that each picture shows, int32 `(N,)`; the arguments are those of `digit_probabilities`.

    There is always an answer, for noise as well: `digit_probabilities` tells its confidence.
    """
    return digit_probabilities(images).argmax(axis=1).astype(np.int32)


def digit_probabilities(images: np.ndarray, model: DigitClassifier | None = None, chunk: int = 500) -> np.ndarray:
    """How probable each digit is, float32 `(N, 10)`; each row adds up to 1.

    The network has also learnt to doubt noise, blots and digits cut into pieces. A well-formed stroke that is no
    digit may still pass for one: look at the pictures.

    Args:
        images: float32 `(N, 1, 28, 28)` in [-1, 1], white on black, as `gan_course.data.mnist` gives them.
        model: another classifier than the course's own.
        chunk: pictures that the network sees at a time.

    Raises:
        ValueError: images of another shape.
    """
    model = load_digit_classifier() if model is None else model
    return probabilities(model, checked(images), chunk)


def digit_features(images: np.ndarray, chunk: int = 500) -> np.ndarray:
    """The outputs of the last hidden layer for each picture, float32 `(N, 128)`; arguments as in `digit_probabilities`.

    Pictures that look alike to one who reads digits lie close together here, however their pixels differ.
    """
    return in_chunks(load_digit_classifier().features, checked(images), size=chunk)


def digit_probabilities_of(features: np.ndarray) -> np.ndarray:
    """`digit_probabilities` of pictures whose `digit_features` `(N, 128)` are there already."""
    return probabilities(load_digit_classifier().head, features)


@cache
def load_digit_classifier(path: Path = WEIGHTS) -> DigitClassifier:
    """The trained network, in evaluation mode; read once a process."""
    return load_weights(DigitClassifier(), path)


def checked(images: np.ndarray) -> np.ndarray:
    """The images `(N, 1, 28, 28)` as float32.

    Raises:
        ValueError: another shape.
    """
    if images.ndim != 4 or images.shape[1:] != (1, 28, 28):
        raise ValueError(f"images must be (N, 1, 28, 28), not {images.shape}")
    return images.astype(np.float32, copy=False)
