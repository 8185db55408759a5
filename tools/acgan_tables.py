"""Run lesson 06's experiments over several seeds: `.venv/bin/python tools/acgan_tables.py`.

Tables and pictures go to `notebooks/results/`. Each experiment can be asked for by name. Runs that a table holds
already are not made again. All of them take about 45 minutes on one core. `--smoke` only tries it out.
"""

import argparse
import csv
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from gan_course.data import mnist
from gan_course.data.classes import load_classes
from gan_course.evaluation.classes import confusion
from gan_course.evaluation.digits import classify_digits, digit_features
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.lessons import acgan
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.filling import fakes, filled, learnt_accuracy, repeats, shifts
from gan_course.viz.pictures import save_picture

RESULTS = Path(__file__).resolve().parents[1] / "notebooks" / "results"
SHORT = acgan.Settings(num_steps=2400, evaluate_every=10_000)  # judged at the end only, below
NATURAL = replace(SHORT, balanced=False)
NAMES, COUNTS = acgan.UNEQUAL["mnist"]
EPOCHS = (0, 2, 23, 45)  # at which the published experiment showed its pictures
Row = dict[str, object]
Runs = dict[str, Callable[[int, Path, bool], list[Row]]]  # name -> seed, folder, smoke -> rows


def labels() -> Runs:
    """How the label enters, and who is balanced: real batches and fakes, fakes alone, or neither."""
    variants = {
        "multiply, as in the data": NATURAL,
        "multiply, fakes balanced": replace(NATURAL, uniform_fakes=True),
        "multiply, balanced": SHORT,
        "concatenate, as in the data": replace(NATURAL, concatenate=True),
        "concatenate, balanced": replace(SHORT, concatenate=True),
    }
    return {name: partial(train_and_judge, settings) for name, settings in variants.items()}


def counts() -> Runs:
    """How many pictures a class needs: digit 5 alone small, in both kinds of batches, or all classes alike small."""
    variants = {"all 5000": replace(NATURAL, counts=(5000,) * 4)}
    for count in (100, 600, 2000):
        alone = (5000, 5000, count, 5000)
        variants |= {
            f"one small {count}": replace(NATURAL, counts=alone),
            f"one small, balanced {count}": replace(SHORT, counts=alone),
            f"all small {count}": replace(NATURAL, counts=(count,) * 4),
        }
    return {name: partial(train_and_judge, settings) for name, settings in variants.items()}


def use() -> Runs:
    """Does a classifier of held-out digits gain from generated pictures in small classes?"""
    return {"real": fill_and_learn}


def epochs() -> Runs:
    """The published training and the lesson's, looked at after the published numbers of epochs."""
    return {
        "published": partial(train_and_look, acgan.published()),
        "lesson": partial(train_and_look, replace(SHORT, num_steps=None, num_epochs=45)),
    }


EXPERIMENTS = {"labels": (labels, 3), "counts": (counts, 3), "use": (use, 5), "epochs": (epochs, 1)}  # and seeds


def main(arguments: list[str] | None = None) -> None:
    """Make the runs that are asked for and missing, and write each as it is done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(EXPERIMENTS)}; all by default")
    parser.add_argument("--smoke", action="store_true", help="two steps and one seed, to try it out")
    parser.add_argument("--out", type=Path, default=RESULTS, help="where to write")
    options = parser.parse_args(arguments)
    if unknown := set(options.names) - set(EXPERIMENTS):
        parser.error(f"there is no experiment {', '.join(sorted(unknown))}: choose from {', '.join(EXPERIMENTS)}")
    for name in options.names or EXPERIMENTS:
        make_runs, num_seeds = EXPERIMENTS[name]
        path = options.out / f"06_{name}.csv"
        for seed in range(1 if options.smoke else num_seeds):
            for run, make in make_runs().items():
                rows = read_table(path)
                if any((row["run"], row["seed"]) == (run, str(seed)) for row in rows):
                    continue
                new = [{"run": run, "seed": seed} | row for row in make(seed, options.out, options.smoke)]
                write_table(path, rows + new)
                print(name, *new, sep="\n", flush=True)


def train_and_judge(settings: acgan.Settings, seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train with `settings`; a row of numbers about the averaged generator."""
    experiment = acgan.build(shortened(settings) if smoke else settings, seed)
    history = experiment.train()
    losses = ("loss_d", "loss_g", "class_real", "class_fake")
    return [judge(experiment) | {name: round(float(history[name][-100:].mean()), 4) for name in losses}]


def judge(experiment: Experiment) -> Row:
    """Of 1,000 pictures of each class: accuracy, distance to test digits, and what those that should be a 5 show."""
    samples, asked = acgan.sample(experiment.cells["average"], 1000, NAMES, SHORT.latent_dim, seed=1)
    answered = classify_digits(samples).astype(str)
    row = {f"class_accuracy_{name}": round(float((answered[asked == name] == name).mean()), 4) for name in NAMES}
    for name in NAMES:
        real = digit_features(mnist("test", [int(name)])[0])
        row[f"kernel_distance_{name}"] = round(kernel_distance(digit_features(samples[asked == name]), real), 5)
    fives = confusion(asked, answered, ["5"], [str(digit) for digit in range(10)])[0]
    return row | {f"five_as_{digit}": int(count) for digit, count in enumerate(fives)}


def fill_and_learn(seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train a GAN on the unequal classes, fill the small ones in three ways; rows of a classifier's accuracy."""
    images, own, names = load_classes("mnist", NAMES, COUNTS)
    experiment = acgan.build(shortened(SHORT) if smoke else SHORT, seed)
    experiment.train()
    rng = np.random.default_rng(seed)
    sets = {
        "real": (images, own),
        "real and repeated": filled(images, own, repeats(images, own)),
        "real and shifted": filled(images, own, shifts(images, own, rng)),
        "real and generated": filled(images, own, fakes(experiment.cells["average"], SHORT.latent_dim, rng)),
    }
    held_out, digits = mnist("test", [int(name) for name in names])
    test = held_out, np.searchsorted([int(name) for name in names], digits)
    rows = []
    for run, training in sets.items():
        accuracy = learnt_accuracy(training, test, 2 if smoke else 600, seed=seed)
        row = {f"class_accuracy_{name}": round(float(share), 4) for name, share in zip(names, accuracy)}
        rows.append({"run": run} | row)
    return rows


def train_and_look(settings: acgan.Settings, seed: int, folder: Path, smoke: bool) -> list[Row]:
    """Train; a row of numbers after each of EPOCHS, and a picture of the grids side by side."""
    experiment = acgan.build(shortened(settings) if smoke else replace(settings, evaluate_every=10_000), seed)
    per_epoch = sum(COUNTS) // settings.batch_size
    rows, grids = [], []

    def look(step: int, losses: dict[str, float]) -> None:
        if step in [per_epoch * epoch for epoch in EPOCHS]:
            rows.append({"epoch": step // per_epoch} | judge(experiment))
            grids.append(np.pad(experiment.draw(), 6, constant_values=255))

    experiment.train(callbacks=[look])
    save_picture(
        folder / f"06_epochs_{'lesson' if settings.balanced else 'published'}.png", np.concatenate(grids, axis=1)
    )
    return rows


def shortened(settings: acgan.Settings) -> acgan.Settings:
    """Two steps of a small network."""
    return replace(settings, num_steps=2, base_channels=2, num_samples=10)


def read_table(path: Path) -> list[Row]:
    """The rows that are there."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_table(path: Path, rows: list[Row]) -> None:
    """Write rows that all have the same columns as CSV."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
