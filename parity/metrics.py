"""The course's numbers against other people's programs, or against the definition, written out and slow.

Each function gives rows: what is measured, who says otherwise, the course's value and theirs.
"""

import itertools
from collections.abc import Iterator

import numpy as np
import scipy
import torch
from sklearn.decomposition import PCA
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import confusion_matrix, pairwise_distances_argmin_min
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import StandardScaler
from statsmodels.stats.proportion import proportion_confint
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance

from parity import course

Rows = Iterator[tuple[str, str, object, object]]


def features(count: int, width: int = 12, shift: float = 0.0) -> np.ndarray:
    """Correlated features of unequal spread, float32."""
    rng = np.random.default_rng(count)
    mixed = rng.standard_normal((count, width)) @ np.random.default_rng(0).standard_normal((width, width))
    return (mixed + shift).astype(np.float32)


def images(count: int, shape=(2, 8, 8)) -> np.ndarray:
    return np.random.default_rng(count).uniform(-1, 1, (count, *shape)).astype(np.float32)


class Unchanged(torch.nn.Module):
    """A feature extractor for those who want one: the features are there already."""

    num_features = 12

    def forward(self, x):
        return x


def frechet() -> Rows:
    for name, one, other in (
        ("more rows than numbers", features(60), features(50, shift=0.3)),
        ("fewer rows", features(9), features(8, shift=1.0)),
    ):
        ours = course.frechet.frechet_distance(course.frechet.fit_gaussian(one), course.frechet.fit_gaussian(other))
        c1, c2 = (np.cov(part.astype(np.float64), rowvar=False) for part in (one, other))
        means = one.mean(0, dtype=np.float64) - other.mean(0, dtype=np.float64)
        # The trace of (C1 C2)^(1/2) is the sum of the roots of the eigenvalues of C1 C2, none of them negative.
        crossed = np.sqrt(scipy.linalg.eigvals(c1 @ c2).real.clip(0)).sum()
        yield f"Frechet distance, {name}", "scipy eigvals", ours, means @ means + np.trace(c1 + c2) - 2 * crossed
        if name.startswith("more"):
            root = scipy.linalg.sqrtm(c1 @ c2).real
            yield f"Frechet distance, {name}", "scipy sqrtm", ours, means @ means + np.trace(c1 + c2 - 2 * root)
            metric = FrechetInceptionDistance(feature=Unchanged()).set_dtype(torch.float64)
            metric.update(torch.from_numpy(one).double(), real=True)
            metric.update(torch.from_numpy(other).double(), real=False)
            yield f"Frechet distance, {name}", "torchmetrics", ours, metric.compute().item()


def kernel() -> Rows:
    one, other = features(60), features(50, shift=0.3)
    ours = course.kernel_distance.kernel_distance
    yield "kernel distance", "scikit-learn kernel", ours(one, other), mmd(one, other)
    metric = KernelInceptionDistance(feature=Unchanged(), subsets=1, subset_size=50).set_dtype(torch.float64)
    for part, real in ((one[:50], True), (other, False)):
        metric.update(torch.from_numpy(part).double(), real=real)
    yield "kernel distance", "torchmetrics", ours(one[:50], other), metric.compute()[0].item()
    draws = np.random.default_rng(0).integers(60, size=(4, 60))
    repeated = course.kernel_distance.bootstrap_kernel_distances(one, other, draws)[1]
    yield "kernel distance, drawn anew", "pair by pair", repeated, [mmd(one[draw], other, draw) for draw in draws]


def mmd(one: np.ndarray, other: np.ndarray, who: np.ndarray | None = None) -> float:
    """Binkowski et al. 2018, equation 4; `who` says which rows are the same picture, and no pair."""
    one, other = one.astype(np.float64), other.astype(np.float64)

    def k(x, y):
        return polynomial_kernel(x, y, degree=3, gamma=1 / x.shape[1], coef0=1)

    def mean_of_pairs(x, who):
        pairs = [(i, j) for i, j in itertools.permutations(range(len(x)), 2) if who[i] != who[j]]
        return k(x, x)[tuple(np.transpose(pairs))].mean()

    within = mean_of_pairs(one, np.arange(len(one)) if who is None else who)
    return within + mean_of_pairs(other, np.arange(len(other))) - 2 * k(one, other).mean()


def precision_recall() -> Rows:
    ties = np.random.default_rng(0).integers(0, 3, (2, 60, 6)).astype(np.float32)
    cases = {"features": (features(80), features(90, shift=0.5)), "ties on a lattice": ties}
    for name, (samples, real) in cases.items():
        theirs = covered(samples, real), covered(real, samples)
        ours = course.precision_recall.precision_recall(samples, real)
        yield f"precision and recall, {name}", "scikit-learn neighbours", ours, theirs


def covered(points: np.ndarray, centres: np.ndarray, k: int = 3) -> float:
    """Kynkaanniemi et al. 2019, equations 1 and 2: the share of points within reach of a centre's kth neighbour."""
    points, centres = points.astype(np.float64), centres.astype(np.float64)
    reach = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(centres).kneighbors()[0][:, -1]  # without itself
    squares = ((points[:, None] - centres) ** 2).sum(-1)
    return np.mean((squares <= reach**2 * (1 + 1e-12)).any(1))


def neighbours() -> Rows:
    samples, training = images(20), images(70)
    flat = [part.reshape(len(part), -1).astype(np.float64) for part in (samples, training, samples[..., ::-1])]
    search = NearestNeighbors(n_neighbors=1).fit(flat[1])
    (near,), (index,) = (part.T for part in search.kneighbors(flat[0]))
    ours = course.nearest.nearest_images(samples, training, chunk=30)
    yield "nearest images, which", "scikit-learn neighbours", ours[0], index
    yield "nearest images, how far", "scikit-learn neighbours", ours[1], near
    mirrored = course.nearest.nearest_images(samples, training, mirrored=True)[1]
    yield "nearest images, mirrored", "scikit-learn", mirrored, np.minimum(near, search.kneighbors(flat[2])[0][:, 0])
    typical = np.median(search.kneighbors()[0])
    yield "typical distance", "scikit-learn neighbours", course.nearest.typical_distance(training), typical


def modes() -> Rows:
    centres, rng = course.ring(), np.random.default_rng(0)
    points = (centres[rng.choice(5, 400)] + 0.03 * rng.standard_normal((400, 2))).astype(np.float32)
    nearest, distance = pairwise_distances_argmin_min(points.astype(np.float64), centres.astype(np.float64))
    counts = np.array([np.sum(nearest[distance <= 3 * 0.02] == mode) for mode in range(8)])
    ours = course.modes.mixture_metrics(points, centres, 0.02)
    yield (
        "modes captured, high-quality share",
        "scikit-learn distances",
        [
            ours["modes_captured"],
            ours["high_quality_share"],
        ],
        [np.sum(counts > 0), counts.sum() / 400],
    )
    yield "KL of modes", "scipy entropy", ours["mode_kl"], scipy.stats.entropy(counts, np.ones(8))
    expected = rng.uniform(1, 2, 8)
    ours = course.modes.histogram_kl(counts, expected)
    yield "KL of histograms", "scipy entropy", ours, scipy.stats.entropy(counts, expected)


def shares() -> Rows:
    cases = [(0, 1), (0, 200), (1, 7), (5, 10), (199, 200), (200, 200), (4321, 9876)]
    ours = [course.shares.wilson_interval(*case) for case in cases]
    yield "Wilson interval", "statsmodels", ours, [proportion_confint(*case, method="wilson") for case in cases]
    ours = [course.shares.wilson_interval(*case, confidence=0.8) for case in cases]
    yield (
        "Wilson interval, 80 %",
        "scipy",
        ours,
        [scipy.stats.binomtest(*case).proportion_ci(0.8, method="wilson") for case in cases],
    )
    rng, names = np.random.default_rng(0), ["a", "b", "c"]
    asked, answered = rng.choice(names, (2, 100))
    ours = course.classes.confusion(asked, answered, names, names)
    yield "confusion", "scikit-learn", ours, confusion_matrix(asked, answered)


def bootstrap() -> Rows:
    values = features(40, 1)[:, 0].astype(np.float64)
    positions = course.bootstrap.resample(40, 300, np.random.default_rng(7))
    ours = course.bootstrap.bootstrap(np.median, values, positions, confidence=0.9)
    theirs = scipy.stats.bootstrap(
        (values,), np.median, n_resamples=300, vectorized=False, rng=np.random.default_rng(7), method="percentile"
    )
    reach = scipy.stats.norm.ppf(0.95) * theirs.standard_error
    yield (
        "bootstrap interval",
        "scipy, same draws",
        ours,
        [
            np.median(values),
            np.median(values) - reach,
            np.median(values) + reach,
        ],
    )


def pca() -> Rows:
    training, test = images(200, (1, 6, 6)), images(30, (1, 6, 6))
    flat = [part.reshape(len(part), -1).astype(np.float64) for part in (training, test)]
    theirs = PCA(5, svd_solver="full").fit(flat[0])
    back = theirs.inverse_transform(theirs.transform(flat[1])).clip(-1, 1)
    ours = course.pca.PCA(training, 5).reconstruct(test).reshape(30, -1)
    yield "PCA, reconstructions", "scikit-learn", ours, back


def spectrum() -> Rows:
    pictures = images(4, (2, 8, 12))
    pictures[..., ::2, ::2] += 0.3
    centred = pictures.astype(np.float64) - pictures.mean((2, 3), keepdims=True, dtype=np.float64)
    rows, columns = (np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n) / n for n in (8, 12))
    power = (np.abs(rows @ centred @ columns.T) ** 2).mean((0, 1))
    yield "power spectrum", "Fourier sums", course.spectrum.power_spectrum(pictures), power
    peaks = [power[4, 0], power[0, 6], power[4, 6]]
    around = [power[(k + i) % 8, (m + j) % 12] for k, m in ((4, 0), (0, 6), (4, 6)) for i, j in NEAR]
    theirs = np.mean(peaks) / np.mean(around)
    yield "checkerboard share", "Fourier sums", course.spectrum.checkerboard_share(pictures), theirs


NEAR = [pair for pair in itertools.product((-1, 0, 1), repeat=2) if pair != (0, 0)]


def pixels() -> Rows:
    pictures = images(30, (2, 9, 9)) - 0.6
    theirs = [sum(single_dots(channel > 0) for channel in picture) for picture in pictures]
    yield "white dots", "scipy ndimage", course.dots.white_dots(pictures), theirs
    for length, size in ((28, 14), (64, 28), (10, 16)):
        line = images(1, (1, 1, length)).ravel()
        averaged = np.repeat(line.astype(np.float64), size).reshape(size, length).mean(1)
        ours = course.poses.area_average(length, size) @ line
        yield f"area average, {length} to {size}", "pixels repeated", ours, averaged


def single_dots(bright: np.ndarray) -> int:
    """Groups of one bright pixel, corners counted as neighbours."""
    groups, _ = scipy.ndimage.label(bright, np.ones((3, 3)))
    return int(np.sum(np.bincount(groups.ravel())[1:] == 1))


def linear_probe() -> Rows:
    rng = np.random.default_rng(0)
    x, test = features(150).astype(np.float64), features(90, shift=0.2).astype(np.float64)
    weights = rng.standard_normal((12, 4))
    labels, truth = ((part @ weights + 3 * rng.standard_normal((len(part), 4))).argmax(1) for part in (x, test))
    scaler = StandardScaler().fit(x)
    scaled = scaler.transform(x)
    theirs = {decay: regression(scaled, labels, decay) for decay in course.linear_probe.DECAYS}
    for decay, model in theirs.items():
        ours = course.linear_probe.fit(scaled, labels, decay, 4)
        best = np.vstack([model.coef_.T, model.intercept_])
        losses = [regression_loss(w, scaled, labels, decay) for w in (ours, best)]
        yield f"linear probe, least loss at decay {decay:g}", "scikit-learn", *losses
    kept = np.arange(150) % 5 > 0
    scores = [regression(scaled[kept], labels[kept], d).score(scaled[~kept], labels[~kept]) for d in theirs]
    chosen = list(theirs.values())[int(np.argmax(scores))]
    ours = course.linear_probe.linear_probe_accuracy(x, labels, test, truth)
    yield "linear probe, accuracy", "scikit-learn", ours, chosen.score(scaler.transform(test), truth)


def regression(x: np.ndarray, labels: np.ndarray, decay: float) -> LogisticRegression:
    return LogisticRegression(C=1 / (len(x) * decay), tol=1e-10, max_iter=10_000).fit(x, labels)


def regression_loss(weights: np.ndarray, x: np.ndarray, labels: np.ndarray, decay: float) -> float:
    """Mean cross-entropy + decay / 2 * |W|^2."""
    weights = torch.from_numpy(weights)
    logits = torch.from_numpy(x) @ weights[:-1] + weights[-1]
    loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels))
    return float(loss + decay / 2 * (weights[:-1] ** 2).sum())


def all_metrics() -> Rows:
    groups = (frechet, kernel, precision_recall, neighbours, modes, shares, bootstrap, pca, spectrum, pixels)
    for group in (*groups, linear_probe):
        yield from group()
