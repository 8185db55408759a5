"""The scorecard of a generator: every number beside that of real images and that of noise."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gan_course.evaluation.bootstrap import Estimate, bootstrap, estimate, resample
from gan_course.evaluation.digits import digit_features, digit_probabilities_of
from gan_course.evaluation.frechet import Gaussian, fit_gaussian, frechet_distance
from gan_course.evaluation.kernel_distance import bootstrap_kernel_distances, kernel_distance, mean_of_pairs
from gan_course.evaluation.modes import histogram_kl
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.poses import POSES, area_average, pose_features, pose_probabilities_of
from gan_course.evaluation.precision_recall import inside, neighbour_radii, precision_recall
from gan_course.evaluation.probe import probe_answers

REPEATS = 100  # of the bootstrap
FRECHET_REPEATS = 20  # each takes the eigenvalues of a matrix as wide as the features
NUM_NEAREST = 1000  # samples to compare with every training image, pixel by pixel
CLEAR = 0.8  # the probability from which a classifier is sure

MEANINGS = {  # what each number sees; mode_share_... and class_kl speak of the same histogram
    "frechet_classifier_distance": "means, spreads and correlations of the classifier's features; low is good",
    "kernel_distance": "any difference of the features, without bias by the number of images; low is good",
    "precision": "share of samples as near to some real image as its 3rd real neighbour: do they look real?",
    "recall": "share of real images as near to some sample as its 3rd neighbour: is all variety there?",
    "classifier_confidence": "mean of the largest probability: does each picture show something known?",
    "modes_captured": "classes that at least 1 sample in 100 shows clearly (probability above 0.8)",
    "class_kl": "how far the class histogram is from that of the training images, in nats; 0 is equal",
    "nearest_held_out_ratio": "pixel distance to the nearest training image; 1 is held-out images, near 0 is copies",
}
LABEL_MEANINGS = {  # of models that are told which class to draw
    "gan_train_accuracy": "real images that a linear classifier names right which learnt from the samples: variety",
    "gan_test_accuracy": "samples that one names right which learnt from as many real images: right classes",
}


class Judge(NamedTuple):
    """A classifier of pictures, as the scorecard uses it."""

    features: Callable[[np.ndarray], np.ndarray]  # (N, C, H, W) -> (N, d)
    probabilities: Callable[[np.ndarray], np.ndarray]  # of features: (N, d) -> (N, K)
    names: Sequence[str]  # of the K classes


JUDGES = {
    "mnist": Judge(digit_features, digit_probabilities_of, "0123456789"),
    "sunflowers": Judge(pose_features, pose_probabilities_of, POSES),
}


class Labels(NamedTuple):
    """The classes of real images, whole numbers from 0; sample i was asked to show that of held-out image i."""

    training: np.ndarray  # (T,)
    held_out: np.ndarray  # (H,)


@dataclass(frozen=True)
class Reference:
    """What samples are compared with, worked out once for all sets of samples of a run."""

    judge: Judge
    training: np.ndarray  # all training images, (T, C, H, W)
    features: np.ndarray  # of some of them, (M, d)
    gaussian: Gaussian  # of these features
    radii: np.ndarray  # to their 3rd neighbour, (M,)
    alike: float  # the mean kernel of their pairs
    class_counts: np.ndarray  # (K,)
    held_out_distance: float  # median pixel distance of held-out images to the nearest training image


def make_reference(
    judge: Judge, training: np.ndarray, held_out: np.ndarray, count: int, rng: np.random.Generator
) -> Reference:
    """Describe the training images for `measure`.

    Args:
        judge: the classifier.
        training: all images that the generator learnt from, `(T, C, H, W)`.
        held_out: real images that it did not see, `(H, C, H, W)`.
        count: how many training images to take features of, at most; as many as there will be samples.
        rng: chooses them.
    """
    chosen = training[rng.choice(len(training), min(count, len(training)), replace=False)]
    features = judge.features(chosen)
    _, distances = nearest_images(held_out[:NUM_NEAREST], training)
    classes = judge.probabilities(features).argmax(axis=1)
    return Reference(
        judge=judge,
        training=training,
        features=features,
        gaussian=fit_gaussian(features),
        radii=neighbour_radii(features),
        alike=mean_of_pairs(features.astype(np.float64)),
        class_counts=np.maximum(np.bincount(classes, minlength=len(judge.names)), 0.5),  # none is rare, not impossible
        held_out_distance=float(np.median(distances)),
    )


def measure(samples: np.ndarray, reference: Reference, rng: np.random.Generator) -> dict[str, Estimate]:
    """Every number about one set of samples, each with the 95 % interval that other samples would give.

    The reference stays as it is in the bootstrap: the intervals tell two generators apart, judged by the same images.

    Args:
        samples: `(N, C, H, W)` in [-1, 1].
        reference: by `make_reference`.
        rng: of the bootstrap.
    """
    features = reference.judge.features(samples)
    probabilities = reference.judge.probabilities(features)
    _, distances = nearest_images(samples[:NUM_NEAREST], reference.training)
    again = resample(len(samples), REPEATS, rng)
    nearest_again = resample(len(distances), REPEATS, rng)

    def frechet(chosen: np.ndarray) -> float:
        return frechet_distance(fit_gaussian(chosen), reference.gaussian)

    def nearest_ratio(chosen: np.ndarray) -> float:
        return np.median(chosen) / reference.held_out_distance

    plausible = inside(features, reference.features, reference.radii)
    covered = inside(reference.features, features, neighbour_radii(features))
    covered_again = resample(len(covered), REPEATS, rng)
    return {
        "frechet_classifier_distance": bootstrap(frechet, features, again[:FRECHET_REPEATS]),
        "kernel_distance": estimate(*bootstrap_kernel_distances(features, reference.features, again, reference.alike)),
        "precision": bootstrap(np.mean, plausible, again),
        "recall": bootstrap(np.mean, covered, covered_again),
        "classifier_confidence": bootstrap(np.mean, probabilities.max(axis=1).astype(np.float64), again),
        "nearest_held_out_ratio": bootstrap(nearest_ratio, distances, nearest_again),
    } | class_metrics(probabilities, reference, again)


def class_metrics(probabilities: np.ndarray, reference: Reference, again: np.ndarray) -> dict[str, Estimate]:
    """The numbers that come from the class histogram of samples, whose probabilities `(N, K)` are given."""
    num_classes = len(reference.judge.names)
    classes, clear = probabilities.argmax(axis=1), probabilities.max(axis=1) > CLEAR
    shown = np.where(clear, classes, num_classes)  # one more class, for what is not clear

    def captured(chosen: np.ndarray) -> int:
        return int((np.bincount(chosen, minlength=num_classes)[:num_classes] >= len(chosen) / 100).sum())

    def kl(chosen: np.ndarray) -> float:
        return histogram_kl(np.bincount(chosen, minlength=num_classes), reference.class_counts)

    metrics = {
        "modes_captured": bootstrap(captured, shown, again),
        "class_kl": bootstrap(kl, classes, again),
    }
    for label, name in enumerate(reference.judge.names):
        metrics[f"mode_share_{name.replace('-', '_')}"] = bootstrap(np.mean, classes == label, again)
    return metrics


def label_metrics(
    sets: dict[str, np.ndarray],
    training: np.ndarray,
    held_out: np.ndarray,
    labels: Labels,
    rng: np.random.Generator,
) -> dict[str, dict[str, Estimate]]:
    """GAN-train and GAN-test accuracy of sets of samples (Shmelkov, Schmid & Alahari 2018).

    The classifier is linear, on 14 x 14 averages of the pixels; see `gan_train_test`. The first half of each set
    teaches, and is asked about the held-out images past as many; for GAN-test, as many training images teach.

    Args:
        sets: samples by name, all sets of one size, `(N, C, H, W)`.
        training, held_out: real images, of the latter at least N.
        labels: of all of them.
        rng: chooses training images, and draws the bootstrap.
    """
    small = {name: small_pixels(samples) for name, samples in sets.items()}
    count = len(next(iter(sets.values())))
    asked, half = labels.held_out[:count], count // 2
    test, truth = small_pixels(held_out[half:]), labels.held_out[half:]
    chosen = rng.choice(len(training), min(half, len(training)), replace=False)
    answers = probe_answers(small_pixels(training[chosen]), labels.training[chosen], np.concatenate([*small.values()]))
    card = {}
    for (name, pixels), answered in zip(small.items(), np.split(answers, len(small))):
        taught = probe_answers(pixels[:half], asked[:half], test) == truth
        right = answered == asked
        card[name] = {
            "gan_train_accuracy": bootstrap(np.mean, taught, resample(len(taught), REPEATS, rng)),
            "gan_test_accuracy": bootstrap(np.mean, right, resample(len(right), REPEATS, rng)),
        }
    return card


def small_pixels(images: np.ndarray, side: int = 14) -> np.ndarray:
    """Pixels averaged to `side` x `side` and laid out flat: `(N, C, H, W)` -> `(N, C side^2)`."""
    height, width = images.shape[2:]
    return (area_average(height, side) @ images @ area_average(width, side).T).reshape(len(images), -1)


def scorecard(
    judge: Judge,
    training: np.ndarray,
    held_out: np.ndarray,
    generated: dict[str, np.ndarray],
    rng: np.random.Generator,
    labels: Labels | None = None,
) -> dict[str, dict[str, Estimate]]:
    """The numbers of each generator between those of real images and those of noise.

    `real` is the floor of the distances: what a perfect generator would get from as many samples, since held-out
    images are fresh draws from the truth. `noise` is the ceiling: pixels from U(-1, 1). A distance *below* that
    of real images would be a sign of copies.

    Args:
        judge: such as JUDGES["mnist"].
        training: the images that the generators learnt from, `(T, C, H, W)`.
        held_out: real images that they did not see, at least as many as samples. The order should be random: the
            last of them are the yardstick of `nearest_held_out_ratio`, the first are `real`.
        generated: samples by name, all sets of one size, `(N, C, H, W)`.
        rng: of the reference, the noise and the bootstrap.
        labels: where classes were asked for; adds GAN-train and GAN-test accuracy.

    Returns:
        `{set: {metric: (value, low, high)}}`, the sets being `real`, the generated ones, and `noise`.

    Raises:
        ValueError: sets of different sizes, or too few held-out images.
    """
    sizes = {len(samples) for samples in generated.values()}
    if len(sizes) != 1 or len(held_out) < max(sizes):
        raise ValueError(f"sets of {sorted(sizes)} samples, with {len(held_out)} held-out images, cannot be compared")
    (count,) = sizes
    reference = make_reference(judge, training, held_out[::-1], count, rng)
    noise = rng.uniform(-1, 1, (count, *training.shape[1:])).astype(np.float32)
    sets = {"real": held_out[:count], **generated, "noise": noise}
    card = {name: measure(samples, reference, rng) for name, samples in sets.items()}
    if labels is not None:
        for name, metrics in label_metrics(sets, training, held_out, labels, rng).items():
            card[name] |= metrics
    return card


def brief_card(
    judge: Judge,
    training: np.ndarray,
    held_out: np.ndarray,
    generated: dict[str, np.ndarray],
    rng: np.random.Generator,
) -> dict[str, dict[str, float]]:
    """Distances, precision and recall of real images and of each generator, without intervals: in a second a set.

    The Fréchet distance is left out where there are fewer training images than features: they have no covariance
    worth the name. Arguments as in `scorecard`.
    """
    count = len(next(iter(generated.values())))
    chosen = training[rng.choice(len(training), min(count, len(training)), replace=False)]
    reference = judge.features(chosen)
    card = {}
    for name, samples in {"real": held_out[:count], **generated}.items():
        features = judge.features(samples)
        precision, recall = precision_recall(features, reference)
        frechet = {}
        if len(reference) > reference.shape[1]:
            distance = frechet_distance(fit_gaussian(features), fit_gaussian(reference))
            frechet = {"frechet_classifier_distance": distance}
        card[name] = frechet | {
            "kernel_distance": kernel_distance(features, reference),
            "precision": precision,
            "recall": recall,
        }
    return card


def as_table(card: dict[str, dict[str, Estimate]]) -> str:
    """A scorecard as text: a row a metric, a column a set, each number with half the width of its interval."""
    width = max(18, *(len(name) + 2 for name in card))
    metrics = list(next(iter(card.values())))
    lines = [" " * 28 + "".join(name.rjust(width) for name in card)]
    for metric in metrics:
        lines.append(metric.ljust(28) + "".join(as_cell(numbers[metric]).rjust(width) for numbers in card.values()))
    meanings = [f"{name}: {text}" for name, text in (MEANINGS | LABEL_MEANINGS).items() if name in metrics]
    return "\n".join([*lines, "", *meanings])


def as_cell(number: Estimate) -> str:
    """0.123 ±0.045, 45.6 ±1.2 or 7,890 ±12."""
    decimals = 3 if abs(number.value) < 10 else 1 if abs(number.value) < 1000 else 0
    return f"{number.value:,.{decimals}f} ±{number.high - number.value:,.{decimals}f}"
