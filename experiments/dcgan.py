"""Lesson 05's experiments: `.venv/bin/python -m experiments.dcgan`.

All of them take about three quarters of an hour on one core. Runs that a table holds already are not made again; the
longest, `flowers`, goes on where Ctrl-C stopped it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from experiments.tables import (
    Row,
    Run,
    command_of,
    fill_table,
    lay_out,
    rounded,
    train_to_the_end,
    work_folder,
    write_table,
)
from gan_course.data.sources import Sunflowers
from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.memory import peak_megabytes
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import digit_metrics, pose_metrics
from gan_course.evaluation.spectrum import checkerboard_share
from gan_course.lessons import dcgan
from gan_course.models.inference import generate
from gan_course.runs.folder import CHECKPOINT, TIMING, read_json
from gan_course.runs.train import train_lesson
from gan_course.training.checkpoints import load_checkpoint
from gan_course.viz.gif import encode_gif
from gan_course.viz.pictures import image_grid, save_picture

SEEDS = (0, 1, 2)
BATCH_SIZES = (1, 16, 32, 50, 64, 100)
LARGE = {"base_channels": 16, "base_channels_d": 16, "batch_size": 16, "num_steps": 1000, "num_samples": 200}
LARGE |= {
    "learning_rate_g": 1e-3,
    "learning_rate_d": 4e-4,
    "decay_start": 0.0,
    "average_decay": 0.99,
    "norm_kept": 0.9,  # the average takes its own statistics, from a batch at each turn
    "evaluate_every": 300,
}
FEW = {"num_steps": 2, "num_samples": 50}  # for --smoke

# Narrow, and without what the course adds to the paper's networks: what is asked here are the paper's own choices.
NARROW = {"base_channels": 8, "base_channels_d": 8, "hidden_g": 0, "hidden_d": 0, "shift": 0}
NARROW |= {"learning_rate_g": 1e-3, "decay_start": 0.0}

# Two steps of the published networks, so that the memory of a step, and of what it leaves behind, is all there.
TWO_STEPS = """
import sys
import numpy as np
from gan_course.data.sources import Sunflowers
from gan_course.lessons import dcgan
import mindspore as ms
batch_size, height, width = map(int, sys.argv[1:])
settings = dcgan.published(size=(height, width), batch_size=batch_size, data=Sunflowers(batch_size))
experiment = dcgan.build(settings)
for _ in range(2):
    experiment.step(*map(ms.Tensor, next(experiment.batches)))["loss_g"].asnumpy()
"""


def starts(out: Path, smoke: bool) -> None:
    """Digits by narrow networks: what the paper's start, its beta1, and dropout do."""
    compare("05_starts", start_variants(), digit_metrics, out, smoke)


def start_variants() -> dict[str, dcgan.Settings]:
    """The paper's start, and one change to it at a time."""
    changes = {"upsample": False, "batch_size": 64, "learning_rate_d": 2e-4, "num_steps": 600}
    paper = replace(dcgan.SETTINGS["class"], **NARROW | changes)
    return {
        "paper's start": paper,
        "MindSpore's weights": replace(paper, normal_init=False),
        "beta1 0.9": replace(paper, beta1=0.9),
        "with dropout": replace(paper, dropout=0.25),
    }


def depth(out: Path, smoke: bool) -> None:
    """Colour flowers by few layers or many, and what each way to double leaves behind."""
    training = pose_features(sunflowers(256)[0])

    def measure(images: np.ndarray) -> Row:
        boards = {f"checkerboard_{period}": checkerboard_share(images, period) for period in (2, 4)}
        return pose_metrics(images) | {"kernel_distance": kernel_distance(pose_features(images), training)} | boards

    def fresh() -> list[Row]:
        return [rounded(measure(sunflowers(100 if smoke else 1000, seed=1)[0]))]

    compare("05_depth", depth_variants(), measure, out, smoke, before=[({"run": "fresh drawings"}, fresh)])


def depth_variants() -> dict[str, dcgan.Settings]:
    """Colour pictures by few layers and by many, and by both ways to double."""
    deep = dcgan.flowers(**NARROW | {"learning_rate_d": 4e-4, "num_steps": 300})
    return {
        "shallow": replace(deep, num_doublings=2, num_halvings=2),
        "deep": deep,
        "deep, residual": replace(deep, residual=True),
        "deep, transposed": replace(deep, upsample=False),
    }


def compare(
    name: str,
    variants: dict[str, dcgan.Settings],
    measure: Callable[[np.ndarray], Row],
    out: Path,
    smoke: bool,
    before: Sequence[Run] = (),
) -> None:
    """A row for each variant from each seed, below those of the runs `before`; and samples from the first seed."""
    files = {variant: work_folder(out, name) / f"{variant}.npy" for variant in variants}
    runs = [*before]
    for variant, settings in variants.items():
        settings = replace(settings, evaluate_every=10_000, **(FEW if smoke else {}))
        for seed in SEEDS[:1] if smoke else SEEDS:
            file = files[variant] if seed == SEEDS[0] else None
            runs.append(({"run": variant, "seed": seed}, partial(train_and_measure, settings, seed, measure, file)))
    fill_table(out / f"{name}.csv", runs)
    lay_out(list(files.values()), out / f"{name}.png", columns=len(files))


def train_and_measure(
    settings: dcgan.Settings, seed: int, measure: Callable[[np.ndarray], Row], file: Path | None
) -> list[Row]:
    """Train; a row of what `measure` finds in samples of the averaged generator, and of the last losses.

    Sixteen of the samples go into `file`, if there is one, for `lay_out`.
    """
    experiment = dcgan.build(settings, seed)
    history = train_to_the_end(experiment)
    z = np.random.default_rng(2).standard_normal((1000, settings.latent_dim), np.float32)
    samples = generate(experiment.cells["average"], z)
    if file:
        np.save(file, image_grid(samples[:16])[None])
    losses = {loss: float(history[loss][-100:].mean()) for loss in ("loss_d", "loss_g")}
    return [rounded({"step": history.last_step} | measure(samples) | losses)]


def memory(out: Path, smoke: bool) -> None:
    """The peak memory of a training at each batch size, and, as that of size 0, of a process that only imports."""
    sizes = BATCH_SIZES[:1] if smoke else BATCH_SIZES
    runs = [({"batch_size": size}, partial(peak_of_two_steps, size, smoke)) for size in (0, *sizes)]
    fill_table(out / "05_memory.csv", runs)


def peak_of_two_steps(batch_size: int, smoke: bool) -> list[Row]:
    """The peak of a process of its own, in 10^6 bytes, as a row."""
    if batch_size == 0:
        peak = peak_megabytes("import gan_course.lessons.dcgan")
    else:
        peak = peak_megabytes(TWO_STEPS, batch_size, *((32, 64) if smoke else (128, 160)))
    return [{"peak_megabytes": round(peak)}]


def flowers(out: Path, smoke: bool) -> None:
    """The published networks, half as wide, on colour pictures of 128x160: a run like one from the command line."""
    settings = dcgan.published(**LARGE)
    if smoke:
        narrow = {"base_channels": 2, "base_channels_d": 2, "num_doublings": 3, "batch_size": 2}
        settings = replace(settings, data=Sunflowers(2), size=(32, 64), **narrow, **FEW)
    folder = work_folder(out, "flowers")
    metrics = train_lesson("dcgan", settings, 0, folder, resume=(folder / CHECKPOINT).exists())
    if metrics["step"] < settings.num_steps:
        raise KeyboardInterrupt  # which the training took for a wish to end it early
    write_table(out / "05_flowers.csv", [flowers_row(settings, metrics, folder)])
    show_flowers(settings, folder, out)


def flowers_row(settings: dcgan.Settings, metrics: Row, folder: Path) -> Row:
    """Numbers of the run in `folder`, and what it cost."""
    timing = read_json(folder / TIMING)
    seconds = timing["train_seconds"] / (metrics["step"] + 1 - timing["first_step"])
    numbers = {name: value for name, value in metrics.items() if name != "card"}  # that is of several generators
    row = {"size": "x".join(map(str, settings.size)), "batch_size": settings.batch_size} | numbers
    return row | {"seconds_a_step": round(seconds, 2), "peak_megabytes": round(timing["peak_megabytes"])}


def show_flowers(settings: dcgan.Settings, folder: Path, out: Path) -> None:
    """The film of the run in `folder`, nine of its 36 pictures for a small file, and the last ones below real ones."""
    _, arrays = load_checkpoint(folder / CHECKPOINT, {})
    height, width = (3 * (length + 2) for length in settings.size)
    (out / "05_flowers.gif").write_bytes(encode_gif([frame[:height, :width] for frame in arrays["frames"]], 300_000))
    real = image_grid(sunflowers(10, settings.size)[0], columns=5)
    fakes = arrays["frames"][-1][: len(real), : real.shape[1]]
    save_picture(out / "05_flowers.png", np.concatenate([real, np.full_like(real[:10], 255), fakes]))


EXPERIMENTS = {"starts": starts, "depth": depth, "memory": memory, "flowers": flowers}

main = command_of(__doc__, EXPERIMENTS)


if __name__ == "__main__":
    main()
