"""Pictures with labels, by the name of where they come from, as many of each class as one asks for."""

import sys
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gan_course.data.images import describe_skipped, images
from gan_course.data.kinds import KINDS, kinds
from gan_course.data.mnist import mnist
from gan_course.errors import CourseError


class Labelled(NamedTuple):
    """Pictures float32 `(N, C, H, W)` in [-1, 1], their labels, int32 `(N,)`, and the names that labels point to."""

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]


def load_classes(
    source: str,
    classes: Sequence[str] | None = None,
    counts: Sequence[int] | None = None,
    size: tuple[int, int] | None = None,
    gray: bool | None = None,
    at_least: int = 1,
) -> Labelled:
    """Return the first `counts` pictures of each of `classes`, in that order of names.

    Args:
        source: "mnist"; "sunflowers", drawn in the four KINDS; or a folder in which each class has a sub-folder.
        classes: names of classes, such as "3" for a digit; all that there are by default.
        counts: pictures of each class; by default all of them, or 250 drawings.
        size: height and width; None for 28 x 28 with MNIST and 32 x 32 otherwise.
        gray: one channel instead of three; None for grey with MNIST and colour otherwise.
        at_least: the fewest pictures to go on with, such as one batch.

    Raises:
        CourseError: an unknown class or one without pictures, a class named twice or fewer than two of them, counts
            below 1, of another number than the classes or larger than what there is, or too few pictures in all.
    """
    if source == "sunflowers":
        names = check_classes(classes, tuple(KINDS), source)
        found = kinds(check_counts(counts or [250] * len(names), names), names, size or (32, 32), bool(gray))
    else:
        pictures, labels, available = read_mnist(size, gray) if source == "mnist" else read_folder(source, size, gray)
        names = check_classes(classes, available, source)
        if counts is not None:
            check_counts(counts, names)
        chosen = [np.flatnonzero(labels == available.index(name)) for name in names]
        for name, positions, count in zip(names, chosen, counts or [0] * len(names)):
            if count > len(positions):
                raise CourseError(
                    f"counts ask for {count} pictures of class {name}, of which there are {len(positions)}: "
                    "ask for fewer"
                )
        kept = [positions[:count] for positions, count in zip(chosen, counts or [None] * len(names))]
        found = pictures[np.concatenate(kept)], np.repeat(np.arange(len(names), dtype=np.int32), [*map(len, kept)])
    if len(found[0]) < at_least:
        raise CourseError(f"{len(found[0])} pictures in all do not fill a batch of {at_least}: ask for more of them")
    return Labelled(*found, names)


def read_mnist(size: tuple[int, int] | None, gray: bool | None) -> Labelled:
    """The training set of MNIST."""
    if gray is False or size not in (None, (28, 28)):
        raise CourseError("MNIST is grey and 28x28: leave out --colour and --size, or choose other --data")
    return Labelled(*mnist("train"), tuple(map(str, range(10))))


def read_folder(source: str, size: tuple[int, int] | None, gray: bool | None) -> Labelled:
    """All pictures of a folder; what was skipped is said on stderr."""
    found = images(source, size or (32, 32), bool(gray))
    for line in describe_skipped(found.skipped):
        print(line, file=sys.stderr)
    return Labelled(found.images, found.labels, tuple(found.class_names))


def check_classes(classes: Sequence[str] | None, available: tuple[str, ...], source: str) -> tuple[str, ...]:
    """Return the names of the classes, or refuse them."""
    names = available if classes is None else tuple(classes)
    if missing := [name for name in names if name not in available]:
        raise CourseError(f"{source} has no pictures of class {missing[0]!r}: choose from {', '.join(available)}")
    if len(set(names)) < len(names) or len(names) < 2:
        raise CourseError(f"classes must be at least two different ones, not {', '.join(names)}")
    return names


def check_counts(counts: Sequence[int], names: tuple[str, ...]) -> list[int]:
    """Return the counts, or refuse them."""
    if len(counts) != len(names):
        raise CourseError(f"there are {len(counts)} counts for {len(names)} classes: give one for each")
    if min(counts) < 1:
        raise CourseError(f"counts must be whole numbers of at least 1, not {min(counts)}")
    return list(counts)
