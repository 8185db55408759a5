"""Faults for drawings, as a GAN may have them, each of random strength from barely visible on: to learn from.

Each takes a picture `(3, H, W)` in [-1, 1] and a `numpy.random.Generator` and returns another of that shape, perhaps
beyond the range. `mixture` takes a second picture.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates


def strength(rng: np.random.Generator, least: float, most: float) -> float:
    """A number from `least` to `most`, as often in each octave."""
    return least * (most / least) ** rng.uniform()


def channels_of(rng: np.random.Generator) -> int:
    """Whether a fault is the same in all channels, 1, or another in each, 3."""
    return rng.choice((1, 3))


def normalised(noise: np.ndarray) -> np.ndarray:
    """Noise with standard deviation 1."""
    return noise / noise.std()


def grain(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """White noise, or noise of a few pixels."""
    noise = rng.standard_normal((channels_of(rng), *image.shape[1:]))
    smooth = rng.choice((0, rng.uniform(0.4, 1.2)))
    return image + strength(rng, 0.08, 0.8) * normalised(gaussian_filter(noise, (0, smooth, smooth)))


def weave(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A pattern that repeats every 2, 4 or 8 pixels, or threads along both axes."""
    height, width = image.shape[1:]
    if rng.uniform() < 0.5:
        period = rng.choice((2, 4, 8))
        tile = rng.standard_normal((channels_of(rng), period, period))
        repeats = (1, -(-height // period), -(-width // period))
        pattern = np.tile(tile - tile.mean(axis=(1, 2), keepdims=True), repeats)[:, :height, :width]
    else:
        noise, thick, long = (
            rng.standard_normal((2, channels_of(rng), height, width)),
            *rng.uniform((0.4, 3), (1.2, 12)),
        )
        pattern = gaussian_filter(noise[0], (0, thick, long)) + gaussian_filter(noise[1], (0, long, thick))
    return image + strength(rng, 0.06, 0.5) * normalised(pattern)


def blur(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Out of focus, in both directions or more in one, or averaged over blocks of pixels."""
    if rng.uniform() < 0.25:
        return blocks(image, rng.choice((2, 4)))
    sigma = strength(rng, 0.7, 4)
    return gaussian_filter(image, (0, sigma * rng.choice((1, rng.uniform(0.2, 1))), sigma))


def blocks(image: np.ndarray, side: int) -> np.ndarray:
    """Each block of `side` x `side` pixels averaged."""
    rows, columns = (np.arange(length) // side for length in image.shape[1:])
    means = np.stack([image[:, rows == row].mean(axis=1) for row in range(rows.max() + 1)], axis=1)
    means = np.stack([means[..., columns == column].mean(axis=-1) for column in range(columns.max() + 1)], axis=-1)
    return means[:, rows][..., columns]


def warp(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Ragged: every pixel from another place nearby."""
    height, width = image.shape[1:]
    smooth = rng.uniform(0.7, 3)
    way = normalised(gaussian_filter(rng.standard_normal((2, height, width)), (0, smooth, smooth)))
    places = np.mgrid[:height, :width] + strength(rng, 1, 5) * way
    return np.stack([map_coordinates(channel, places, order=1, mode="nearest") for channel in image])


def contrast(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pale, or so strong that it is cut off at black and white."""
    mean = image.mean(axis=(1, 2), keepdims=True)
    factor = strength(rng, 0.1, 0.6) if rng.uniform() < 0.6 else strength(rng, 1.8, 8)
    return mean + rng.normal(0, 0.1) + factor * (image - mean)


def colour(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Red, green and blue exchanged, a cast over all, or clouds of other colours; grey pictures become coloured."""
    kind = rng.integers(3)
    if kind == 0:
        return image[rng.choice((((0, 2, 1)), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)))]
    cast = rng.standard_normal((3, 1, 1))
    if kind == 2:
        smooth = rng.uniform(1.5, 8)
        cast = gaussian_filter(rng.standard_normal(image.shape), (0, smooth, smooth))
    return image + strength(rng, 0.15, 0.6) * normalised(cast - cast.mean(axis=0))


def mixture(image: np.ndarray, rng: np.random.Generator, other: np.ndarray) -> np.ndarray:
    """Two drawings in one: cut along a line and pasted together, one in a box of the other, or laid upon each other."""
    height, width = image.shape[1:]
    kind = rng.integers(3)
    if kind == 0:
        return image + rng.uniform(0.25, 0.5) * (other - image)
    y, x = np.mgrid[:height, :width] / np.array((height, width)).reshape(2, 1, 1) - 0.5
    if kind == 1:
        angle = rng.choice((0, np.pi / 2, rng.uniform(0, np.pi)))
        there = y * np.sin(angle) + x * np.cos(angle) > rng.uniform(-0.15, 0.15)
    else:
        (top, left), (high, wide) = rng.uniform(-0.5, 0.1, 2), rng.uniform(0.35, 0.7, 2)
        there = (y > top) & (y < top + high) & (x > left) & (x < left + wide)
    return np.where(there, other, image)


def nothing(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Hardly a flower: blobs in its colours, its pieces shuffled, or noise from fine to coarse around its mean."""
    kind = rng.integers(3)
    if kind == 0:
        sigma = rng.uniform(4, 10)
        return gaussian_filter(image, (0, sigma, sigma)) + rng.uniform(0, 0.1) * rng.standard_normal(image.shape)
    if kind == 1:
        return shuffled(image, rng.choice((4, 8, 16)), rng)
    smooth = rng.choice((0, rng.uniform(0, 8)))
    noise = gaussian_filter(rng.standard_normal((channels_of(rng), *image.shape[1:])), (0, smooth, smooth))
    return image.mean(axis=(1, 2), keepdims=True) + strength(rng, 0.02, 0.8) * normalised(noise)


def shuffled(image: np.ndarray, piece: int, rng: np.random.Generator) -> np.ndarray:
    """The picture cut into squares, `piece` pixels a side, laid out anew; `piece` divides both sides."""
    channels, height, width = image.shape
    pieces = image.reshape(channels, height // piece, piece, width // piece, piece).transpose(1, 3, 0, 2, 4)
    laid = rng.permutation(pieces.reshape(-1, channels, piece, piece)).reshape(pieces.shape)
    return laid.transpose(2, 0, 3, 1, 4).reshape(image.shape)
