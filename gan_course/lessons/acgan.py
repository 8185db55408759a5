"""A GAN that knows classes, on four unequal heaps of digits, on flowers of four kinds, or on any sorted pictures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import evened
from gan_course.data.classes import load_classes
from gan_course.data.kinds import KINDS, kinds
from gan_course.evaluation.classes import class_accuracy
from gan_course.evaluation.digits import classify_digits
from gan_course.evaluation.distances import NUM_REAL, digit_distances
from gan_course.evaluation.linear_probe import fit, with_ones
from gan_course.evaluation.poses import area_average
from gan_course.lessons.experiment import Experiment, class_sampler, two_players
from gan_course.models.acgan import Discriminator, Generator
from gan_course.models.dcgan import initialise, start_size
from gan_course.models.inference import generate
from gan_course.training.averaging import averaging
from gan_course.training.dropout import renewing
from gan_course.training.steps import acgan_step
from gan_course.viz.pictures import image_grid

# What to learn from where nothing else is asked for: classes, and pictures of each, in the published proportions.
UNEQUAL = {
    "mnist": (("1", "3", "5", "8"), (2500, 1800, 600, 5000)),
    "sunflowers": (tuple(KINDS), (250, 180, 60, 500)),
}
Judge = Callable[[np.ndarray], np.ndarray]  # images -> the name of the class that each shows


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen.

    An epoch shows D as many real pictures as there are, also where those of small classes come again and again; the
    training has `num_epochs` of them, unless `num_steps` is given.
    """

    data: str = "mnist"  # or sunflowers, or a folder with a sub-folder for each class
    classes: tuple[str, ...] | None = None  # None: those of UNEQUAL, or all of a folder
    counts: tuple[int, ...] | None = None  # pictures of each class; None: those of UNEQUAL, or all of chosen classes
    size: tuple[int, int] | None = None  # None: 28 x 28 for mnist, else 32 x 32
    gray: bool | None = None  # None: grey for mnist, else colour
    balanced: bool = True  # batches with all classes alike; else as in the data
    uniform_fakes: bool = False  # ask G for all classes alike even where batches are as in the data
    concatenate: bool = False  # set the label's embedding beside z instead of multiplying
    label_spread: float = 1.0  # of the embedding's numbers at the beginning
    latent_dim: int = 100
    base_channels: int = 16
    dropout: float = 0.0  # of D: the probability that a channel is switched off
    small_weights: bool = True  # begin with N(0, 0.02), else with MindSpore's defaults
    batch_size: int = 32
    learning_rate_g: float = 1e-3
    learning_rate_d: float = 1e-3
    beta1: float = 0.5  # of Adam
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 1500  # steps
    num_samples: int = 1000  # a class, for the evaluation
    num_epochs: int = 24
    num_steps: int | None = None


SETTINGS = {
    "smoke": Settings(num_epochs=1, num_samples=100),
    "class": Settings(),
    "full": Settings(base_channels=32, num_epochs=45),
}


def published(**changes) -> Settings:
    """The published training: batches as the data are, dropout of 1/4 in D, no averaging, Adam at 1e-3, 45 epochs.

    Its networks had one or two layers more.
    """
    rates = {"learning_rate_g": 1e-3, "learning_rate_d": 1e-3}
    plain = {"balanced": False, "dropout": 0.25, "average_decay": 0.0, "small_weights": False, "num_epochs": 45}
    return replace(Settings(), **rates | plain | changes)


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    digits = settings.data == "mnist"
    size = settings.size or ((28, 28) if digits else (32, 32))
    num_doublings = 2 if digits else 3
    start_size(size, num_doublings)  # refuses a size that does not fit before anything is read or drawn
    classes, counts = choice(settings)
    images, labels, names = load_classes(settings.data, classes, counts, size, settings.gray, settings.batch_size)
    num_steps = settings.num_steps or max(1, settings.num_epochs * (len(images) // settings.batch_size))
    shown = evened(labels) if settings.balanced else np.arange(len(labels))
    batches = Batches(
        images[shown], labels[shown], batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim
    )

    ms.set_seed(seed)
    rng = np.random.default_rng(seed)
    shape, num_classes = images.shape[1:], len(names)

    def new_generator() -> Generator:
        return Generator(
            settings.latent_dim,
            num_classes,
            shape,
            settings.base_channels,
            num_doublings,
            settings.concatenate,
            settings.label_spread,
        )

    generator = new_generator()
    discriminator = Discriminator(
        num_classes,
        shape,
        settings.base_channels,
        num_doublings,
        dropout=settings.dropout,
        batch_size=settings.batch_size,
    )
    if settings.small_weights:
        initialise(generator.painter, rng)
        initialise(discriminator, rng)
    adam = partial(nn.Adam, beta1=settings.beta1)
    players = two_players(
        generator,
        discriminator,
        partial(adam, learning_rate=settings.learning_rate_g),
        partial(adam, learning_rate=settings.learning_rate_d),
    )
    average = new_generator().set_train(False)

    in_turn = np.arange(settings.batch_size, dtype=np.int32) % num_classes  # z is random, so the labels need not be
    asked = in_turn if settings.uniform_fakes else labels[shown]

    def inputs(own: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        count = 4 * settings.batch_size
        return own.standard_normal((count, settings.latent_dim), np.float32), own.choice(asked, count)

    judge = judge_of(settings)
    alike = np.random.default_rng(0).permutation(evened(labels))[:NUM_REAL]  # to compare with: all classes alike
    distances = digit_distances(images[alike]) if digits else lambda samples: {}
    drawing = {"average": average, "generator": generator} if settings.average_decay else {"generator": generator}

    def evaluate() -> dict[str, float | dict[str, float]]:
        if judge is None:
            return {}
        samples, wanted = sample(average, settings.num_samples, names, settings.latent_dim)
        accuracy = {name: share for name, (share, _, _) in class_accuracy(wanted, judge(samples), names).items()}
        return {"class_accuracy": accuracy, "lowest_class_accuracy": min(accuracy.values())} | distances(samples)

    return Experiment(
        cells=players | {"average": average},
        step=acgan_step(**players, fake_labels=ms.Tensor(in_turn) if settings.uniform_fakes else None),
        batches=batches,
        num_steps=num_steps,
        evaluate_every=settings.evaluate_every,
        draw=lambda: class_grid(average, num_classes, settings.latent_dim),
        evaluate=evaluate,
        callbacks=(
            averaging(average, generator, settings.average_decay, inputs=inputs),
            renewing(discriminator, seed),
        ),
        curves=("loss_d", "loss_g", "class_real", "class_fake"),
        lines={"log 2": np.log(2), "2 log 2": 2 * np.log(2)},
        samplers={name: class_sampler(network, settings.latent_dim, num_classes) for name, network in drawing.items()},
        class_names=names,
    )


def choice(settings: Settings) -> tuple[tuple[str, ...] | None, tuple[int, ...] | None]:
    """The classes to learn and how many pictures of each; None for all."""
    if settings.classes is not None:
        return settings.classes, settings.counts
    classes, counts = UNEQUAL.get(settings.data, (None, None))
    return classes, settings.counts or counts


def class_grid(generator: nn.Cell, num_classes: int, latent_dim: int, rows: int = 8) -> np.ndarray:
    """A picture with a column for each class, uint8; each row has one z, the same in every call."""
    z = np.random.default_rng(0).standard_normal((rows, latent_dim), np.float32).repeat(num_classes, axis=0)
    labels = np.tile(np.arange(num_classes, dtype=np.int32), rows)
    return image_grid(generate(generator, z, labels), columns=num_classes, scale=2)


def sample(
    generator: nn.Cell, per_class: int, names: tuple[str, ...], latent_dim: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """`per_class` pictures of each class, and the name that each was asked to show, `(N, C, H, W)` and `(N,)`."""
    labels = np.repeat(np.arange(len(names), dtype=np.int32), per_class)
    z = np.random.default_rng(seed).standard_normal((len(labels), latent_dim), np.float32)
    return generate(generator, z, labels), np.array(names)[labels]


def judge_of(settings: Settings) -> Judge | None:
    """Who names the classes of generated pictures: somebody who took no part in the training; None for a folder."""
    if settings.data == "mnist":
        return lambda images: classify_digits(images).astype(str)
    return kind_judge(bool(settings.gray)) if settings.data == "sunflowers" else None


@cache
def kind_judge(gray: bool = False) -> Judge:
    """A linear classifier of the kinds of flowers, on 8 x 8 averages, which has seen 200 drawings of its own."""

    def features(images: np.ndarray) -> np.ndarray:
        height, width = images.shape[2:]
        return (area_average(height, 8) @ images @ area_average(width, 8).T).reshape(len(images), -1)

    images, labels = kinds([50] * len(KINDS), gray=gray, seed=1)
    weights = fit(features(images), labels, 1e-3, len(KINDS))
    return lambda images: np.array(list(KINDS))[(with_ones(features(images)) @ weights).argmax(axis=1)]
