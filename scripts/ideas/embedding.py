"""Lesson 06: how an ACGAN is told the class, and D asked for it. Numbers and picture are those of `digits-by-class`."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from gan_course import pretrained
from scripts.ideas.style import LARGE, PALE, SMALL, SOFT, arrow, block, numbers, picture, sheet, write

LABEL, SEED = 3, 0
SHOWN, SIDE = 5, 54  # numbers of each row that are shown, and the size of their cells
ROWS, LEFT = (48, 156, 264), 24


def draw() -> Figure:
    trained = pretrained.load("digits-by-class")
    z, _ = trained.inputs(1, np.random.default_rng(SEED), [str(LABEL)])
    image = trained.sample(1, np.random.default_rng(SEED), [str(LABEL)])[0, 0]
    row = trained.generator.embedding.embedding_table.asnumpy()[LABEL]
    axis = sheet(384)
    words = ["noise z, 100 numbers", f"×  embedding e of class {LABEL}, learnt", "=  z ⊙ e, number by number"]
    for top, title, values, fill in zip(ROWS, words, (z[0], row, z[0] * row), ("grey", "green", "orange")):
        write(axis, LEFT, top - 18, title, ha="left", weight="bold")
        numbers(axis, values[None, :SHOWN], LEFT, top, SIDE, [[PALE[fill]] * SHOWN], digits=2, size=SMALL)
        write(axis, LEFT + SHOWN * SIDE + 20, top + SIDE / 2, "…")
    words = "Each class has a row of numbers of its own.\nMultiplied with the noise, it leaves a pattern\n"
    write(axis, 470, 84, words + "of large and small that tells G the class.", ha="left")
    draw_networks(axis, image, ROWS[-1] + SIDE / 2)
    return axis.figure


def draw_networks(axis: Axes, image: np.ndarray, middle: float) -> None:
    """G, its picture, and D with two heads, in a row."""
    for start, end in [((332, middle), (388, middle)), ((462, middle), (488, middle)), ((602, middle), (630, middle))]:
        arrow(axis, start, end)
    block(axis, 392, middle - 45, 66, 90, "G", "orange", size=LARGE, weight="bold")
    picture(axis, image, 492, middle - 53, 106)
    write(axis, 545, middle + 74, "or a real digit", SMALL, color=SOFT)
    block(axis, 634, middle - 62, 72, 124, "D", "blue", size=LARGE, weight="bold")
    for side, words in [(-1, "real or fake?\n1 logit"), (1, "which class?\n1 logit a class")]:
        arrow(axis, (710, middle + side * 36), (738, middle + side * 36))
        block(axis, 742, middle + side * 36 - 28, 142, 56, words, "blue")
