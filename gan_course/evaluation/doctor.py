"""The training doctor: reads what a GAN left behind, and says in plain words what is wrong with it and what to try.

    print(diagnose(history, samples, real, **probe(cells, draw)))

It works in two parts. First the *signs*, numbers that anybody can look at: means of the last curves, how much samples
differ, and what the probes of `gan_course.evaluation.probes` found out about the networks. Then the *symptoms*, one
function for each thing that it knows, which compare signs with thresholds. What was not measured is not judged.
`gan-course train` asks it at the end, `gan-course score` below its table; meanwhile `gan_course.training.guard` stops a
training at the first loss that is no number.

No symptom is no proof of good samples: look at them, and score them.

How often it is right, of runs whose seeds chose no threshold, as `tools/doctor_table.py` counts and writes:

    60 of 60 planted faults named right, 95 % interval 0.94 to 1.00
    1 of 21 healthy runs called ill, 95 % interval 0.00 to 0.24
"""

from collections.abc import Callable

import numpy as np

from gan_course.training.history import History

Signs = dict[str, float]
Symptom = Callable[[Signs], str | None]

ENOUGH_STEPS = 1000  # before that, D may be right about everything, or all samples alike, and yet all come right
LITTLE_VARIETY = 0.5  # of the mean distance between two samples, over that between two real images
SURE = 0.985  # accuracy of a D that has won
SEEN_THROUGH = 0.1  # D(G(z)) there
LARGE_EPSILON = 0.01  # beside variances around 1; usual are 0.00001 to 0.001
SAME = 1e-6  # rounding is smaller
JENSEN_SLACK = 0.5  # nats by which G's loss may lie below -log D(G(z)) as it was in D's update
GUESSING = 0.25  # of the way from chance to always right
KNOWS = 0.8  # share of classes named rightly

HEALTHY = "Nothing wrong found."
TOO_SHORT = f"Too short to tell: losses and samples of a GAN say little before step {ENOUGH_STEPS:,}."


def diagnose(
    history: History, samples: np.ndarray | None = None, real: np.ndarray | None = None, **probes: float
) -> str:
    """What is wrong, a line each, likely causes first; or HEALTHY; or TOO_SHORT. Arguments as in `examine`."""
    short = "loss_g" in history.names and history.last_step < ENOUGH_STEPS
    return "\n".join(examine(history, samples, real, **probes).values()) or (TOO_SHORT if short else HEALTHY)


def examine(
    history: History, samples: np.ndarray | None = None, real: np.ndarray | None = None, **probes: float
) -> dict[str, str]:
    """All symptoms by name, likely causes first; empty for a healthy run.

    Args:
        history: of a training with `gan_step` or `acgan_step`.
        samples: generated images, `(N, C, H, W)`, 50 or more; of all classes, where there are classes.
        real: training images, `(M, C, H, W)`.
        probes: further signs by the name that the probes document.
    """
    return recognise(history_signs(history) | image_signs(samples, real) | probes)


def recognise(signs: Signs) -> dict[str, str]:
    """The symptoms that `signs` show, by name: what `examine` does after measuring."""
    found = {symptom.__name__: symptom(signs) for symptom in SYMPTOMS}
    return {name: sentence for name, sentence in found.items() if sentence}


# Signs of a history and of images.


def history_signs(history: History) -> Signs:
    """Signs of the curves: means over the last tenth of the steps, at least 50, under the names of the curves.

    `steps`: how many there were. `not_finite_step`: the first at which a number was NaN or infinite, if any.
    `jensen_gap`: loss_g + log d_fake, in nats. By Jensen's inequality -E[log D] >= -log E[D], so it is not below 0
    where D answers alike in both updates. `class_chance`: 1 / K, from the class loss before it learnt anything, log K.
    """
    signs: Signs = {"steps": history.last_step}
    finite = all(np.isfinite(history[name]).all() for name in history.names)
    if not finite:
        steps = [history.steps(name)[~np.isfinite(history[name])] for name in history.names]
        return signs | {"not_finite_step": float(min(np.concatenate(steps)))}
    for name in history.names:
        values = history[name]
        signs[name] = float(values[-max(50, len(values) // 10) :].mean())
    if {"loss_g", "d_fake"} <= signs.keys():
        signs["jensen_gap"] = signs["loss_g"] + float(np.log(max(signs["d_fake"], 1e-30)))
    if "class_real" in signs:
        signs["class_chance"] = float(np.exp(-history["class_real"][0]))
    return signs


def image_signs(samples: np.ndarray | None, real: np.ndarray | None) -> Signs:
    """Signs of images: `real_min`, `real_max`, and `variety`, the mean distance of samples over that of reals."""
    signs: Signs = {}
    if real is not None:
        signs |= {"real_min": float(real.min()), "real_max": float(real.max())}
    if samples is not None and not np.isfinite(samples).all():
        return signs | {"not_finite_samples": 1.0}
    if real is not None and samples is not None:
        signs["variety"] = mean_distance(samples) / (mean_distance(real[:1000]) + 1e-6)
    return signs


def mean_distance(images: np.ndarray) -> float:
    """Mean Euclidean distance of one image to the next, `(N, C, H, W)`, each shifted and scaled to mean 0 and norm 1.

    So it is about what they show, not about how bright or how strong: 0 for copies, sqrt(2) for unrelated noise.
    """
    flat = images.reshape(len(images), -1).astype(np.float64)
    flat = flat - flat.mean(axis=1, keepdims=True)
    flat = flat / (np.linalg.norm(flat, axis=1, keepdims=True) + 1e-6)
    return float(np.linalg.norm(flat - np.roll(flat, 1, axis=0), axis=1).mean())


# Symptoms. `signs.get(name, ...)` of a sign that was not measured gives a number that raises no alarm.


def not_finite(signs: Signs) -> str | None:
    """A loss or a picture is NaN or infinite."""
    if "not_finite_step" in signs:
        return (
            f"Numbers stopped being finite at step {signs['not_finite_step']:.0f}: the learning rate is too high for "
            "this network. Divide it by 10, again if need be, and go back to the last checkpoint before."
        )
    if "not_finite_samples" in signs:
        return "The samples hold NaN: the weights are broken. Divide the learning rate by 10 and train again."
    return None


def data_from_zero(signs: Signs) -> str | None:
    """The images do not span [-1, 1], which the generator's tanh does."""
    if signs.get("real_min", -1) >= -0.01 or signs.get("real_max", 1) > 1.01:
        return (
            f"The real images lie in [{signs['real_min']:.2g}, {signs['real_max']:.2g}], the generator's tanh in "
            "[-1, 1]: D tells them apart by their range. Scale the images with x / 127.5 - 1."
        )
    return None


def large_epsilon(signs: Signs) -> str | None:
    """Batch normalisation does not normalise, since its epsilon is about as large as variances are."""
    if signs.get("largest_epsilon", 0) > LARGE_EPSILON:
        return (
            f"A batch normalisation adds an epsilon of {signs['largest_epsilon']:.2g} to every variance: was momentum "
            "passed by position, where epsilon belongs? Name the arguments: eps=1e-5, momentum=0.9."
        )
    return None


def d_updates_g(signs: Signs) -> str | None:
    """D's optimiser moves G too."""
    if signs.get("shared_parameters", 0) > 0:
        return (
            f"D's optimiser moves {signs['shared_parameters']:.0f} of G's parameters, to please D. Give each optimiser "
            "its own network's parameters only, and differentiate by these."
        )
    return None


def moving_noise(signs: Signs) -> str | None:
    """Two pictures of one state differ."""
    if signs.get("redraw_change", 0) > SAME:
        return (
            "Two frames drawn without a step between them differ: the noise of the frames is not fixed. Draw it once, "
            "before the training, or the film shows chance instead of learning."
        )
    return None


def training_mode(signs: Signs) -> str | None:
    """Drawing samples changes the generator."""
    if signs.get("sampling_change", 0) > SAME:
        return (
            "Drawing samples changes G: it draws in training mode, so that a picture depends on the others of its "
            "batch and enters the running averages. Call generator.set_train(False) first."
        )
    return None


def mixed_batch(signs: Signs) -> str | None:
    """D answers otherwise in G's update than in its own."""
    if signs["steps"] >= ENOUGH_STEPS and signs.get("loss_g", 0) > 0 and signs.get("jensen_gap", 0) < -JENSEN_SLACK:
        return (
            f"In its own turn D gives fakes {signs['d_fake']:.2g} on average, in G's turn far more: its batch "
            "normalisation sees real and fake together in one turn and not in the other. Give D one batch of each."
        )
    return None


def wrong_labels(signs: Signs) -> str | None:
    """D cannot name the classes of real images."""
    chance = signs.get("class_chance", 0)
    if signs["steps"] >= ENOUGH_STEPS and signs.get("accuracy_class_real", 1) < chance + GUESSING * (1 - chance):
        return (
            f"D names {signs['accuracy_class_real']:.0%} of the real images' classes, little more than by chance: "
            "labels and images do not belong together. Look at ten of each, side by side, just before the step."
        )
    return None


def double_softmax(signs: Signs) -> str | None:
    """The class loss stays at the floor of a softmax of a softmax."""
    if "class_chance" not in signs or signs["steps"] < ENOUGH_STEPS:
        return None
    floor = float(np.log1p((1 / signs["class_chance"] - 1) / np.e))  # -log(e / (e + K - 1))
    if signs["accuracy_class_real"] > KNOWS and signs["class_real"] > 0.95 * floor:
        return (
            f"D names {signs['accuracy_class_real']:.0%} of the classes rightly, and yet its class loss stays at "
            f"{signs['class_real']:.2f}: a softmax before the cross-entropy, which has one, keeps it above "
            f"{floor:.2f}. Hand over logits."
        )
    return None


def saturating_loss(signs: Signs) -> str | None:
    """G minimises log(1 - D(G(z))): the only one of the two losses that is negative."""
    if signs.get("loss_g", 0) < 0 and "d_fake" in signs:
        return (
            f"loss_g is {signs['loss_g']:.2g}, and -log D(G(z)) is never negative: G minimises log(1 - D(G(z))), whose "
            "gradient vanishes where D is sure of the fakes. Let G minimise -log D(G(z))."
        )
    return None


def d_wins(signs: Signs) -> str | None:
    """D is right about nearly everything, so that G hears nothing but no."""
    if (
        signs["steps"] >= ENOUGH_STEPS
        and signs.get("accuracy_d", 0) > SURE
        and signs.get("d_fake", 1) < SEEN_THROUGH
        and signs.get("loss_g", 0) >= 0
    ):
        return (
            f"D wins: it tells {signs['accuracy_d']:.1%} rightly, and its mean answer to fakes is "
            f"{signs['d_fake']:.2g}. Raise G's learning rate or lower D's, make D smaller, or smooth its labels."
        )
    return None


def collapse(signs: Signs) -> str | None:
    """The samples are much alike."""
    if signs["steps"] >= ENOUGH_STEPS and signs.get("variety", 1) < LITTLE_VARIETY:
        return (
            f"Samples differ {signs['variety']:.0%} as much as real images: G has collapsed. Lower its learning rate, "
            "or try packing, unrolling or WGAN-GP."
        )
    return None


SYMPTOMS: tuple[Symptom, ...] = (
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
