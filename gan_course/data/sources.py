"""Pictures by the name of where they come from: sunflowers drawn by code, MNIST, or a folder."""

import sys

import numpy as np

from gan_course.data.images import describe_skipped, images
from gan_course.data.mnist import mnist
from gan_course.data.sunflowers import sunflowers
from gan_course.errors import CourseError

SOURCES = ("sunflowers", "mnist")


def load_pictures(
    source: str, size: tuple[int, int] | None, gray: bool, num_drawn: int = 256, at_least: int = 1
) -> np.ndarray:
    """Return pictures to learn from, float32 `(N, C, H, W)` in [-1, 1].

    Args:
        source: "sunflowers", "mnist", or a folder of pictures; of a folder, what was skipped is said on stderr.
        size: height and width; None for 28 x 28 with MNIST and 64 x 64 otherwise.
        gray: one channel instead of three.
        num_drawn: sunflowers to draw.
        at_least: the fewest pictures that a folder must hold, such as one batch.

    Raises:
        CourseError: a folder that cannot be read or holds too few; colour or another size asked of MNIST.
    """
    if source == "sunflowers":
        return sunflowers(num_drawn, size or (64, 64), gray)[0]
    if source == "mnist":
        if not gray or size not in (None, (28, 28)):
            raise CourseError("MNIST is grey and 28x28: leave out --colour and --size, or choose other --data")
        return mnist("train")[0]
    found = images(source, size or (64, 64), gray, at_least=at_least)
    for line in describe_skipped(found.skipped):
        print(line, file=sys.stderr)
    return found.images
