"""Lesson 05: batch normalisation (Ioffe & Szegedy 2015, algorithm 1), on eight numbers of one channel."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.ideas.style import BLUE, NORMAL, PALE, SMALL, SOFT, VERMILION, block, number, numbers, sheet, write

BATCH = np.array([2, 9, 4, 6, 3, 8, 5, 3], float)
GAMMA, BETA = 1.5, 1.0
KEPT, OLD_MEAN = 0.9, 4.0  # MindSpore's momentum: so much of the old running average stays
ROW, SIDE = 98, 50
UNIT, ZERO = 25, 610  # of the number lines, in pixels


def steps(x: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """What is done, in words, and the numbers after it."""
    centred = x - x.mean()
    spread = np.sqrt((centred**2).mean() + 1e-5)
    normal = centred / spread
    return [
        ("one channel, a number from each of 8 pictures", x),
        (f"1. subtract the batch's mean, {number(x.mean(), 1)}", centred),
        (f"2. divide by its standard deviation, {number(spread, 2)}", normal),
        (f"3. scale by γ = {GAMMA} and shift by β = {BETA}, both learnt", GAMMA * normal + BETA),
    ]


def draw() -> Figure:
    axis = sheet(506)
    for row, (words, values) in enumerate(steps(BATCH)):
        top = 40 + ROW * row
        write(axis, 16, top - 18, words, ha="left", weight="bold")
        fills = [[PALE["orange" if row in (0, 3) else "grey"]] * len(values)]
        numbers(axis, values[None], 16, top, SIDE, fills, digits=1)
        draw_line(axis, values, top + 34)
    write(axis, ZERO + BATCH.mean() * UNIT, 22, "mean ± standard deviation", SMALL)
    new_mean = KEPT * OLD_MEAN + (1 - KEPT) * BATCH.mean()
    average = f"{KEPT} × {OLD_MEAN:.2f} + {1 - KEPT:.1f} × {BATCH.mean():.2f} = {new_mean:.2f}"
    words = f"Two running averages are kept, of mean and variance; for the mean {average}.\n"
    words += "In evaluation these stand in for the batch's, so a picture depends on itself alone."
    block(axis, 16, 432, 868, 62, words, "blue", size=NORMAL)
    return axis.figure


def draw_line(axis: Axes, values: np.ndarray, y: float) -> None:
    """The numbers as dots on a line, equal ones piled up; above them their mean and 1 standard deviation either way."""
    axis.plot([ZERO - 4.4 * UNIT, ZERO + 10.4 * UNIT], [y, y], color=SOFT, linewidth=1)
    for tick in (-4, 0, 4, 8):
        axis.plot([ZERO + tick * UNIT] * 2, [y - 3, y + 3], color=SOFT, linewidth=1)
        write(axis, ZERO + tick * UNIT, y + 15, number(tick, 0), SMALL, color=SOFT)
    middle, spread = ZERO + values.mean() * UNIT, values.std() * UNIT
    axis.plot([middle - spread, middle + spread], [y - 30, y - 30], color=VERMILION, linewidth=3)
    axis.plot([middle, middle], [y - 38, y], color=VERMILION, linewidth=3)
    for index, value in enumerate(values):
        twins = np.isclose(values[:index], value).sum()
        axis.scatter(ZERO + value * UNIT, y - 6 - 9 * twins, s=26, color=BLUE, zorder=3)
