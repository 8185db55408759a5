"""How often each mode occurs among generated samples, with intervals."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from gan_course.evaluation.bootstrap import Estimate, difference
from gan_course.evaluation.classifier import CONFIDENT
from gan_course.evaluation.digits import digit_probabilities
from gan_course.evaluation.poses import POSES, pose_probabilities


def mode_share(labels: np.ndarray, names: Sequence[str] = POSES) -> dict[str, tuple[float, float, float]]:
    """The share of each mode with its interval: `{name: (share, low, high)}`, all in [0, 1].

    A mode that a GAN has lost has a share near 0. Its `high` says how common it may still be: of 200 samples
    without one, up to 1.9 %. The interval covers the luck of drawing these samples, not the classifier's mistakes,
    so count real images as well and compare.

    Args:
        labels: the mode of each sample, whole numbers `(N,)`, positions in `names`.
        names: the modes.

    Raises:
        ValueError: no labels, or some that are no positions in `names`.
    """
    labels = np.asarray(labels)
    if labels.ndim != 1 or len(labels) == 0 or not np.issubdtype(labels.dtype, np.integer):
        raise ValueError(f"labels must be whole numbers, one a sample, not {labels.dtype} {labels.shape}")
    if labels.min() < 0 or labels.max() >= len(names):
        raise ValueError(f"labels must be from 0 to {len(names) - 1}, not {labels.min()} to {labels.max()}")
    counts = np.bincount(labels, minlength=len(names)).tolist()
    return {name: (count / len(labels), *wilson_interval(count, len(labels))) for name, count in zip(names, counts)}


def pose_metrics(images: np.ndarray) -> dict[str, float]:
    """The share of each pose among pictures of sunflowers `(N, C, H, W)`, as numbers for `metrics.json`.

    `mode_share_face_on` and so on add up to 1. `share_confident` is the share of pictures to which the classifier gives
    a probability above 0.8: where it is low, the others are guesses about blobs.
    """
    probabilities = pose_probabilities(images)
    shares = mode_share(probabilities.argmax(axis=1))
    metrics = {f"mode_share_{name.replace('-', '_')}": share for name, (share, _, _) in shares.items()}
    return metrics | {"share_confident": float((probabilities.max(axis=1) > CONFIDENT).mean())}


def digit_metrics(images: np.ndarray) -> dict[str, float]:
    """What the digit classifier makes of pictures `(N, 1, 28, 28)`, as numbers for `metrics.json`.

    `classifier_confidence` is the mean of the largest probability, `share_confident` the share of pictures in which it
    is above 0.8. `modes_captured` counts the digits that at least one picture in a hundred shows so clearly; the shares
    of all pictures, `mode_share_0` and so on, add up to 1.
    """
    probabilities = digit_probabilities(images)
    digits, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    confident = confidence > CONFIDENT
    num_digits = probabilities.shape[1]
    counts = np.bincount(digits[confident], minlength=num_digits)
    return {
        "classifier_confidence": float(confidence.mean()),
        "share_confident": float(confident.mean()),
        "modes_captured": modes_captured(counts, len(images)),
    } | {f"mode_share_{digit}": share for digit, (share, _, _) in mode_share(digits, range(num_digits)).items()}


def modes_captured(counts: np.ndarray, total: int) -> int:
    """How many modes have at least one in a hundred of `total` samples; `counts` `(K,)` are of confident ones."""
    return int((100 * counts >= total).sum())


def share_estimate(hits: np.ndarray) -> Estimate:
    """The share of True among `hits`, bool `(N,)`, with Wilson's 95 % interval: not empty for none or all of them."""
    count, total = int(hits.sum()), len(hits)
    return Estimate(count / total, *wilson_interval(count, total))


def wilson_interval(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """The interval of proportions that `count` out of `total` does not contradict (Wilson 1927).

    With p = count / total and z the normal quantile (1.96 for 95 %) its ends are
    (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n). Unlike p -+ z sqrt(p (1 - p) / n) it stays
    in [0, 1] and is not empty for 0 out of n (Brown, Cai & DasGupta 2001).

    Args:
        count: from 0 to `total`.
        total: at least 1.
        confidence: between 0 and 1.

    Raises:
        ValueError: numbers out of these ranges.
    """
    if not (total >= 1 and 0 <= count <= total and 0 < confidence < 1):
        raise ValueError(f"there is no interval for {count} of {total} at confidence {confidence}")
    share, z = count / total, float(ndtri((1 + confidence) / 2))
    middle = share + z**2 / (2 * total)
    reach = z * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    low, high = ((middle + side * reach) / (1 + z**2 / total) for side in (-1, 1))
    return (0.0 if count == 0 else float(low)), (1.0 if count == total else float(high))  # exact, without rounding


def share_difference(count: int, total: int, other: int, other_total: int) -> Estimate:
    """How much larger the share `count / total` is than `other / other_total`, with its 95 % interval.

    Of two independent samples: Newcombe 1998, method 10, which puts the two intervals of Wilson together.

    Args:
        count, other: from 0 to their totals.
        total, other_total: at least 1.

    Returns:
        The difference, from -1 to 1, and the ends of its interval.

    Raises:
        ValueError: numbers out of these ranges.
    """
    one, two = (Estimate(hits / of, *wilson_interval(hits, of)) for hits, of in ((count, total), (other, other_total)))
    return difference(one, two)
