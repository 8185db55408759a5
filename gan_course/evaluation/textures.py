"""Whether a picture of a sunflower looks clean close up: a small network that has learnt to tell drawings from faults.

The classifier of poses sees 32 grey pixels a side, in which grain averages away. This one sees 64 in colour.
`scripts/train_textures.py` trains it and writes `textures.npz`, which lies beside this file.
"""

from functools import cache
from pathlib import Path

import numpy as np
from mindspore import Tensor, nn

from gan_course.evaluation.classifier import load_weights, probabilities
from gan_course.evaluation.poses import POSES, check_channels, middle_squares
from gan_course.models.inference import in_chunks
from gan_course.models.layers import conv, dense, leaky_relu

SIDE = 64  # pixels
FAULTS = ("grain", "weave", "blur", "warp", "contrast", "colour", "mixture", "nothing")  # of scripts/faults.py
CHANNELS = (3, 16, 24, 40, 64)
WEIGHTS = Path(__file__).with_name("textures.npz")


class TextureClassifier(nn.Cell):
    """Four convolutions that halve the sides, then a Dense: RGB `(N, 3, 64, 64)` in [-1, 1] -> logits `(N, 11)`."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.CellList(
            [conv(before, after, kernel_size=4, stride=2, padding=1) for before, after in zip(CHANNELS, CHANNELS[1:])]
        )
        self.last = dense(CHANNELS[-1], len(POSES) + len(FAULTS))

    def construct(self, images: Tensor) -> Tensor:
        return self.last(self.features(images))

    def features(self, h: Tensor) -> Tensor:
        """How much of each of 64 things is in a picture, wherever it is: `(N, 64)`."""
        for convolution in self.convolutions:
            h = leaky_relu(convolution(h))  # (N, 16, 32, 32), ..., (N, 64, 4, 4)
        return h.mean(axis=(2, 3))


def texture_features(images: np.ndarray, chunk: int = 250) -> np.ndarray:
    """What the classifier sees in each picture, float32 `(N, 64)`: for distances between sets of pictures.

    Args:
        images: `(N, C, H, W)` in [-1, 1], C = 1 (grey) or 3 (RGB). Their middle square is averaged to 64 pixels a side,
            so that of larger pictures the finest grain is not seen, and smaller ones look like blocks: compare pictures
            of one size.
        chunk: pictures that the network sees at a time.

    Raises:
        ValueError: images of another shape.
    """
    return in_chunks(load_texture_classifier().features, small_colours(images), size=chunk)


def clean_probabilities_of(features: np.ndarray, model: TextureClassifier | None = None) -> np.ndarray:
    """How probably each picture is a drawing without fault, of any pose: `(N, 64)` -> float32 `(N,)`."""
    model = load_texture_classifier() if model is None else model
    return probabilities(model.last, features)[:, : len(POSES)].sum(axis=1)


def bounded(features: np.ndarray) -> np.ndarray:
    """f / (1 + |f|) of each feature, between -1 and 1: nearly f where it is small.

    A weave can excite a single feature a hundred times as much as any drawing does, and a cubic kernel would make a
    million of it, where an eye sees one fault as bad as another.
    """
    return features / (1 + np.abs(features))


@cache
def load_texture_classifier(path: Path = WEIGHTS) -> TextureClassifier:
    """The trained network, in evaluation mode; read once a process."""
    return load_weights(TextureClassifier(), path)


def small_colours(images: np.ndarray) -> np.ndarray:
    """Turn pictures into what the network sees: the middle square in three channels, averaged to `(N, 3, 64, 64)`.

    Raises:
        ValueError: anything but `(N, 1, H, W)` or `(N, 3, H, W)`.
    """
    check_channels(images)
    squares = middle_squares(images, SIDE)
    return squares if images.shape[1] == 3 else squares.repeat(3, axis=1)
