"""Run lesson 05's experiments at full length: `.venv/bin/python tools/dcgan_tables.py`.

Tables and pictures go to `notebooks/results/`. Each experiment can be asked for by name; all of them take about three
quarters of an hour on one core. The longest, `flowers`, can be stopped with Ctrl-C and goes on when it is asked for
again. `--smoke` only tries them out.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.memory import peak_megabytes
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import digit_metrics, pose_metrics
from gan_course.evaluation.spectrum import checkerboard_share
from gan_course.lessons import dcgan
from gan_course.models.inference import generate
from gan_course.run import CHECKPOINT, run
from gan_course.training.checkpoints import load_checkpoint
from gan_course.viz.gif import encode_gif
from gan_course.viz.pictures import image_grid, save_picture
from tables import Row, command_line, rounded, side_by_side, train_to_the_end, write_table

ROOT = Path(__file__).resolve().parents[1]
SEEDS = (0, 1, 2)
BATCH_SIZES = (1, 16, 32, 50, 64, 100)
LARGE = {"base_channels": 16, "base_channels_d": 16, "batch_size": 16, "num_steps": 1000, "num_samples": 200}
LARGE |= {
    "learning_rate_g": 1e-3,
    "learning_rate_d": 4e-4,
    "falling": True,
    "average_decay": 0.99,
    "evaluate_every": 300,
}
FEW = {"num_steps": 2, "num_samples": 50}  # for --smoke

# Two steps of the published networks, so that the memory of a step, and of what it leaves behind, is all there.
TWO_STEPS = """
import sys
import numpy as np
from gan_course.lessons import dcgan
import mindspore as ms
batch_size, height, width = map(int, sys.argv[1:])
settings = dcgan.published(size=(height, width), batch_size=batch_size, num_train=batch_size)
experiment = dcgan.build(settings)
for _ in range(2):
    experiment.step(*map(ms.Tensor, next(experiment.batches)))["loss_g"].asnumpy()
"""


def starts(out: Path, smoke: bool) -> None:
    """Digits by narrow networks: what the paper's start, its beta1, and dropout do."""
    compare("05_starts", start_variants(), digit_metrics, [], out, smoke)


def start_variants() -> dict[str, dcgan.Settings]:
    """The paper's start, and one change to it at a time."""
    narrow = {"base_channels": 8, "base_channels_d": 8, "hidden_d": 0, "batch_size": 64, "learning_rate_d": 2e-4}
    paper = replace(dcgan.SETTINGS["class"], num_steps=600, **narrow)
    return {
        "as in the paper": paper,
        "MindSpore's weights": replace(paper, small_weights=False),
        "beta1 0.9": replace(paper, beta1=0.9),
        "with dropout": replace(paper, dropout=0.25),
    }


def depth(out: Path, smoke: bool) -> None:
    """Colour flowers by few layers or many, and what each way to double leaves behind."""
    training = pose_features(sunflowers(256)[0])

    def judge(images: np.ndarray) -> Row:
        boards = {f"checkerboard_{period}": checkerboard_share(images, period) for period in (2, 4)}
        return pose_metrics(images) | {"kernel_distance": kernel_distance(pose_features(images), training)} | boards

    fresh = {"run": "fresh drawings"} | judge(sunflowers(1000, seed=1)[0])
    compare("05_depth", depth_variants(), judge, [rounded(fresh)], out, smoke)


def depth_variants() -> dict[str, dcgan.Settings]:
    """Colour pictures by few layers and by many, and by both ways to double."""
    deep = dcgan.flowers(num_steps=300)
    return {
        "shallow": replace(deep, num_doublings=2),
        "deep": deep,
        "deep, residual": replace(deep, residual=True),
        "deep, transposed": replace(deep, upsample=False),
    }


def compare(
    name: str,
    variants: dict[str, dcgan.Settings],
    judge: Callable[[np.ndarray], Row],
    rows: list[Row],
    out: Path,
    smoke: bool,
) -> None:
    """Train each variant from each seed; add to `rows` what `judge` says, and keep pictures of the first seed."""
    z, pictures = np.random.default_rng(2).standard_normal((1000, 100), np.float32), []
    for run_name, settings in variants.items():
        for seed in SEEDS[:1] if smoke else SEEDS:
            settings = replace(settings, evaluate_every=10_000, **(FEW if smoke else {}))
            experiment = dcgan.build(settings, seed)
            history = train_to_the_end(experiment, description=f"{run_name}, seed {seed}")
            samples = generate(experiment.cells["average"], z)
            losses = {loss: float(history[loss][-100:].mean()) for loss in ("loss_d", "loss_g")}
            run_and_seed = {"run": run_name, "seed": seed, "step": history.last_step}
            rows.append(rounded(run_and_seed | judge(samples) | losses))
            if seed == SEEDS[0]:
                pictures.append(image_grid(samples[:16]))
            write_table(out / f"{name}.csv", rows)
            print(rows[-1], flush=True)
    save_picture(out / f"{name}.png", side_by_side(pictures, columns=len(pictures)))


def memory(out: Path, smoke: bool) -> None:
    """The peak memory of a training at each batch size."""
    ground = peak_megabytes("import gan_course.lessons.dcgan")
    rows = [{"batch_size": 0, "peak_megabytes": round(ground)}]
    for batch_size in BATCH_SIZES[:1] if smoke else BATCH_SIZES:
        peak = peak_megabytes(TWO_STEPS, batch_size, *((32, 64) if smoke else (128, 160)))
        rows.append({"batch_size": batch_size, "peak_megabytes": round(peak)})
        print(rows[-1], flush=True)
    write_table(out / "05_memory.csv", rows)


def flowers(out: Path, smoke: bool) -> None:
    """The published networks, half as wide, on colour pictures of 128x160: a run like one from the command line."""
    settings = dcgan.published(**LARGE)
    if smoke:
        settings = replace(
            settings,
            size=(32, 64),
            base_channels=2,
            base_channels_d=2,
            num_doublings=3,
            batch_size=2,
            num_train=2,
            **FEW,
        )
    folder = (out if smoke else ROOT / "outputs") / "flowers"
    folder.mkdir(parents=True, exist_ok=True)
    metrics = run("dcgan", "full", asdict(settings), 0, folder, resume=(folder / CHECKPOINT).exists())
    if metrics["step"] < settings.num_steps:
        print(f"stopped at step {metrics['step']}: ask again for the rest", flush=True)
        return
    timing = json.loads((folder / "timing.json").read_text(encoding="utf-8"))
    seconds = timing["train_seconds"] / (metrics["step"] + 1 - timing["first_step"])
    size, batch_size = "x".join(map(str, settings.size)), settings.batch_size
    row = {"size": size, "batch_size": batch_size} | metrics
    row |= {"seconds_a_step": round(seconds, 2), "peak_megabytes": round(timing["peak_megabytes"])}
    write_table(out / "05_flowers.csv", [row])
    _, arrays = load_checkpoint(folder / CHECKPOINT, {})
    height, width = (3 * (length + 2) for length in settings.size)  # of the 36 pictures nine, for a small file
    (out / "05_flowers.gif").write_bytes(encode_gif([frame[:height, :width] for frame in arrays["frames"]], 300_000))
    real = image_grid(sunflowers(10, settings.size)[0], columns=5)
    fakes = arrays["frames"][-1][: len(real), : real.shape[1]]
    save_picture(out / "05_flowers.png", np.concatenate([real, np.full_like(real[:10], 255), fakes]))


EXPERIMENTS = {"starts": starts, "depth": depth, "memory": memory, "flowers": flowers}


def main(arguments: list[str] | None = None) -> None:
    """Run what was asked for."""
    options = command_line(__doc__, EXPERIMENTS).parse_args(arguments)
    for name in options.names:
        EXPERIMENTS[name](options.out, options.smoke)


if __name__ == "__main__":
    main()
