"""The training doctor among games that it was not made for: `.venv/bin/python -m experiments.other_games`.

Plays seven other games of the course, shortened, with six seeds each as they are; and with two seeds each where a fault
of the museum is planted that their settings, losses or data allow. Under an hour on one core. `09_other_games.csv` gets
the signs that the doctor goes by, and how many samples the classifiers are confident about; then it prints what
the doctor says. With --read it only does the last.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import click
import numpy as np

from experiments.tables import Row, Run, command, fill_table, write_table
from gan_course.data.sources import Sunflowers
from gan_course.errors import Diverged
from gan_course.evaluation.network_checks import check_networks
from gan_course.evaluation.signs import history_signs, image_signs
from gan_course.lessons import acgan, dcgan, gan, mlp_gan, wgan_gp
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.museum.exhibits import class_loss_of_softmax
from gan_course.lessons.museum.severity import exact_interval, names_of, read_runs
from gan_course.training.history import History
from gan_course.training.losses import saturating_generator_loss
from gan_course.training.steps.acgan import acgan_step
from gan_course.viz.tables import aligned

TABLE = "09_other_games.csv"
SEEDS = range(50, 56)  # as they are; with a fault the first two
NUM_DRAWN = 100  # samples for the doctor, as `gan-course train` gives it
WITHOUT = ("mode_share", "accuracy_", "class_accuracy", "kernel", "nearest", "modes", "classifier", "lowest", "white")


class Kind(NamedTuple):
    """A game of another lesson, and the faults that can be planted in it."""

    build: Callable[..., Experiment]
    settings: Any
    faults: tuple[str, ...]


SHORT = {"num_samples": 500}
FLOWERS = dcgan.for_pictures(dcgan.Settings(), Sunflowers(), (32, 32), gray=True)
KINDS = {
    "gan": Kind(gan.build, gan.Settings(num_steps=4_000, **SHORT), ("data_from_zero",)),
    "dcgan": Kind(
        dcgan.build,
        dcgan.Settings(num_steps=1_200, **SHORT),
        ("d_wins", "collapse", "data_from_zero", "saturating_loss"),
    ),
    "folded": Kind(
        dcgan.build,
        dcgan.Settings(fold=2, num_doublings=1, num_halvings=1, num_steps=2_000, **SHORT),
        ("d_wins", "collapse"),
    ),
    "acgan": Kind(
        acgan.build,
        acgan.Settings(num_steps=1_200, num_samples=125),
        ("d_wins", "wrong_labels", "double_softmax"),
    ),
    "mlp-gan": Kind(
        mlp_gan.build,
        mlp_gan.Settings(size=(32, 32), learning_rate_g=0.25, learning_rate_d=0.125, num_steps=1_200, **SHORT),
        ("d_wins", "not_finite", "data_from_zero"),
    ),
    "sunflowers": Kind(
        dcgan.build, replace(FLOWERS, num_steps=1_500, **SHORT), ("d_wins", "collapse", "data_from_zero")
    ),
    "wgan-gp": Kind(wgan_gp.build, wgan_gp.Settings(batch_size=32, num_steps=1_000, **SHORT), ("data_from_zero",)),
}
RATES = {
    "d_wins": ("learning_rate_g", 1e-3),
    "collapse": ("learning_rate_g", 30),
    "not_finite": ("learning_rate_d", 100),
}


@command(__doc__, KINDS)
@click.option("--read", is_flag=True, help="Train nothing: read the table that is there.")
def main(names: tuple[str, ...], smoke: bool, out: Path, read: bool) -> None:
    """Play what is asked for and missing, and print what the doctor says in the whole table."""
    if not read:
        write_table(out / TABLE, sorted(fill_table(out / TABLE, wanted(names, smoke)), key=place))
    click.echo(report(read_runs(out / TABLE)))


def wanted(names: tuple[str, ...], smoke: bool) -> list[Run]:
    """The runs of these games: first as they are, then with a fault."""
    healthy = [(name, "", seed) for name in names for seed in SEEDS]
    faulty = [(name, fault, seed) for name in names for fault in KINDS[name].faults for seed in SEEDS[:2]]
    return [
        ({"game": name, "fault": fault, "seed": seed}, partial(play, name, fault, seed, smoke))
        for name, fault, seed in (healthy[::6] + faulty[::2] if smoke else healthy + faulty)
    ]


def report(rows: list[Row]) -> str:
    """A line for each game, as it is or with a fault: what the doctor names first, in how many runs."""
    table = [["game", "fault", "runs", "named first"]]
    for game, fault in dict.fromkeys((row["game"], row["fault"]) for row in rows):
        first = [(names_of(row) or ["nothing"])[0] for row in rows if (row["game"], row["fault"]) == (game, fault)]
        counts = ", ".join(f"{first.count(name)} {name}" for name in dict.fromkeys(first))
        table.append([game, fault or "none", str(len(first)), counts])
    healthy = [row for row in rows if not row["fault"]]
    ill = sum(bool(names_of(row)) for row in healthy)
    low, high = exact_interval(ill, len(healthy)) if healthy else (0, 1)
    said = f"{ill} of {len(healthy)} healthy runs called ill, 95 % interval {low:.2f} to {high:.2f}"
    return f"{aligned(table)}\n{said}"


def place(row: Row) -> tuple:
    """Where a row stands in the table."""
    return row["fault"] != "", list(KINDS).index(row["game"]), row["fault"], int(row["seed"])


def play(name: str, fault: str, seed: int, smoke: bool = False) -> list[Row]:
    """Train a game, with a fault or as it is, and take its signs."""
    settings = KINDS[name].settings
    num_steps = 8 if smoke else settings.num_steps
    experiment = planted(name, replace(settings, num_steps=num_steps, evaluate_every=num_steps), fault, seed)
    history = History()
    try:
        experiment.train(history)
    except Diverged:
        return [as_row(history_signs(history))]
    if history.last_step < num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    draw = next(iter(experiment.samplers.values()))
    samples = draw(NUM_DRAWN, np.random.default_rng(0))
    signs = history_signs(history) | image_signs(samples, experiment.images)
    return [as_row(signs | check_networks(experiment.cells, experiment.draw))]


def as_row(signs: dict[str, float]) -> Row:
    """The signs without the numbers of an evaluation but the share of confident samples."""
    kept = {name: value for name, value in signs.items() if keep(name)}
    return {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in kept.items()}


def keep(name: str) -> bool:
    """Whether the doctor, or a reader of the table, wants this number."""
    return name in ("accuracy_d", "accuracy_class_real", "accuracy_class_fake") or not name.startswith(WITHOUT)


def planted(name: str, settings: Any, fault: str, seed: int) -> Experiment:
    """The game as it is, or with one thing in it replaced, as the museum does."""
    build = KINDS[name].build
    if fault in RATES:
        field, factor = RATES[fault]
        return build(replace(settings, **{field: factor * getattr(settings, field)}), seed)
    if fault == "saturating_loss":
        return build(settings, seed, loss_g=saturating_generator_loss)
    experiment = build(settings, seed)
    images, *labels = experiment.batches.arrays
    if fault == "data_from_zero":
        experiment.batches.arrays = ((images + 1) / 2, *labels)
    if fault == "wrong_labels":
        experiment.batches.arrays = (images, np.random.default_rng(seed).permutation(labels[0]))
    if fault == "double_softmax":
        players = {role: cell for role, cell in experiment.cells.items() if role != "average"}
        experiment.step = acgan_step(**players, loss_class=class_loss_of_softmax)
    return experiment


if __name__ == "__main__":
    main()
