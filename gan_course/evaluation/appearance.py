"""How drawn pictures look close up: numbers that notice grain, weave, blur and paste, which poses do not show."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from gan_course.evaluation.bootstrap import Estimate, bootstrap, estimate
from gan_course.evaluation.classifier import CONFIDENT
from gan_course.evaluation.kernel_distance import bootstrap_kernel_distances, kernel_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import share_estimate
from gan_course.evaluation.spectrum import radial_spectra, spectral_distance
from gan_course.evaluation.textures import bounded, clean_probabilities_of, texture_features

APPEARANCE_METRICS = ("texture_kernel_distance", "spectral_distance", "share_clean")


class Appearance(NamedTuple):
    """What the numbers below are worked out from, of one set of pictures."""

    textures: np.ndarray  # features of the classifier of textures, bounded, (N, 64)
    clean: np.ndarray  # how probably each is a drawing without fault, (N,)
    spectra: np.ndarray  # in decibels, (N, R)


def appearance_of(images: np.ndarray) -> Appearance:
    """Look at pictures `(N, C, H, W)` in [-1, 1], C = 1 or 3."""
    features = texture_features(images)
    return Appearance(bounded(features), clean_probabilities_of(features), radial_spectra(images))


def appearance_metrics(samples: Appearance, real: Appearance) -> dict[str, float]:
    """How samples differ from real pictures of their size, as numbers for `metrics.json`.

    `texture_kernel_distance` is that of the texture classifier's features, `spectral_distance` that of the mean
    spectra in decibels. `share_clean` is the share of samples which are, with a probability above 0.8, drawings
    without fault. None of them notices copies: their textures are those of the originals.
    """
    numbers = (
        kernel_distance(samples.textures, real.textures),
        spectral_distance(samples.spectra, real.spectra),
        float((samples.clean > CONFIDENT).mean()),
    )
    return dict(zip(APPEARANCE_METRICS, numbers))


def appearance_estimates(samples: Appearance, real: Appearance, again: np.ndarray) -> dict[str, Estimate]:
    """`appearance_metrics`, each with its 95 % interval.

    Args:
        samples: N of them.
        real: what they are compared with.
        again: positions of the bootstrap's draws, by `resample`, `(repeats, N)`.
    """
    numbers = (
        estimate(*bootstrap_kernel_distances(samples.textures, real.textures, again)),
        bootstrap(lambda drawn: spectral_distance(drawn, real.spectra), samples.spectra, again),
        share_estimate(samples.clean > CONFIDENT),
    )
    return dict(zip(APPEARANCE_METRICS, numbers))


def flower_distances(training: np.ndarray) -> Callable[[np.ndarray], dict[str, float]]:
    """A function that measures samples, as numbers for `metrics.json`: `kernel_distance` and `appearance_metrics`.

    The first is that of the poses' features, which tell what is shown, the others how it looks. What it takes of the
    training pictures `(N, C, H, W)` is taken once, when the first samples come. All are NaN if a pixel is.
    """

    @cache
    def real() -> tuple[np.ndarray, Appearance]:
        return pose_features(training), appearance_of(training)

    def distances(samples: np.ndarray) -> dict[str, float]:
        if not np.isfinite(samples).all():  # the networks' ReLU would turn NaN into a 0 like any other
            return dict.fromkeys(("kernel_distance", *APPEARANCE_METRICS), float("nan"))
        poses, appearance = real()
        by_pose = {"kernel_distance": kernel_distance(pose_features(samples), poses)}
        return by_pose | appearance_metrics(appearance_of(samples), appearance)

    return distances
