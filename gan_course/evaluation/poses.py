"""Which pose a picture of a sunflower shows, told by a small network that never saw the lessons' pictures.

`scripts/train_poses.py` trains it and writes `poses.npz`, which lies beside this file.
"""

from functools import cache
from pathlib import Path

import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.data.sunflowers import LUMA, POSES
from gan_course.evaluation.classifier import load_weights, probabilities
from gan_course.models.inference import in_chunks
from gan_course.models.layers import conv, dense

SIDE = 32  # pixels: enough to tell a pose, and it averages away the grain that a GAN leaves
NUM_FEATURES = 64 * (SIDE // 8) ** 2
WEIGHTS = Path(__file__).with_name("poses.npz")


class PoseClassifier(nn.Cell):
    """Three convolutions that halve the sides, then a Dense: grey `(N, 1, 32, 32)` in [-1, 1] -> logits `(N, 3)`."""

    def __init__(self):
        super().__init__()
        self.first = conv(1, 16, kernel_size=4, stride=2, padding=1)
        self.second = conv(16, 32, kernel_size=4, stride=2, padding=1)
        self.third = conv(32, 64, kernel_size=4, stride=2, padding=1)
        self.last = dense(NUM_FEATURES, len(POSES))

    def construct(self, images: Tensor) -> Tensor:
        return self.last(self.features(images))

    def features(self, images: Tensor) -> Tensor:
        """What the last layer decides from, `(N, 1024)`."""
        h = ops.relu(self.first(images))  # (N, 16, 16, 16)
        h = ops.relu(self.second(h))  # (N, 32, 8, 8)
        h = ops.relu(self.third(h))  # (N, 64, 4, 4)
        return h.reshape(h.shape[0], -1)


def classify_poses(images: np.ndarray) -> np.ndarray:
    """The pose of each picture, int32 `(N,)`, positions in POSES; the arguments are those of `pose_probabilities`.

    There is always an answer, for noise as well: `pose_probabilities` tells its confidence.
    """
    return pose_probabilities(images).argmax(axis=1).astype(np.int32)


def pose_probabilities(images: np.ndarray, model: PoseClassifier | None = None, chunk: int = 500) -> np.ndarray:
    """How probable each of POSES is, float32 `(N, 3)`; each row adds up to 1.

    The network has also learnt to doubt pictures that show no sunflower and to divide its answer over two drawings
    laid upon each other. So take a largest probability above `CONFIDENT`, 0.8, as "clearly this pose": most drawings
    pass, even blurred or noisy ones, and hardly any noise. Large soft blobs and discs may pass too: look at them.

    Args:
        images: `(N, C, H, W)` in [-1, 1], C = 1 (grey) or 3 (RGB), of any size; beyond the middle square nothing
            counts, since the drawings' poses are laid out in it.
        model: another classifier than the course's own.
        chunk: pictures that the network sees at a time.

    Raises:
        ValueError: images of another shape.
    """
    model = load_pose_classifier() if model is None else model
    return probabilities(model, small_grays(images), chunk)


def pose_features(images: np.ndarray, chunk: int = 500) -> np.ndarray:
    """What the classifier sees in each picture, float32 `(N, 1024)`: for distances between sets of pictures.

    The arguments are those of `pose_probabilities`.
    """
    return in_chunks(load_pose_classifier().features, small_grays(images), size=chunk)


def pose_probabilities_of(features: np.ndarray) -> np.ndarray:
    """`pose_probabilities` of pictures whose `pose_features` `(N, 1024)` are there already."""
    return probabilities(load_pose_classifier().last, features)


@cache
def load_pose_classifier(path: Path = WEIGHTS) -> PoseClassifier:
    """The trained network, in evaluation mode; read once a process."""
    return load_weights(PoseClassifier(), path)


def small_grays(images: np.ndarray) -> np.ndarray:
    """Turn pictures into what the network sees: the middle square, grey, averaged to `(N, 1, 32, 32)`.

    Raises:
        ValueError: anything but `(N, 1, H, W)` or `(N, 3, H, W)`.
    """
    check_channels(images)
    if images.shape[1] == 3:
        images = np.tensordot(LUMA, images.astype(np.float32), axes=(0, 1))[:, None]
    return middle_squares(images, SIDE)


def check_channels(images: np.ndarray) -> None:
    """Refuse anything but `(N, 1, H, W)` or `(N, 3, H, W)`."""
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"images must be (N, 1, H, W) or (N, 3, H, W), not {images.shape}")


def middle_squares(images: np.ndarray, size: int) -> np.ndarray:
    """The middle square of each picture, averaged to `size` pixels a side: `(N, C, H, W)` -> `(N, C, size, size)`."""
    height, width = images.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = images[:, :, top : top + side, left : left + side].astype(np.float32)
    if side == size:
        return square
    average = area_average(side, size)
    return average @ square @ average.T


def area_average(length: int, size: int) -> np.ndarray:
    """The matrix `(size, length)` that averages `length` pixels down to `size`, or repeats them if they are fewer."""
    edges = np.arange(size + 1)[:, None] * length / size
    pixels = np.arange(length)
    overlap = np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels)
    return (overlap.clip(0) * size / length).astype(np.float32)
