"""Precision and recall: how many samples look real, and how much of what is real they cover."""

import numpy as np

TIE = 1e-10  # of |x|^2 + |y|^2: squared distances that differ by less are equal, rounding apart


def precision_recall(samples: np.ndarray, real: np.ndarray, k: int = 3) -> tuple[float, float]:
    """Precision and recall of Kynkäänniemi et al. 2019, equation 2, each from 0 to 1.

    Precision is the share of samples that lie in a ball around a real image, as far as its kth nearest real one;
    recall, the share of real images in such a ball around a sample. Both depend on how many there are: take as many
    samples as real images, and look at the values of other real images, which are not 1. Means: a GAN of few
    perfect pictures has precision and no recall, one of noisy variety the reverse.

    Args:
        samples: features of generated images, `(N, d)`, N above k.
        real: features of real ones, `(M, d)`, M above k. No picture should be there twice: k copies of it have a ball
            of radius 0.
        k: neighbours; 3 in the paper.

    Raises:
        ValueError: not more than k rows.
    """
    return float(inside(samples, real, squared_radii(real, k)).mean()), recall(samples, real, k)


def recall(samples: np.ndarray, real: np.ndarray, k: int = 3) -> float:
    """The second number of `precision_recall` alone."""
    return float(inside(real, samples, squared_radii(samples, k)).mean())


def squared_radii(features: np.ndarray, k: int = 3, chunk: int = 200) -> np.ndarray:
    """The squared distance of each row of `(N, d)` to its kth nearest other row, float64 `(N,)`.

    Squared, as `inside` compares it: a root and its square again would move the border by a rounding error.

    Raises:
        ValueError: not more than k rows.
    """
    if features.ndim != 2 or len(features) <= k:
        raise ValueError(f"features must be (N, d) with N above k = {k}, not {features.shape}")
    radii = []
    for start in range(0, len(features), chunk):
        squares = squared_distances(features[start : start + chunk], features)
        rows = np.arange(len(squares))
        squares[rows, start + rows] = -1  # itself, the first in the order, whatever rounding says
        radii.append(np.partition(squares, k, axis=1)[:, k])
    return np.concatenate(radii)


def inside(points: np.ndarray, features: np.ndarray, radii: np.ndarray, chunk: int = 200) -> np.ndarray:
    """Whether each point lies in at least one ball around `features`, the border included, bool `(P,)`.

    That is f of Kynkäänniemi et al. 2019, equation 1: the balls together stand for all that is like `features`.

    Args:
        points: `(P, d)`.
        features: centres of the balls, `(N, d)`.
        radii: of the balls, squared, `(N,)`, by `squared_radii`.
    """
    parts = [points[start : start + chunk].astype(np.float64) for start in range(0, len(points), chunk)]
    sizes = (features.astype(np.float64) ** 2).sum(axis=1)
    answers = []
    for part in parts:
        squares = squared_distances(part, features) - TIE * (part**2).sum(axis=1)[:, None]
        answers.append((squares <= radii + TIE * sizes).any(axis=1))
    return np.concatenate([np.zeros(0, bool), *answers])


def squared_distances(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """|x - y|^2 for all pairs, float64 `(N, M)`, by one matrix product: |x|^2 - 2 <x, y> + |y|^2."""
    x, y = x.astype(np.float64), y.astype(np.float64)
    squares = -2 * x @ y.T  # the only array of this size: most of the time goes into memory
    squares += (x**2).sum(axis=1)[:, None]
    squares += (y**2).sum(axis=1)
    return np.maximum(squares, 0, out=squares)
