"""What a model that knows classes is good for: GAN-train and GAN-test (Shmelkov, Schmid & Alahari 2018)."""

from typing import NamedTuple

import numpy as np

from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.linear_probe import linear_probe_answers
from gan_course.evaluation.poses import area_average
from gan_course.evaluation.reference import balanced_reference
from gan_course.evaluation.shares import share_estimate


class Labels(NamedTuple):
    """The classes of real images, whole numbers from 0; sample i was asked to show that of held-out image i."""

    training: np.ndarray  # (T,)
    held_out: np.ndarray  # (H,)


def label_metrics(
    sets: dict[str, np.ndarray],
    training: np.ndarray,
    held_out: np.ndarray,
    labels: Labels,
    rng: np.random.Generator,
) -> dict[str, dict[str, Estimate]]:
    """GAN-train and GAN-test accuracy of sets of samples, `{set: {metric: (value, low, high)}}`.

    GAN-train is the accuracy on real images of a classifier that has learnt from samples: low if a class is missing,
    wrong or monotonous. GAN-test is the accuracy on samples of one that has learnt from real images: high if they show
    what was asked for, were it always the same image; above that of real images where they are easier than real ones.

    The classifier is linear, on 14 x 14 averages of the pixels. (On features of the course's own classifiers it would
    flatter everybody: they have learnt from real labels.) The first half of each set teaches, and is asked about the
    held-out images past as many; for GAN-test, as many different training images teach, all classes alike. The
    intervals are Wilson's: of other images to be asked about, from the same lessons.

    Args:
        sets: samples by name, all sets of one size, `(N, C, H, W)`.
        training, held_out: real images, of the latter at least N.
        labels: of all of them.
        rng: chooses training images, and shuffles what is learnt from.
    """
    small = {name: small_pixels(samples) for name, samples in sets.items()}
    count = len(next(iter(sets.values())))
    asked, half = labels.held_out[:count], count // 2
    test, truth = small_pixels(held_out[half:]), labels.held_out[half:]
    order = rng.permutation(half)  # not class after class in turn, see `linear_probe_answers`
    chosen = balanced_reference(training, labels.training, rng)[:half]
    pixels_of_all = np.concatenate([*small.values()])
    answers = linear_probe_answers(small_pixels(training[chosen]), labels.training[chosen], pixels_of_all)
    card = {}
    for (name, pixels), answered in zip(small.items(), np.split(answers, len(small))):
        learnt = linear_probe_answers(pixels[order], asked[order], test)
        card[name] = {
            "gan_train_accuracy": share_estimate(learnt == truth),
            "gan_test_accuracy": share_estimate(answered == asked),
        }
    return card


def small_pixels(images: np.ndarray, side: int = 14) -> np.ndarray:
    """Pixels averaged to `side` x `side` and laid out flat: `(N, C, H, W)` -> `(N, C side^2)`."""
    height, width = images.shape[2:]
    return (area_average(height, side) @ images @ area_average(width, side).T).reshape(len(images), -1)
