"""Which real pictures to compare samples with: none of them twice, and all classes alike where classes are asked for.

A picture that stands twice in a reference has itself for a neighbour, so that its ball in `precision_recall` shrinks to
nothing, and counts twice in a mean.
"""

import hashlib

import numpy as np


def distinct(images: np.ndarray) -> np.ndarray:
    """Positions of the first of equal pictures, in order, int64 `(M,)`, of pictures `(N, ...)`."""
    first: dict[bytes, int] = {}
    for position, image in enumerate(images):
        first.setdefault(hashlib.blake2b(np.ascontiguousarray(image), digest_size=16).digest(), position)
    return np.array(list(first.values()), np.int64)


def balanced_reference(images: np.ndarray, labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Positions of different pictures, of each class as many as of the rarest, in random order: int64 `(K * rarest,)`.

    Pictures of frequent classes are left out where `gan_course.data.batches.class_balanced` repeats those of rare ones:
    a training must see every picture, a yardstick must not see one twice.

    Args:
        images: `(N, ...)`; repeated ones do no harm.
        labels: their classes, `(N,)`.
        rng: chooses the pictures and their order.

    Raises:
        ValueError: not one label for each picture, or no pictures.
    """
    if len(images) != len(labels) or len(images) == 0:
        raise ValueError(f"a reference needs one label for each picture, not {len(labels)} for {len(images)}")
    positions = rng.permutation(distinct(images))
    groups = [positions[labels[positions] == label] for label in np.unique(labels)]
    rarest = min(map(len, groups))
    return rng.permutation(np.concatenate([group[:rarest] for group in groups]))
