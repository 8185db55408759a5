"""The blanks of lesson 08, all of NumPy arrays."""

import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
from scipy.spatial.distance import cdist

from gan_course.checks.answer import Probe, Question, answer, filled
from gan_course.evaluation.frechet import fit_gaussian, frechet_distance
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.precision_recall import precision_recall


def returned(**trials: tuple) -> Probe:
    """A probe that calls a function with each of the trials, which are named by what they are."""

    def probe(function):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # roots of negative numbers and the like
            return {name.replace("_", " "): filled(function(*trial)) for name, trial in trials.items()}

    return probe


def clouds(width: int, counts: tuple[int, int] = (24, 24)) -> list[np.ndarray]:
    """Feature vectors of two sets whose features are correlated, `(N, width)` each."""
    rng = np.random.default_rng(width)
    mixing = np.eye(width) + 0.5 * rng.standard_normal((width, width)) / np.sqrt(width)
    return [move + rng.standard_normal((count, width)) @ mixing * (1 + move) for move, count in zip((0, 0.4), counts)]


# The Fréchet distance
def frechet_by_hand(yours: Callable) -> Callable:
    """`frechet_by_hand(x, y)`: of the Gaussians fitted to two sets of features (Dowson & Landau 1982)."""

    def mixed(c, d):
        return np.sqrt(np.linalg.eigvals(c @ d).real.clip(0)).sum()

    def total(c, d):
        return np.trace(c + d) - 2 * mixed(c, d)

    return answer(
        yours,
        Question(
            ours=lambda x, y: frechet_distance(fit_gaussian(x), fit_gaussian(y)),
            probe=returned(the_distance_of_two_sets=clouds(4), with_a_single_feature=clouds(1)),
            right="means apart, plus spreads apart; and 0 for two sets that share both.",
            mistakes={
                "the covariance is divided by N: np.cov by itself divides by N - 1, which is unbiased.": of_moments(
                    total, bias=True
                ),
                "the means' distance is not squared.": of_moments(total, means=lambda g: np.sqrt((g**2).sum())),
                "the mean over the features in place of the sum in |m1 - m2|^2.": of_moments(
                    total, means=lambda g: (g**2).mean()
                ),
                "the root of it all: what everybody calls the distance is d^2.": lambda x, y: np.sqrt(
                    of_moments(total)(x, y)
                ),
                "the factor 2 before the root is missing.": of_moments(lambda c, d: np.trace(c + d) - mixed(c, d)),
                "np.sqrt takes the root of each entry. The root of a matrix has the roots of its "
                "eigenvalues.": of_moments(lambda c, d: np.trace(c + d - 2 * np.sqrt(np.abs(c @ d)))),
                "the root of the trace. Wanted is the trace of the root, the sum of roots of eigenvalues.": of_moments(
                    lambda c, d: np.trace(c + d) - 2 * np.sqrt(np.trace(c @ d))
                ),
                "only the variances are in it: how features go together counts, too.": of_moments(
                    lambda c, d: ((np.diag(c) ** 0.5 - np.diag(d) ** 0.5) ** 2).sum()
                ),
                "np.cov takes rows for features: rowvar=False, for yours are the columns.": of_moments(
                    total, rowvar=True
                ),
                "of one feature np.cov gives a bare number: np.atleast_2d makes a matrix of it.": of_moments(
                    total, matrix=np.asarray
                ),
            },
        ),
    )


def of_moments(
    spreads: Callable,
    means: Callable = lambda gap: (gap**2).sum(),
    bias: bool = False,
    rowvar: bool = False,
    matrix: Callable = np.atleast_2d,
) -> Callable:
    """A distance of two sets that is `means` of the gap of their means, plus `spreads` of their covariances."""

    def distance(x, y):
        c, d = (matrix(np.cov(z, rowvar=rowvar, bias=bias)) for z in (x, y))
        return means(x.mean(0) - y.mean(0)) + spreads(c, d)

    return distance


# The kernel distance
def kernel_by_hand(yours: Callable) -> Callable:
    """`kernel_by_hand(x, y)`: the unbiased squared MMD with a cubic kernel (Binkowski et al. 2018, equation 4)."""
    return answer(
        yours,
        Question(
            ours=kernel_distance,
            probe=returned(the_distance_of_two_sets=clouds(128, (9, 12))),
            right="unbiased: for two sets of one source it is 0 on average, however few there are.",
            mistakes={
                "each vector is paired with itself, too, to which it is most alike: the estimate is biased. Leave the "
                "diagonal out, and divide by n (n - 1).": of_pairs(within=np.mean),
                "the diagonal is left out of the sum, and counted in the mean: there are n (n - 1) pairs, not "
                "n^2.": of_pairs(within=lambda k: (k.sum() - np.trace(k)) / k.size),
                "the factor 2 of the mixed pairs is missing.": of_pairs(factor=1),
                "the mixed pairs are added: they are to be taken off.": of_pairs(factor=-2),
                "the 1 is missing in <x, y> / 128 + 1: then means count for little, and spreads not at all.": of_pairs(
                    lambda p: p**3
                ),
                "squared and not cubed: third moments are lost.": of_pairs(lambda p: (p + 1) ** 2),
                "the product is not divided by the number of features, 128.": of_pairs(lambda p: (128 * p + 1) ** 3),
                "the root of it: the kernel distance is the squared one, which may be negative.": lambda x, y: np.sqrt(
                    kernel_distance(x, y)
                ),
            },
        ),
    )


def different(k: np.ndarray) -> float:
    """The mean of a square of kernels without its diagonal."""
    return (k.sum() - np.trace(k)) / (len(k) * (len(k) - 1))


def of_pairs(
    kernel: Callable = lambda product: (product + 1) ** 3, within: Callable = different, factor: float = 2
) -> Callable:
    """A kernel distance by its parts; `kernel` is of products <x, y> / 128."""

    def distance(x, y):
        xx, yy, xy = (kernel(a @ b.T / 128) for a, b in ((x, x), (y, y), (x, y)))
        return within(xx) + within(yy) - factor * xy.mean()

    return distance


# Precision
def precision_by_hand(yours: Callable) -> Callable:
    """`precision_by_hand(samples, real)`: the share in balls around real ones (Kynkäänniemi et al. 2019, eq. 2)."""
    rng = np.random.default_rng(2)
    real, samples = rng.standard_normal((25, 2)) ** 3, rng.standard_normal((60, 2)) * [6, 4]

    def within(reach, join=np.any):
        return lambda s, r: join(cdist(s, r) <= reach(s, r), axis=1).mean()

    def neighbour(which, column):
        return lambda s, r: np.sort(cdist(r, which(s, r)), axis=1)[:, column]

    reals = partial(neighbour, lambda s, r: r)
    return answer(
        yours,
        Question(
            ours=lambda s, r: precision_recall(s, r)[0],
            probe=returned(the_share=(samples, real)),
            right="and with the roles exchanged it is the recall.",
            mistakes={
                "the second neighbour: in a sorted row the first is the picture itself, at 0.": within(reals(2)),
                "the fourth neighbour: count from 0, where the picture itself stands.": within(reals(4)),
                "in all balls in place of in some ball.": within(reals(3), np.all),
                "one radius for all, their mean: each real one has a ball of its own.": within(
                    lambda s, r: reals(3)(s, r).mean()
                ),
                "the radius reaches to the third nearest sample, not real one.": within(neighbour(lambda s, r: s, 2)),
                "that is the recall: the balls are to lie around the real ones.": lambda s, r: precision_recall(s, r)[
                    1
                ],
                "how many, in place of which share.": lambda s, r: len(s) * precision_recall(s, r)[0],
                "the share of the pairs: count a sample once, in however many balls it lies.": lambda s, r: (
                    cdist(s, r) <= reals(3)(s, r)
                ).mean(),
            },
        ),
    )


# Copies
def nearest_by_hand(yours: Callable) -> Callable:
    """`nearest_by_hand(samples, training)`: which training image is nearest to each sample, and how far it is."""
    rng = np.random.default_rng(3)
    training, samples = rng.standard_normal((9, 1, 4, 4)), rng.standard_normal((6, 1, 4, 4))
    samples[2] = training[5] + 0.1

    def by(table, change=lambda d: d):
        def function(s, t):
            distances = table(s.reshape(len(s), -1), t.reshape(len(t), -1))
            return distances.argmin(axis=1), change(distances.min(axis=1))

        return function

    return answer(
        yours,
        Question(
            ours=nearest_images,
            probe=returned(the_answer=(samples, training)),
            right="a copy lies at 0. But far off in pixels is not yet new: a copy may have moved.",
            mistakes={
                "the squared distance: take the root.": by(cdist, np.square),
                "the mean over the pixels in place of their sum: the distance is |sample - image|.": by(
                    cdist, lambda d: d / 4
                ),
                "the sum of absolute differences. The distance is the root of the summed squares.": by(
                    partial(cdist, metric="cityblock")
                ),
                "the nearest sample to each training image: the roles are exchanged.": lambda s, t: nearest_images(
                    t, s
                ),
                "the two answers in the other order: first which, then how far.": lambda s, t: nearest_images(s, t)[
                    ::-1
                ],
            },
        ),
    )


def share_of_copies(yours: Callable) -> Callable:
    """`share_of_copies(distances, held_out_distances)`: nearer to the training set than 95 in 100 held-out images."""
    rng = np.random.default_rng(4)
    held_out, distances = rng.uniform(2, 8, 200), rng.uniform(0, 6, 90)
    distances[:10] = 0

    return answer(
        yours,
        Question(
            ours=nearer,
            probe=returned(the_share=(distances, held_out)),
            right="of digits that are new, 5 in 100 count as copies; of copies, all.",
            mistakes={
                "only exact copies are counted. One pixel that differs a little would hide the rest.": lambda d, h: (
                    d == 0
                ).mean(),
                "np.quantile counts to 1: the quantile is 0.05.": lambda d, h: np.mean(d < np.percentile(h, 0.05)),
                "below the median of the held-out distances, where half of all new digits lie.": lambda d, h: np.mean(
                    d < np.median(h)
                ),
                "the quantile 0.95: nearer than 95 in 100 is below the quantile 0.05.": lambda d, h: np.mean(
                    d < np.quantile(h, 0.95)
                ),
                "the quantile of the samples' own distances: that gives 5 % of any samples. The yardstick are "
                "held-out digits.": lambda d, h: nearer(d, d),
                "the share that is no copy: nearer, not farther.": lambda d, h: 1 - nearer(d, h),
                "how many, in place of which share.": lambda d, h: len(d) * nearer(d, h),
            },
        ),
    )


def nearer(distances: np.ndarray, held_out_distances: np.ndarray) -> float:
    """The share of distances below the quantile 0.05 of the others."""
    return float((distances < np.quantile(held_out_distances, 0.05)).mean())
