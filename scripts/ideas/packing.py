"""Lesson 07: packing (Lin et al. 2018), and a generator that draws only eights: `digits-by-class`, asked for them."""

import numpy as np
from matplotlib.figure import Figure

from gan_course import pretrained
from gan_course.data.mnist import mnist
from scripts.ideas.style import FAKE, LARGE, REAL, arrow, block, picture, sheet, write

PACK, ONLY, SEED = 4, "8", 4


def share_alike(labels: np.ndarray, size: int) -> float:
    """The share of packs of real pictures, drawn at random, that are all of one class: the sum of p_c^size."""
    return float(((np.bincount(labels) / len(labels)) ** size).sum())


def draw() -> Figure:
    images, labels = mnist("train")
    fakes = pretrained.load("digits-by-class").sample(PACK, np.random.default_rng(SEED), [ONLY])
    axis = sheet(384)
    rows = [
        (44, "real", images[:PACK, 0], {"edgecolor": REAL, "linestyle": "-"}),
        (184, f"G draws\nonly {ONLY}s", fakes[:, 0], {"edgecolor": FAKE, "linestyle": "--"}),
    ]
    for top, words, pack, style in rows:
        middle = top + 49
        write(axis, 56, middle, words, weight="bold")
        for index, image in enumerate(pack):
            picture(axis, image, 116 + 104 * index, top, 98, linewidth=3, **style)
            picture(axis, image, 590 + 19 * index, top + 11 * index, 66, linewidth=2, **style)
        arrow(axis, (538, middle), (582, middle))
        arrow(axis, (720, middle), (750, middle))
        block(axis, 754, top + 4, 130, 90, "D: one answer\nfor the pack", "blue")
    for x, words in [(322, "four samples"), (650, "a pack: 4 channels")]:
        write(axis, x, 18, words, LARGE, weight="bold")
    share = share_alike(labels, PACK)
    words = f"One by one, each {ONLY} could be real. Together they give G away:\n"
    words += f"of random packs of four real digits only {100 * share:.1f} % show one digit four times."
    write(axis, 450, 336, words)
    return axis.figure
