"""Lesson 05's pictures of 128x160 for equal seconds: `.venv/bin/python -m experiments.large`, 1.5 hours on one core.

`published` holds the published networks, as wide as they were, beside lesson 05's recipe for this size, and goes on
where Ctrl-C stopped it; `depth` holds few layers beside many. Runs that a table holds already are not made again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from experiments.dcgan import LARGE
from experiments.recipes import train_for_row
from experiments.tables import (
    Row,
    Run,
    command_of,
    fill_table,
    lay_out,
    rounded,
    save_small,
    train_to_the_end,
    work_folder,
)
from gan_course.data.sources import Sunflowers
from gan_course.data.sunflowers import sunflowers
from gan_course.lessons import dcgan
from gan_course.runs.folder import CHECKPOINT
from gan_course.runs.train import train_lesson
from gan_course.training.checkpoints import load_checkpoint
from gan_course.viz.pictures import image_grid

SIZE = (128, 160)
SECONDS, SECONDS_DEPTH = 1800, 300  # of training, a run
SEEDS = (0, 1, 2)  # of `depth`; `published` has the first alone
WARM_UP, TIMED = 4, 6  # steps
PUBLISHED_PICTURES = 10_000 * 50  # that D saw of the training set: iterations by batch
TINY = {"size": (32, 64), "num_doublings": 3, "num_halvings": 3, "base_channels": 2, "base_channels_d": 2}
TINY |= {"data": Sunflowers(4), "batch_size": 2, "shift": 0, "num_samples": 20}  # for --smoke


def large_recipes() -> dict[str, dcgan.Settings]:
    """The published networks and training, and lesson 05's; the same drawings for both."""
    return {
        "published": dcgan.published(num_samples=200),
        "lesson 05": replace(dcgan.for_pictures(dcgan.Settings(), Sunflowers(), SIZE), num_samples=200),
    }


def depth_recipes() -> dict[str, dcgan.Settings]:
    """Three layers of each network, as for digits, and the published number; half as wide as published."""
    deep = dcgan.published(**LARGE)
    return {"shallow": replace(deep, num_doublings=2, num_halvings=3), "deep": deep}


def published(out: Path, smoke: bool) -> None:
    """Both recipes for half an hour, a row each, and ten pictures of each below ten real ones."""
    recipes = made_tiny(large_recipes()) if smoke else large_recipes()
    steps = steps_for(out / "05_large_pace.csv", recipes, 1 if smoke else SECONDS)
    folders = {name: work_folder(out, "05_large") / name.replace(" ", "_") for name in recipes}
    runs: list[Run] = []
    for name, settings in recipes.items():
        settings = replace(settings, num_steps=steps[name], evaluate_every=steps[name])
        runs.append(({"run": name, "seed": SEEDS[0]}, partial(train_in_folder, settings, folders[name])))
    fill_table(out / "05_large.csv", runs)
    if all((folder / CHECKPOINT).exists() for folder in folders.values()):
        save_small(out / "05_large.png", below_real_ones(folders.values(), next(iter(recipes.values())).size))


def train_in_folder(settings: dcgan.Settings, folder: Path) -> list[Row]:
    """A run like one from the command line, gone on with if it was begun; a row of its last numbers."""
    folder.mkdir(exist_ok=True)
    metrics = train_lesson("dcgan", settings, SEEDS[0], folder, resume=(folder / CHECKPOINT).exists())
    if metrics["step"] < settings.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    pictures = settings.num_steps * settings.batch_size
    row = {"step": settings.num_steps, "batch_size": settings.batch_size, "pictures": pictures}
    numbers = {name: value for name, value in metrics.items() if isinstance(value, float)}
    return [rounded(row | {"share_of_published": pictures / PUBLISHED_PICTURES} | numbers)]


def below_real_ones(folders, size: tuple[int, int]) -> np.ndarray:
    """Ten real pictures, and ten of the last frame of each run, five a row."""
    height, width = (count * (length + 2) - 2 for count, length in zip((2, 5), size))
    blocks = [image_grid(sunflowers(10, size)[0], columns=5)]
    blocks += [load_checkpoint(folder / CHECKPOINT, {})[1]["frames"][-1][:height, :width] for folder in folders]
    gap = np.full_like(blocks[0][:10], 255)
    return np.concatenate([part for block in blocks for part in (block, gap)][:-1])


def depth(out: Path, smoke: bool) -> None:
    """Few layers and many for five minutes from each seed: a row each, and sixteen pictures from the first."""
    recipes = made_tiny(depth_recipes()) if smoke else depth_recipes()
    steps = steps_for(out / "05_large_depth_pace.csv", recipes, 1 if smoke else SECONDS_DEPTH)
    files = {name: work_folder(out, "05_large_depth") / f"{name}.npy" for name in recipes}
    runs: list[Run] = []
    for seed in SEEDS[:1] if smoke else SEEDS:
        for name, settings in recipes.items():
            settings = replace(settings, num_steps=steps[name])
            file = files[name] if seed == SEEDS[0] else None
            runs.append(({"run": name, "seed": seed}, partial(train_for_row, settings, seed, file)))
    fill_table(out / "05_large_depth.csv", runs)
    lay_out(list(files.values()), out / "05_large_depth.png", columns=len(files))


def made_tiny(recipes: dict[str, dcgan.Settings]) -> dict[str, dcgan.Settings]:
    """For a trial: small pictures and narrow networks of one depth."""
    return {name: replace(settings, **TINY) for name, settings in recipes.items()}


def steps_for(path: Path, recipes: dict[str, dcgan.Settings], seconds: float) -> dict[str, int]:
    """How many steps of each recipe the seconds buy, by the milliseconds a step that the table `path` keeps."""
    rows = fill_table(path, [({"run": name}, partial(pace, settings)) for name, settings in recipes.items()])
    return {str(row["run"]): max(1, round(1000 * seconds / float(row["ms_a_step"]))) for row in rows}


def pace(settings: dcgan.Settings) -> list[Row]:
    """The median milliseconds of a few steps, with all that comes with them but evaluations."""
    times: list[float] = []
    trial = dcgan.build(replace(settings, num_steps=WARM_UP + TIMED))
    train_to_the_end(replace(trial, evaluate=dict), callbacks=[lambda step, losses: times.append(perf_counter())])
    return [{"ms_a_step": round(1000 * float(np.median(np.diff(times)[-TIMED:])), 1)}]


EXPERIMENTS: dict[str, Callable[[Path, bool], None]] = {"published": published, "depth": depth}

main = command_of(__doc__, EXPERIMENTS)


if __name__ == "__main__":
    main()
