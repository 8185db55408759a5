"""Which modes of a known mixture a generator hits, and how evenly."""

import numpy as np


def mixture_metrics(points: np.ndarray, centres: np.ndarray, std: float) -> dict[str, float]:
    """How well points in the plane follow a mixture of equally likely Gaussians, as numbers for `metrics.json`.

    The protocol of VEEGAN (Srivastava et al. 2017, on synthetic data; the mean of five runs), which PacGAN follows (Lin
    et al. 2018, in the code they released; ten runs): draw 2,500 points. A point is of high quality if it lies within 3
    standard deviations of the nearest centre. A mode is captured if it is the nearest to at least one point of high
    quality. Print the number of points, and the mean over several seeds: with more points more modes are captured, and
    the papers' own baselines differ (1 and 6.3 of 8 for a plain GAN). Of real points 1 - exp(-9 / 2) = 98.9 % are of
    high quality.

    Args:
        points: `(N, 2)`.
        centres: `(K, 2)`, such as `gan_course.data.mixtures.ring`.
        std: of each mode in each direction.

    Returns:
        `high_quality_share`, from 0 to 1; `modes_captured`, from 0 to K; and `mode_kl`, `histogram_kl` of the
        points of high quality, each counted for its nearest centre, from equal shares (the papers' reverse KL): NaN if
        there are none.

    Raises:
        ValueError: arrays of other shapes, or no points.
    """
    counts = mode_counts(points, centres, std)
    return {
        "high_quality_share": float(counts.sum() / len(points)),
        "modes_captured": int((counts > 0).sum()),
        "mode_kl": histogram_kl(counts, np.ones(len(centres))) if counts.any() else float("nan"),
    }


def mode_counts(points: np.ndarray, centres: np.ndarray, std: float) -> np.ndarray:
    """How many points of high quality are nearest to each centre, int `(K,)`; arguments as of `mixture_metrics`.

    Raises:
        ValueError: arrays of other shapes, or no points.
    """
    if points.ndim != 2 or points.shape[1:] != centres.shape[1:] or len(points) == 0:
        raise ValueError(f"cannot compare points {points.shape} with centres {centres.shape}")
    distances = np.linalg.norm(points[:, None] - centres, axis=2)  # (N, K)
    good = distances.min(axis=1) <= 3 * std
    return np.bincount(distances.argmin(axis=1)[good], minlength=len(centres))


def histogram_kl(counts: np.ndarray, expected: np.ndarray) -> float:
    """KL(p || q) = sum p log(p / q) in nats, of the shares p in `counts` from the shares q in `expected`.

    0 if the shares are equal, log K if only one of K equally likely classes is left. N samples of q itself have about
    (K - 1) / 2N.

    Args:
        counts: how many of each class, `(K,)`.
        expected: counts or shares of the same classes, each above 0.

    Raises:
        ValueError: no counts, or a class that is not expected at all.
    """
    counts, expected = np.asarray(counts, np.float64), np.asarray(expected, np.float64)
    if counts.shape != expected.shape or counts.sum() <= 0 or (expected <= 0).any():
        raise ValueError(f"there is no KL of counts {counts.tolist()} from {expected.tolist()}")
    p, q = counts / counts.sum(), expected / expected.sum()
    return float((p[p > 0] * np.log(p[p > 0] / q[p > 0])).sum())
