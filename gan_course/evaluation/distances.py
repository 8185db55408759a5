"""The distances of generated digits to the training digits, cheap enough to follow during a training."""

from collections.abc import Callable
from functools import cache

import numpy as np

from gan_course.evaluation.digits import digit_features
from gan_course.evaluation.frechet import Gaussian, fit_gaussian, frechet_distance
from gan_course.evaluation.kernel_distance import kernel_distance

NUM_REAL = 5_000


def digit_distances(training: np.ndarray) -> Callable[[np.ndarray], dict[str, float]]:
    """A function that measures samples `(N, 1, 28, 28)`, as numbers for `metrics.json`.

    It gives `frechet_classifier_distance` and `kernel_distance` to the first 5,000 digits of `training`; both are NaN
    if a pixel is. The features of these digits are taken once, in memory, when the first samples come: in less than a
    second, so that a file of them would save nothing and could grow stale. Compare values of one number of samples
    only; the scorecard shows what real digits get.
    """

    @cache
    def real() -> tuple[np.ndarray, Gaussian]:
        features = digit_features(training[:NUM_REAL])
        return features, fit_gaussian(features)

    def distances(samples: np.ndarray) -> dict[str, float]:
        if not np.isfinite(samples).all():  # the network's ReLU would turn NaN into a 0 like any other
            return {"frechet_classifier_distance": float("nan"), "kernel_distance": float("nan")}
        features, (real_features, gaussian) = digit_features(samples), real()
        return {
            "frechet_classifier_distance": frechet_distance(fit_gaussian(features), gaussian),
            "kernel_distance": kernel_distance(features, real_features),
        }

    return distances
