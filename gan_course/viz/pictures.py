"""Grids and figures. Pictures are uint8 arrays, `(H, W)` grey or `(H, W, 3)` colour."""

import io
from collections.abc import Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from gan_course.files import write_whole


def to_uint8(images: np.ndarray) -> np.ndarray:
    """Images in [-1, 1] -> 0..255; values outside are clipped, NaN becomes grey, levels of 8 bits stay."""
    if images.dtype == np.uint8:
        return images
    return np.clip(np.round((np.nan_to_num(images) + 1) * 127.5), 0, 255).astype(np.uint8)


def image_grid(images: np.ndarray, columns: int | None = None, gap: int = 2, scale: int = 1) -> np.ndarray:
    """Lay images out row by row, on grey ground.

    Args:
        images: `(N, C, H, W)` in [-1, 1], C = 1 or 3.
        columns: images a row; a square by default.
        gap: pixels between images.
        scale: each pixel becomes `scale` x `scale`.

    Returns:
        uint8, `(rows * (H + gap) - gap, columns * (W + gap) - gap)` times `scale`, with a last axis of 3 for colour.
    """
    count, channels, height, width = images.shape
    columns = columns or int(np.ceil(np.sqrt(count)))
    rows = -(-count // columns)
    canvas = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, channels), 128, np.uint8)
    for position, image in enumerate(to_uint8(images).transpose(0, 2, 3, 1)):
        top, left = position // columns * (height + gap), position % columns * (width + gap)
        canvas[top : top + height, left : left + width] = image
    canvas = canvas.repeat(scale, axis=0).repeat(scale, axis=1)
    return canvas[:, :, 0] if channels == 1 else canvas


def save_picture(path: Path, picture: np.ndarray) -> None:
    """Write a uint8 picture as PNG, whole or not at all."""
    packed = io.BytesIO()
    Image.fromarray(picture).save(packed, "PNG", optimize=True)
    write_whole(path, packed.getvalue())


def figure_to_picture(figure: Figure) -> np.ndarray:
    """Render a matplotlib figure to uint8 `(H, W, 3)`, and close it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba())[:, :, :3].copy()
    plt.close(figure)
    return picture


def show_rows(rows: dict[str, np.ndarray], title: str = "", scale: float = 0.75) -> Figure:
    """A figure with one labelled row of images for each entry: originals above, reconstructions below.

    Args:
        rows: label -> images `(N, C, H, W)` in [-1, 1], N the same in each.
        title: above the figure.
        scale: inches an image.
    """
    count = max(len(images) for images in rows.values())
    beside = max(1.6, 0.15 + 0.08 * max(map(len, rows)))  # inches: a longer label would be cut off
    figure, axes = plt.subplots(
        len(rows), 1, figsize=(scale * count + beside, scale * len(rows) + 0.35), layout="compressed", squeeze=False
    )
    for axis, (label, images) in zip(axes[:, 0], rows.items(), strict=True):
        axis.imshow(image_grid(images, columns=count, gap=1), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axis.set_ylabel(label, rotation=0, ha="right", va="center")
        axis.set(xticks=[], yticks=[], frame_on=False)
    figure.suptitle(title)
    return figure


def show_picture(picture: np.ndarray, title: str = "", width: float = 5) -> Figure:
    """A figure of one picture, `width` inches wide, without axes."""
    figure, axis = plt.subplots(
        figsize=(width, width * picture.shape[0] / picture.shape[1] + 0.3), layout="constrained"
    )
    axis.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    axis.set(title=title, xticks=[], yticks=[], frame_on=False)
    return figure


Curves = dict[str, tuple[Sequence[float], Sequence[float]]]  # label -> (steps, values)


def plot_curves(
    curves: Curves, ylabel: str, lines: dict[str, float] | None = None, title: str = "", log: bool = False
) -> Figure:
    """Curves over training steps.

    Noisy curves, of more than 200 points, are drawn pale with their running mean on top.

    Args:
        curves: label -> (steps, values).
        ylabel: what the values are, with their unit.
        lines: label -> height of a horizontal dashed line, for values known beforehand.
        title: above the figure.
        log: a logarithmic axis for the values.
    """
    figure, axis = plt.subplots(figsize=(7, 3.5), layout="constrained")
    draw_curves(axis, curves, lines or {})
    axis.set(xlabel="step", ylabel=ylabel, title=title, yscale="log" if log else "linear")
    legend_below(figure, axis)
    return figure


def plot_runs(
    runs: dict[str, Curves], ylabel: str, lines: dict[str, float] | None = None, height: float = 2.6
) -> Figure:
    """The curves of several runs, by name of the run, side by side on one scale; see `plot_curves`."""
    figure, axes = plt.subplots(
        1, len(runs), figsize=(max(7, 2.6 * len(runs)), height), sharey=True, layout="constrained", squeeze=False
    )
    for axis, (name, curves) in zip(axes[0], runs.items(), strict=True):
        draw_curves(axis, curves, lines or {}, named=axis is axes[0, -1])
        axis.set(xlabel="step", title=name)
    axes[0, 0].set(ylabel=ylabel)
    legend_below(figure, axes[0, 0])
    return figure


def plot_games(games: dict[str, tuple[Curves, dict[str, np.ndarray]]], lines: dict[str, float] | None = None) -> Figure:
    """A column for each game: its curves, on a scale of its own, above up to three pictures with their titles.

    So two games lie side by side, and a picture of ten columns gets nearly half the width of a page. A scale is
    logarithmic where a loss has left all bounds; what the curves and lines are stands above them all.
    """
    width = 4.5 if len(games) <= 2 else 3.6  # inches
    heights = [2.1, *[0.47 * width] * 3]
    figure, axes = plt.subplots(
        4,
        len(games),
        figsize=(width * len(games), sum(heights) + 0.6),
        height_ratios=heights,
        layout="constrained",
        squeeze=False,
    )
    for column, (name, (curves, pictures)) in zip(axes.T, games.items(), strict=True):
        draw_curves(column[0], curves, {})
        for (label, height), style in zip((lines or {}).items(), (":", "--", "-.")):
            column[0].axhline(height, color="0.2", linestyle=style, linewidth=1.5, label=label)
        column[0].set_title(name, fontsize=14, fontweight="bold", loc="left")
        column[0].tick_params(labelsize=11)
        column[0].set_xlabel("step", fontsize=11)
        if max(np.nanmax(values) for _, values in curves.values()) > 1000:
            column[0].set_yscale("log")
        for axis in column[1:]:
            axis.set_axis_off()
        for axis, (title, picture) in zip(column[1:], pictures.items()):
            axis.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
            axis.set_title(title, fontsize=12)
    handles = axes[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper center", ncols=4, fontsize=12, frameon=False)
    return figure


def legend_below(figure: Figure, axis: Axes) -> None:
    """The legend of an axis below the figure, where it hides no curve."""
    handles, labels = axis.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=min(len(labels), 5), frameon=False)


def draw_curves(axis: Axes, curves: Curves, lines: dict[str, float], named: bool = True) -> None:
    """What `plot_curves` and `plot_runs` put on an axis; if `named`, the lines' names stand right of it."""
    for index, (label, (steps, values)) in enumerate(curves.items()):
        values, colour = np.asarray(values), f"C{index}"
        if len(values) > 200:
            axis.plot(steps, values, color=colour, alpha=0.2, linewidth=0.5)
            width = len(values) // 50
            steps = np.asarray(steps)[width // 2 : width // 2 + len(values) - width + 1]
            values = np.convolve(values, np.full(width, 1 / width), mode="valid")
        axis.plot(steps, values, color=colour, label=label, marker="o" if len(values) <= 20 else None)
    for label, height in lines.items():
        axis.axhline(height, color="0.4", linestyle="--", linewidth=1)
        if named:
            axis.annotate(label, (1.01, height), xycoords=("axes fraction", "data"), va="center")


def plot_latents(
    z: np.ndarray, labels: np.ndarray, title: str = "", limit: float | None = None, size: float = 4
) -> Figure:
    """A scatter of two-dimensional latent vectors, coloured by class.

    Args:
        z: `(N, 2)`.
        labels: `(N,)`, 0 to 9.
        title: above the figure.
        limit: the axes run from -limit to limit, so that frames of a GIF can be compared.
        size: inches.
    """
    figure, axis = plt.subplots(figsize=(1.15 * size, size), layout="constrained")
    dots = axis.scatter(z[:, 0], z[:, 1], c=labels, cmap="tab10", vmin=-0.5, vmax=9.5, s=size**2 / 4, linewidths=0)
    dots.set_antialiased(False)  # few colours: a GIF of such frames is half as long
    figure.colorbar(dots, ax=axis, ticks=range(10), label="digit")
    axis.set(xlabel="$z_1$", ylabel="$z_2$", title=title)
    if limit:
        axis.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal")
    return figure
