"""One style for all drawings: a sheet 900 units wide, so that sizes read as pixels on a page of that width.

Colours are those of Okabe and Ito (2008), which people with any colour vision can tell apart; what a colour says, a
word, a shape or a kind of line says as well. Words are black or dark grey, since few of these colours could be read.
Places are `(x, y)` from the upper left corner, y downwards.
"""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Polygon, Rectangle

WIDTH = 900
DPI = 200  # 9 inches: 1,800 pixels

INK, SOFT = "#000000", "#595959"
BLUE, SKY, GREEN, ORANGE, VERMILION = "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#D55E00"
REAL, FAKE = BLUE, VERMILION
PALE = {"blue": "#D6E8F3", "orange": "#FBEBCB", "green": "#CFEBE3", "grey": "#EEEEEE", "vermilion": "#F8DFCF"}

# Text sizes, in pixels at 900 wide.
SMALL, NORMAL, LARGE = 14, 16, 19


def sheet(height: float) -> Axes:
    """An empty white sheet of 900 x `height`."""
    figure = Figure(figsize=(WIDTH / 100, height / 100), dpi=DPI, facecolor="white")
    axis = figure.add_axes((0, 0, 1, 1))
    axis.set(xlim=(0, WIDTH), ylim=(height, 0))
    axis.set_axis_off()
    return axis


def write(axis: Axes, x: float, y: float, words: str, size: float = NORMAL, **style) -> None:
    """Words in the middle of (x, y), or to one side as `ha` says. A line sits by its capitals, whatever its tails."""
    style = {"ha": "center", "va": "baseline", "color": INK} | style
    lines = words.split("\n")
    for index, line in enumerate(lines):
        baseline = y + size * (1.3 * (index - (len(lines) - 1) / 2) + 0.36)
        axis.text(x, baseline, line, fontsize=size * 0.72, **style)  # 900 pixels are 9 inches: 0.72 points each


def block(axis: Axes, x: float, y: float, width: float, height: float, words: str = "", fill: str = "grey", **style):
    """A rounded box with its upper left corner at (x, y), and words in it."""
    size = style.pop("size", NORMAL)
    weight = style.pop("weight", "normal")
    style = {"edgecolor": INK, "linewidth": 1.2} | style
    shape = FancyBboxPatch((x, y), width, height, boxstyle="round,pad=0,rounding_size=8", facecolor=PALE[fill], **style)
    axis.add_patch(shape)
    write(axis, x + width / 2, y + height / 2, words, size, weight=weight)


def frame(axis: Axes, x: float, y: float, width: float, height: float, **style) -> None:
    """A rectangle without filling."""
    axis.add_patch(Rectangle((x, y), width, height, **{"fill": False, "edgecolor": INK, "linewidth": 1} | style))


def funnel(axis: Axes, x: float, y: float, width: float, left: float, right: float, fill: str, words: str) -> None:
    """A network that narrows or widens: heights `left` and `right`, its middle at height y."""
    corners = [(x, y - left / 2), (x + width, y - right / 2), (x + width, y + right / 2), (x, y + left / 2)]
    axis.add_patch(Polygon(corners, closed=True, facecolor=PALE[fill], edgecolor=INK, linewidth=1.2))
    write(axis, x + width / 2, y, words)


def arrow(axis: Axes, start: tuple[float, float], end: tuple[float, float], **style) -> None:
    """A straight arrow; with `linestyle` its line is dashed, and its head is not."""
    style = {"color": INK, "linewidth": 1.8, "zorder": 2} | style
    dashes = style.pop("linestyle", "-")
    start, end = np.array(start), np.array(end)
    neck = end - 8 * (end - start) / np.linalg.norm(end - start)
    axis.plot(*zip(start, neck), linestyle=dashes, **style)
    head = {"arrowstyle": "-|>", "mutation_scale": 17, "shrinkA": 0, "shrinkB": 0}
    axis.add_patch(FancyArrowPatch(neck, end, **head, **style))


def picture(axis: Axes, image: np.ndarray, x: float, y: float, side: float, **style) -> None:
    """A grey image `(H, W)` in [-1, 1], `side` high, pixel by pixel, in a thin frame."""
    width = side * image.shape[1] / image.shape[0]
    axis.imshow(
        image, cmap="gray", vmin=-1, vmax=1, extent=(x, x + width, y + side, y), interpolation="nearest", zorder=1
    )
    axis.set(xlim=(0, WIDTH), ylim=(axis.figure.get_figheight() * 100, 0), aspect="auto")  # imshow moves them
    frame(axis, x, y, width, side, **style)


def numbers(axis: Axes, values: np.ndarray, x: float, y: float, side: float, fills=None, digits: int = 0, **style):
    """A table of numbers `(rows, columns)` in square cells.

    Args:
        fills: colour of each cell, the same shape; white by default.
        digits: behind the point.
    """
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            left, top = x + column * side, y + row * side
            colour = "white" if fills is None else fills[row][column]
            axis.add_patch(Rectangle((left, top), side, side, facecolor=colour, edgecolor=SOFT, linewidth=0.7))
            write(axis, left + side / 2, top + side / 2, number(value, digits), **style)


def number(value: float, digits: int) -> str:
    """With a true minus sign, and none before 0; nothing for NaN."""
    return "" if np.isnan(value) else f"{value:z.{digits}f}".replace("-", "\N{MINUS SIGN}")


def pixels(figure: Figure) -> np.ndarray:
    """Render a sheet: uint8 `(H, W, 3)`."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
