"""More pictures out of few: the same ones, a little aside."""

import numpy as np


def shifted(images: np.ndarray, rng: np.random.Generator, reach: int = 2) -> np.ndarray:
    """Shift each of `images` `(N, C, H, W)` by up to `reach` pixels up or down, left or right, on black (-1)."""
    height, width = images.shape[2:]
    padded = np.pad(images, ((0, 0), (0, 0), (reach, reach), (reach, reach)), constant_values=-1)
    top, left = rng.integers(0, 2 * reach + 1, (2, len(images)))
    moved = [image[:, y : y + height, x : x + width] for image, y, x in zip(padded, top, left)]
    return np.stack(moved) if moved else images
