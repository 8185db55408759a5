"""How far apart two sets of features are, if each is taken for a Gaussian: the Fréchet distance."""

from typing import NamedTuple

import numpy as np


class Gaussian(NamedTuple):
    """A mean `(d,)` and a root A `(k, d)` of the covariance, which is A^T A."""

    mean: np.ndarray
    root: np.ndarray


def fit_gaussian(features: np.ndarray) -> Gaussian:
    """The mean and the unbiased covariance of features `(N, d)`, float64.

    Raises:
        ValueError: fewer than 2 rows, or another number of axes.
    """
    if features.ndim != 2 or len(features) < 2:
        raise ValueError(f"features must be (N, d), N at least 2, not {features.shape}")
    features = features.astype(np.float64)
    mean = features.mean(axis=0)
    centred = (features - mean) / np.sqrt(
        len(features) - 1
    )  # a root already, which QR makes small: (Q R)^T Q R = R^T R
    return Gaussian(mean, np.linalg.qr(centred, mode="r"))


def frechet_distance(one: Gaussian, other: Gaussian) -> float:
    """|m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), 0 for equal Gaussians (Dowson & Landau 1982; Heusel et al. 2017).

    In the features of the Inception network this is the FID. In those of the course's own classifiers it is the
    **Fréchet classifier distance**, on a scale of its own: never compare it with anybody's FID. It sees means, spreads
    and correlations, nothing beyond; and few samples make it too large, since their covariance is only estimated. So
    compare sets of one size, with the distance of as many real images beside them.

    Returns:
        The distance in squared units of the features; NaN if a feature is not finite.

    Raises:
        ValueError: Gaussians of different dimension.
    """
    if one.mean.shape != other.mean.shape:
        raise ValueError(f"cannot compare features of {len(one.mean)} and {len(other.mean)} numbers")
    if not all(np.isfinite(array).all() for array in (*one, *other)):
        return float("nan")
    # With C1 = A^T A and C2 = B^T B, the trace of (C1 C2)^(1/2) is the sum of the singular values of A B^T.
    crossed = np.linalg.svd(one.root @ other.root.T, compute_uv=False).sum()
    means = ((one.mean - other.mean) ** 2).sum()
    return float(means + (one.root**2).sum() + (other.root**2).sum() - 2 * crossed)
