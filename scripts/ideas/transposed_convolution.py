"""Lesson 05: a transposed convolution as a stamp: each pixel stamps the kernel, times its value, two pixels on."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.ideas.style import LARGE, PALE, SMALL, VERMILION, arrow, frame, numbers, sheet, write

INPUT = np.array([[1, 2], [3, 1]])
KERNEL = np.outer([1, 2, 2, 1], [1, 2, 2, 1])
STRIDE, PADDING = 2, 1
SIDE = 33
ORDER = ("1st", "2nd", "3rd", "4th")


def stamps(image: np.ndarray, kernel: np.ndarray, stride: int) -> list[np.ndarray]:
    """What the output holds after the stamp of each pixel of `image`, row by row; the last is not yet cut."""
    size = stride * (len(image) - 1) + len(kernel)
    output, states = np.zeros((size, size), int), []
    for (row, column), value in np.ndenumerate(image):
        output[window(row, column, stride, len(kernel))] += value * kernel
        states.append(output.copy())
    return states


def window(row: int, column: int, stride: int, size: int) -> tuple[slice, slice]:
    """Where the stamp of an input pixel lies in the output."""
    return tuple(slice(stride * place, stride * place + size) for place in (row, column))


def draw() -> Figure:
    axis = sheet(486)
    states = stamps(INPUT, KERNEL, STRIDE)
    kept = slice(PADDING, -PADDING)
    draw_parts(axis, states[-1][kept, kept])
    for step, state in enumerate(states):
        left, top = 16 + 224 * step, 244
        place = np.unravel_index(step, INPUT.shape)
        write(axis, left + 3 * SIDE, top - 18, f"{ORDER[step]} stamp: {INPUT[place]} × kernel", weight="bold")
        draw_state(axis, state, place, left, top)
    left, size = 16 + 224 * 3 + PADDING * SIDE, len(KERNEL) * SIDE
    frame(axis, left, 244 + PADDING * SIDE, size, size, linewidth=2.5, linestyle="--")
    key = "framed: the new stamp    bold on orange: stamps overlap and add up    dashed: what is kept"
    write(axis, 450, 466, key, SMALL)
    return axis.figure


def draw_state(axis: Axes, state: np.ndarray, place: tuple, left: float, top: float) -> None:
    """The output so far. Cells with numbers of several stamps are orange and bold; the newest stamp is framed."""
    stamped = np.zeros_like(state)
    for row, column in np.ndindex(INPUT.shape):
        if (row, column) <= tuple(place):
            stamped[window(row, column, STRIDE, len(KERNEL))] += 1
    for (row, column), value in np.ndenumerate(state):
        layers = stamped[row, column]
        fill = [["white", PALE["blue"], PALE["orange"]][min(layers, 2)]]
        cell = np.array([[value if layers else np.nan]])
        spot = left + column * SIDE, top + row * SIDE
        numbers(axis, cell, *spot, SIDE, [fill], size=SMALL, weight="bold" if layers > 1 else "normal")
    row, column = (STRIDE * SIDE * int(index) for index in place)
    frame(axis, left + column, top + row, 4 * SIDE, 4 * SIDE, edgecolor=VERMILION, linewidth=3.5)


def draw_parts(axis: Axes, output: np.ndarray) -> None:
    """Input and kernel, what is done with them, and the output."""
    top = 44
    for left, words, values in [(34, "input", INPUT), (150, "kernel", KERNEL), (752, "output", output)]:
        height = len(values) * SIDE
        write(axis, left + height / 2, top - 18, words, weight="bold")
        numbers(axis, values, left, top, SIDE, size=SMALL)
    write(axis, 124, top + SIDE, "×", LARGE)
    frame(axis, 752, top, 4 * SIDE, 4 * SIDE, linewidth=2.5, linestyle="--")
    words = "Each input pixel stamps the kernel,\ntimes its value, onto the output,\n"
    words += (
        "two pixels further on (stride 2).\nStamps add up. In the end one row\nis cut off on each side (padding 1)."
    )
    write(axis, 304, top + 66, words, ha="left")
    arrow(axis, (690, top + 66), (740, top + 66))
