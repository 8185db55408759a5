"""A small paint box: blades (petals and leaves), ellipses, stems, dots and clouds, on a NumPy canvas.

A canvas is float32 `(3, H, W)`, RGB, and is painted in place; colour comes first, since NumPy is fast along long rows.
Points and vectors `(2,)` are in pixels, x to the right, y down. What lies outside the canvas is left out.
"""

import numpy as np
from scipy.ndimage import gaussian_filter


def rgb(red: float, green: float, blue: float) -> np.ndarray:
    """A colour, float32 `(3,)`."""
    return np.array([red, green, blue], np.float32)


def planes(colour: np.ndarray) -> np.ndarray:
    """The same colour as `(3, 1, 1)`, to be combined with pictures."""
    return colour[:, None, None]


def mix(one, other, amount):
    """From `one` (amount 0) to `other` (amount 1) in a straight line."""
    return one + (other - one) * amount


def window(canvas: np.ndarray, points: np.ndarray, margin: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut the rectangle around some points `(K, 2)` out of a canvas.

    Returns:
        the part `(3, h, w)`, a view to paint on, perhaps empty; the x `(1, w)` and y `(h, 1)` of its pixels' middles.
    """
    height, width = canvas.shape[1:]
    left, top = np.clip(points.min(axis=0) - margin, 0, (width, height)).astype(int)
    right, bottom = np.clip(np.ceil(points.max(axis=0) + margin), 0, (width, height)).astype(int)
    x = np.arange(left, right, dtype=np.float32) + 0.5
    y = np.arange(top, bottom, dtype=np.float32) + 0.5
    return canvas[:, top:bottom, left:right], x[None, :], y[:, None]


def blend(part: np.ndarray, colour: np.ndarray, cover: np.ndarray) -> None:
    """Lay a colour, `(3, 1, 1)` or `(3, h, w)`, over part of a canvas; cover `(h, w)`: 0 is glass, 1 is thick paint."""
    part += cover * (colour - part)


def coordinates(x, y, origin, one, other) -> tuple[np.ndarray, np.ndarray]:
    """Write each point as `origin + s * one + t * other`; return s and t, each `(h, w)`."""
    area = one[0] * other[1] - one[1] * other[0]
    x, y = x - origin[0], y - origin[1]
    return x * (other[1] / area) - y * (other[0] / area), y * (one[0] / area) - x * (one[1] / area)


def paint_ellipse(canvas, centre, one, other, colour) -> None:
    """Paint the ellipse around `centre` whose half axes are the vectors `one` and `other`."""
    part, x, y = window(canvas, centre + np.outer([-1, 1], np.abs(one) + np.abs(other)), margin=1)
    s, t = coordinates(x, y, centre, one, other)
    narrow = min(np.hypot(*one), np.hypot(*other))
    blend(part, planes(colour), np.clip((1 - np.hypot(s, t)) * narrow + 0.5, 0, 1))


def paint_blade(canvas, base, axis, across, root, tip, bend=0.0, fold=0.2, waist=0.3, blunt=0.5) -> None:
    """Paint one petal or leaf: a pointed, bent blade, folded along its middle, and dim at its root, where it is shaded.

    With s from 0 at the base to 1 at the tip, half its width is `(s + waist) (1 - s^2 (1 - blunt + blunt s))`.

    Args:
        base, axis, across: where it starts, from there to its tip, and half its width.
        root, tip: the colours at its two ends.
        bend: how far the tip strays sideways, in half widths.
        fold: how much brighter the side towards `across` is than the middle, and how much darker the other.
        waist, blunt: width at the base, fullness of the tip.
    """
    spine = base + np.outer([0, 0.5, 1], axis) + np.outer([0, bend / 4, bend], across)
    part, x, y = window(canvas, np.concatenate([spine - across, spine + across]), margin=1)
    if part.size == 0:
        return
    s, side = coordinates(x, y, base, axis, across)
    side -= bend * s * s
    half = np.minimum(s + waist, (s + waist) * (1 - s * s * (1 - blunt + blunt * s)))
    pixels = abs(axis[0] * across[1] - axis[1] * across[0]) / np.hypot(*axis)  # in one half width
    cover = np.clip((half - np.abs(side)) * pixels + 0.5, 0, 1)

    s = np.clip(s, 0, 1)
    shade = np.minimum(0.65 + s, 1) * (1 + np.clip(fold * side, -0.3, 0.3)) - 0.12 * (np.abs(side) < 0.1)
    blend(part, (planes(root) + s * planes(tip - root)) * shade, cover)


def paint_stem(canvas, xs, ys, thickness, colour) -> None:
    """Paint a round stem through the points `(xs, ys)`, ys rising, lit from the left, `thickness` to either side."""
    part, x, y = window(canvas, np.stack([xs, ys], axis=1), margin=thickness)
    middle, slope = np.interp(y, ys, xs), np.interp(y, ys, np.gradient(xs, ys))
    side = ((x - middle) / (thickness * np.hypot(1, slope))).astype(np.float32)
    cover = np.clip((1 - np.abs(side)) * thickness + 0.5, 0, 1) * (y >= ys[0]) * (y <= ys[-1])
    blend(part, planes(colour) * (0.9 - 0.35 * side), cover)


def scatter_dots(canvas, points, colours, size) -> None:
    """Paint round dots of colours `(K, 3)` at points `(K, 2)`, all at once: put down as pixels, then blurred."""
    part, x, y = window(canvas, points, margin=2 * size)
    height, width = part.shape[1:]
    if part.size == 0:
        return
    column, row = (points - (x[0, 0], y[0, 0])).round().astype(int).T
    seen = (0 <= column) & (column < width) & (0 <= row) & (row < height)
    places = row[seen] * width + column[seen]
    layers = [np.bincount(places, weights, height * width) for weights in (None, *colours[seen].T)]
    layers = np.array(layers, np.float32).reshape(4, height, width)
    layers = gaussian_filter(layers, (0, size / 2, size / 2), truncate=2.5)
    paint, colour = layers[0], layers[1:]
    cover = np.clip(paint * (np.pi * size**2 / 2), 0, 1)
    blend(part, colour / (paint + 1e-6), cover)


def smooth_noise(rng: np.random.Generator, height: int, width: int, cell: tuple[float, float]) -> np.ndarray:
    """Clouds: smooth random numbers N(0, 1), float32 `(H, W)`, which change over `cell` = (high, wide) pixels.

    They are a coarse grid of noise, spread by bells. The weights of a pixel have squares that add up to 1, so that the
    variance stays 1.
    """

    def weights(pixels, size):
        places = np.arange(pixels) / size + rng.uniform(1, 2)
        bells = np.exp(-1.5 * (places[:, None] - np.arange(int(places[-1]) + 3)) ** 2)
        return (bells / np.linalg.norm(bells, axis=1, keepdims=True)).astype(np.float32)

    rows, columns = weights(height, cell[0]), weights(width, cell[1])
    return rows @ rng.standard_normal((rows.shape[1], columns.shape[1]), np.float32) @ columns.T
