"""Lesson 07's experiments at full length: `.venv/bin/python -m experiments.mode_collapse`.

Runs that a table holds already are not made again, but for a remedy that is asked for by `--only`: its rows are
replaced, and the others' stay as they are.
"""

from dataclasses import replace
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import click
import numpy as np

from experiments.mode_film import Film, write_film
from experiments.tables import Row, command, fill_table, read_table, rounded, train_to_the_end, write_table
from gan_course.data.sources import Sunflowers
from gan_course.lessons import dcgan, wgan_gp
from gan_course.lessons.mixture_gan import (
    MIXTURES,
    REMEDIES,
    SETTINGS,
    Mixture,
    Settings,
    accepted_points,
    build,
    count_modes,
    rejection_discriminator,
)
from gan_course.training.loop import train

# The DCGAN that the table was made with: nothing is moved before D sees it, and only D has a dense layer.
PLAIN = {"base_channels": 24, "base_channels_d": 16, "hidden_g": 0, "hidden_d": 128, "normalise_hidden": False}
PLAIN |= {"shift": 0, "batch_size": 32, "learning_rate_g": 1e-3, "learning_rate_d": 4e-4, "decay_start": 0.0}

COLUMNS = ["modes_captured", "high_quality", "mode_kl"]
COLUMNS += ["accepted_modes", "accepted_high_quality", "accepted_mode_kl"]


@command(__doc__, [*MIXTURES, "sunflowers"])
@click.option("--only", type=click.Choice(list(REMEDIES)), metavar="REMEDY", help="One remedy of each mixture.")
def main(names: tuple[str, ...], smoke: bool, out: Path, only: str | None) -> None:
    """Write what was asked for."""
    for name in names:
        if name == "sunflowers":
            sunflower_table(smoke, out)
        else:
            mixture_table(name, only, smoke, out)


def mixture_table(name: str, only: str | None, smoke: bool, folder: Path) -> None:
    """Train ten seeds of each remedy, or of `only` one; write a row for each seed, and keep the points of the first.

    What is done is written after each remedy, the rows of the others stay as they are.
    """
    settings = Settings(num_steps=4, num_seeds=2, rejection_steps=4) if smoke else SETTINGS[name]
    table, clouds = folder / f"07_{name}.csv", folder / f"07_{name}.npz"
    done = {row["remedy"] for row in read_table(table)}
    for remedy in [only] if only else [remedy for remedy in REMEDIES if remedy not in done]:
        film = Film(name, remedy, out=folder)
        rows, points = measure(remedy, MIXTURES[name], settings, film)
        film.save()
        rows += [row for row in read_table(table) if row["remedy"] != remedy]
        write_table(table, sorted(rows, key=lambda row: (list(REMEDIES).index(row["remedy"]), int(row["seed"]))))
        kept = dict(np.load(clouds)) if clouds.exists() else {}
        np.savez_compressed(clouds, **kept | {key: cloud[0].astype(np.float16) for key, cloud in points.items()})
    write_film(name, list(REMEDIES), folder)


def measure(remedy: str, mixture: Mixture, settings: Settings, film: Film) -> tuple[list[Row], dict[str, np.ndarray]]:
    """Train and count, before and after rejection sampling: a row for each seed, and points `(S, N, 2)` by name.

    Times are the processor's, not the clock's: on one core they are the same while nothing else runs. Those of the
    frames of the film are in them.
    """
    game = build(mixture, REMEDIES[remedy], settings)
    callbacks = [*game.callbacks, film.of(game, mixture, REMEDIES[remedy].pack_size)]
    start = process_time()
    if train(game.step, game.batches, game.num_steps, callbacks, description=remedy).last_step < game.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    half_way = process_time()
    discriminator = rejection_discriminator(mixture, game, settings)
    accepted = accepted_points(discriminator, game, np.random.default_rng(0))
    times = {"seconds": half_way - start, "rejection_seconds": process_time() - half_way}
    times = {key: round(value / settings.num_seeds, 1) for key, value in times.items()}
    points = {remedy: game.points(), f"{remedy}, accepted": accepted}
    rows = []
    for seed, counts in enumerate(zip(*(count_modes(cloud, mixture) for cloud in points.values()))):
        found = rounded(dict(zip(COLUMNS, sum(counts, ()))))
        rows.append({"remedy": remedy, "seed": seed, "steps": game.num_steps, **times, **found})
        print(rows[-1], flush=True)
    return rows, points


def sunflower_table(smoke: bool, folder: Path) -> None:
    """The shares of poses of a DCGAN and of a WGAN-GP, both on 256 grey sunflowers of 32 x 32, in minutes each."""
    runs = [
        ({"run": name, "seed": seed}, partial(train_and_measure, name, seed, smoke))
        for seed in range(1 if smoke else 2)
        for name in ("DCGAN", "WGAN-GP")
    ]
    fill_table(folder / "07_sunflowers.csv", runs)


def train_and_measure(name: str, seed: int, smoke: bool) -> list[Row]:
    """Train one of the two; a row of the numbers of its lesson."""
    lesson, changes = {
        "DCGAN": (dcgan, {"num_doublings": 3, "num_halvings": 3, "num_steps": 2400} | PLAIN),
        "WGAN-GP": (wgan_gp, {"num_doublings": 3, "num_steps": 600}),
    }[name]
    settings = replace(lesson.for_pictures(lesson.Settings(), Sunflowers(), (32, 32), gray=True), **changes)
    settings = replace(settings, num_steps=2) if smoke else settings
    experiment = lesson.build(settings, seed)
    start = perf_counter()
    train_to_the_end(experiment, description=name)
    seconds = round(perf_counter() - start, 1)
    return [{"step": settings.num_steps} | rounded(experiment.evaluate()) | {"seconds": seconds}]


if __name__ == "__main__":
    main()
