"""A GAN in the plane, all of it in one picture: real points, fake points, and what D thinks of every place."""

from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure


def plane_points(limit: float, side: int = 60) -> np.ndarray:
    """A square grid of points from -limit to limit, row by row from below: float32 `(side * side, 2)`."""
    line = np.linspace(-limit, limit, side, dtype=np.float32)
    across, up = np.meshgrid(line, line)
    return np.stack([across.ravel(), up.ravel()], axis=1)


def plot_plane(
    surface: np.ndarray,
    real: np.ndarray,
    fake: np.ndarray,
    limit: float,
    title: str = "",
    size: float = 4,
    label: str = "D(x)",
) -> Figure:
    """Real and fake points over D's answers: red where D says "real", blue where it says "fake", pale in doubt.

    Args:
        surface: D(x), or another answer from 0 to 1, at `plane_points(limit)`, of any `side`: `(side * side,)`.
        real: `(N, 2)`, drawn in black.
        fake: `(N, 2)`, drawn in green.
        limit: the axes run from -limit to limit.
        title: above the figure.
        size: inches.
        label: what the surface is.
    """
    figure, axis = plt.subplots(figsize=(1.25 * size, size), layout="constrained")
    side = round(np.sqrt(surface.size))
    line = np.linspace(-limit, limit, side)
    levels = np.linspace(0, 1, 11)  # few colours: a GIF of such frames stays small
    field = axis.contourf(line, line, surface.reshape(side, side), levels, cmap="RdBu_r", alpha=0.8, antialiased=False)
    figure.colorbar(field, ax=axis, ticks=[0, 0.5, 1], label=label)
    for points, colour, name in [(real, "black", "real"), (fake, "#00e000", "fake")]:
        dots = axis.scatter(points[:, 0], points[:, 1], s=5, color=colour, label=name, linewidths=0)
        dots.set_antialiased(False)
    axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", title=title)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8, markerscale=2, frameon=False)
    return figure


def paint_plane(surface: np.ndarray, real: np.ndarray, fake: np.ndarray, limit: float, size: int = 480) -> np.ndarray:
    """What `plot_plane` shows, without axes and in a few milliseconds, to be drawn while a training runs.

    Args:
        surface, real, fake, limit: as of `plot_plane`.
        size: pixels.

    Returns:
        uint8 `(size, size, 3)`.
    """
    side = round(np.sqrt(surface.size))
    nearest = np.arange(size) * side // size
    heights = surface.reshape(side, side)[::-1][np.ix_(nearest, nearest)]  # the first row is the highest
    colours = colormaps["RdBu_r"](np.linspace(0, 1, 256))[:, :3]
    paler = np.round(255 * (0.8 * colours + 0.2)).astype(np.uint8)
    picture = paler[np.clip(np.nan_to_num(heights) * 255, 0, 255).astype(int)]
    for points, colour in [(real, (0, 0, 0)), (fake, (0, 224, 0))]:
        pixels = np.round((np.nan_to_num(points) / limit + 1) / 2 * (size - 1)).astype(int)
        across, down = (pixels[(np.abs(points) < limit).all(axis=1)] * [1, -1] + [0, size - 1]).T
        for shift in np.ndindex(3, 3):
            picture[np.clip(down + shift[0] - 1, 0, size - 1), np.clip(across + shift[1] - 1, 0, size - 1)] = colour
    return picture


class Moment(NamedTuple):
    """A game in the plane at one time of its training."""

    title: str
    surface: np.ndarray  # as of `plot_plane`
    fake: np.ndarray  # (N, 2)
    shares: np.ndarray  # of the fakes, by the mode that they serve: (K,)


def plot_games(moments: list[Moment], real: np.ndarray, limit: float, highest: float = 0.5) -> Figure:
    """Games side by side, 900 pixels wide: below each plane a bar for each mode, dashed where an even share ends.

    Args:
        moments: one of each game.
        real: `(N, 2)`, drawn in black.
        limit: the axes run from -limit to limit.
        highest: share at which bars are cut.
    """
    width, height = 9, 9 / len(moments) + 1.9  # inches
    figure, axes = plt.subplots(2, len(moments), figsize=(width, height), dpi=100, squeeze=False, layout="constrained")
    figure.get_layout_engine().set(h_pad=0.02, w_pad=0.02)
    for (above, below), moment in zip(axes.T, moments):
        surface = (np.floor(np.clip(moment.surface, 0, 0.999) * 10) + 0.5) / 10  # few colours: a small GIF
        above.imshow(paint_plane(surface, real, moment.fake, limit, size=300), interpolation="nearest")
        above.set(xticks=[], yticks=[])
        above.set_title(moment.title, fontsize=10)
        count = len(moment.shares)
        below.bar(np.arange(1, count + 1), np.minimum(moment.shares, highest), color="#008000", width=0.8)
        below.axhline(1 / count, color="black", linestyle="--", linewidth=1)
        below.set(ylim=(0, highest), xticks=[1, count], yticks=[], box_aspect=0.5)
        below.tick_params(labelsize=10)
    axes[1, 0].set_yticks([0, highest], ["0", f"{highest:.0%}"])
    return figure


def plot_clouds(clouds: dict[str, np.ndarray], limit: float, size: float = 2.8, columns: int = 3) -> Figure:
    """Clouds of points by name on one scale, `columns` a row.

    Args:
        clouds: name -> points `(N, 2)`.
        limit: the axes run from -limit to limit.
        size: inches a cloud.
    """
    columns = min(columns, len(clouds))
    rows = -(-len(clouds) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(size * columns, (size + 0.3) * rows), layout="constrained", squeeze=False
    )
    for axis in axes.flat[len(clouds) :]:
        axis.remove()
    for axis, (name, points) in zip(axes.flat, clouds.items()):
        axis.scatter(points[:, 0], points[:, 1], s=4, color="black" if name == "real" else "#008000", linewidths=0)
        axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xticks=[], yticks=[], title=name)
    return figure
