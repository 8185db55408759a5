"""Stacked MNIST: three digits drawn at random in the three channels of one picture, 1,000 modes that can be counted.

The set of Metz et al. 2017 (section 3.3.1). A picture shows the digits a, b and c in red, green and blue, and its mode
is the number abc, from 0 to 999, each as frequent as the digits are. Nothing is stored: every batch is drawn anew.
"""

from collections.abc import Iterator

import numpy as np

NUM_CHANNELS = 3


def stacked(digits: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Pictures of three of the `digits` each, drawn with replacement: `(N, H, W)` -> `(count, 3, H, W)`."""
    return digits[rng.integers(len(digits), size=(count, NUM_CHANNELS))]


def stacked_batches(
    digits: np.ndarray, batch_size: int, latent_dim: int, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Fresh pictures and noise without end: `(batch_size, 3, H, W)`, z ~ N(0, I) `(batch_size, latent_dim)`."""
    while True:
        yield stacked(digits, batch_size, rng), rng.standard_normal((batch_size, latent_dim), np.float32)


def with_margin(digits: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Digits `(N, 28, 28)` on black of `size` `(H, W)`, for networks that need sides with more factors of 2."""
    down, across = ((length - 28) // 2 for length in size)
    return np.pad(digits, ((0, 0), (down, down), (across, across)), constant_values=-1)


def without_margin(images: np.ndarray) -> np.ndarray:
    """The middle of pictures `(N, C, H, W)`: `(N, C, 28, 28)`."""
    down, across = ((length - 28) // 2 for length in images.shape[2:])
    return images[:, :, down : down + 28, across : across + 28]
