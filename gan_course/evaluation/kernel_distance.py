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

    def kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return (x @ y.T / x.shape[1] + 1) ** 3

    def mean_of_pairs(x: np.ndarray) -> float:
        k = kernel(x, x)
        return (k.sum() - np.trace(k)) / (len(x) * (len(x) - 1))

    return float(mean_of_pairs(features) + mean_of_pairs(others) - 2 * kernel(features, others).mean())
