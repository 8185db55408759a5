"""Score the generators of a run: draw samples, measure them beside real images and noise, write `scorecard.json`."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from gan_course.data import mnist
from gan_course.data.sources import Digits, Folder, Source
from gan_course.data.sunflowers import sunflowers
from gan_course.errors import CourseError
from gan_course.evaluation.card_table import as_table
from gan_course.evaluation.gan_train_test import Labels
from gan_course.evaluation.scorecard import CLASSIFIERS, NUM_NEAREST, brief_card, scorecard
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.runs.config import check_as_trained, read_config, read_settings, source_of
from gan_course.runs.diagnosis import doctor_lines
from gan_course.runs.folder import BEST, CHECKPOINT, SCORECARD, write_json
from gan_course.runs.resume import load_networks
from gan_course.training.checkpoints import found, load_checkpoint, read_checkpoint
from gan_course.training.history import History

NUM_SAMPLES = {"mnist": 10_000, "sunflowers": 1_000}  # a sunflower takes 12 ms to draw
NUM_BRIEF = {"mnist": 1_000, "sunflowers": 250}  # for the card at the end of a training
HELD_OUT_SEED = 1_000_003  # of sunflowers that no lesson learns from


class Real(NamedTuple):
    """The real images that samples are compared with, and their classes if the model is told classes."""

    training: np.ndarray  # as the batches hold them, perhaps some twice, (T, C, H, W)
    held_out: np.ndarray  # all different, of all classes alike, (H, C, H, W)
    labels: Labels | None


def score(folder: Path, count: int | None = None, seed: int = 0) -> str:
    """Score the run in `folder`, write `scorecard.json` into it, and return the table for people.

    Scored are the last checkpoint and, where there is one, the best; of each the generator and, where there is one,
    its average. All draw from the same noise. A model that knows classes is asked for all alike, and compared with as
    many real images of each. Below the table stands what the training doctor finds in the last one.

    Args:
        folder: of a run of `gan-course train`.
        count: samples of each generator; by default 10,000 digits or 1,000 sunflowers, or as many as there are
            held-out digits of the classes that a model knows.
        seed: of the noise and the bootstrap.

    Raises:
        CourseError: no run in the folder, one whose model draws nothing, one without a classifier, or a count larger
            than the number of held-out images.
    """
    config = read_config(folder)
    settings = read_settings(config, folder)
    if found(folder / CHECKPOINT):
        check_as_trained(config, read_checkpoint(folder / CHECKPOINT)[0], folder)
    experiment = load_lesson(config["lesson"]).build(settings, config["seed"])
    source = source_of(settings)
    if reason := why_not_scored(experiment, source):
        raise CourseError(f"{folder} cannot be scored: {reason}")
    kind = kind_of(source)
    wanted = count or NUM_SAMPLES[kind]
    real = real_images(source, experiment, wanted + min(wanted, NUM_NEAREST))  # `real`, and others for the yardstick
    available = len(real.held_out)
    if count is not None and count > available:
        raise CourseError(f"there are only {available} held-out images to compare with: choose --samples up to them")
    count = count or min(NUM_SAMPLES[kind], available)
    generated = draw_all(experiment, folder, count, seed)
    rng = np.random.default_rng(seed)
    card = scorecard(CLASSIFIERS[kind], real.training, real.held_out, generated, rng, real.labels)
    numbers = {name: {key: e._asdict() for key, e in metrics.items()} for name, metrics in card.items()}
    write_json(folder / SCORECARD, {"samples": count, "seed": seed, "confidence": 0.95, "sets": numbers})
    state, _ = load_checkpoint(folder / CHECKPOINT, {})
    findings = doctor_lines(experiment, History.from_csv(state["history"]))
    return "\n".join([title(config, count, seed), "", as_table(card), *findings])


def brief_card_of(experiment: Experiment, settings: Any, folder: Path) -> dict[str, dict[str, float]]:
    """The card of a run that was just trained: its generators, best and last, and real images; {} without a classifier.

    The distances, precision and recall of 1,000 digits or 250 sunflowers each, without intervals: a matter of seconds.
    """
    source = source_of(settings)
    if why_not_scored(experiment, source):
        return {}
    kind = kind_of(source)
    real = real_images(source, experiment, NUM_BRIEF[kind])
    generated = draw_all(experiment, folder, NUM_BRIEF[kind], seed=0)
    labels = None if real.labels is None else real.labels.training
    return brief_card(CLASSIFIERS[kind], real.training, real.held_out, generated, np.random.default_rng(0), labels)


def kind_of(source: Source) -> str:
    """The key of the course's classifier for what a run learns from."""
    return "mnist" if isinstance(source, Digits) else "sunflowers"


def why_not_scored(experiment: Experiment, source: Source) -> str:
    """Why there is no classifier of what an experiment draws, and what to choose instead; "" if there is one."""
    if isinstance(source, Folder):
        return f"it learns from {source}, and only digits and sunflowers have a classifier: choose a run on those"
    if not experiment.samplers:
        return "its lesson draws nothing new: choose a vae or a GAN"
    if experiment.class_names and not isinstance(source, Digits):
        return "it draws kinds of flowers, and only digits have a classifier of classes: choose digits"
    return ""


def draw_all(experiment: Experiment, folder: Path, count: int, seed: int) -> dict[str, np.ndarray]:
    """What each generator draws from the same noise, at its best if that was kept and at last: {"average 500": ...}.

    The networks of `experiment` are those of the last checkpoint afterwards.
    """
    if not found(folder / CHECKPOINT):
        raise CourseError(f"{folder} has no {CHECKPOINT}: train it again with --force")
    generated = {}
    for path in [path for path in (folder / BEST, folder / CHECKPOINT) if found(path)]:
        step = load_networks(experiment, path)
        for sampler, draw in experiment.samplers.items():
            samples = generated[f"{sampler} {step}"] = draw(count, np.random.default_rng(seed))
            if not np.isfinite(samples).all():
                raise CourseError(f"{path} draws pictures of NaN: the training diverged, start it with --force")
    return generated


def real_images(source: Source, experiment: Experiment, count: int) -> Real:
    """Training images and `count` held-out ones, or as many as there are; of all classes alike if a model knows any.

    The training images are those of the batches: `scorecard` and `brief_card` choose different ones among them.
    """
    training = experiment.images
    if not experiment.class_names:
        return Real(training, held_out(source, training, count), None)
    images, positions = held_out_digits([int(name) for name in experiment.class_names])
    return Real(training, images, Labels(experiment.batches.arrays[1], positions))


def held_out_digits(digits: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Test digits, one of each class in turn for as long as there are new ones, and their positions in `digits`."""
    images, shown = mnist("test", digits)
    groups = [np.random.default_rng(0).permutation(np.flatnonzero(shown == digit)) for digit in digits]
    fewest = min(map(len, groups))
    chosen = np.stack([group[:fewest] for group in groups], axis=1).ravel()
    return images[chosen], np.tile(np.arange(len(digits), dtype=np.int32), fewest)


def held_out(source: Source, training: np.ndarray, count: int) -> np.ndarray:
    """Real images that no lesson learns from, shaped like `training`, in random order."""
    if isinstance(source, Digits):
        images, _ = mnist("test")
        return images[np.random.default_rng(0).permutation(len(images))]  # its second half is harder than the first
    channels, height, width = training.shape[1:]
    return sunflowers(count, (height, width), gray=channels == 1, seed=HELD_OUT_SEED)[0]


def title(config: dict[str, Any], count: int, seed: int) -> str:
    """What the table is about, in a line."""
    return (
        f"{config['lesson']}, seed {config['seed']}: {count:,} samples of each generator and step (noise of seed "
        f"{seed}); numbers with the reach of their 95 % interval"
    )
