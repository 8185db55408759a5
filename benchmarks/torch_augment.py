"""DiffAugment by translation (Zhao et al. 2020) in PyTorch: whole pixels, zeros at the border.

The paper's authors index the padded images by three grids; an index a pixel of the flat image says the same, and was
the fastest of four spellings on a CPU, theirs among them, so that it is what the course is held against.
"""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


def translate(images: Tensor, offsets: Tensor) -> Tensor:
    """Images `(N, C, H, W)`, each moved by its row of `offsets`, int64 `(N, 2)`: down, and to the right."""
    n, channels, height, width = images.shape
    rows = (torch.arange(height) - offsets[:, :1] + 1).clamp(0, height + 1)  # (N, H), in the padded image
    columns = (torch.arange(width) - offsets[:, 1:] + 1).clamp(0, width + 1)  # (N, W)
    places = (rows[:, :, None] * (width + 2) + columns[:, None]).view(n, 1, -1)  # (N, 1, H * W)
    flat = F.pad(images, (1, 1, 1, 1)).flatten(2)
    return flat.gather(2, places.expand(-1, channels, -1)).view_as(images)


def random_offsets(rng: np.random.Generator, count: int, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """How far `count` real and as many generated images move, int64 `(count, 2)` each."""
    real, fake = rng.integers(-reach, reach + 1, (2, count, 2))
    return real, fake


def offsets_of(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """What the course's matrices move by, int64 `(N, 2)`.

    Args:
        rows: R `(N, 1, H, H)`; a move by s has its ones at (i, i - s).
        columns: C^T `(N, W, W)`, so that its ones are at (i - s, i).
    """
    return np.stack([first_diagonal(rows[:, 0]), -first_diagonal(columns)], axis=1)


def first_diagonal(matrices: np.ndarray) -> np.ndarray:
    """i - j of the first number at (i, j) that is not 0, of each of `(N, L, L)`."""
    first = (matrices != 0).reshape(len(matrices), -1).argmax(axis=1)
    i, j = np.divmod(first, matrices.shape[-1])
    return i - j
