"""The course's models of digits on one card, for lesson 08: `.venv/bin/python -m experiments.scorecard`.

The runs, like those of `gan-course train` in the class profile, go to `outputs/08_models/`; one that Ctrl-C stopped
goes on when it is asked for again, and none is made twice. They take some ten minutes on one core, the card two more.
"""

import json
from pathlib import Path

import click
import numpy as np
from gan_course.run import BEST, CHECKPOINT, read_config, run
from gan_course.score import held_out, real_images, rebuild

from experiments.tables import Row, command, work_folder, write_table
from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.gan_train_test import label_metrics
from gan_course.evaluation.scorecard import CLASSIFIERS, scorecard
from gan_course.lessons.experiment import Experiment
from gan_course.training.checkpoints import load_checkpoint
from gan_course.viz.pictures import image_grid, save_picture

RUNS = {  # changes to the settings of the class profile, and those for --smoke
    "vae": ({}, {"num_train": 256, "num_test": 100}),
    "gan": ({}, {"num_fakes": 20}),
    "dcgan": ({}, {"num_samples": 20, "base_channels": 2, "base_channels_d": 2}),
    "acgan": (
        {"num_steps": 2500, "classes": tuple("0123456789")},
        {"num_samples": 20, "base_channels": 2},
    ),
}


@command(__doc__, RUNS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing; when all are there, put them on the card."""
    runs = work_folder(out, "08_models")
    for name in names:
        train(name, runs / name, smoke)
    if all(is_done(runs / name) for name in RUNS):
        evaluate_samples(runs, out, 100 if smoke else 5_000)


def train(name: str, folder: Path, smoke: bool) -> None:
    """Make the run `name`, or go on with it where it stopped."""
    if is_done(folder):
        return
    folder.mkdir(parents=True, exist_ok=True)
    changes, few = RUNS[name]
    changes = changes | few | {"num_steps": 2} if smoke else changes
    metrics = run(name, "class", changes, 0, folder, resume=(folder / CHECKPOINT).exists())
    if not is_done(folder):
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    click.echo(f"{name} {metrics}")


def is_done(folder: Path) -> bool:
    """Whether the run in `folder` was trained to its end."""
    metrics = folder / "metrics.json"
    if not metrics.exists():
        return False
    step = json.loads(metrics.read_text(encoding="utf-8"))["step"]
    return step == rebuild(read_config(folder, ""), folder).num_steps


def evaluate_samples(runs: Path, out: Path, count: int) -> None:
    """Write `08_models.csv`, a row for each number of each model, and `08_models.png`, a row of samples for each."""
    experiments = {name: rebuild(read_config(runs / name, ""), runs / name) for name in RUNS}
    training = experiments["gan"].batches.arrays[0]
    real = held_out("mnist", training, count)
    generated = {}
    for name, experiment in experiments.items():
        generated |= samples(name, experiment, runs / name, count)
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
    drawn = {}
    for checkpoint, suffix in ((BEST, ", best"), (CHECKPOINT, "")):
        if checkpoint == BEST and is_last(folder):
            continue
        load_checkpoint(folder / checkpoint, experiment.networks)
        for sampler, draw in experiment.samplers.items():
            raw = ", not averaged" if sampler == "generator" and "average" in experiment.samplers else ""
            drawn[f"{name}{raw}{suffix}"] = draw(count, np.random.default_rng(0))
    return drawn


def is_last(folder: Path) -> bool:
    """Whether the best step of a run was its last."""
    metrics = json.loads((folder / "metrics.json").read_text(encoding="utf-8"))
    return metrics["best_step"] == metrics["step"]


def classes_of(acgan: Experiment, drawn: np.ndarray) -> dict[str, dict[str, Estimate]]:
    """GAN-train and GAN-test accuracy of the one model that is told classes, of real digits and of noise."""
    training, real, labels = real_images("mnist", acgan, len(drawn))
    count = min(len(drawn), len(real))
    noise = np.random.default_rng(0).uniform(-1, 1, drawn[:count].shape).astype(np.float32)
    sets = {"real": real[:count], "acgan": drawn[:count], "noise": noise}
    return label_metrics(sets, training, real, labels, np.random.default_rng(0))


def row(name: str, metric: str, number: Estimate) -> Row:
    """A row of the table."""
    return {"set": name, "metric": metric} | {key: round(value, 5) for key, value in number._asdict().items()}


if __name__ == "__main__":
    main()
