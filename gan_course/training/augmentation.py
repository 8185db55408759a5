"""DiffAugment by translation (Zhao, Liu, Lin, Zhu & Han 2020): all that D sees is moved at random, real and fake alike.

With few pictures D soon knows them by heart. If it never sees one in the same place twice, it cannot; and since G's
gradient comes back through the same moves, G does not learn to draw them. What is random is drawn in NumPy.
"""

from collections.abc import Callable

import numpy as np
from mindspore import Tensor, ops

Draw = Callable[[np.random.Generator], tuple[np.ndarray, ...]]


def random_shifts(batch_size: int, size: tuple[int, int], reach: int) -> Draw:
    """A function that draws how far each of `batch_size` images of `size` `(H, W)` moves, up to `reach` pixels a side.

    A move is a matrix from either side: row i of R x is row i - s of x, and grey, 0, comes in at the border.

    Returns:
        Of the draw: R `(N, 1, H, H)` and C^T `(N, W, W)` for N real images, then for N generated ones; float32.

    Raises:
        ValueError: a reach below 0, or beyond a side.
    """
    if not 0 <= reach < min(size):
        raise ValueError(f"images of {size[0]}x{size[1]} cannot move by {reach} pixels")

    def matrices(rng: np.random.Generator, length: int) -> np.ndarray:
        offsets = rng.integers(-reach, reach + 1, batch_size)
        return np.stack([np.eye(length, k=-offset, dtype=np.float32) for offset in offsets])

    def draw(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
        moves = ()
        for _ in ("real", "fake"):
            rows, columns = matrices(rng, size[0]), matrices(rng, size[1])
            moves += (rows[:, None], np.ascontiguousarray(columns.swapaxes(1, 2)))
        return moves

    return draw


def shifted(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Images `(N, C, H, W)` moved as the matrices of `random_shifts` say: R x C^T; the shape stays."""
    n, channels, height, width = images.shape
    moved = ops.bmm(images.reshape(n, channels * height, width), columns)  # (N, C * H, W)
    rows = ops.broadcast_to(rows, (n, channels, height, height)).reshape(-1, height, height)  # (N * C, H, H)
    return ops.bmm(rows, moved.reshape(-1, height, width)).reshape(images.shape)  # (N, C, H, W)
