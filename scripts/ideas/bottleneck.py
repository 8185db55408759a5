"""Lesson 01: a picture goes through few numbers: a test digit, and what the lesson's network made of it.

The rebuilt digit is cut from `01_autoencoder.png`, whose first row has the first eight test digits and whose second row
has what the lesson's trained network, with 16 numbers, gave back.
"""

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from gan_course.data.mnist import mnist
from scripts.ideas.style import PALE, SMALL, SOFT, arrow, frame, funnel, picture, sheet, write

REBUILT = Path(__file__).resolve().parents[2] / "notebooks" / "pictures" / "01_autoencoder.png"
COLUMN = 7  # an odd nine: what is odd about it gets lost
CODE, ROWS = 16, 8


def pair(column: int) -> tuple[np.ndarray, np.ndarray]:
    """A test digit and the same rebuilt, each `(28, 28)` in [-1, 1]."""
    with Image.open(REBUILT) as image:
        grid = np.asarray(image, np.float32) / 127.5 - 1
    digit, rebuilt = (grid[top : top + 28, 30 * column : 30 * column + 28] for top in (0, 30))
    return digit, rebuilt


def draw() -> Figure:
    digit, rebuilt = pair(COLUMN)
    expected = mnist("test")[0][COLUMN, 0]
    assert np.abs(digit - expected).max() < 0.01, f"{REBUILT.name} no longer begins with the test digits"
    axis = sheet(266)
    middle, side = 104, 180
    for image, x, words in [(digit, 16, "image x"), (rebuilt, 704, "rebuilt image")]:
        picture(axis, image, x, middle - side / 2, side)
        write(axis, x + side / 2, middle + side / 2 + 20, words, weight="bold")
        write(axis, x + side / 2, middle + side / 2 + 42, f"{digit.size} numbers", SMALL, color=SOFT)
    gap = ROWS * side / 28
    funnel(axis, 234, middle, 150, side, gap, "blue", "encoder")
    funnel(axis, 516, middle, 150, gap, side, "orange", "decoder")
    for start, end in [(200, 230), (388, 436), (464, 512), (670, 700)]:
        arrow(axis, (start, middle), (end, middle))
    draw_code(axis, middle, side / 28)
    write(axis, 450, 226, "Only z gets through: all that the decoder\nis to know must fit into it.")
    return axis.figure


def draw_code(axis: Axes, middle: float, side: float) -> None:
    """The numbers of z, each as large as a pixel of the image."""
    columns = CODE // ROWS
    left, top = 450 - columns * side / 2, middle - ROWS * side / 2
    for index in range(CODE):
        place = left + index % columns * side, top + index // columns * side
        frame(axis, *place, side, side, fill=True, facecolor=PALE["green"], linewidth=0.8)
    write(axis, 450, top - 16, "z", weight="bold")
    write(axis, 450, middle + ROWS * side / 2 + 20, f"{CODE} numbers", SMALL, color=SOFT)
