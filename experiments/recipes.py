"""What each choice in lesson 05's recipes is worth: `.venv/bin/python -m experiments.recipes`.

Every recipe trains for the same seconds, so that what makes a step dearer must pay for it. First the milliseconds of a
step of each are measured, which takes a quarter of an hour and wants a quiet machine; then each trains for as many
steps as the seconds buy, an hour in all on two quiet cores, longer beside other work. Runs that a table holds already
are not made again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from experiments.tables import Row, Run, command_of, fill_table, lay_out, rounded, train_to_the_end, work_folder
from gan_course.lessons import dcgan, mlp_gan
from gan_course.lessons.experiment import Experiment
from gan_course.viz.pictures import image_grid

SEEDS = (0, 1, 2)
ROUNDS = 3  # in which the pace of each recipe is measured
WARM_UP, TIMED = 60, 80  # steps; the first are slow, while MindSpore compiles and settles its threads
Settings = dcgan.Settings | mlp_gan.Settings
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
        "rates fall in the second half": {"decay_start": 0.5},
        "twice as wide": {"base_channels": 48, "base_channels_d": 32},
        "batches of 64": {"batch_size": 64},
        "dropout in D": {"dropout": 0.25},
        "all moved by up to 2 pixels": {"shift": 2},
        "not averaged": {"average_decay": 0.0},
        "both move at once": {"simultaneous": True},
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


def gray_recipes() -> dict[str, Settings]:
    """Lesson 04's dense networks, and the convolutions of the recipe above, for grey sunflowers."""
    return {"dense": mlp_gan.SETTINGS["class"], "convolutions": dcgan.flowers(gray=True)}


def build(settings: Settings, seed: int) -> Experiment:
    """What the settings belong to, put together."""
    lesson = dcgan if isinstance(settings, dcgan.Settings) else mlp_gan
    return lesson.build(settings, seed)


def same_seconds(name: str, recipes: dict[str, Settings], seconds: float, out: Path, smoke: bool) -> None:
    """A row for each recipe from each seed, and pictures from the first."""
    if smoke:
        recipes = {recipe: replace(settings, num_samples=200) for recipe, settings in recipes.items()}
    paces = measured_paces(out / f"{name}_pace.csv", recipes)
    files = {recipe: work_folder(out, name) / f"{recipe}.npy" for recipe in recipes}
    runs: list[Run] = []
    for seed in SEEDS[:1] if smoke else SEEDS:
        for recipe, settings in recipes.items():
            long = replace(settings, num_steps=max(1, round(1000 * seconds / paces[recipe])))
            file = files[recipe] if seed == SEEDS[0] else None
            runs.append(({"run": recipe, "seed": seed}, partial(train_for_row, long, seed, file)))
    fill_table(out / f"{name}.csv", runs)
    lay_out(list(files.values()), out / f"{name}.png", columns=min(6, len(files)))


def measured_paces(path: Path, recipes: dict[str, Settings]) -> dict[str, float]:
    """The milliseconds of a step by recipe: the quickest of some rounds, since other programs only slow it down."""
    rounds = [(recipe, number) for number in range(ROUNDS) for recipe in recipes]
    rows = fill_table(
        path, [({"run": recipe, "round": number}, partial(pace, recipes[recipe])) for recipe, number in rounds]
    )
    return {recipe: min(float(row["ms_a_step"]) for row in rows if row["run"] == recipe) for recipe in recipes}


def pace(settings: Settings) -> list[Row]:
    """The milliseconds of a step, with all that comes with it but evaluations."""
    trial = build(replace(settings, num_steps=WARM_UP + TIMED), seed=0)
    return [{"ms_a_step": round(1000 * seconds_a_step(trial), 2)}]


def train_for_row(settings: Settings, seed: int, file: Path | None) -> list[Row]:
    """A training; a row of what the lesson measures. Sixteen samples go into `file`, if there is one."""
    experiment = build(settings, seed)
    history = train_to_the_end(replace(experiment, evaluate=dict))
    metrics = experiment.evaluate()
    if file:
        draw = next(iter(experiment.samplers.values()))
        np.save(file, image_grid(draw(16, np.random.default_rng(2)), columns=4)[None])
    losses = {loss: float(history[loss][-100:].mean()) for loss in ("loss_d", "loss_g")}
    return [rounded({"step": settings.num_steps} | metrics | losses)]


def seconds_a_step(experiment: Experiment) -> float:
    """The mean of the last half of some steps, for what comes once in ten counts, too; the best of four parts of it."""
    times: list[float] = []

    def clock(step: int, losses: dict[str, float]) -> None:
        times.append(perf_counter())

    train_to_the_end(replace(experiment, evaluate=dict), callbacks=[clock])
    parts = np.diff(times[-TIMED - 1 :][:: TIMED // 4])
    return float(parts.min() / (TIMED // 4))


def digits(out: Path, smoke: bool) -> None:
    """Digits, 20 seconds each."""
    same_seconds("05_recipes_digits", digit_recipes(), 0.5 if smoke else 20, out, smoke)


def flowers(out: Path, smoke: bool) -> None:
    """Colour sunflowers of 64x64, 45 seconds each."""
    same_seconds("05_recipes_flowers", flower_recipes(), 0.5 if smoke else 45, out, smoke)


def published(out: Path, smoke: bool) -> None:
    """Digits by the published recipe that follows the paper, beside the chosen one, 30 seconds of one core each.

    Then the published one ten times as long, from the first seed.
    """
    name, seconds = "05_published_digits", 0.5 if smoke else 30
    recipes = {"chosen": dcgan.SETTINGS["class"], "published": dcgan.published_digits()}
    same_seconds(name, recipes, seconds, out, smoke)
    paces = measured_paces(out / f"{name}_pace.csv", recipes)
    long = replace(recipes["published"], num_steps=round(10 * 1000 * seconds / paces["published"]))
    file = work_folder(out, name) / "ten times as long.npy"
    key = {"run": "published, ten times as long", "seed": SEEDS[0]}
    fill_table(out / f"{name}.csv", [(key, partial(train_for_row, long, SEEDS[0], file))])
    files = [work_folder(out, name) / f"{recipe}.npy" for recipe in (*recipes, "ten times as long")]
    lay_out(files, out / f"{name}.png", columns=3)


def gray(out: Path, smoke: bool) -> None:
    """Grey sunflowers, 100 seconds each: lesson 04's networks and lesson 05's."""
    same_seconds("04_convolutions", gray_recipes(), 0.5 if smoke else 100, out, smoke)


EXPERIMENTS: dict[str, Callable[[Path, bool], None]] = {
    "digits": digits,
    "published": published,
    "flowers": flowers,
    "gray": gray,
}

main = command_of(__doc__, EXPERIMENTS)


if __name__ == "__main__":
    main()
