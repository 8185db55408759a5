"""Count the white dots that a dense generator leaves in the background."""

import numpy as np


def white_dots(images: np.ndarray, threshold: float = 0.0) -> np.ndarray:
    """How many pixels of each image are bright while none of their eight neighbours is.

    A pen leaves no such pixel. Beyond the edge everything counts as dark.

    Args:
        images: `(N, C, H, W)` in [-1, 1]; each channel is counted by itself.
        threshold: a pixel is bright above it; 0 is half-way between black and white.

    Returns:
        Counts, int64 `(N,)`.
    """
    height, width = images.shape[2:]
    bright = np.pad(images > threshold, [(0, 0), (0, 0), (1, 1), (1, 1)])
    block = sum(
        bright[:, :, top : top + height, left : left + width].astype(int) for top in range(3) for left in range(3)
    )  # bright pixels among the pixel itself and its neighbours
    return (bright[:, :, 1:-1, 1:-1] & (block == 1)).sum(axis=(1, 2, 3))
