"""Make the recordings that come with the course: `.venv/bin/python -m scripts.recordings [NAME...]`.

Each run is trained into outputs/recordings/NAME, where one that was stopped goes on, and its recording is kept in
gan_course/recordings/NAME, in some hundred kilobytes. All of them take about three quarters of an hour on two quiet
cores. What is there already is not made again.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import click
import mindspore as ms
import numpy as np

from gan_course import recordings
from gan_course.data.sources import Sunflowers
from gan_course.errors import Diverged
from gan_course.evaluation.modes import mixture_metrics
from gan_course.lessons import acgan, autoencoder, dcgan, gan, mixture_gan, mlp_gan, museum, vae, wgan_gp
from gan_course.runs.folder import CHECKPOINT, RECORDING
from gan_course.runs.recording import keep_recording
from gan_course.runs.train import train_lesson
from gan_course.training.history import History
from gan_course.training.loop import every, train
from gan_course.viz.gif import GifRecorder
from gan_course.viz.plane import paint_plane, plane_points
from gan_course.viz.recording import DOCUMENT, read_recording, write_recording

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "outputs" / "recordings"
MAX_BYTES = 550_000  # of one
MAX_BYTES_OF = {"museum": 220_000, "mlp-gan": 1_000_000}  # of small pictures; of grain, which is hard to pack
PAPER_STEPS = 3600  # take as long as the 8,000 of the recipe beside it
PLANE_STEPS = 1500
LARGE_STEPS = 2500  # a quarter of an hour
THOUSAND = Sunflowers(1000)

Train = Callable[[Path], None]  # trains into a folder, and leaves the recording there


def lesson_runs() -> dict[str, tuple[str, str, Any]]:
    """Trainings of lessons: name -> its name on the page, the lesson, its settings."""
    digits, flowers = dcgan.SETTINGS["class"], dcgan.for_pictures(dcgan.SETTINGS["class"], THOUSAND)
    quarters = {"num_doublings": 2, "num_halvings": 2, "base_channels": 48, "base_channels_d": 48, "upsample": False}
    folded = replace(flowers, fold=4, shift=2, last_conv=True, first_conv=True, **quarters)
    large = replace(dcgan.for_pictures(dcgan.SETTINGS["full"], THOUSAND, (128, 160)), num_steps=LARGE_STEPS)
    four = acgan.SETTINGS["class"]
    runs = {
        "autoencoder": ("16 numbers a digit", "autoencoder", autoencoder.SETTINGS["class"]),
        "vae": ("20 latent numbers", "vae", vae.SETTINGS["class"]),
        "vae-2d": ("2 latent numbers", "vae", vae.PLANE["class"]),
        "first-gan": ("digits by dense layers", "gan", gan.SETTINGS["class"]),
        "mlp-gan": ("sunflowers by dense layers", "mlp-gan", mlp_gan.SETTINGS["class"]),
        "sgd-0.10": ("gradient descent, rate 0.10", "mlp-gan", mlp_gan.published(0.10)),
        "sgd-0.20": ("gradient descent, rate 0.20", "mlp-gan", mlp_gan.published(0.20)),
        "digits": ("digits", "dcgan", replace(digits, num_steps=8000)),
        "digits-paper": ("digits, the paper's recipe", "dcgan", replace(dcgan.paper(), num_steps=PAPER_STEPS)),
        "sunflowers-gray": (
            "grey sunflowers",
            "dcgan",
            replace(dcgan.for_pictures(digits, THOUSAND, gray=True), num_steps=4000),
        ),
        "sunflowers": ("sunflowers", "dcgan", replace(flowers, num_steps=6000)),
        "sunflowers-folded": ("sunflowers, folded by 4", "dcgan", replace(folded, num_steps=2700)),
        "acgan-natural": ("four classes as they are", "acgan", replace(four, class_balanced=False)),
        "acgan-balanced": ("four classes, balanced", "acgan", four),
        "digits-by-class": (
            "ten digits on demand",
            "acgan",
            replace(four, classes=tuple("0123456789"), counts=None, num_steps=5000),
        ),
        "wgan-gp": ("digits of a Wasserstein GAN", "wgan-gp", wgan_gp.SETTINGS["class"]),
        "sunflowers-128x160": ("sunflowers of 128 x 160", "dcgan", large),
    }
    for exhibit in [*museum.HEALTHY, *museum.EXHIBITS]:
        label = exhibit.replace("_", " ")
        runs[f"museum-{exhibit}"] = (label, "museum", replace(museum.SETTINGS["class"], exhibit=exhibit))
    return runs


def train_run(lesson: str, settings: Any, folder: Path) -> None:
    """A run as the command line makes it; one that diverges has a recording, too."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        train_lesson(lesson, settings, 0, folder, resume=(folder / CHECKPOINT).exists())
    except Diverged as error:
        print(error)


def ring_runs() -> dict[str, tuple[str, mixture_gan.Remedy]]:
    """Lesson 07's remedies in the plane: name -> its name on the page, the remedy."""
    return {
        f"ring-{remedy.split(',')[0]}": (f"eight modes: {remedy}", mixture_gan.REMEDIES[remedy])
        for remedy in mixture_gan.REMEDIES
    }


def train_on_the_ring(name: str, remedy: mixture_gan.Remedy, folder: Path) -> None:
    """One seed of lesson 07's game, with the modes that it captures."""
    ring = mixture_gan.MIXTURES["ring"]
    game = mixture_gan.build(ring, remedy, mixture_gan.Settings(num_seeds=1, num_steps=PLANE_STEPS))
    packs = plane_points(ring.limit).repeat(remedy.pack_size, axis=0)  # each of one and the same point
    plane = ms.Tensor(packs[None])
    rng = np.random.default_rng(0)
    real = ring.centres[rng.integers(0, len(ring.centres), 300)] + ring.std * rng.standard_normal((300, 2))
    history = History()

    def draw() -> np.ndarray:
        answers = game.discriminator(plane).asnumpy().ravel()
        return paint_plane(answers.argsort().argsort() / len(answers), real, game.points()[0, :800], ring.limit)

    def count(step: int) -> None:
        history.record(step, **mixture_metrics(game.points()[0], ring.centres, ring.std))

    recorder = GifRecorder(draw, game.num_steps, names=("loss_d", "loss_g"))
    counting = every(max(1, game.num_steps // 30), count, game.num_steps)
    train(game.step, game.batches, game.num_steps, [*game.callbacks, recorder, counting], history, description=name)
    numbers = mixture_metrics(game.points()[0], ring.centres, ring.std)
    keep_recording(folder, recorder, history, metrics=numbers, name=name, title="Mode collapse")


def all_runs() -> dict[str, tuple[str, Train]]:
    """Name -> its name on the page, and what trains it."""
    lessons = {name: (label, partial(train_run, *rest)) for name, (label, *rest) in lesson_runs().items()}
    rings = {name: (label, partial(train_on_the_ring, label, remedy)) for name, (label, remedy) in ring_runs().items()}
    return lessons | rings


@click.command(help=__doc__)
@click.argument("names", nargs=-1)
@click.option("--force", is_flag=True, help="Keep the recordings anew; a finished training is not made again.")
def main(names: tuple[str, ...], force: bool) -> None:
    """Make those that are asked for, or all, and print their sizes."""
    runs = all_runs()
    if unknown := set(names) - runs.keys():
        raise click.UsageError(f"there is no {', '.join(sorted(unknown))}: choose of {', '.join(runs)}")
    for name in names or runs:
        place = recordings.FOLDER / name
        if (place / DOCUMENT).exists() and not force:
            continue
        label, make = runs[name]
        if not (WORK / name / RECORDING / DOCUMENT).exists():
            make(WORK / name)
        recording = replace(read_recording(WORK / name / RECORDING), name=label)
        size = write_recording(place, recording, MAX_BYTES_OF.get(recording.lesson, MAX_BYTES))
        print(f"{name}: {size / 1000:.0f} kB", flush=True)


if __name__ == "__main__":
    main()
