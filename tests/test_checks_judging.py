"""What lesson 08's checkers say."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.spatial.distance import cdist
from wrong import Wrong, hold

from gan_course.checks import judging as check


# The Fréchet distance
def covariances(x, y, **options):
    return (np.atleast_2d(np.cov(z, **{"rowvar": False} | options)) for z in (x, y))


def roots(c, d):
    return np.sqrt(np.maximum(np.linalg.eigvals(c @ d).real, 0)).sum()


def frechet_biased(x, y):
    c, d = covariances(x, y, ddof=0)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * roots(c, d)


def frechet_norm(x, y):
    c, d = covariances(x, y)
    return np.linalg.norm(x.mean(0) - y.mean(0)) + np.trace(c) + np.trace(d) - 2 * roots(c, d)


def frechet_root(x, y):
    c, d = covariances(x, y)
    return np.sqrt(((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d) - 2 * roots(c, d))


def frechet_without_two(x, y):
    c, d = covariances(x, y)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d) - roots(c, d)


def frechet_by_entries(x, y):
    c, d = covariances(x, y)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d - 2 * np.sqrt(np.abs(c @ d)))


def frechet_variances(x, y):
    return ((x.mean(0) - y.mean(0)) ** 2 + (x.std(0, ddof=1) - y.std(0, ddof=1)) ** 2).sum()


def frechet_rows(x, y):
    c, d = np.cov(x), np.cov(y)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d) - 2 * roots(c, d)


def frechet_bare(x, y):
    c, d = np.cov(x.T), np.cov(y.T)
    return ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d) - 2 * roots(c, d)


def frechet_of_all(x, y):
    c, d = covariances(x, y)
    return (x.mean() - y.mean()) ** 2 + np.trace(c + d) - 2 * roots(c, d)


# The kernel distance
def cubic(x, y):
    return (x @ y.T / 128 + 1) ** 3


def kernel_biased(x, y):
    return cubic(x, x).mean() + cubic(y, y).mean() - 2 * cubic(x, y).mean()


def kernel_diagonal_counted(x, y):
    xx, yy = cubic(x, x), cubic(y, y)
    np.fill_diagonal(xx, 0)
    np.fill_diagonal(yy, 0)
    return xx.mean() + yy.mean() - 2 * cubic(x, y).mean()


def without_diagonal(k):
    return k[~np.eye(len(k), dtype=bool)].mean()


def kernel_without_two(x, y):
    return without_diagonal(cubic(x, x)) + without_diagonal(cubic(y, y)) - cubic(x, y).mean()


def kernel_without_one(x, y):
    xx, yy, xy = ((a @ b.T / 128) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return without_diagonal(xx) + without_diagonal(yy) - 2 * xy.mean()


def kernel_not_divided(x, y):
    xx, yy, xy = ((a @ b.T + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
    return without_diagonal(xx) + without_diagonal(yy) - 2 * xy.mean()


def kernel_squared(x, y):
    xx, yy, xy = ((a @ b.T / 128 + 1) ** 2 for a, b in ((x, x), (y, y), (x, y)))
    return without_diagonal(xx) + without_diagonal(yy) - 2 * xy.mean()


def kernel_triangle(x, y):
    return np.triu(cubic(x, x), 1).mean() + np.triu(cubic(y, y), 1).mean() - 2 * cubic(x, y).mean()


# Precision
def precision_second(samples, real):
    radii = np.sort(cdist(real, real), axis=1)[:, 2]
    return (cdist(samples, real) <= radii).any(1).mean()


def precision_fourth(samples, real):
    radii = np.partition(cdist(real, real), 4, axis=1)[:, 4]
    return (cdist(samples, real) <= radii).any(1).mean()


def precision_all(samples, real):
    radii = np.sort(cdist(real, real), axis=1)[:, 3]
    return (cdist(samples, real) <= radii).all(1).mean()


def precision_recall_exchanged(samples, real):
    radii = np.sort(cdist(samples, samples), axis=1)[:, 3]
    return (cdist(real, samples) <= radii).any(1).mean()


def precision_one_radius(samples, real):
    radius = np.sort(cdist(real, real), axis=1)[:, 3].mean()
    return (cdist(samples, real) <= radius).any(1).mean()


def precision_pairs(samples, real):
    return np.mean(cdist(samples, real) <= np.sort(cdist(real, real), axis=1)[:, 3])


def precision_wrong_axis(samples, real):
    radii = np.sort(cdist(real, real), axis=1)[:, 3]
    return (cdist(samples, real) <= radii).any(0).mean()


# Nearest, and copies
def table(samples, training, metric="euclidean"):
    return cdist(samples.reshape(len(samples), -1), training.reshape(len(training), -1), metric)


def nearest_squared(samples, training):
    d = ((samples[:, None] - training) ** 2).sum((2, 3, 4))
    return d.argmin(1), d.min(1)


def nearest_mean(samples, training):
    d = ((samples[:, None] - training) ** 2).mean((2, 3, 4)) ** 0.5
    return d.argmin(1), d.min(1)


def nearest_absolute(samples, training):
    d = np.abs(samples[:, None] - training).sum((2, 3, 4))
    return d.argmin(1), d.min(1)


def nearest_exchanged(samples, training):
    d = table(samples, training)
    return d.argmin(0), d.min(0)


def nearest_turned(samples, training):
    d = table(samples, training)
    return d.min(1), d.argmin(1)


def nearest_whole(samples, training):
    d = table(samples, training)
    return d.argmin(), d.min()


def copies_exact(distances, held_out_distances):
    return np.mean(distances == 0)


def copies_percentile(distances, held_out_distances):
    return (distances < np.percentile(held_out_distances, 0.05)).mean()


def copies_median(distances, held_out_distances):
    return (distances < np.median(held_out_distances)).mean()


def copies_of_their_own(distances, held_out_distances):
    return (distances < np.quantile(distances, 0.05)).mean()


def copies_counted(distances, held_out_distances):
    return (distances < np.quantile(held_out_distances, 0.05)).sum()


def copies_most(distances, held_out_distances):
    return (distances < np.quantile(held_out_distances, 0.95)).mean()


def copies_none(distances, held_out_distances):
    return (distances > np.quantile(held_out_distances, 0.05)).mean()


def copies_mask(distances, held_out_distances):
    return distances < np.quantile(held_out_distances, 0.05)


WRONG = {
    "frechet_by_hand": [
        Wrong(frechet_biased, "divided by N: np.cov"),
        Wrong(frechet_norm, "is not squared"),
        Wrong(frechet_root, "the root of it all"),
        Wrong(frechet_without_two, "the factor 2"),
        Wrong(frechet_by_entries, "the root of each entry"),
        Wrong(frechet_variances, "only the variances"),
        Wrong(frechet_rows, "rows for features"),
        Wrong(frechet_bare, "a bare number"),
        Wrong(frechet_of_all, None),
    ],
    "kernel_by_hand": [
        Wrong(kernel_biased, "the estimate is biased"),
        Wrong(kernel_diagonal_counted, "counted in the mean"),
        Wrong(kernel_without_two, "the factor 2"),
        Wrong(kernel_without_one, "the 1 is missing"),
        Wrong(kernel_not_divided, "not divided by the number of features"),
        Wrong(kernel_squared, "third moments"),
        Wrong(kernel_triangle, None),
    ],
    "precision_by_hand": [
        Wrong(precision_second, "the second neighbour"),
        Wrong(precision_fourth, "the fourth neighbour"),
        Wrong(precision_all, "in all balls"),
        Wrong(precision_recall_exchanged, "that is the recall"),
        Wrong(precision_one_radius, "one radius for all"),
        Wrong(precision_pairs, "the share of the pairs"),
        Wrong(precision_wrong_axis, None),
    ],
    "nearest_by_hand": [
        Wrong(nearest_squared, "the squared distance"),
        Wrong(nearest_mean, "the mean over the pixels"),
        Wrong(nearest_absolute, "absolute differences"),
        Wrong(nearest_exchanged, "the roles are exchanged"),
        Wrong(nearest_turned, "in the other order"),
        Wrong(nearest_whole, None),
    ],
    "share_of_copies": [
        Wrong(copies_exact, "only exact copies"),
        Wrong(copies_percentile, "the quantile is 0.05"),
        Wrong(copies_median, "below the median"),
        Wrong(copies_of_their_own, "samples' own distances"),
        Wrong(copies_counted, "how many"),
        Wrong(copies_most, "the quantile 0.95"),
        Wrong(copies_none, "nearer, not farther"),
        Wrong(copies_mask, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def test_the_same_answers_in_other_words_pass(capsys):
    def frechet_by_sqrtm(x, y):
        c, d = covariances(x, y)
        return np.linalg.norm(x.mean(0) - y.mean(0)) ** 2 + np.trace(c + d - 2 * sqrtm(c @ d).real)

    def kernel_by_means(x, y):
        return without_diagonal(cubic(x, x)) + without_diagonal(cubic(y, y)) - 2 * cubic(x, y).mean()

    def nearest_by_differences(samples, training):
        d = np.linalg.norm((samples[:, None] - training).reshape(len(samples), len(training), -1), axis=2)
        return np.argmin(d, axis=1), np.min(d, axis=1)

    for asked, yours in (
        (check.frechet_by_hand, frechet_by_sqrtm),
        (check.kernel_by_hand, kernel_by_means),
        (check.nearest_by_hand, nearest_by_differences),
    ):
        assert asked(yours) is yours, capsys.readouterr().out
