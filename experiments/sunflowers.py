"""Lesson 04's experiments: `.venv/bin/python -m experiments.sunflowers`.

All of them take about an hour on one core. Runs that a table holds already are not made again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple

import mindspore as ms
import numpy as np

from experiments.sunflowers_shown import show_runs
from experiments.tables import Row, command, fill_table, read_table, rounded, train_to_the_end, work_folder, write_table
from gan_course.data.sunflowers import sunflowers
from gan_course.errors import Diverged
from gan_course.evaluation.poses import middle_squares
from gan_course.evaluation.signs import image_signs
from gan_course.lessons import mlp_gan
from gan_course.lessons.experiment import Experiment, flat
from gan_course.models.inference import generate
from gan_course.training.history import History
from gan_course.training.steps.gan import gan_step
from gan_course.viz.pictures import to_uint8

NUM_SHOWN = 20  # flowers kept of each evaluation, always from the same noise
SIDE = 16  # pixels at which variety is measured, where grain averages away


class Variant(NamedTuple):
    """One of the runs that an experiment compares."""

    run: str
    settings: mlp_gan.Settings
    seeds: tuple[int, ...] = (0,)
    build: Callable[[mlp_gan.Settings, int], Experiment] = mlp_gan.build


def rates() -> list[Variant]:
    """The published ladder of learning rates, its first half being the 100 epochs; one batch; standardised pictures."""
    ladder = {f"rate {rate:.2f}": mlp_gan.published(rate, num_epochs=200) for rate in (0.01, 0.05, 0.10, 0.20)}
    one_batch = mlp_gan.published(0.1, num_epochs=100, batch_size=256, evaluate_every=100)
    return [
        *(Variant(run, settings) for run, settings in ladder.items()),
        Variant("rate 0.10, one batch", one_batch),
        Variant("rate 0.10, standardised", ladder["rate 0.10"], build=build_standardised),  # at 0.20 it diverges
    ]


def drift() -> list[Variant]:
    """The published long run: do face-on flowers take over? D at half the rate; weights that begin small."""
    published = mlp_gan.published(0.25, num_epochs=500, average_decay=0.996, evaluate_every=400)
    half = replace(published, learning_rate_d=0.125)
    return [
        Variant("rate 0.25", published, (0, 1, 2)),
        Variant("rate 0.25, D 0.125", half, (0, 1, 2)),
        Variant("rate 0.25, small weights", published, build=build_small),
    ]


def cures() -> list[Variant]:
    """What helps at 256 pictures: SGD at 0.2, Adam at 5e-4 with beta1 0.5, one change to either; 100 epochs."""
    sgd = mlp_gan.published(0.2, num_epochs=100, average_decay=0.996, evaluate_every=400)
    adam = replace(sgd, adam=True, learning_rate_g=5e-4, learning_rate_d=5e-4)
    variants = {
        "SGD": sgd,
        "SGD, mirror images": replace(sgd, mirror=True),
        "Adam, beta1 0.9": replace(adam, beta1=0.9),
        "Adam, beta1 0.5": adam,
        "Adam, mirror images": replace(adam, mirror=True),
        "Adam, label smoothing": replace(adam, real_target=0.9),
        "Adam, simultaneous": replace(adam, simultaneous=True),
    }
    return [Variant(run, settings, (0, 1, 2)) for run, settings in variants.items()]


EXPERIMENTS = {"rates": rates, "drift": drift, "cures": cures}


def build_standardised(settings: mlp_gan.Settings, seed: int = 0) -> Experiment:
    """`mlp_gan.build`, but D sees pictures less the mean of all training pixels, over their deviation.

    G ends in its tanh as before: what it makes is a picture in [-1, 1], and is standardised with the same two numbers.
    """
    experiment = mlp_gan.build(settings, seed)
    mean, deviation = float(experiment.images.mean()), float(experiment.images.std())

    def standardised(images):
        return (images - mean) / deviation

    players = {name: cell for name, cell in experiment.cells.items() if name != "average"}
    experiment.step = gan_step(**players, augment=standardised)
    return experiment


def build_small(settings: mlp_gan.Settings, seed: int = 0) -> Experiment:
    """`mlp_gan.build` with weights as dense layers began by default in MindSpore 1.9: N(0, 0.01^2), biases 0.

    Those of today begin uniformly in +-1 / sqrt(inputs), which of 100 inputs is a deviation of 0.06.
    """
    experiment, rng = mlp_gan.build(settings, seed), np.random.default_rng(seed)
    for name in ("generator", "discriminator"):
        for parameter in experiment.cells[name].trainable_params():
            if parameter.name.endswith("weight"):
                parameter.set_data(ms.Tensor(rng.normal(0, 0.01, parameter.shape).astype(np.float32)))
            if parameter.name.endswith("bias"):
                parameter.set_data(ms.Tensor(np.zeros(parameter.shape, np.float32)))
    return experiment


@command(__doc__, EXPERIMENTS)
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Make the runs that are asked for and missing: a row for each evaluation of each, curves, pictures, films."""
    for name in names:
        variants, folder = EXPERIMENTS[name](), work_folder(out, f"04_{name}")
        if smoke:
            variants = [variant._replace(settings=tiny(variant.settings), seeds=(0,)) for variant in variants]
        runs = [({"run": run}, make) for run, make in known_pictures(100 if smoke else 1000).items()]
        for variant in variants:
            for seed in variant.seeds:
                make = partial(train_and_measure, variant, seed, folder, out / f"04_{name}_losses.csv")
                runs.append(({"run": variant.run, "seed": seed}, make))
        fill_table(out / f"04_{name}.csv", runs)
        show_runs(name, [folder / f"{variant.run}.npz" for variant in variants], out)


def tiny(settings: mlp_gan.Settings) -> mlp_gan.Settings:
    """Two epochs, to try it out."""
    epoch = settings.data.count // settings.batch_size
    return replace(settings, num_steps=2 * epoch, num_samples=50, evaluate_every=epoch)


def known_pictures(count: int) -> dict[str, Callable[[], list[Row]]]:
    """Sets of pictures of which one knows what the numbers must say: name -> what makes their row."""

    def fresh() -> np.ndarray:
        return sunflowers(count, gray=True, seed=1)[0]

    def grained(images: np.ndarray) -> np.ndarray:
        grain = np.random.default_rng(2).normal(0, 0.25, (count, *images.shape[1:]))
        return np.clip(images + grain, -1, 1).astype(np.float32)

    measure = measure_against(mlp_gan.Settings())
    return {
        "fresh drawings": lambda: [measure(fresh())],
        "fresh drawings with grain": lambda: [measure(grained(fresh()))],
        "one drawing with grain": lambda: [measure(grained(fresh()[:1]))],
    }


def measure_against(settings: mlp_gan.Settings) -> Callable[[np.ndarray], Row]:
    """A function that measures pictures `(N, 1, H, W)` beside the training ones: the lesson's numbers, and `variety`.

    This is the mean distance between two pictures over that between two training pictures, of `image_signs`, at 16
    pixels: 0 for copies of one picture, about 1 for drawings as different as the training pictures.
    """
    training = settings.data.pictures(settings.size, settings.gray)
    evaluate, small = mlp_gan.evaluation(settings, training), middle_squares(training, SIDE)

    def measure(images: np.ndarray) -> Row:
        variety = image_signs(middle_squares(images, SIDE), small)["variety"]
        numbers = flat(evaluate(images)) | {"variety": variety}
        return rounded({name: float(value) for name, value in numbers.items()})

    return measure


def train_and_measure(variant: Variant, seed: int, folder: Path, losses: Path) -> list[Row]:
    """Train; a row for each evaluation, and one for the step at which it diverged, if it did.

    Args:
        variant, seed: what to train.
        folder: for the pictures of the first seed, after the first epoch and at each evaluation.
        losses: a CSV file for every tenth step's losses, of one batch a epoch every step's.
    """
    settings = variant.settings
    experiment, measure = variant.build(settings, seed), measure_against(settings)
    z = np.random.default_rng(2).standard_normal((settings.num_samples, settings.latent_dim), np.float32)
    epoch = settings.data.count // settings.batch_size  # steps
    shown: dict[int, np.ndarray] = {}  # step -> uint8 pictures
    rows: list[Row] = []

    def look(step: int, losses: dict[str, float]) -> None:
        if step == epoch or (step and step % settings.evaluate_every == 0):
            shown[step] = to_uint8(generate(experiment.cells["generator"], z[:NUM_SHOWN]))

    def evaluate() -> Row:
        rows.append(measure(generate(experiment.cells["generator"], z)))
        if "average" in experiment.cells:
            averaged = measure(generate(experiment.cells["average"], z))
            rows[-1] |= {f"averaged_{name}": value for name, value in averaged.items()}
        return {"variety": rows[-1]["variety"]}

    experiment.evaluate = evaluate
    history, ended = History(), []
    try:
        train_to_the_end(experiment, history=history, callbacks=[look])
    except Diverged as error:  # which is a result, too: a last row says when, and holds nothing else
        ended = [{"step": error.step, "epoch": error.step // epoch}]
    key = {"run": variant.run, "seed": seed}
    keep_losses(losses, key, history, every=10 if epoch > 1 else 1)
    if seed == variant.seeds[0]:
        np.savez(folder / f"{variant.run}.npz", epochs=[step // epoch for step in shown], pictures=list(shown.values()))
    steps = [int(step) for step in history.steps("variety")]
    parts = zip([0, *steps], steps, rows, strict=False)
    rows = [{"step": now, "epoch": now // epoch} | row | of_history(history, before, now) for before, now, row in parts]
    return rows + ended


def of_history(history: History, before: int, now: int) -> Row:
    """What the losses did after step `before`, up to step `now`.

    `loss_d` and `loss_g` are means; `change_d` and `change_g` the mean size of their changes from one step to the next;
    `g_below_d` is the share of steps in which G's loss lies below D's, `g_below_half_d` below half of it, the mean of
    its two parts.
    """
    recent = (history.steps("loss_d") > before) & (history.steps("loss_d") <= now)
    loss_d, loss_g = history["loss_d"][recent], history["loss_g"][recent]
    return rounded(
        {
            "loss_d": float(loss_d.mean()),
            "loss_g": float(loss_g.mean()),
            "change_d": float(np.abs(np.diff(loss_d)).mean()),
            "change_g": float(np.abs(np.diff(loss_g)).mean()),
            "g_below_d": float((loss_g < loss_d).mean()),
            "g_below_half_d": float((loss_g < loss_d / 2).mean()),
        }
    )


def keep_losses(path: Path, key: Row, history: History, every: int) -> None:
    """Put both losses of each `every`-th step of a run into a table, in place of what it holds of that run."""
    texts = {name: str(value) for name, value in key.items()}
    others = [row for row in read_table(path) if not texts.items() <= row.items()]
    rows = [
        key | {"step": int(step)} | rounded({"loss_d": float(loss_d), "loss_g": float(loss_g)}, 3)
        for step, loss_d, loss_g in zip(history.steps("loss_d"), history["loss_d"], history["loss_g"], strict=True)
        if step % every == 0
    ]
    write_table(path, others + rows)


if __name__ == "__main__":
    main()
