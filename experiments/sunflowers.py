"""Lesson 04's experiments: `.venv/bin/python -m experiments.sunflowers`.

All of them take about half an hour on two cores. Runs that a table holds already are not made again.
"""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from experiments.tables import Row, command, fill_table, lay_out, rounded, train_to_the_end, work_folder
from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import pose_metrics
from gan_course.lessons import mlp_gan
from gan_course.models.inference import generate
from gan_course.training.history import History
from gan_course.viz.pictures import image_grid

Variants = list[tuple[str, mlp_gan.Settings, list[int]]]  # name, settings, seeds


def rates() -> Variants:
    """The published ladder of learning rates, and the whole set as one batch."""
    variants = [
        (f"{epochs} epochs, rate {rate:.2f}", mlp_gan.published(rate, num_epochs=epochs), [0])
        for epochs, ladder in [(100, (0.01, 0.05, 0.10, 0.20)), (200, (0.05, 0.10, 0.20))]
        for rate in ladder
    ]
    one_batch = mlp_gan.published(0.1, num_epochs=100, batch_size=256)
    return [*variants, ("100 epochs, rate 0.10, one batch", one_batch, [0])]


def drift() -> Variants:
    """The published long run: do face-on flowers take over?"""
    return [("500 epochs, rate 0.25", mlp_gan.published(0.25, num_epochs=500, evaluate_every=400), [0, 1, 2])]


def cures() -> Variants:
    """What helps at 256 pictures: SGD at 0.2, Adam at 5e-4 with beta1 0.5, one change to either; 100 epochs."""
    sgd = mlp_gan.published(0.2, num_epochs=100, average_decay=0.996)
    adam = replace(sgd, adam=True, learning_rate_g=5e-4, learning_rate_d=5e-4)
    return [
        (name, settings, [0, 1, 2])
        for name, settings in {
            "SGD": sgd,
            "SGD, mirror images": replace(sgd, mirror=True),
            "Adam, beta1 0.9": replace(adam, beta1=0.9),
            "Adam, beta1 0.5": adam,
            "Adam, mirror images": replace(adam, mirror=True),
            "Adam, label smoothing": replace(adam, real_target=0.9),
            "Adam, simultaneous": replace(adam, simultaneous=True),
        }.items()
    ]


EXPERIMENTS = {"rates": rates, "drift": drift, "cures": cures}


@command(__doc__, EXPERIMENTS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing, a row for each evaluation of each run."""
    for name in names:
        variants, folder = EXPERIMENTS[name](), work_folder(out, f"04_{name}")
        runs = [({"run": "fresh drawings"}, partial(measure_fresh, 100 if smoke else 1000))]
        for run, settings, seeds in variants:
            for seed in seeds[:1] if smoke else seeds:
                settings = replace(settings, num_steps=2, num_samples=50) if smoke else settings
                file = folder / f"{run}.npy" if seed == seeds[0] else None
                runs.append(({"run": run, "seed": seed}, partial(train_and_measure, settings, seed, file, name)))
        fill_table(out / f"04_{name}.csv", runs)
        lay_out([folder / f"{run}.npy" for run, _, _ in variants], out / f"04_{name}.png", columns=4)


def measure(images: np.ndarray) -> Row:
    """How many of which pose, and how far from the course's sunflowers: numbers for images `(N, 1, H, W)`."""
    distance = kernel_distance(pose_features(images), training_features())
    return rounded(pose_metrics(images) | {"kernel_distance": distance})


def measure_fresh(count: int) -> list[Row]:
    """The same numbers for other drawings than the course's, as one row."""
    return [measure(sunflowers(count, gray=True, seed=1)[0])]


@cache
def training_features() -> np.ndarray:
    """Features of the course's 256 sunflowers."""
    return pose_features(sunflowers(256, gray=True)[0])


def train_and_measure(settings: mlp_gan.Settings, seed: int, file: Path | None, name: str) -> list[Row]:
    """Train; a row for each evaluation.

    Args:
        settings, seed: of the training.
        file: for pictures: of the last generator or, of a `drift`, after the first epoch and at each evaluation.
        name: of the experiment.
    """
    experiment = mlp_gan.build(settings, seed)
    z = np.random.default_rng(2).standard_normal((1000, settings.latent_dim), np.float32)
    pictures, rows = [], []

    def take_picture() -> None:
        pictures.append(image_grid(generate(experiment.cells["generator"], z[:16])))

    def look(step: int, losses: dict[str, float]) -> None:
        if step == 256 // settings.batch_size:
            take_picture()

    def evaluate() -> dict[str, float]:
        rows.append(measure(generate(experiment.cells["generator"], z)))
        if "average" in experiment.cells:
            averaged = measure(generate(experiment.cells["average"], z))
            rows[-1] |= {f"averaged_{number}": value for number, value in averaged.items()}
        take_picture()
        return evaluate_as_before()

    evaluate_as_before, experiment.evaluate = experiment.evaluate, evaluate
    history = train_to_the_end(experiment, callbacks=[look])
    if file:
        np.save(file, np.stack(pictures if name == "drift" else pictures[-1:]))
    return [
        row | of_history(history, int(step)) for step, row in zip(history.steps("nearest_ratio"), rows, strict=True)
    ]


def of_history(history: History, step: int) -> Row:
    """The mean losses of the last hundred steps up to `step`, and the `nearest_ratio` there."""
    recent = (history.steps("loss_d") > step - 100) & (history.steps("loss_d") <= step)
    losses = {name: float(history[name][recent].mean()) for name in ("loss_d", "loss_g")}
    return {"step": step} | rounded(losses | {"nearest_ratio": history.rows[step]["nearest_ratio"]})


if __name__ == "__main__":
    main()
