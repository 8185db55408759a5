"""Lesson 05b: folding by 2 (space-to-depth) sorts the pixels of each 2x2 square into four channels."""

import numpy as np
from matplotlib.figure import Figure

from gan_course.data.folding import fold
from scripts.ideas.style import PALE, SMALL, SOFT, arrow, frame, numbers, sheet, write

SIDE = 52
PICTURE = np.arange(1, 17).reshape(1, 1, 4, 4)
CORNERS = ("upper left", "upper right", "lower left", "lower right")  # of each square, in the order of the channels
FILLS = [PALE[name] for name in ("blue", "orange", "green", "vermilion")]


def draw() -> Figure:
    axis = sheet(300)
    top = 44
    folded = fold(PICTURE, 2)[0]
    fills = [[FILLS[2 * (row % 2) + column % 2] for column in range(4)] for row in range(4)]
    write(axis, 16 + 2 * SIDE, 22, "picture", weight="bold")
    numbers(axis, PICTURE[0, 0], 16, top, SIDE, fills)
    for corner in np.ndindex(2, 2):
        frame(axis, 16 + corner[1] * 2 * SIDE, top + corner[0] * 2 * SIDE, 2 * SIDE, 2 * SIDE, linewidth=3)
    write(axis, 16 + 2 * SIDE, top + 4 * SIDE + 24, "1 channel of 4 × 4", SMALL, color=SOFT)

    middle = top + 2 * SIDE
    write(axis, 302, middle - 38, "fold by 2")
    arrow(axis, (244, middle - 18), (360, middle - 18))
    write(axis, 302, middle + 42, "unfold by 2")
    arrow(axis, (360, middle + 18), (244, middle + 18))

    for channel, values in enumerate(folded):
        left = 384 + channel * (2 * SIDE + 28)
        write(axis, left + SIDE, middle - SIDE - 22, f"channel {channel}", weight="bold")
        numbers(axis, values, left, middle - SIDE, SIDE, [[FILLS[channel]] * 2] * 2)
        write(axis, left + SIDE, middle + SIDE + 20, CORNERS[channel], SMALL)
    write(
        axis,
        634,
        top + 4 * SIDE + 24,
        "4 channels of 2 × 2: the same 16 numbers",
        SMALL,
        color=SOFT,
    )
    return axis.figure
