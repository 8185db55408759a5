"""The scorecard of a generator: every number beside that of real images and that of noise."""

from dataclasses import dataclass

import numpy as np

from gan_course.evaluation.appearance import Appearance, appearance_estimates, appearance_metrics, appearance_of
from gan_course.evaluation.bootstrap import Estimate, bootstrap, estimate, half_samples, resample
from gan_course.evaluation.classifier import CONFIDENT, Classifier
from gan_course.evaluation.digits import digit_features, digit_probabilities_of
from gan_course.evaluation.frechet import Gaussian, fit_gaussian, frechet_distance
from gan_course.evaluation.gan_train_test import Labels, label_metrics
from gan_course.evaluation.kernel_distance import bootstrap_kernel_distances, kernel_distance, mean_of_pairs
from gan_course.evaluation.modes import histogram_kl
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.poses import POSES, pose_features, pose_probabilities_of
from gan_course.evaluation.precision_recall import inside, precision_recall, recall, squared_radii
from gan_course.evaluation.reference import balanced_reference, distinct
from gan_course.evaluation.shares import modes_captured, share_estimate

REPEATS = 100  # of the bootstrap
SLOW_REPEATS = 20  # of numbers that take the eigenvalues of a wide matrix, or all distances of two sets
NUM_NEAREST = 1000  # samples to compare with every training image, pixel by pixel

CLASSIFIERS = {  # of what the course draws, by the name of its source
    "mnist": Classifier(digit_features, digit_probabilities_of, "0123456789"),
    "sunflowers": Classifier(pose_features, pose_probabilities_of, POSES, appearance=True),
}


@dataclass(frozen=True)
class Reference:
    """What samples are compared with, worked out once for all sets of samples of a run."""

    classifier: Classifier
    training: np.ndarray  # all training images, (T, C, H, W)
    features: np.ndarray  # of some of them, none twice, (M, d)
    gaussian: Gaussian  # of these features
    radii: np.ndarray  # to their 3rd neighbour, squared, (M,)
    mean_kernel: float  # of their pairs
    class_counts: np.ndarray  # (K,)
    appearance: Appearance | None  # of the same images as the features, where the classifier is one of drawings
    held_out_distance: float  # median pixel distance of held-out images to the nearest training image


def scorecard(
    classifier: Classifier,
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
        classifier: such as CLASSIFIERS["mnist"].
        training: the images that the generators learnt from, `(T, C, H, W)`.
        held_out: real images that they did not see, in random order, at least N and more than the NUM_NEAREST samples
            that are compared with every training image: the first N are `real`, and the last of those that are not
            compared, up to NUM_NEAREST, the yardstick of `nearest_held_out_ratio`. So no image is its own yardstick.
        generated: samples by name, all sets of one size, `(N, C, H, W)`, N at least 8.
        rng: of the reference, the noise and the bootstrap.
        labels: where classes were asked for, all alike; they are compared with training images of all classes alike.
            Adds GAN-train and GAN-test accuracy.

    Returns:
        `{set: {metric: (value, low, high)}}`, the sets being `real`, the generated ones, and `noise`.

    Raises:
        ValueError: sets of different sizes, or too few held-out images.
    """
    sizes = {len(samples) for samples in generated.values()}
    if len(sizes) != 1 or len(held_out) < max(sizes) or len(held_out) <= min(max(sizes), NUM_NEAREST):
        raise ValueError(f"sets of {sorted(sizes)} samples, with {len(held_out)} held-out images, cannot be compared")
    (count,) = sizes
    yardstick = held_out[NUM_NEAREST:] if count > NUM_NEAREST else held_out[count:]
    own = None if labels is None else labels.training
    reference = make_reference(classifier, training, yardstick[-NUM_NEAREST:], count, rng, own)
    noise = rng.uniform(-1, 1, (count, *training.shape[1:])).astype(np.float32)
    sets = {"real": held_out[:count], **generated, "noise": noise}
    card = {name: evaluate_samples(samples, reference, rng) for name, samples in sets.items()}
    if labels is not None:
        for name, metrics in label_metrics(sets, training, held_out, labels, rng).items():
            card[name] |= metrics
    return card


def brief_card(
    classifier: Classifier,
    training: np.ndarray,
    held_out: np.ndarray,
    generated: dict[str, np.ndarray],
    rng: np.random.Generator,
    labels: np.ndarray | None = None,
) -> dict[str, dict[str, float]]:
    """Distances, precision and recall of real images and of each generator, without intervals: in a second a set.

    The Fréchet distance is left out where there are fewer training images than features: they have no covariance
    worth the name. Arguments as in `scorecard`, but for `labels`, those of the training images alone, `(T,)`.
    """
    count = len(next(iter(generated.values())))
    chosen = training[reference_positions(training, count, rng, labels)]
    reference, appearance = classifier.features(chosen), appearance_of(chosen) if classifier.appearance else None
    card = {}
    for name, samples in {"real": held_out[:count], **generated}.items():
        features = classifier.features(samples)
        precision, covered = precision_recall(features, reference)
        frechet = {}
        if len(reference) > reference.shape[1]:
            distance = frechet_distance(fit_gaussian(features), fit_gaussian(reference))
            frechet = {"frechet_classifier_distance": distance}
        card[name] = frechet | {
            "kernel_distance": kernel_distance(features, reference),
            "precision": precision,
            "recall": covered,
        }
        if appearance is not None:
            card[name] |= appearance_metrics(appearance_of(samples), appearance)
    return card


def make_reference(
    classifier: Classifier,
    training: np.ndarray,
    yardstick: np.ndarray,
    count: int,
    rng: np.random.Generator,
    labels: np.ndarray | None = None,
) -> Reference:
    """Describe the training images for `evaluate_samples`.

    Args:
        classifier: of the pictures.
        training: all images that the generator learnt from, `(T, C, H, W)`.
        yardstick: real images that it did not see, `(Y, C, H, W)`, none of them among the samples to come.
        count: how many training images to take features of, at most; as many as there will be samples.
        rng: chooses them.
        labels: classes of the training images, `(T,)`, where all are to be chosen alike.
    """
    chosen = training[reference_positions(training, count, rng, labels)]
    features = classifier.features(chosen)
    _, distances = nearest_images(yardstick, training)
    classes = classifier.probabilities(features).argmax(axis=1)
    counts = np.bincount(classes, minlength=len(classifier.names))
    return Reference(
        classifier=classifier,
        training=training,
        features=features,
        gaussian=fit_gaussian(features),
        radii=squared_radii(features),
        mean_kernel=mean_of_pairs(features.astype(np.float64)),
        class_counts=np.maximum(counts, 0.5),  # a class without a picture is rare, not impossible
        appearance=appearance_of(chosen) if classifier.appearance else None,
        held_out_distance=float(np.median(distances)),
    )


def reference_positions(
    training: np.ndarray, count: int, rng: np.random.Generator, labels: np.ndarray | None
) -> np.ndarray:
    """Which training images to compare with, `count` or fewer, none twice; of all classes alike if there are labels."""
    if labels is not None:
        return balanced_reference(training, labels, rng)[:count]
    positions = distinct(training)
    return rng.choice(positions, min(count, len(positions)), replace=False)


def evaluate_samples(samples: np.ndarray, reference: Reference, rng: np.random.Generator) -> dict[str, Estimate]:
    """Every number about one set of samples, each with the 95 % interval that other samples would give.

    The reference stays as it is, so that the intervals tell two generators apart that are compared with the same
    images. Shares of samples have Wilson's interval; recall, a share of the reference, that of half samples; all other
    numbers that of the bootstrap.

    Args:
        samples: `(N, C, H, W)` in [-1, 1], N at least 8.
        reference: by `make_reference`.
        rng: of the bootstrap.
    """
    features = reference.classifier.features(samples)
    probabilities = reference.classifier.probabilities(features)
    _, distances = nearest_images(samples[:NUM_NEAREST], reference.training)
    again = resample(len(samples), REPEATS, rng)
    nearest_again = resample(len(distances), REPEATS, rng)
    halves = half_samples(len(samples), SLOW_REPEATS, rng)

    def frechet(chosen: np.ndarray) -> float:
        return frechet_distance(fit_gaussian(chosen), reference.gaussian)

    def nearest_ratio(chosen: np.ndarray) -> float:
        return np.median(chosen) / reference.held_out_distance

    kernel = bootstrap_kernel_distances(features, reference.features, again, reference.mean_kernel)
    recalls = np.array([recall(features[half], reference.features) for half in halves])
    metrics = {
        "frechet_classifier_distance": bootstrap(frechet, features, again[:SLOW_REPEATS]),
        "kernel_distance": estimate(*kernel),
        "precision": share_estimate(inside(features, reference.features, reference.radii)),
        "recall": estimate(recall(features, reference.features), recalls),
        "classifier_confidence": bootstrap(np.mean, probabilities.max(axis=1).astype(np.float64), again),
        "nearest_held_out_ratio": bootstrap(nearest_ratio, distances, nearest_again),
    }
    if reference.appearance is not None:
        metrics |= appearance_estimates(appearance_of(samples), reference.appearance, again)
    return metrics | class_metrics(probabilities, reference, again)


def class_metrics(probabilities: np.ndarray, reference: Reference, again: np.ndarray) -> dict[str, Estimate]:
    """The numbers that come from the class histogram of samples, whose probabilities `(N, K)` are given."""
    names = reference.classifier.names
    classes, confident = probabilities.argmax(axis=1), probabilities.max(axis=1) > CONFIDENT
    shown = np.where(confident, classes, len(names))  # one more class, for the others

    def captured(chosen: np.ndarray) -> int:
        return modes_captured(np.bincount(chosen, minlength=len(names))[: len(names)], len(chosen))

    def kl(chosen: np.ndarray) -> float:
        return histogram_kl(np.bincount(chosen, minlength=len(names)), reference.class_counts)

    shares = {
        f"mode_share_{name.replace('-', '_')}": share_estimate(classes == label) for label, name in enumerate(names)
    }
    return {"modes_captured": bootstrap(captured, shown, again), "class_kl": bootstrap(kl, classes, again)} | shares
