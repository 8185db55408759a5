"""How a frame of `image_grid` is divided into pictures."""

from typing import NamedTuple

import numpy as np


class Grid(NamedTuple):
    """How a frame is divided into pictures: cells of so many pixels, `gap` pixels apart."""

    columns: int
    rows: int
    cell_width: int
    cell_height: int
    gap: int


def grid_of(frame: np.ndarray, cell: tuple[int, int], gap: int = 2) -> Grid | None:
    """How a frame of `image_grid` is divided into cells of (height, width), or None if it is something else.

    It may be enlarged, up to four times.
    """
    for scale in range(1, 5):
        height, width, space = cell[0] * scale, cell[1] * scale, gap * scale
        rows, left_over = divmod(frame.shape[0] + space, height + space)
        columns, left_over_across = divmod(frame.shape[1] + space, width + space)
        if not left_over and not left_over_across:
            return Grid(columns, rows, width, height, space)
    return None


def cells_of(frame: np.ndarray, grid: Grid) -> np.ndarray:
    """The pictures of a frame row by row, `(N, h, w)` or `(N, h, w, 3)`."""
    tops = np.arange(grid.rows) * (grid.cell_height + grid.gap)
    lefts = np.arange(grid.columns) * (grid.cell_width + grid.gap)
    return np.stack([frame[y : y + grid.cell_height, x : x + grid.cell_width] for y in tops for x in lefts])
