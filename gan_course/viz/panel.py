"""Curves and bars beside the samples of a training while it runs: one figure, drawn again and again in little time."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

MAX_POINTS = 120  # of a curve
DPI, FONT_SIZE = 100, 10.5  # 14.6 pixels
LEFT, RIGHT, TOP, BOTTOM = 54, 24, 32, 46  # margins of the curves, pixels
LETTER = 9  # pixels to the right, a letter of the longest label of a line
BARS_HEIGHT, BARS_BOTTOM = 100, 52


class Panel:
    """Losses so far, as means over stretches of steps, with lines at heights known beforehand, and bars below.

    Args:
        names: which losses to show; all that come by default.
        lines: label -> height of a dashed line.
        bars_label: what the bars are, numbers from 0 to 1; "" where there are none.
    """

    def __init__(self, names: Sequence[str] = (), lines: dict[str, float] | None = None, bars_label: str = ""):
        self.names, self.lines, self.bars_label = names, lines or {}, bars_label
        self.steps: list[int] = []
        self.values: dict[str, list[float]] = {}
        self.figure: Figure | None = None

    def add(self, step: int, losses: dict[str, float]) -> None:
        """Take note of the losses of one step, the same ones each time."""
        self.steps.append(step)
        for name in self.names or losses:
            self.values.setdefault(name, []).append(losses[name])

    def last(self, count: int) -> dict[str, float]:
        """The newest values of the first so many curves."""
        return {name: values[-1] for name, values in list(self.values.items())[:count]}

    def render(self, width: int, height: int, bars: dict[str, float]) -> np.ndarray:
        """Draw what there is so far: uint8 `(height, width, 3)`, always of the size of the first time."""
        if self.figure is None:
            self.figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI)
            self.canvas = FigureCanvasAgg(self.figure)
            bottom = BOTTOM + (BARS_HEIGHT + BARS_BOTTOM if self.bars_label else 0)
            right = max([RIGHT, *(LETTER * len(label) for label in self.lines)])
            self.curves = axes_at(self.figure, bottom, height - bottom - TOP, right)
            self.bars = axes_at(self.figure, BARS_BOTTOM, BARS_HEIGHT, right) if self.bars_label else None
            self.drawn = {}
        if self.values:
            self.draw_curves()
        if self.bars is not None:
            draw_bars(self.bars, bars, self.bars_label)
        self.canvas.draw()
        return np.asarray(self.canvas.buffer_rgba())[:, :, :3].copy()

    def draw_curves(self) -> None:
        """Move the lines that are there; the first time make them, and what stands still."""
        if not self.drawn:
            self.drawn = {name: self.curves.plot([], [], label=name)[0] for name in self.values}
            for label, height in self.lines.items():
                self.curves.axhline(height, color="0.4", linestyle="--", linewidth=1)
                place = {"xycoords": ("axes fraction", "data"), "va": "center", "fontsize": FONT_SIZE}
                self.curves.annotate(label, (1.01, height), **place)
            self.curves.set_xlabel("step", fontsize=FONT_SIZE)
            legend = {"loc": "lower left", "bbox_to_anchor": (-0.12, 1.0), "ncols": 4, "fontsize": FONT_SIZE}
            self.curves.legend(**legend, frameon=False, handlelength=1, columnspacing=1, handletextpad=0.4)
        steps, shown = means(self.steps), {name: means(values) for name, values in self.values.items()}
        for name, line in self.drawn.items():
            line.set_data(steps, shown[name])
            line.set_marker("o" if len(steps) < 20 else "")
        self.curves.set_xlim(steps[0], max(steps[-1], steps[0] + 1))
        self.curves.set_ylim(*limits(list(shown.values()), list(self.lines.values())))


def axes_at(figure: Figure, bottom: int, height: int, right: int) -> Axes:
    """Axes at a height above the bottom and with a margin to the right, in pixels."""
    width, whole = figure.get_size_inches() * DPI
    axes = figure.add_axes((LEFT / width, bottom / whole, (width - LEFT - right) / width, height / whole))
    axes.tick_params(labelsize=FONT_SIZE)
    axes.xaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.spines[["top", "right"]].set_visible(False)
    return axes


def draw_bars(axes: Axes, heights: dict[str, float], label: str) -> None:
    """Bars from 0 to 1, each with its height in words above it."""
    axes.clear()
    axes.set(ylim=(0, 1.3), yticks=[0, 1], xlim=(-0.6, max(len(heights), 1) - 0.4))
    axes.set_xlabel(label if heights else f"{label}: not measured yet", fontsize=FONT_SIZE)
    axes.set_xticks(range(len(heights)), heights, fontsize=FONT_SIZE)
    for index, height in enumerate(heights.values()):
        axes.bar(index, height, color="C0")
        axes.text(index, height + 0.04, f"{height:.0%}", ha="center", fontsize=FONT_SIZE)


def means(values: Sequence[float]) -> np.ndarray:
    """Means over stretches of one length, at most `MAX_POINTS`; what is left over at the end has a mean of its own."""
    stretch = -(-len(values) // MAX_POINTS)
    starts = np.arange(0, len(values), stretch)
    return np.add.reduceat(np.asarray(values, float), starts) / np.diff([*starts, len(values)])


def limits(curves: Sequence[np.ndarray], lines: Sequence[float]) -> tuple[float, float]:
    """Heights between which all but a few points lie, and all lines, with some room; without a first high peak."""
    numbers = np.concatenate(curves)
    numbers = numbers[np.isfinite(numbers)]
    inner = np.quantile(numbers, [0.02, 0.98]) if len(numbers) else []
    heights = [*inner, *lines] or [0.0, 1.0]
    low, high = min(heights), max(heights)
    room = 0.08 * (high - low) or 0.5
    return low - room, high + room
