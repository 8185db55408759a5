"""Lesson 06's experiments over several seeds: `.venv/bin/python -m experiments.acgan`.

All of them take about two hours on one core. Runs that a table holds already are not made again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from mindspore import nn

from experiments.tables import Row, command, fill_table, rounded, side_by_side, train_to_the_end
from gan_course.data import mnist
from gan_course.data.classes import Labelled
from gan_course.data.sources import Digits
from gan_course.evaluation.classes import confusion
from gan_course.evaluation.digits import classify_digits, digit_features
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.lessons import acgan
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.filling import fakes, filled, learnt_accuracy, repeats, shifts
from gan_course.viz.pictures import save_picture

PLAIN = {"hidden_g": 0, "normalise_hidden": False}  # the networks that the tables were made with
SHORT = acgan.Settings(num_steps=2400, evaluate_every=10_000, **PLAIN)  # measured at the end only, below
NATURAL = replace(SHORT, class_balanced=False)
NAMES, COUNTS = acgan.DIGITS, acgan.DIGIT_COUNTS
EPOCHS = (0, 2, 23, 45)  # at which the published experiment showed its pictures
Runs = dict[str, Callable[[int, Path, bool], list[Row]]]  # name -> seed, folder, smoke -> rows


@dataclass(frozen=True)
class ShiftedDigits(Digits):
    """MNIST, whose small classes are filled up with copies shifted by up to two pixels."""

    def labelled(self, *arguments, **options) -> Labelled:
        """As `Digits.labelled`, but all classes as large as the largest."""
        images, labels, names = super().labelled(*arguments, **options)
        return Labelled(*filled(images, labels, shifts(images, labels, np.random.default_rng(0))), names)


def labels() -> Runs:
    """How the label enters, and who is balanced: real batches and fakes, fakes alone, or neither."""
    variants = {
        "multiply, as in the data": NATURAL,
        "multiply, fakes balanced": replace(NATURAL, uniform_fakes=True),
        "multiply, balanced": SHORT,
        "concatenate, as in the data": replace(NATURAL, concatenate=True),
        "concatenate, balanced": replace(SHORT, concatenate=True),
    }
    return {name: partial(train_and_measure, settings) for name, settings in variants.items()}


def quiet() -> Runs:
    """Labels that begin as small as in the published program, multiplied as there, or concatenated."""
    variants = {
        f"{way}, {kind}": replace(settings, concatenate=way == "quiet", label_spread=0.03)
        for way in ("quiet", "quiet multiplied")
        for kind, settings in {"as in the data": NATURAL, "balanced": SHORT}.items()
    }
    return {name: partial(train_and_measure, settings) for name, settings in variants.items()}


def counts() -> Runs:
    """How many pictures a class needs: digit 5 alone small, in both kinds of batches, or all classes alike small.

    Last, whether shifted copies can stand in for more pictures.
    """
    natural, balanced = (replace(settings, num_steps=1500) for settings in (NATURAL, SHORT))
    variants = {"all 5000": replace(natural, counts=(5000,) * 4)}
    for count in (100, 600, 2000):
        alone = (5000, 5000, count, 5000)
        variants |= {
            f"one small {count}": replace(natural, counts=alone),
            f"one small, balanced {count}": replace(balanced, counts=alone),
            f"all small {count}": replace(natural, counts=(count,) * 4),
        }
    variants["one small, shifted 600"] = replace(balanced, data=ShiftedDigits(), counts=(5000, 5000, 600, 5000))
    return {name: partial(train_and_measure, settings) for name, settings in variants.items()}


def use() -> Runs:
    """Does a classifier of held-out digits gain from generated pictures in small classes?"""
    return {"real": fill_and_learn, "more real": learn_from_more}


def epochs() -> Runs:
    """The published training, looked at after the published numbers of epochs."""
    return {"published": partial(train_and_look, acgan.published())}


NUM_SEEDS = {"labels": 3, "quiet": 3, "counts": 3, "use": 5, "epochs": 1}
EXPERIMENTS = {"labels": labels, "quiet": quiet, "counts": counts, "use": use, "epochs": epochs}


@command(__doc__, EXPERIMENTS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing."""
    for name in names:
        seeds = range(1 if smoke else NUM_SEEDS[name])
        runs = [
            ({"run": run, "seed": seed}, partial(make, seed, out, smoke))
            for seed in seeds
            for run, make in EXPERIMENTS[name]().items()
        ]
        fill_table(out / f"06_{name}.csv", runs)


def train_and_measure(settings: acgan.Settings, seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train with `settings`; a row of numbers about its samples."""
    experiment = acgan.build(shortened(settings) if smoke else settings, seed)
    history = train_to_the_end(experiment)
    losses = ("loss_d", "loss_g", "class_real", "class_fake")
    return [measure(drawing(experiment)) | rounded({name: float(history[name][-100:].mean()) for name in losses})]


def drawing(experiment: Experiment) -> nn.Cell:
    """The generator that makes the pictures: the average, if there is one."""
    return experiment.cells.get("average", experiment.cells["generator"])


def measure(generator: nn.Cell, edge: int = 0) -> Row:
    """Of 1,000 pictures of each class: accuracy, distance to test digits, and what those that should be a 5 show."""
    samples, asked, answered = drawn_and_named(generator, edge)
    row = {f"class_accuracy_{name}": round(float((answered[asked == name] == name).mean()), 4) for name in NAMES}
    for name in NAMES:
        real = digit_features(mnist("test", [int(name)])[0])
        row[f"kernel_distance_{name}"] = round(kernel_distance(digit_features(samples[asked == name]), real), 5)
    fives = confusion(asked, answered, ["5"], [str(digit) for digit in range(10)])[0]
    return row | {f"five_as_{digit}": int(count) for digit, count in enumerate(fives)}


def drawn_and_named(generator: nn.Cell, edge: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """1,000 pictures of each class, the digits that they should show, and those that the classifier sees.

    Args:
        generator: of digits, 28 x 28 without an edge.
        edge: pixels around them.
    """
    samples, asked = acgan.sample(generator, 1000, NAMES, SHORT.latent_dim, seed=1)
    samples = samples[..., edge : edge + 28, edge : edge + 28]
    return samples, asked, classify_digits(samples).astype(str)


def fill_and_learn(seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train a GAN on the unequal classes, fill the small ones in three ways; rows of a classifier's accuracy."""
    images, own, _ = Digits().labelled(NAMES, COUNTS)
    experiment = acgan.build(shortened(SHORT) if smoke else SHORT, seed)
    train_to_the_end(experiment)
    rng = np.random.default_rng(seed)
    sets = {
        "real": (images, own),
        "real and repeated": filled(images, own, repeats(images, own)),
        "real and shifted": filled(images, own, shifts(images, own, rng)),
        "real and generated": filled(images, own, fakes(experiment.cells["average"], SHORT.latent_dim, rng)),
    }
    return [{"run": run} | learnt(training, seed, smoke) for run, training in sets.items()]


def learn_from_more(seed: int, folder: Path, smoke: bool) -> list[Row]:
    """A row of a classifier's accuracy that has seen as many real digits of each class as there are of the largest."""
    return [learnt(Digits().labelled(NAMES, (max(COUNTS),) * 4)[:2], seed, smoke)]


def learnt(training: tuple[np.ndarray, np.ndarray], seed: int, smoke: bool) -> Row:
    """The accuracy on test digits, class by class, of a classifier that has learnt from these."""
    held_out, digits = mnist("test", [int(name) for name in NAMES])
    test = held_out, np.searchsorted([int(name) for name in NAMES], digits)
    accuracy = learnt_accuracy(training, test, 2 if smoke else 600, seed=seed)
    return rounded({f"class_accuracy_{name}": float(share) for name, (share, _, _) in zip(NAMES, accuracy)})


def train_and_look(settings: acgan.Settings, seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train; a row of numbers after each of EPOCHS, and a picture of the grids side by side."""
    experiment = acgan.build(shortened(settings) if smoke else replace(settings, evaluate_every=10_000), seed)
    per_epoch = sum(COUNTS) // settings.batch_size
    rows, grids = [], []

    def look(step: int, losses: dict[str, float]) -> None:
        if step in [per_epoch * epoch for epoch in EPOCHS]:
            rows.append({"epoch": step // per_epoch} | measure(drawing(experiment)))
            grids.append(experiment.draw())

    train_to_the_end(experiment, callbacks=[look])
    save_picture(folder / "06_epochs.png", side_by_side(grids, columns=len(grids), gap=12))
    return rows


def shortened(settings: acgan.Settings) -> acgan.Settings:
    """Two steps of a small network."""
    return replace(settings, num_steps=2, base_channels=2, num_samples=10)


if __name__ == "__main__":
    main()
