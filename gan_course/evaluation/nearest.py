"""Invented or remembered? The nearest training image of a sample."""

import numpy as np
from scipy.spatial.distance import cdist


def nearest_images(samples: np.ndarray, training: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each sample the training image that differs least from it, and by how much.

    Distances are Euclidean over pixels, which the eye does not share: a copy shifted by two pixels counts as far
    away, a blur as near to everything. A distance near zero does prove a copy.

    Args:
        samples: `(N, C, H, W)`.
        training: `(M, C, H, W)`.

    Returns:
        indices into `training`, `(N,)`, and distances, `(N,)`.
    """
    distances = cdist(samples.reshape(len(samples), -1), training.reshape(len(training), -1))  # (N, M)
    return distances.argmin(axis=1), distances.min(axis=1)


def nearest_ratio(samples: np.ndarray, training: np.ndarray) -> float:
    """Median distance of samples to their nearest training image, divided by that of training images to each other.

    Near 0: copies of training images. Near 1: as far from them as they are from each other.
    """
    flat = training.reshape(len(training), -1)[:1000]
    among = cdist(flat, flat)
    np.fill_diagonal(among, np.inf)
    return float(np.median(nearest_images(samples, training)[1]) / np.median(among.min(axis=1)))
