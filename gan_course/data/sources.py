"""Where pictures come from, and what each source can give: MNIST, sunflowers drawn by code, or a folder of pictures."""

import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gan_course.data.classes import Labelled, check_classes, check_counts, choose, large_enough
from gan_course.data.folders import list_files
from gan_course.data.images import Pictures, describe_skipped, images
from gan_course.data.kinds import KINDS, kinds
from gan_course.data.mnist import mnist
from gan_course.data.sunflowers import sunflowers
from gan_course.errors import CourseError

Size = tuple[int, int]  # height and width


@dataclass(frozen=True)
class Digits:
    """The 60,000 training digits of MNIST, grey, 28 x 28. Classes are "0" to "9"."""

    count = 60_000

    def pictures(self, size: Size = (28, 28), gray: bool = True, at_least: int = 1) -> np.ndarray:
        """Float32 `(60000, 1, 28, 28)` in [-1, 1].

        Raises:
            CourseError: colour or another size is asked for.
        """
        return self.labelled(size=size, gray=gray).images

    def labelled(
        self,
        classes: Sequence[str] | None = None,
        counts: Sequence[int] | None = None,
        size: Size = (28, 28),
        gray: bool = True,
        at_least: int = 1,
    ) -> Labelled:
        """The first `counts` digits of each of `classes`, all by default, in that order; see `classes.choose`."""
        if not gray or size != (28, 28):
            raise CourseError("MNIST is grey and 28x28: leave out --colour and --size, or choose other --data")
        digits = Labelled(*mnist("train"), tuple(map(str, range(10))))
        return digits if classes is counts is None else large_enough(choose(digits, classes, counts), at_least)

    def __str__(self) -> str:
        return "mnist"


@dataclass(frozen=True)
class Sunflowers:
    """Sunflowers drawn by code, of any size, in colour or grey. Classes are the KINDS of flowers."""

    count: int = 256

    def pictures(self, size: Size = (64, 64), gray: bool = False, at_least: int = 1) -> np.ndarray:
        """Float32 `(count, C, H, W)` in [-1, 1], in three poses.

        Raises:
            CourseError: a size too small to draw, or fewer pictures than `at_least`.
        """
        if self.count < at_least:
            raise CourseError(f"{self} are too few for a batch of {at_least}: ask for sunflowers:{at_least} or more")
        return sunflowers(self.count, size, gray)[0]

    def labelled(
        self,
        classes: Sequence[str] | None = None,
        counts: Sequence[int] | None = None,
        size: Size = (32, 32),
        gray: bool = False,
        at_least: int = 1,
    ) -> Labelled:
        """So many face-on flowers of each of `classes`, KINDS by default, `count` of each by default.

        Raises:
            CourseError: as `classes.choose`.
        """
        names = check_classes(classes, tuple(KINDS), str(self))
        counts = check_counts(counts or [self.count] * len(names), names)
        return large_enough(Labelled(*kinds(counts, names, size, gray), names), at_least)

    def __str__(self) -> str:
        return f"sunflowers:{self.count}"


@dataclass(frozen=True)
class Folder:
    """Pictures in a folder, of which there may be many thousands: levels of 8 bits, which `Batches` scales.

    Classes are its sub-folders, or what a CSV file of labels says. What is skipped is said on stderr.
    """

    path: Path
    labels: Path | None = None
    nearest: bool = False  # scaled by the nearest pixel, for pixel art

    @property
    def count(self) -> int:
        """How many files it holds: at least as many as it has pictures.

        Raises:
            CourseError: it cannot be read.
        """
        return len(list_files(self.path).files)

    def pictures(self, size: Size = (64, 64), gray: bool = False, at_least: int = 1) -> np.ndarray:
        """Uint8 `(N, C, H, W)`, 0 to 255, cut to the aspect ratio of `size` and scaled.

        Raises:
            CourseError: a folder that cannot be read or holds fewer than `at_least` pictures.
        """
        return self.read(size, gray, at_least).levels

    def labelled(
        self,
        classes: Sequence[str] | None = None,
        counts: Sequence[int] | None = None,
        size: Size = (32, 32),
        gray: bool = False,
        at_least: int = 1,
    ) -> Labelled:
        """The first `counts` pictures of each of `classes`, all by default, in that order; see `classes.choose`."""
        found = self.read(size, gray)
        labelled = Labelled(found.levels, found.labels, tuple(found.class_names))
        return large_enough(choose(labelled, classes, counts, str(self)), at_least)

    def read(self, size: Size, gray: bool, at_least: int = 1) -> Pictures:
        """All pictures, as `images` gives them."""
        found = images(self.path, size, gray, at_least, self.labels, self.nearest)
        for line in describe_skipped(found.skipped):
            print(line, file=sys.stderr)
        return found

    def __str__(self) -> str:
        return str(self.path)


Source = Digits | Sunflowers | Folder


def source_named(text: str) -> Source:
    """What `str(source)` said: "mnist", "sunflowers", "sunflowers:1000", and anything else is a path.

    Raises:
        CourseError: no sunflowers at all are asked for.
    """
    if text == "mnist":
        return Digits()
    if found := re.fullmatch(r"sunflowers(?::([0-9]{1,6}))?", text):
        if found[1] and int(found[1]) < 1:
            raise CourseError(f"--data {text} asks for no picture: ask for at least sunflowers:1")
        return Sunflowers(int(found[1])) if found[1] else Sunflowers()
    return Folder(real_path(text))


def real_path(text: str | Path) -> Path:
    """A path from the root on, without links; where these lead in a circle, that is noticed when it is read.

    Raises:
        CourseError: no system has such a name.
    """
    try:
        return Path(os.path.realpath(text))
    except ValueError:
        raise CourseError(f"{text!r} is no name of a file or folder: choose another") from None
