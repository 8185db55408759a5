"""How many pictures a GAN needs: `.venv/bin/python -m experiments.few_pictures`, an hour and a half on one core.

Lesson 05's recipe for colour sunflowers of 64x64 learns from 64, 256 and 1,000 drawings, with DiffAugment, which moves
all that D sees, and without. All runs take the same steps. Runs that the table holds already are not made again.
"""

from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import numpy as np

from experiments.tables import Row, Run, command_of, fill_table, rounded, save_small, train_to_the_end, work_folder
from gan_course.data.sources import Sunflowers
from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.appearance import flower_distances
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.shares import pose_metrics
from gan_course.lessons import dcgan
from gan_course.lessons.experiment import Experiment
from gan_course.models.inference import in_chunks
from gan_course.training.augmentation import random_shifts
from gan_course.viz.pictures import image_grid

SEEDS = (0, 1, 2)
COUNTS = (64, 256, 1000)  # drawings to learn from
NUM_STEPS, EVERY = 1200, 300
HELD_OUT_SEED, FRESH_SEED = 750_003, 750_004  # of drawings that nobody learns from, as many as the largest set
NUM_ASKED = 512  # pictures of each kind that D is asked about
SHOWN = 12  # pictures a row


def variants() -> dict[str, dcgan.Settings]:
    """All sets of drawings, each with DiffAugment and without it."""
    settings = {}
    for count in COUNTS:
        moved = dcgan.flowers(data=Sunflowers(count), num_steps=NUM_STEPS, evaluate_every=NUM_STEPS)
        settings |= {f"{count}, moved": moved, f"{count}, not moved": replace(moved, shift=0)}
    return settings


def few(out: Path, smoke: bool) -> None:
    """Rows of each run every few steps, those of fresh drawings first; and pictures from the first seed."""
    runs: list[Run] = [({"run": f"fresh drawings, {count}"}, partial(fresh, count, smoke)) for count in COUNTS]
    folder, seeds = work_folder(out, "05_few_pictures"), SEEDS[:1] if smoke else SEEDS
    for seed in seeds:
        for name, settings in variants().items():
            settings = replace(settings, num_steps=2, evaluate_every=2) if smoke else settings
            file = folder / f"{name}.npy" if seed == SEEDS[0] else None
            runs.append(({"run": name, "seed": seed}, partial(train_and_measure, settings, seed, file, smoke)))
    fill_table(out / "05_few_pictures.csv", runs)
    files = {name: folder / f"{name}.npy" for name in variants()}
    if all(file.exists() for file in files.values()):
        show({name: np.load(file) for name, file in files.items()}, out)


def fresh(count: int, smoke: bool) -> list[Row]:
    """What drawings get that nobody has learnt from: the yardstick for samples."""
    return [rounded(measure(drawings(FRESH_SEED)[: num_samples(smoke)], count, smoke))]


def train_and_measure(settings: dcgan.Settings, seed: int, file: Path | None, smoke: bool) -> list[Row]:
    """Train; a row every EVERY steps. The first samples of the end go into `file`, if there is one."""
    experiment, rows = dcgan.build(settings, seed), []
    draw = experiment.samplers["average"]

    def look(step: int, losses: dict[str, float]) -> None:
        if step % EVERY and step != settings.num_steps:
            return
        samples = draw(num_samples(smoke), np.random.default_rng(2))
        answers = mean_answers(experiment, settings, samples)
        rows.append(rounded({"step": step} | measure(samples, settings.data.count, smoke) | answers))
        if file:
            np.save(file, samples[:SHOWN])

    train_to_the_end(replace(experiment, evaluate=dict), callbacks=[look])
    return rows


def measure(samples: np.ndarray, count: int, smoke: bool) -> Row:
    """How good samples are, held against drawings that G did not learn from, and how near to those that it did.

    `nearest_ratio` is the median, over the samples, of the distance to the nearest training picture over that to the
    nearest of as many held-out ones, in pixels, mirror images included: 1 without copies, near 0 for copies.
    `share_nearer` is the share of samples to which a training picture is the nearest: 0.5 without copies.
    """
    to_training, to_held_out = (
        nearest_images(samples, drawings(seed)[:count], mirrored=True)[1] for seed in (0, HELD_OUT_SEED)
    )
    copies = {
        "nearest_ratio": float(np.median(to_training / to_held_out)),
        "share_nearer": float((to_training < to_held_out).mean()),
    }
    return pose_metrics(samples) | reference(num_samples(smoke))(samples) | copies


@cache
def reference(count: int):
    """What measures the distance of samples to so many held-out drawings, the same for all runs."""
    return flower_distances(drawings(HELD_OUT_SEED)[:count])


@cache
def drawings(seed: int) -> np.ndarray:
    """As many as the largest set has; a smaller set from the same seed is their beginning."""
    return sunflowers(max(COUNTS), seed=seed)[0]


def mean_answers(experiment: Experiment, settings: dcgan.Settings, samples: np.ndarray) -> Row:
    """D's mean logit and mean probability for training pictures, held-out ones and samples.

    D is asked as it was trained: in batches of one kind, with their own statistics, moved if its pictures were.
    """
    discriminator = experiment.cells["discriminator"]
    sets = {"training": experiment.images, "held_out": drawings(HELD_OUT_SEED), "fake": samples}
    numbers: Row = {}
    for name, images in sets.items():
        rng = np.random.default_rng(3)
        chosen = images[rng.permutation(len(images))[:NUM_ASKED]]
        chosen = chosen[: len(chosen) // settings.batch_size * settings.batch_size]
        seen = moved(chosen, settings.shift, rng)
        logits = in_chunks(discriminator, seen, size=settings.batch_size)
        numbers[f"logit_{name}"] = float(logits.mean())
        numbers[f"d_{name}"] = float((1 / (1 + np.exp(-logits.astype(float)))).mean())
    return numbers


def moved(images: np.ndarray, reach: int, rng: np.random.Generator) -> np.ndarray:
    """Images as DiffAugment moves them, by up to `reach` pixels a side."""
    if not reach:
        return images
    rows, columns, *_ = random_shifts(len(images), images.shape[2:], reach)(rng)
    return rows @ images @ columns[:, None]


def num_samples(smoke: bool) -> int:
    """How many samples are measured."""
    return 64 if smoke else 1000


def show(samples: dict[str, np.ndarray], out: Path) -> None:
    """Rows of samples below held-out drawings; and those of the smallest set above what lies nearest to them."""
    real = drawings(HELD_OUT_SEED)[:SHOWN]
    save_small(out / "05_few_pictures.png", image_grid(np.concatenate([real, *samples.values()]), columns=SHOWN))
    pairs = []
    for name in [name for name in samples if name.startswith(f"{COUNTS[0]},")]:
        training = drawings(0)[: COUNTS[0]]
        both = np.concatenate([training, training[..., ::-1]])
        pairs += [samples[name], both[nearest_images(samples[name], both)[0]]]
    save_small(out / "05_few_nearest.png", image_grid(np.concatenate(pairs), columns=SHOWN))


EXPERIMENTS = {"few": few}

main = command_of(__doc__, EXPERIMENTS)


if __name__ == "__main__":
    main()
