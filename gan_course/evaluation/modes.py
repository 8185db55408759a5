"""How many modes of a known mixture a cloud of points has found, and how many of its points lie near one."""

import numpy as np


def modes_captured(points: np.ndarray, centres: np.ndarray, std: float) -> tuple[int, float]:
    """The number of modes found, and the share of high-quality points, from 0 to 1.

    A point is of high quality if it lies within three standard deviations of the nearest centre; of real points
    1 - e^-4.5 = 98.9 % do. A mode is captured if it has at least one such point. These are the definitions of VEEGAN
    (Srivastava et al. 2017, section 4.1) and PacGAN (Lin et al. 2018), where 2,500 points are drawn.

    Args:
        points: `(N, 2)`, N at least 1.
        centres: of the mixture, `(num_modes, 2)`.
        std: standard deviation of each mode in each direction.

    Raises:
        ValueError: no points, or arrays of other shapes.
    """
    if points.ndim != 2 or points.shape[1:] != centres.shape[1:] or len(points) == 0:
        raise ValueError(f"points must be (N, {centres.shape[1]}), N at least 1, not {points.shape}")
    distances = np.linalg.norm(points[:, None] - centres, axis=2)
    good = distances.min(axis=1) < 3 * std
    return len(np.unique(distances.argmin(axis=1)[good])), float(good.mean())
