"""Mixtures of Gaussians in the plane: data whose every mode the eye can count."""

import numpy as np


def ring(num_modes: int = 8, radius: float = 2.0) -> np.ndarray:
    """Centres at equal distances on a circle around the origin, the first on the right: float32 `(num_modes, 2)`.

    Eight of them with a standard deviation of 0.02 are the ring of Metz et al. 2017.
    """
    angles = 2 * np.pi * np.arange(num_modes) / num_modes
    return (radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(np.float32)


def grid(side: int = 5, spacing: float = 2.0) -> np.ndarray:
    """Centres on a square grid around the origin, row by row: float32 `(side * side, 2)`."""
    line = spacing * (np.arange(side) - (side - 1) / 2)
    across, up = np.meshgrid(line, line)
    return np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)


def spiral(count: int = 60, turns: float = 2.0, radius: float = 2.5) -> np.ndarray:
    """Centres along a spiral that leaves the origin, about equally far apart: float32 `(count, 2)`."""
    share = np.sqrt(np.arange(1, count + 1) / count)  # of the way out: the length of a spiral grows with its square
    angles = 2 * np.pi * turns * share
    return (radius * share * np.stack([np.cos(angles), np.sin(angles)])).T.astype(np.float32)


def sample(centres: np.ndarray, std: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Draw `count` points: each takes a centre at random, all equally likely, and adds N(0, std^2) to it.

    Args:
        centres: `(num_modes, 2)`.
        std: standard deviation of each mode in each direction.
        count: number of points.
        rng: where the randomness comes from.

    Returns:
        Float32 `(count, 2)`.
    """
    chosen = centres[rng.integers(len(centres), size=count)]
    return (chosen + std * rng.standard_normal(chosen.shape)).astype(np.float32)
