"""Folding: a picture as a smaller one of more channels, so that networks work at a fraction of its size."""

import numpy as np


def fold(images: np.ndarray, factor: int) -> np.ndarray:
    """Put each `factor` x `factor` square of pixels into the channels of one (space-to-depth; Shi et al. 2016).

    Channel `c * factor^2 + y * factor + x` of the folded picture holds channel `c` of the pixels that lie `y` below
    and `x` right of the upper left corner of their square.

    Args:
        images: `(N, C, H, W)`.
        factor: divides H and W.

    Returns:
        `(N, C factor^2, H / factor, W / factor)`.

    Raises:
        ValueError: `factor` does not divide H and W.
    """
    n, channels, height, width = images.shape
    if factor < 1 or height % factor or width % factor:
        raise ValueError(f"pictures of {height}x{width} cannot be folded by {factor}")
    squares = images.reshape(n, channels, height // factor, factor, width // factor, factor)
    return np.ascontiguousarray(
        squares.transpose(0, 1, 3, 5, 2, 4).reshape(n, channels * factor**2, height // factor, width // factor)
    )


def unfold(folded: np.ndarray, factor: int) -> np.ndarray:
    """Undo `fold`: `(N, C factor^2, H / factor, W / factor)` -> `(N, C, H, W)`.

    Raises:
        ValueError: the channels are no multiple of `factor^2`.
    """
    n, channels, height, width = folded.shape
    if factor < 1 or channels % factor**2:
        raise ValueError(f"pictures of {channels} channels cannot be unfolded by {factor}")
    squares = folded.reshape(n, channels // factor**2, factor, factor, height, width)
    return np.ascontiguousarray(
        squares.transpose(0, 1, 4, 2, 5, 3).reshape(n, channels // factor**2, height * factor, width * factor)
    )
