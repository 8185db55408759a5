"""Pictures with labels, and how to take some of their classes, and so many pictures of each."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from gan_course.errors import CourseError


class Labelled(NamedTuple):
    """Pictures, their labels, int32 `(N,)`, and the names that labels point to.

    Pictures are float32 `(N, C, H, W)` in [-1, 1], or uint8 from 0 to 255, see `levels.scaled`.
    """

    images: np.ndarray
    labels: np.ndarray
    names: tuple[str, ...]


def choose(
    pictures: Labelled, classes: Sequence[str] | None, counts: Sequence[int] | None, source: str = "mnist"
) -> Labelled:
    """Return the first `counts` pictures of each of `classes`, in that order of names.

    Args:
        pictures: all that there are.
        classes: names of classes, such as "3" for a digit; all that there are by default.
        counts: pictures of each class; by default all of them.
        source: where they come from, in words.

    Raises:
        CourseError: an unknown class or one without pictures, a class named twice or fewer than two of them, counts
            below 1, of another number than the classes or larger than what there is.
    """
    names = check_classes(classes, pictures.names, source)
    limits = [None] * len(names) if counts is None else check_counts(counts, names)
    kept = []
    for name, limit in zip(names, limits):
        positions = np.flatnonzero(pictures.labels == pictures.names.index(name))
        if limit is not None and limit > len(positions):
            raise CourseError(
                f"counts ask for {limit} pictures of class {name}, of which there are {len(positions)}: ask for fewer"
            )
        kept.append(positions[:limit])
    labels = np.repeat(np.arange(len(names), dtype=np.int32), [*map(len, kept)])
    return Labelled(pictures.images[np.concatenate(kept)], labels, names)


def large_enough(pictures: Labelled, at_least: int) -> Labelled:
    """Return the pictures, or refuse them if they are fewer than `at_least`, such as one batch."""
    if len(pictures.images) < at_least:
        raise CourseError(
            f"{len(pictures.images)} pictures in all do not fill a batch of {at_least}: ask for more of them"
        )
    return pictures


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
