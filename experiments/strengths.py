"""From which strength on a fault is seen, and from which it hurts: `.venv/bin/python -m experiments.strengths`.

Plays each fault of the museum at the strengths of its ladder with five seeds of which none chose a threshold or a
setting, and the healthy games with ten, in three quarters of an hour on one core. `09_strengths.csv` gets the signs
that the doctor goes by, and how good 1,000 samples of each run are; then it prints from which strength on each fault
is seen, and hurts. With --read it only does the last.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import click
import numpy as np

from experiments.tables import Row, Run, command, fill_table, write_table
from gan_course.data import mnist
from gan_course.errors import Diverged
from gan_course.evaluation.classifier import CONFIDENT
from gan_course.evaluation.digits import classify_digits, digit_features, digit_probabilities_of
from gan_course.evaluation.frechet import Gaussian, fit_gaussian, frechet_distance
from gan_course.evaluation.network_checks import check_networks
from gan_course.evaluation.signs import history_signs, image_signs
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.museum import EXHIBITS, HEALTHY, SETTINGS, Game, Settings, build
from gan_course.lessons.museum.exhibits import sample_in_evaluation_mode
from gan_course.lessons.museum.ladders import LADDERS, game_at
from gan_course.lessons.museum.play import NUM_CLASSES, draw_samples, half_size
from gan_course.lessons.museum.severity import is_hurt, ladder_of, names_of, read_runs
from gan_course.models.inference import generate
from gan_course.training.history import History
from gan_course.viz.pictures import image_grid
from gan_course.viz.tables import aligned

TABLE = "09_strengths.csv"
SEEDS = range(30, 35)
HEALTHY_SEEDS = range(30, 40)
DRAWING = ("moving_noise", "training_mode")  # touch nothing but the drawing: one training serves all their strengths
NUM_JUDGED = 1_000  # samples


@command(__doc__, [*HEALTHY, *EXHIBITS])
@click.option("--read", is_flag=True, help="Train nothing: read the table that is there.")
def main(names: tuple[str, ...], smoke: bool, out: Path, read: bool) -> None:
    """Play what is asked for and missing, and print what the whole table says."""
    if not read:
        runs = wanted(names, SETTINGS["smoke" if smoke else "class"])
        rows = fill_table(out / TABLE, runs[:: len(runs) // 3] if smoke else runs)
        write_table(out / TABLE, sorted(rows, key=place))
    click.echo(report(read_runs(out / TABLE)))


def wanted(names: tuple[str, ...], settings: Settings) -> list[Run]:
    """The runs of these games, healthy ones and faults."""
    runs = []
    for name in names:
        if name in HEALTHY:
            runs += [(key_of(name, 0, seed), healthy_run(name, settings, seed)) for seed in HEALTHY_SEEDS]
        elif name not in DRAWING:  # which the healthy runs see to
            strengths = LADDERS[name].strengths
            runs += [
                (key_of(name, at, seed), faulty_run(name, at, settings, seed)) for at in strengths for seed in SEEDS
            ]
    return runs


def report(rows: list[Row]) -> str:
    """A line for each fault and strength: runs named first and at all, hurt, how far off, and what else is named."""
    table = [["fault", "strength", "runs", "first", "named", "hurt", "distance ratio", "besides"]]
    for fault in [name for name in EXHIBITS if any(row["game"] == name for row in rows)]:
        for rung in ladder_of(rows, fault):
            ratio, besides = rung.ratio, ", ".join(f"{count} {name}" for name, count in rung.others.items())
            counts = [str(count) for count in (rung.runs, rung.first, rung.named, rung.hurt)]
            apart = f"{ratio.value:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
            table.append([fault, f"{rung.strength:g}", *counts, apart, besides])
    for name in HEALTHY:
        runs = [row for row in rows if row["game"] == name]
        ill = sum(bool(names_of(row)) for row in runs)
        hurt = sum(is_hurt(row, runs, HEALTHY[name].labels is not None) for row in runs)
        table.append([name, "", str(len(runs)), "", str(ill), str(hurt), "", ""])
    return aligned(table)


def key_of(name: str, strength: float, seed: int) -> Row:
    """What tells a run from the others; of a healthy game the strength is 0."""
    return {"game": name, "strength": f"{strength:g}", "seed": seed}


def place(row: Row) -> tuple[int, int, int]:
    """Where a row stands in the table: by game, then from weak to strong, then by seed."""
    game, strength = row["game"], float(row["strength"])
    steps = LADDERS[game].strengths if game in LADDERS else (0.0,)
    nearest = min(range(len(steps)), key=lambda step: abs(steps[step] - strength))  # 1 / 16 is printed rounded
    return [*HEALTHY, *EXHIBITS].index(game), nearest, int(row["seed"])


def healthy_run(name: str, settings: Settings, seed: int) -> Callable[[], list[Row]]:
    """A function that gives the row of a healthy game, and those of the faults that only draw otherwise."""

    def rows() -> list[Row]:
        experiment, history = trained(HEALTHY[name], settings, seed)
        found = [measured(experiment, history, HEALTHY[name], settings)]
        for fault in DRAWING if seed in SEEDS else ():
            if EXHIBITS[fault].healthy == name:
                for at in LADDERS[fault].strengths:
                    signs = measured(experiment, history, game_at(fault, at), settings)
                    found.append(key_of(fault, at, seed) | signs)
        return found

    return rows


def faulty_run(name: str, strength: float, settings: Settings, seed: int) -> Callable[[], list[Row]]:
    """A function that gives the row of a fault."""
    game = game_at(name, strength)
    return lambda: [measured(*trained(game, settings, seed), game, settings)]


def trained(game: Game, settings: Settings, seed: int) -> tuple[Experiment, History]:
    """A game, played to its end or to the first number that is not finite."""
    experiment, history = build(settings, seed, game), History()
    try:
        experiment.train(history)
    except Diverged:
        return experiment, history
    if history.last_step < settings.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    return experiment, history


def measured(experiment: Experiment, history: History, game: Game, settings: Settings) -> Row:
    """The doctor's signs, and how good the samples are, both of samples drawn as `game` draws them."""
    generator = experiment.cells["generator"]
    few = draw_samples(generator, game, settings)
    in_batches = (
        replace(game, sample=generate) if game.sample is sample_in_evaluation_mode else game
    )  # the same, faster
    many = draw_samples(generator, in_batches, replace(settings, num_samples=NUM_JUDGED))
    signs = history_signs(history) | image_signs(few, experiment.images)
    if np.isfinite(few).all():
        signs |= check_networks(
            experiment.cells, lambda: image_grid(draw_samples(generator, game, settings), columns=10)
        )
    numbers = signs | quality(as_healthy(many, game))
    return {name: f"{value:.6g}" if isinstance(value, float) else value for name, value in numbers.items()}


def as_healthy(samples: np.ndarray, game: Game) -> np.ndarray:
    """Samples of a game in [-1, 1], whatever range its pictures have, which is `scale(0)` to `scale(255)`."""
    black, white = game.scale(np.array([0.0, 255.0]))
    return np.clip((samples - black) / (white - black) * 2 - 1, -1, 1)


def quality(samples: np.ndarray) -> dict[str, float]:
    """How good samples `(N, 1, 14, 14)` in [-1, 1] are: the distance to test digits, and how many are confident.

    `class_accuracy` is the share of samples that show the digits 0 to 9 in turn, where they were asked for.
    """
    if not np.isfinite(samples).all():
        return {"distance": np.inf, "share_confident": 0.0, "class_accuracy": 0.0}
    features = digit_features(twice_as_large(samples))
    probabilities = digit_probabilities_of(features)
    asked = np.arange(len(samples)) % NUM_CLASSES
    return {
        "distance": frechet_distance(fit_gaussian(features), real_digits()),
        "share_confident": float((probabilities.max(axis=1) > CONFIDENT).mean()),
        "class_accuracy": float((probabilities.argmax(axis=1) == asked).mean()),
    }


def twice_as_large(images: np.ndarray) -> np.ndarray:
    """`(N, 1, 14, 14)` -> `(N, 1, 28, 28)`, each pixel as four, as the classifier of digits takes them."""
    return images.repeat(2, axis=2).repeat(2, axis=3).astype(np.float32)


@cache
def real_digits() -> Gaussian:
    """The features of the test digits, made as coarse as the museum's."""
    pixels = half_size(mnist("test")[0])
    return fit_gaussian(digit_features(twice_as_large(pixels / 127.5 - 1)))


def classifier_accuracy() -> float:
    """The share of test digits that the classifier names rightly when they are as coarse as the museum's."""
    images, labels = mnist("test")
    return float((classify_digits(twice_as_large(half_size(images) / 127.5 - 1)) == labels).mean())


if __name__ == "__main__":
    main()
