"""What each choice in lesson 05's recipes is worth: `.venv/bin/python -m experiments.recipes`.

Every recipe trains for the same seconds on this machine, so that what makes a step dearer must pay for it. An hour and
a quarter on two cores, with nothing else at work; runs that a table holds already are not made again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from experiments.tables import Row, Run, command, fill_table, lay_out, rounded, train_to_the_end, work_folder
from gan_course.lessons import dcgan
from gan_course.lessons.experiment import Experiment
from gan_course.viz.pictures import image_grid

SEEDS = (0, 1, 2)
WARM_UP, TIMED = 40, 40  # steps; the first are slow, while MindSpore compiles and settles its threads
FOLDED = {"last_conv": True, "first_conv": True}


def digit_recipes() -> dict[str, dcgan.Settings]:
    """The recipe for digits, changes to it one at a time, and the paper's."""
    chosen = dcgan.SETTINGS["class"]
    halves = {"num_doublings": 1, "num_halvings": 1, "base_channels": 48, "base_channels_d": 32}
    changes = {
        "D's dense layer not normalised": {"normalise_hidden": False},
        "no dense layer in G": {"hidden_g": 0},
        "no dense layer in D": {"hidden_d": 0},
        "folded by 2": {"fold": 2} | halves | FOLDED,
        "half the rates": {"learning_rate_g": 1e-3, "learning_rate_d": 1e-3},
        "transposed convolutions": {"upsample": False},
        "rates fall from the start": {"decay_start": 0.0},
        "rates stay": {"decay_start": 1.0},
        "twice as wide": {"base_channels": 48, "base_channels_d": 32},
        "batches of 64": {"batch_size": 64},
        "dropout in D": {"dropout": 0.25},
        "all moved by up to 2 pixels": {"shift": 2},
    }
    return {
        "chosen": chosen,
        "as in the paper": dcgan.paper(),
        **{name: replace(chosen, **change) for name, change in changes.items()},
    }


def flower_recipes() -> dict[str, dcgan.Settings]:
    """The recipe for colour sunflowers, and changes to it one at a time."""
    quarters = {"num_doublings": 2, "num_halvings": 2, "base_channels": 48, "base_channels_d": 48, "upsample": False}
    changes = {
        "chosen": {},
        "not moved": {"shift": 0},
        "half as wide": {"base_channels": 8, "base_channels_d": 8},
        "half as wide again": {"base_channels": 24, "base_channels_d": 24},
        "transposed convolutions": {"upsample": False},
        "the same rate for D": {"learning_rate_d": 2e-3},
        "dense layers, normalised": {"hidden_g": 256, "hidden_d": 256},
        "dropout in D": {"dropout": 0.25},
        "folded by 4": {"fold": 4, "shift": 2} | quarters | FOLDED,  # 2 folded pixels are 8
        "folded by 4, not moved": {"fold": 4, "shift": 0} | quarters | FOLDED,
    }
    return {name: dcgan.flowers(**change) for name, change in changes.items()}


def same_seconds(name: str, recipes: dict[str, dcgan.Settings], seconds: float, out: Path, smoke: bool) -> None:
    """A row for each recipe from each seed, and pictures from the first."""
    files = {recipe: work_folder(out, name) / f"{recipe}.npy" for recipe in recipes}
    runs: list[Run] = []
    for recipe, settings in recipes.items():
        settings = replace(settings, num_samples=200) if smoke else settings
        for seed in SEEDS[:1] if smoke else SEEDS:
            file = files[recipe] if seed == SEEDS[0] else None
            runs.append(({"run": recipe, "seed": seed}, partial(train_for, settings, seed, seconds, file)))
    fill_table(out / f"{name}.csv", runs)
    lay_out(list(files.values()), out / f"{name}.png", columns=6)


def train_for(settings: dcgan.Settings, seed: int, seconds: float, file: Path | None) -> list[Row]:
    """Train for about `seconds`; a row of what the lesson measures. Sixteen samples go into `file`, if there is one."""
    trial = dcgan.build(replace(settings, num_steps=WARM_UP + TIMED), seed)
    num_steps = max(1, round(seconds / seconds_a_step(trial)))
    experiment = dcgan.build(replace(settings, num_steps=num_steps), seed)
    start = perf_counter()
    history = train_to_the_end(replace(experiment, evaluate=dict))
    taken = perf_counter() - start
    metrics = experiment.evaluate()
    if file:
        draw = next(iter(experiment.samplers.values()))
        np.save(file, image_grid(draw(16, np.random.default_rng(2)), columns=4)[None])
    losses = {loss: float(history[loss][-100:].mean()) for loss in ("loss_d", "loss_g")}
    return [rounded({"step": num_steps, "seconds": round(taken, 1)} | metrics | losses)]


def seconds_a_step(experiment: Experiment) -> float:
    """The median of some steps after a warm-up."""
    times: list[float] = []
    last = perf_counter()

    def clock(step: int, losses: dict[str, float]) -> None:
        nonlocal last
        times.append(perf_counter() - last)
        last = perf_counter()

    train_to_the_end(replace(experiment, evaluate=dict), callbacks=[clock])
    return median(times[-TIMED:])


def digits(out: Path, smoke: bool) -> None:
    """Digits, 20 seconds each."""
    same_seconds("05_recipes_digits", digit_recipes(), 0.5 if smoke else 20, out, smoke)


def flowers(out: Path, smoke: bool) -> None:
    """Colour sunflowers of 64x64, 75 seconds each."""
    same_seconds("05_recipes_flowers", flower_recipes(), 0.5 if smoke else 75, out, smoke)


EXPERIMENTS: dict[str, Callable[[Path, bool], None]] = {"digits": digits, "flowers": flowers}


@command(__doc__, EXPERIMENTS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make what is asked for."""
    for name in names:
        EXPERIMENTS[name](out, smoke)


if __name__ == "__main__":
    main()
