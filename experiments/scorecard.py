"""The course's models of digits on one card, for lesson 08: `.venv/bin/python -m experiments.scorecard`.

The runs, like those of `gan-course train` in the class profile, go to `outputs/08_models/`; one that Ctrl-C stopped
goes on when it is asked for again, and none is made twice. They take some ten minutes on one core, the card two more.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from experiments.tables import Row, command, work_folder, write_table
from gan_course.data.sources import Digits
from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.gan_train_test import label_metrics
from gan_course.evaluation.scorecard import CLASSIFIERS, scorecard
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.runs.folder import BEST, CHECKPOINT, METRICS, read_json
from gan_course.runs.resume import load_networks
from gan_course.runs.score import held_out, real_images
from gan_course.runs.train import train_lesson
from gan_course.viz.pictures import image_grid, save_picture

RUNS = {  # changes to the settings of the class profile
    "vae": {},
    "gan": {},
    "dcgan": {"decay_start": 0.5, "num_steps": 4000},
    "acgan": {"num_steps": 2500, "classes": tuple("0123456789"), "counts": None},
}
FEW = {  # further changes for --smoke
    "vae": {"num_steps": 2, "num_train": 256, "num_test": 100},
    "gan": {"num_steps": 2, "num_samples": 20},
    "dcgan": {"num_steps": 2, "num_samples": 20, "base_channels": 2, "base_channels_d": 2},
    "acgan": {"num_steps": 2, "num_samples": 20, "base_channels": 2},
}


@command(__doc__, RUNS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing; when all are there, put them on the card."""
    folder = work_folder(out, "08_models")
    settings = {name: settings_of(name, smoke) for name in RUNS}
    for name in names:
        train(name, settings[name], folder / name)
    if all(is_done(settings[name], folder / name) for name in RUNS):
        experiments = {name: load_lesson(name).build(settings[name], seed=0) for name in RUNS}
        write_card(experiments, folder, out, 100 if smoke else 5_000)


def settings_of(name: str, smoke: bool) -> Any:
    """The settings of a run, as its lesson's `Settings`."""
    changes = RUNS[name] | (FEW[name] if smoke else {})
    return replace(load_lesson(name).SETTINGS["class"], **changes)


def train(name: str, settings: Any, folder: Path) -> None:
    """Make the run `name`, or go on with it where it stopped."""
    if is_done(settings, folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    metrics = train_lesson(name, settings, 0, folder, resume=(folder / CHECKPOINT).exists())
    if metrics["step"] < settings.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    click.echo(f"{name} {metrics}")


def is_done(settings: Any, folder: Path) -> bool:
    """Whether the run in `folder` was trained to its end."""
    metrics = read_json(folder / METRICS)
    return metrics is not None and metrics["step"] == settings.num_steps


def write_card(experiments: dict[str, Experiment], folder: Path, out: Path, count: int) -> None:
    """Write `08_models.csv`, a row for each number of each model, and `08_models.png`, a row of samples for each."""
    training = experiments["gan"].images
    real = held_out(Digits(), training, count)
    generated = {}
    for name, experiment in experiments.items():
        generated |= samples(name, experiment, folder / name, count)
    card = scorecard(CLASSIFIERS["mnist"], training, real, generated, np.random.default_rng(0))
    for name, accuracies in classes_of(experiments["acgan"], generated["acgan"]).items():
        card[name] |= accuracies
    rows = [row(name, metric, number) for name, metrics in card.items() for metric, number in metrics.items()]
    write_table(out / "08_models.csv", rows)
    shown = {"real": real} | generated
    picture = np.concatenate([image_grid(images[:20], columns=20) for images in shown.values()])
    save_picture(out / "08_models.png", picture)


def samples(name: str, experiment: Experiment, folder: Path, count: int) -> dict[str, np.ndarray]:
    """What each generator of a run draws: at its last step, and at its best where that is another."""
    drawn, metrics = {}, read_json(folder / METRICS)
    for checkpoint, suffix in ((BEST, ", best"), (CHECKPOINT, "")):
        if checkpoint == BEST and metrics["best_step"] == metrics["step"]:
            continue
        load_networks(experiment, folder / checkpoint)
        for sampler, draw in experiment.samplers.items():
            raw = ", not averaged" if sampler == "generator" and "average" in experiment.samplers else ""
            drawn[f"{name}{raw}{suffix}"] = draw(count, np.random.default_rng(0))
    return drawn


def classes_of(acgan: Experiment, drawn: np.ndarray) -> dict[str, dict[str, Estimate]]:
    """GAN-train and GAN-test accuracy of the one model that is told classes, of real digits and of noise."""
    training, real, labels = real_images(Digits(), acgan, len(drawn))
    count = min(len(drawn), len(real))
    noise = np.random.default_rng(0).uniform(-1, 1, drawn[:count].shape).astype(np.float32)
    sets = {"real": real[:count], "acgan": drawn[:count], "noise": noise}
    return label_metrics(sets, training, real, labels, np.random.default_rng(0))


def row(name: str, metric: str, number: Estimate) -> Row:
    """A row of the table."""
    return {"set": name, "metric": metric} | {key: round(value, 5) for key, value in number._asdict().items()}


if __name__ == "__main__":
    main()
