"""Run lesson 04's experiments at full length: `.venv/bin/python tools/sunflower_tables.py`.

Tables and pictures go to `notebooks/results/`. Each experiment can be asked for by name; all of them take about half an
hour on two cores. `--smoke` only tries it out.
"""

from dataclasses import replace

import numpy as np

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import pose_metrics
from gan_course.lessons import mlp_gan
from gan_course.lessons.experiment import Experiment
from gan_course.models.inference import generate
from gan_course.viz.pictures import image_grid, save_picture
from tables import command_line, rounded, side_by_side, train_to_the_end, write_table

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
    adam = mlp_gan.Settings(adam=True, learning_rate_g=5e-4, learning_rate_d=5e-4, num_epochs=100)
    return [
        (name, settings, [0, 1, 2])
        for name, settings in {
            "SGD": sgd,
            "SGD, mirror images": replace(sgd, mirror=True),
            "Adam, beta1 0.9": replace(adam, beta1=0.9),
            "Adam, beta1 0.5": adam,
            "Adam, mirror images": replace(adam, mirror=True),
            "Adam, label smoothing": replace(adam, real_target=0.9),
            "Adam, both turns at once": replace(adam, simultaneous=True),
        }.items()
    ]


EXPERIMENTS = {"rates": rates, "drift": drift, "cures": cures}


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for, a row of the table for each evaluation of each run."""
    options = command_line(__doc__, EXPERIMENTS).parse_args(arguments)
    judge = Judge()
    for name in options.names:
        rows = [{"run": "fresh drawings", **judge(judge.fresh)}]
        pictures = []
        for run, settings, seeds in EXPERIMENTS[name]():
            for seed in seeds[:1] if options.smoke else seeds:
                settings = replace(settings, num_steps=2, num_samples=50) if options.smoke else settings
                experiment = mlp_gan.build(settings, seed)
                measured, shots = measure(experiment, judge)
                rows += [{"run": run, "seed": seed, **row} for row in measured]
                if seed == seeds[0]:
                    pictures += shots if name == "drift" else shots[-1:]
                write_table(options.out / f"04_{name}.csv", rows)
                print(run, "seed", seed, measured[-1], flush=True)
        save_picture(options.out / f"04_{name}.png", side_by_side(pictures))


class Judge:
    """Counts poses among pictures, and measures how far they are from the course's 256 sunflowers."""

    def __init__(self):
        self.training = pose_features(sunflowers(256, gray=True)[0])
        self.fresh = sunflowers(1000, gray=True, seed=1)[0]

    def __call__(self, images: np.ndarray) -> dict[str, float]:
        """Numbers of a table's row, for images `(N, 1, H, W)`."""
        metrics = pose_metrics(images) | {"kernel_distance": kernel_distance(pose_features(images), self.training)}
        return rounded(metrics)


def measure(experiment: Experiment, judge: Judge) -> tuple[list[dict[str, float]], list[np.ndarray]]:
    """Train; return a row for each evaluation, and pictures after the first epoch and at each evaluation."""
    fixed = np.random.default_rng(2).standard_normal((1000, 100), np.float32)
    rows, pictures = [], []
    evaluate = experiment.evaluate

    def evaluate_and_judge() -> dict[str, float]:
        averaged = judge(generate(experiment.cells["average"], fixed))
        raw = judge(generate(experiment.cells["generator"], fixed))
        rows.append(raw | {f"averaged_{name}": value for name, value in averaged.items()})
        pictures.append(shot())
        return evaluate()

    def shot() -> np.ndarray:
        return image_grid(generate(experiment.cells["generator"], fixed[:16]))

    def shoot_first_epoch(step: int, losses: dict[str, float]) -> None:
        if step == 256 // experiment.batches.batch_size:
            pictures.append(shot())

    experiment.evaluate = evaluate_and_judge
    history = train_to_the_end(experiment, callbacks=[shoot_first_epoch])
    steps = history.steps("nearest_ratio")
    for step, row in zip(steps, rows, strict=True):
        recent = (history.steps("loss_d") > step - 100) & (history.steps("loss_d") <= step)
        losses = {name: round(float(history[name][recent].mean()), 4) for name in ("loss_d", "loss_g")}
        row |= {"step": int(step), **losses, "nearest_ratio": round(history.rows[int(step)]["nearest_ratio"], 4)}
    return rows, pictures


if __name__ == "__main__":
    main()
