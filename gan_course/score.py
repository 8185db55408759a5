"""Judge the generator of a run: draw samples, measure them beside real images and noise, write `scorecard.json`."""

from pathlib import Path
from typing import Any

import numpy as np

from gan_course.data import mnist
from gan_course.data.sunflowers import sunflowers
from gan_course.errors import CourseError
from gan_course.evaluation.scorecard import JUDGES, as_table, scorecard
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.run import BEST, CHECKPOINT, read_config, write_json
from gan_course.training.checkpoints import load_checkpoint
from gan_course.training.history import History

NUM_SAMPLES = {"mnist": 10_000, "sunflowers": 1_000}  # a sunflower takes 12 ms to draw
HELD_OUT_SEED = 1_000_003  # of sunflowers that no lesson learns from


def score(folder: Path, count: int | None = None, seed: int = 0) -> str:
    """Judge the run in `folder`, write `scorecard.json` into it, and return the table for people.

    Judged are the last checkpoint and, where there is one, the best; of each the generator and, where there is one,
    its average. All draw from the same noise.

    Args:
        folder: of a run of `gan-course train`.
        count: samples of each generator; by default 10,000 digits or 1,000 sunflowers.
        seed: of the noise and the bootstrap.

    Raises:
        CourseError: no run in the folder, one whose model draws nothing, or one that nobody can judge.
    """
    none = f"{folder} holds no run: train one with gan-course train LESSON --out {folder}"
    config = read_config(folder, none)
    if not {"lesson", "settings", "seed"} <= config.keys():
        raise CourseError(none)
    source = config["settings"].get("data", "mnist")
    if source not in JUDGES:
        raise CourseError(f"{folder} learns from {source}, and only digits and sunflowers have a judge: choose another")
    experiment = rebuild(config, folder)
    if not experiment.samplers:
        raise CourseError(
            f"{folder} holds lesson {config['lesson']}, which has no scorecard: choose gan, mlp-gan, dcgan or vae"
        )
    count = count or NUM_SAMPLES[source]
    training = experiment.batches.arrays[0]

    generated = {}
    for path in checkpoints(folder):
        state, _ = load_checkpoint(path, experiment.networks)
        step = History.from_csv(state["history"]).last_step
        for sampler, draw in experiment.samplers.items():
            samples = generated[f"{sampler} {step}"] = draw(count, np.random.default_rng(seed))
            if not np.isfinite(samples).all():
                raise CourseError(f"{path} draws pictures of NaN: the training diverged, start it with --force")
    card = scorecard(
        JUDGES[source], training, held_out(source, training, count), generated, np.random.default_rng(seed)
    )
    numbers = {name: {key: e._asdict() for key, e in metrics.items()} for name, metrics in card.items()}
    write_json(folder / "scorecard.json", {"samples": count, "seed": seed, "confidence": 0.95, "sets": numbers})
    return f"{title(config, count, seed)}\n\n{as_table(card)}"


def rebuild(config: dict[str, Any], folder: Path) -> Experiment:
    """The experiment of a run, with fresh weights."""
    lesson = load_lesson(config["lesson"])
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in config["settings"].items()}
    try:
        settings = lesson.Settings(**settings)
    except TypeError:
        raise CourseError(f"{folder} has settings of another version of the course: train it again") from None
    return lesson.build(settings, config["seed"])


def checkpoints(folder: Path) -> list[Path]:
    """The best checkpoint, if it was kept, and the last one."""
    if not (folder / CHECKPOINT).exists():
        raise CourseError(f"{folder} has no {CHECKPOINT.as_posix()}: train it again with --force")
    return [path for path in (folder / BEST, folder / CHECKPOINT) if path.exists()]


def held_out(source: str, training: np.ndarray, count: int) -> np.ndarray:
    """Real images that no lesson learns from, shaped like `training`, in random order."""
    if source == "mnist":
        images, _ = mnist("test")
        return images[np.random.default_rng(0).permutation(len(images))]  # its second half is harder than the first
    channels, height, width = training.shape[1:]
    return sunflowers(count, (height, width), gray=channels == 1, seed=HELD_OUT_SEED)[0]


def title(config: dict[str, Any], count: int, seed: int) -> str:
    """What the table is about, in a line."""
    return (
        f"{config['lesson']}, seed {config['seed']}: {count:,} samples of each generator and step (noise of seed "
        f"{seed}); numbers with half their 95 % bootstrap interval"
    )
