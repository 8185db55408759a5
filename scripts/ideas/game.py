"""Lesson 03: a step of the game. In D's turn only D moves; in G's only G, though the gradient comes through D."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scripts.ideas.style import LARGE, SMALL, SOFT, VERMILION, arrow, block, sheet, write

MOVES = {"fill": "orange", "edgecolor": VERMILION, "linewidth": 4}
HELD = {"fill": "grey", "edgecolor": SOFT, "linewidth": 1.5, "linestyle": "--"}
GRADIENT = {"color": VERMILION, "linewidth": 2.6, "linestyle": "--"}
HEIGHT = 136  # of a block; forwards runs above its middle, the gradient below
MINUS = "\N{MINUS SIGN}"


def draw() -> Figure:
    axis = sheet(500)
    draw_turn(axis, 122, "D's turn: only D moves", f"{MINUS}log D(x) {MINUS} log(1 {MINUS} D(G(z)))", "held", "moves")
    write(axis, 322, 74, "real x")
    arrow(axis, (354, 74), (424, 74))
    arrow(axis, (640, 166), (566, 166), **GRADIENT)
    axis.plot([424, 330], [166, 166], **GRADIENT)
    for x in (317, 327):
        axis.plot([x, x], [150, 182], color=VERMILION, linewidth=4)
    write(axis, 322, 208, "stop_gradient:\nhere G(z) is plain data", SMALL)

    draw_turn(axis, 372, "G's turn: only G moves", f"{MINUS}log D(G(z))", "moves", "held")
    arrow(axis, (640, 416), (216, 416), zorder=3, **GRADIENT)
    write(axis, 322, 450, "gradient, through D,\nwhich stays as it is", SMALL)
    return axis.figure


def draw_turn(axis: Axes, middle: float, title: str, loss: str, g: str, d: str) -> None:
    """Noise, G, D and the loss in a row; `g` and `d` are "moves" or "held"."""
    top, ahead = middle - HEIGHT / 2, middle - 4
    write(axis, 16, top - 28, title, LARGE, weight="bold", ha="left")
    write(axis, 28, ahead, "z")
    write(axis, 322, ahead - 16, "G(z)")
    for x, name, state in [(80, "G", g), (430, "D", d)]:
        block(axis, x, top, 130, HEIGHT, **(MOVES if state == "moves" else HELD))
        write(axis, x + 65, top + 32, name, LARGE, weight="bold")
        write(axis, x + 65, ahead, state)
    block(axis, 640, top, 246, HEIGHT, fill="blue")
    write(axis, 763, top + 32, f"loss of {title[0]}", weight="bold")
    write(axis, 763, ahead + 2, loss, SMALL)
    for start, end in [(42, 74), (216, 424), (566, 636)]:
        arrow(axis, (start, ahead), (end, ahead))
    write(axis, 602, middle + 60, "gradient", SMALL)
