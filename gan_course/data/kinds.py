"""Flowers of four kinds, told apart by the colour of their petals: drawn by the code of `sunflowers`."""

from collections.abc import Sequence

import numpy as np

from gan_course.data.drawing.painting import mix, rgb
from gan_course.data.sunflowers import LUMA, draw_sunflower

# Colours between which the tips of the petals lie, and the one that their roots lean to. "yellow" is a sunflower.
KINDS = {
    "yellow": None,
    "red": (rgb(0.9, 0.12, 0.1), rgb(0.7, 0.02, 0.06), rgb(0.35, 0.0, 0.05)),
    "white": (rgb(1.0, 1.0, 1.0), rgb(0.93, 0.93, 0.88), rgb(0.95, 0.9, 0.6)),
    "violet": (rgb(0.62, 0.36, 0.9), rgb(0.42, 0.16, 0.68), rgb(0.25, 0.05, 0.4)),
}


def kinds(
    counts: Sequence[int],
    names: Sequence[str] = tuple(KINDS),
    size: tuple[int, int] = (32, 32),
    gray: bool = False,
    seed: int = 0,
) -> tuple[np.ndarray, np.ndarray]:
    """Draw `counts[k]` face-on flowers of kind `names[k]`; of each kind, a larger number begins with the smaller.

    Args:
        counts: how many of each kind.
        names: of KINDS.
        size: height and width in pixels, at least 8 each.
        gray: one channel, Rec. 601 luma, instead of three.
        seed: a whole number from 0; the same seed gives the same pictures.

    Returns:
        images, float32 `(N, C, H, W)` in [-1, 1], and labels, int32 `(N,)`, positions in `names`.
    """
    drawn = []
    for name, count in zip(names, counts, strict=True):
        rng = np.random.default_rng([seed, list(KINDS).index(name)])
        drawn += [draw_sunflower(own, size, petals=petals(own, name)) for own in rng.spawn(count)]
    pictures = np.stack(drawn)
    if gray:
        pictures = np.clip(pictures @ LUMA, 0, 1)[..., None]
    labels = np.repeat(np.arange(len(names), dtype=np.int32), counts)
    return np.ascontiguousarray(2 * pictures.transpose(0, 3, 1, 2) - 1), labels


def petals(rng: np.random.Generator, name: str) -> tuple[np.ndarray, np.ndarray] | None:
    """Colours of a petal of that kind at its root and at its tip; None for those of a sunflower."""
    if KINDS[name] is None:
        return None
    light, dark, root = KINDS[name]
    tip = mix(light, dark, rng.uniform())
    return mix(tip, root, rng.uniform(0.1, 0.9)), tip
