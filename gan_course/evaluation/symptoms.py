"""What the training doctor knows: a function for each fault, which compares signs with thresholds.

Each returns a sentence that says what is wrong and what to try, or None. They are given `Measured` signs.
"""

import math
from collections.abc import Callable

import numpy as np

from gan_course.evaluation.signs import Signs

Symptom = Callable[["Measured"], str | None]

ENOUGH_STEPS = 1000  # before that, D may be right about everything, or all samples alike, and yet all come right
LITTLE_VARIETY = 0.5  # of the mean distance between two samples, over that between two real images
WINNING_ACCURACY = 0.985  # of a D that has won
WINNING_D_FAKE = 0.1  # D(G(z)) there
LARGE_EPSILON = 0.01  # beside variances around 1; usual are 0.00001 to 0.001
ROUNDING = 1e-6  # what is not above it has not changed
LARGE_GAP = 0.5  # nats by which G's loss lies below -log of D's mean output for the same fakes
NEAR_CHANCE = 0.25  # of the way from chance to always right
KNOWS_CLASSES = 0.8  # share of classes named rightly


class Measured(Signs):
    """Signs, where one that was not measured is NaN: it compares false with every number, and so raises no alarm."""

    def __missing__(self, name: str) -> float:
        return math.nan


def not_finite(signs: Measured) -> str | None:
    """A loss or a picture is NaN or infinite."""
    if "not_finite_step" in signs:
        return (
            f"Numbers stopped being finite at step {signs['not_finite_step']:.0f}: the learning rate is too high for "
            "this network. Divide it by 10, again if need be, and go back to the last checkpoint before."
        )
    if "not_finite_samples" in signs:
        return "The samples hold NaN: the weights are broken. Divide the learning rate by 10 and train again."
    return None


def data_from_zero(signs: Measured) -> str | None:
    """The images do not span [-1, 1], which the generator's tanh does."""
    if signs["real_min"] >= -0.01 or signs["real_max"] > 1.01:
        return (
            f"The real images lie in [{signs['real_min']:.2g}, {signs['real_max']:.2g}], the generator's tanh in "
            "[-1, 1]: D tells them apart by their range. Scale the images with x / 127.5 - 1."
        )
    return None


def large_epsilon(signs: Measured) -> str | None:
    """Batch normalisation does not normalise, since its epsilon is about as large as variances are."""
    if signs["largest_epsilon"] > LARGE_EPSILON:
        return (
            f"A batch normalisation adds an epsilon of {signs['largest_epsilon']:.2g} to every variance: was momentum "
            "passed by position, where epsilon belongs? Name the arguments: eps=1e-5, momentum=0.9."
        )
    return None


def d_updates_g(signs: Measured) -> str | None:
    """D's optimiser moves G too."""
    if signs["shared_parameters"] > 0:
        return (
            f"D's optimiser moves {signs['shared_parameters']:.0f} of G's parameters, to please D. Give each optimiser "
            "its own network's parameters only, and differentiate by these."
        )
    return None


def moving_noise(signs: Measured) -> str | None:
    """Two pictures of one state differ."""
    if signs["redraw_change"] > ROUNDING:
        return (
            "Two frames drawn without a step between them differ: the noise of the frames is not fixed. Draw it once, "
            "before the training, or the film shows chance instead of learning."
        )
    return None


def training_mode(signs: Measured) -> str | None:
    """Drawing samples changes the generator."""
    if signs["sampling_change"] > ROUNDING:
        return (
            "Drawing samples changes G: it draws in training mode, so that a picture depends on the others of its "
            "batch and enters the running averages. Call generator.set_train(False) first."
        )
    return None


def mixed_batch(signs: Measured) -> str | None:
    """D's outputs for fakes are higher in G's update than in its own."""
    if signs["steps"] >= ENOUGH_STEPS and signs["loss_g"] > 0 and signs["update_gap"] < -LARGE_GAP:
        return (
            f"In its own update D gives fakes {signs['d_fake']:.2g} on average, in G's update far more: its batch "
            "normalisation sees real and fake together in one and not in the other. Give D one batch of each."
        )
    return None


def wrong_labels(signs: Measured) -> str | None:
    """D cannot name the classes of real images."""
    chance = signs["class_chance"]
    if signs["steps"] >= ENOUGH_STEPS and signs["accuracy_class_real"] < chance + NEAR_CHANCE * (1 - chance):
        return (
            f"D names {signs['accuracy_class_real']:.0%} of the real images' classes, little more than by chance: "
            "labels and images do not belong together. Look at ten of each, side by side, just before the step."
        )
    return None


def double_softmax(signs: Measured) -> str | None:
    """The class loss stays at the floor of a softmax of a softmax."""
    if "class_chance" not in signs or signs["steps"] < ENOUGH_STEPS:
        return None
    floor = float(np.log1p((1 / signs["class_chance"] - 1) / np.e))  # -log(e / (e + K - 1))
    if signs["accuracy_class_real"] > KNOWS_CLASSES and signs["class_real"] > 0.95 * floor:
        return (
            f"D names {signs['accuracy_class_real']:.0%} of the classes rightly, and yet its class loss stays at "
            f"{signs['class_real']:.2f}: a softmax before the cross-entropy, which has one, keeps it above "
            f"{floor:.2f}. Hand over logits."
        )
    return None


def saturating_loss(signs: Measured) -> str | None:
    """G minimises log(1 - D(G(z))): the only one of the two losses that is negative."""
    if signs["loss_g"] < 0 and "d_fake" in signs:
        return (
            f"loss_g is {signs['loss_g']:.2g}, and -log D(G(z)) is never negative: G minimises log(1 - D(G(z))), whose "
            "gradient vanishes where D(G(z)) is near 0. Let G minimise -log D(G(z))."
        )
    return None


def d_wins(signs: Measured) -> str | None:
    """D is right about nearly all images, so that G's gradient tells it little."""
    if (
        signs["steps"] >= ENOUGH_STEPS
        and signs["accuracy_d"] > WINNING_ACCURACY
        and signs["d_fake"] < WINNING_D_FAKE
        and not signs["loss_g"] < 0
    ):
        return (
            f"D wins: it tells {signs['accuracy_d']:.1%} rightly, and its mean output for fakes is "
            f"{signs['d_fake']:.2g}. Raise G's learning rate or lower D's, make D smaller, or smooth its labels."
        )
    return None


def collapse(signs: Measured) -> str | None:
    """The samples are much alike."""
    if signs["steps"] >= ENOUGH_STEPS and signs["variety"] < LITTLE_VARIETY:
        return (
            f"Samples differ {signs['variety']:.0%} as much as real images: G has collapsed. Lower its learning rate, "
            "or try packing, unrolling or WGAN-GP."
        )
    return None


SYMPTOMS: tuple[Symptom, ...] = (  # likely causes first
    not_finite,
    data_from_zero,
    large_epsilon,
    d_updates_g,
    moving_noise,
    training_mode,
    mixed_batch,
    wrong_labels,
    double_softmax,
    saturating_loss,
    collapse,
    d_wins,
)
