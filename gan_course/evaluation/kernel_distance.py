"""How far apart two sets of pictures are, as a network's features see them."""

import numpy as np


def kernel_distance(features: np.ndarray, others: np.ndarray) -> float:
    """The unbiased squared maximum mean discrepancy with a cubic kernel, KID (Binkowski et al. 2018, equation 4).

    With k(x, y) = (<x, y> / d + 1)^3 it is mean k(x, x') + mean k(y, y') - 2 mean k(x, y) over all pairs of different
    pictures. Around 0, sometimes a little below, where both sets come from the same source, however few the pictures.

    Args:
        features: of one set, `(N, d)`, N at least 2.
        others: of the other, `(M, d)`, M at least 2.

    Raises:
        ValueError: fewer than 2 pictures, or features of different width.
    """
    if features.ndim != 2 or features.shape[1:] != others.shape[1:] or min(len(features), len(others)) < 2:
        raise ValueError(f"cannot compare features {features.shape} with {others.shape}")
    features, others = features.astype(np.float64), others.astype(np.float64)
    between = sum(kernel(features[part], others).sum() for part in chunks(len(features)))
    return float(mean_of_pairs(features) + mean_of_pairs(others) - 2 * between / (len(features) * len(others)))


def bootstrap_kernel_distances(
    features: np.ndarray, others: np.ndarray, positions: np.ndarray, others_mean_kernel: float | None = None
) -> tuple[float, np.ndarray]:
    """`kernel_distance(features, others)`, and again for other draws of the features.

    A picture that was drawn twice is not compared with itself, which would add to the distance. The kernel of a pair
    is worked out once for all draws.

    Args:
        features: `(N, d)`.
        others: `(M, d)`, M at least 2.
        positions: R draws of N, whole numbers below N, `(R, N)`; see `bootstrap.resample`.
        others_mean_kernel: `mean_of_pairs(others)`, if it is known from another set that was compared with them.

    Returns:
        the distance, and that of each draw, float64 `(R,)`.
    """
    features, others = features.astype(np.float64), others.astype(np.float64)
    draws = [np.bincount(chosen, minlength=len(features)) for chosen in positions]
    weights = np.stack([np.ones(len(features)), *draws])  # (1 + R, N), how often each picture counts
    within, between = np.zeros(len(weights)), np.zeros(len(weights))
    for part in chunks(len(features)):
        within += (weights[:, part] @ without_self(kernel(features[part], features), part) * weights).sum(axis=1)
        between += weights[:, part] @ kernel(features[part], others).mean(axis=1)
    total = weights.sum(axis=1)
    within /= total**2 - (weights**2).sum(axis=1)
    others_mean_kernel = mean_of_pairs(others) if others_mean_kernel is None else others_mean_kernel
    distances = within + others_mean_kernel - 2 * between / total
    return float(distances[0]), distances[1:]


def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """k(x, y) = (<x, y> / d + 1)^3 of all pairs: `(N, d)`, `(M, d)` -> `(N, M)`."""
    k = x @ y.T / x.shape[1] + 1
    return k * k * k  # k**3 takes ten times as long


def mean_of_pairs(x: np.ndarray) -> float:
    """The mean kernel of all pairs of different pictures of one set, `(N, d)`."""
    total = sum(without_self(kernel(x[part], x), part).sum() for part in chunks(len(x)))
    return total / (len(x) * (len(x) - 1))


def without_self(k: np.ndarray, part: slice) -> np.ndarray:
    """Rows `part` of a square of kernels, with 0 where a picture meets itself."""
    rows = np.arange(len(k))
    k[rows, part.start + rows] = 0
    return k


def chunks(count: int, size: int = 100) -> list[slice]:
    """Parts of `count` rows, so that the square of all pairs is never held whole."""
    return [slice(start, start + size) for start in range(0, count, size)]
