"""The losses beside the pictures: drawn twice, once strong and once pale, with a line where the film is."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from gan_course.studio.style import Style
from gan_course.studio.text import REGULAR, Box, clean, font, shortened
from gan_course.studio.timeline import axis_of
from gan_course.viz.pictures import draw_curves, figure_to_picture
from gan_course.viz.recording import Recording

MOST_CURVES = 4
PALE = 0.3  # how much of the curves is seen of what is to come
DPI = 64  # a power of two: so many inches are so many pixels, without rounding
Losses = dict[str, tuple[np.ndarray, np.ndarray]]  # label -> (places on the axis, values)


class Scale(NamedTuple):
    """What the axes of a chart show."""

    by: str  # "steps" or "seconds", across
    end: float  # across from 0 to here
    low: float  # losses from here
    high: float  # to here


class Chart(NamedTuple):
    """A chart as pictures, and where its axes lie on it."""

    strong: Image.Image  # what has been
    pale: Image.Image  # what is to come
    left: float  # pixel of place 0
    right: float  # pixel of place `end`
    top: int
    bottom: int
    end: float  # step or second

    def draw(self, film: Image.Image, box: Box, at: float, style: Style, width: int) -> None:
        """Put it on a film, with a line so many pixels wide at the step or second `at`."""
        share = min(max(at / self.end, 0.0), 1.0) if self.end else 1.0
        place = round(self.left + share * (self.right - self.left))
        film.paste(self.pale, (box.left, box.top))
        film.paste(self.strong.crop((0, 0, place, box.height)), (box.left, box.top))
        first = box.left + min(max(place - width // 2, 0), box.width - width)
        film.paste(style.ink, (first, box.top + self.top, first + width, box.top + self.bottom))


def losses_of(recording: Recording, by: str) -> Losses:
    """The curves of a recording that are losses, or all if none is called so, over steps or seconds; at most four."""
    named = [name for name in recording.curves if name.startswith("loss")] or list(recording.curves)
    axis = axis_of(recording, by)

    def curve(name: str) -> tuple[np.ndarray, np.ndarray]:
        steps, values = recording.curves[name]
        places = np.interp(steps, recording.steps, axis) if by == "seconds" else np.array(steps, float)
        return places, np.array([np.nan if value is None else value for value in values], float)

    shown = [name for name in named if recording.curves[name][0]][:MOST_CURVES]
    return {clean(name.replace("_", " "), f"loss {i}"): curve(name) for i, name in enumerate(shown, start=1)}


def heights(charts: Sequence[Losses], lines: dict[str, float]) -> tuple[float, float]:
    """Lowest and highest loss to show in all charts; spikes are cut off."""
    values = np.concatenate([np.empty(0), *(values for losses in charts for _, values in losses.values())])
    values = values[np.isfinite(values)]
    low, high = np.percentile(values, [0.5, 99.5]) if len(values) else (0.0, 1.0)
    low, high = min(low, *lines.values(), high), max(high, *lines.values(), low)
    margin = 0.08 * (high - low) or 0.5
    return low - margin, high + margin


def draw_chart(losses: Losses, lines: dict[str, float], box: Box, text: int, style: Style, scale: Scale) -> Chart:
    """The chart of one run, as large as `box`.

    Args:
        losses: see `losses_of`.
        lines: heights known beforehand, by label.
        box: where it will stand.
        text: pixels of the letters.
        style: of the film.
        scale: of the axes.
    """
    lines = {clean(label, "line"): height for label, height in lines.items()}
    strong, (left, bottom), (right, top) = picture_of(losses, lines, box, text, style, scale)
    axes = (round(left), round(box.height - top), round(right), round(box.height - bottom))
    empty = picture_of({}, lines, box, text, style, scale)[0].crop(axes)
    pale = strong.copy()
    pale.paste(Image.blend(empty, strong.crop(axes), PALE), axes[:2])
    return Chart(strong, pale, left, right, axes[1], axes[3], scale.end)


def picture_of(
    losses: Losses, lines: dict[str, float], box: Box, text: int, style: Style, scale: Scale
) -> tuple[Image.Image, np.ndarray, np.ndarray]:
    """The chart as a picture, and the lower left and upper right corner of its axes, in pixels from below."""
    letters, height = font(REGULAR, text), box.height - 4.2 * text  # below: numbers and a name; above: the legend
    across, upwards = ticks(0, scale.end or 1, 3), ticks(scale.low, scale.high, min(3, int(height / (1.6 * text))))
    left = max(map(letters.getlength, upwards.values()), default=0) + 0.8 * text
    right = letters.getlength(list(across.values())[-1]) / 2 + 0.2 * text
    width = box.width - left - right
    with mpl.rc_context(settings_of(text, style)):
        figure = Figure((box.width / DPI, box.height / DPI), dpi=DPI)
        axis = figure.add_axes((left / box.width, 2.7 * text / box.height, width / box.width, height / box.height))
        room = 1.3 * text / height * (scale.high - scale.low)  # a letter and a little, for the name of a line above it
        named = apart(lines, room)
        draw_curves(axis, losses, named)
        for label in lines.keys() - named.keys():
            axis.axhline(lines[label], color="0.4", linestyle="--", linewidth=1)
        axis.set(
            xlim=(0, scale.end or 1), ylim=(scale.low, scale.high + room), xlabel=scale.by.replace("steps", "step")
        )
        axis.set_xticks(list(across), across.values())
        axis.set_yticks(list(upwards), upwards.values())
        axis.spines[["top", "right"]].set_visible(False)
        if losses:
            name_curves(figure, int(box.width / len(losses) - 2.2 * text), text, style)
        corners = axis.transAxes.transform([(0, 0), (1, 1)])
        return Image.fromarray(figure_to_picture(figure)), *corners


def ticks(low: float, high: float, most: int) -> dict[float, str]:
    """Round numbers from `low` to `high`, about `most` of them, at least one, and their texts."""
    values = MaxNLocator(max(most, 1), min_n_ticks=1).tick_values(low, high)
    inside = [float(value) for value in values if low <= value <= high] or [(low + high) / 2]
    return {value: f"{value:,.4g}".replace("-", "−") for value in inside}


def name_curves(figure: Figure, width: int, text: int, style: Style) -> None:
    """A legend in the first line of a chart, each name at most so many pixels wide."""
    handles, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles,
        [shortened(name, font(REGULAR, text), width) for name in names],
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=len(names),
        frameon=False,
        borderpad=0,
        borderaxespad=0,
        handlelength=1,
        handletextpad=0.4,
        columnspacing=0.7,
        labelcolor=hexed(style.ink),
    )


def settings_of(text: int, style: Style) -> dict:
    """Matplotlib's settings for a chart with letters of so many pixels."""
    points, faint, ground = text * 72 / DPI, hexed(style.faint), hexed(style.ground)
    return {
        "font.family": "DejaVu Sans",
        "font.size": points,
        "text.parse_math": False,  # a name with a $ is no formula
        "axes.prop_cycle": mpl.cycler(color=style.curves),
        "lines.linewidth": points / 9,
        "axes.linewidth": points / 20,
        **{f"{way}tick.major.{part}": points / 8 for way in "xy" for part in ("size", "pad")},
        "axes.labelpad": points / 8,
        **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), faint),
        **dict.fromkeys(("figure.facecolor", "axes.facecolor"), ground),
    }


def apart(lines: dict[str, float], room: float) -> dict[str, float]:
    """Those lines whose names, above them, do not run into each other."""
    named: dict[str, float] = {}
    for label, height in lines.items():
        if all(abs(height - other) >= room for other in named.values()):
            named[label] = height
    return named


def hexed(colour: tuple[int, int, int]) -> str:
    """(255, 0, 0) -> "#ff0000"."""
    return "#" + bytes(colour).hex()
