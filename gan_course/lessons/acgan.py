"""Lesson 06: a GAN that knows classes, on unequal classes of digits, flowers of four kinds, or sorted pictures."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import class_balanced
from gan_course.data.kinds import KINDS, kinds
from gan_course.data.sources import Digits, Folder, Source, Sunflowers
from gan_course.evaluation.classes import class_accuracy
from gan_course.evaluation.digits import classify_digits
from gan_course.evaluation.distances import digit_distances
from gan_course.evaluation.linear_probe import fit, with_ones
from gan_course.evaluation.poses import area_average
from gan_course.evaluation.reference import balanced_reference
from gan_course.lessons.dcgan import halvings_of
from gan_course.lessons.experiment import Experiment, Metrics
from gan_course.lessons.picture_gan import Evaluate, Inputs, picture_gan
from gan_course.models.acgan import Discriminator, Generator
from gan_course.models.dcgan import initialise, start_size
from gan_course.models.inference import generate
from gan_course.training.players import two_players
from gan_course.training.steps.acgan import acgan_step
from gan_course.viz.pictures import image_grid

DIGITS, DIGIT_COUNTS = ("1", "3", "5", "8"), (2500, 1800, 600, 5000)  # in the published proportions
KIND_COUNTS = (250, 180, 60, 500)  # the same, a tenth of them
ROWS = 8  # of a picture with a column for each class
Classifier = Callable[[np.ndarray], np.ndarray]  # images -> the name of the class that each shows


@dataclass(frozen=True)
class Settings:
    """A training of the ACGAN; the defaults are digits in the `class` profile."""

    data: Source = Digits()
    classes: tuple[str, ...] | None = DIGITS  # None: all that there are
    counts: tuple[int, ...] | None = DIGIT_COUNTS  # pictures of each class; None: all that there are
    size: tuple[int, int] = (28, 28)  # height and width
    gray: bool = True
    class_balanced: bool = True  # batches with all classes alike; else as in the data
    uniform_fakes: bool = False  # ask G for all classes alike even where batches are as in the data
    concatenate: bool = False  # set the label's embedding beside z instead of multiplying
    label_spread: float = 1.0  # of the embedding's numbers at the beginning
    latent_dim: int = 100
    base_channels: int = 16
    num_doublings: int = 2  # of G, and halvings of D
    hidden_g: int = 256  # units of a dense layer of G between z and its first small picture; 0: no such layer
    normalise_hidden: bool = True  # batch normalisation in D's dense layer
    dropout: float = 0.0  # of D: the probability that a channel is switched off
    normal_init: bool = True  # begin with N(0, 0.02), else with MindSpore's defaults
    batch_size: int = 32
    learning_rate_g: float = 1e-3
    learning_rate_d: float = 1e-3
    beta1: float = 0.5  # of Adam
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 500  # steps
    num_samples: int = 1000  # a class, for the evaluation
    num_steps: int = 3000  # 10 times as many pictures as there are


SETTINGS = {
    "smoke": Settings(num_steps=12, num_samples=25),
    "class": Settings(),
    "full": Settings(base_channels=32, num_steps=13_905),
}


def for_pictures(
    settings: Settings, data: Source, size: tuple[int, int] | None = None, gray: bool | None = None
) -> Settings:
    """The settings for other pictures: colour and 32 x 32 unless said otherwise; all classes of a folder.

    The dense layers that digits gain by, and flowers turn to noise with, are left out.
    """
    if isinstance(data, Digits):
        return replace(settings, data=data, size=size or (28, 28), gray=gray is not False)
    classes, counts = (tuple(KINDS), KIND_COUNTS) if isinstance(data, Sunflowers) else (None, None)
    size = size or (32, 32)
    plain = {"num_doublings": halvings_of(size), "hidden_g": 0, "normalise_hidden": False}
    return replace(settings, data=data, classes=classes, counts=counts, size=size, gray=bool(gray), **plain)


def flowers(**changes) -> Settings:
    """Flowers of four kinds in colour, 32 x 32."""
    return replace(for_pictures(Settings(), Sunflowers()), **changes)


def published(**changes) -> Settings:
    """The published training: batches as the data are, dropout of 1/4 in D, no averaging, Adam at 1e-3, 45 epochs.

    Its networks, layer by layer, are those of `models.acgan_published`.
    """
    plain = {"class_balanced": False, "dropout": 0.25, "average_decay": 0.0, "normal_init": False}
    plain |= {"hidden_g": 0, "normalise_hidden": False}
    return replace(Settings(), **{"num_steps": 13_905} | plain | changes)


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    start_size(settings.size, settings.num_doublings)  # refuses a size that does not fit before anything is read
    images, labels, names = settings.data.labelled(
        settings.classes, settings.counts, settings.size, settings.gray, at_least=settings.batch_size
    )
    in_turn = np.arange(settings.batch_size, dtype=np.int32) % len(names)  # z is random, so the labels need not be
    shown = class_balanced(labels) if settings.class_balanced else np.arange(len(labels))
    batches = Batches(
        images[shown],
        labels[shown],
        batch_size=settings.batch_size,
        seed=seed,
        latent_dim=settings.latent_dim,
        draw=(lambda rng: (in_turn,)) if settings.uniform_fakes else None,
    )

    ms.set_seed(seed)
    generator, discriminator, average = networks(settings, images.shape[1:], len(names), np.random.default_rng(seed))
    adam = partial(nn.Adam, beta1=settings.beta1)
    players = two_players(
        generator,
        discriminator,
        partial(adam, learning_rate=settings.learning_rate_g),
        partial(adam, learning_rate=settings.learning_rate_d),
    )
    return picture_gan(
        settings,
        players,
        average,
        acgan_step(**players),
        batches,
        evaluation(settings, images, labels, names),
        seed,
        inputs=class_inputs(settings, len(names), in_turn if settings.uniform_fakes else labels[shown]),
        draw_grid=partial(image_grid, columns=len(names), scale=2),
        curves=("loss_d", "loss_g", "class_real", "class_fake"),
        class_names=names,
        bars="class_accuracy",
    )


def networks(
    settings: Settings, shape: tuple[int, int, int], num_classes: int, rng: np.random.Generator
) -> tuple[Generator, Discriminator, Generator | None]:
    """Generator, discriminator and, where there is averaging, a second generator, for pictures of `shape` (C, H, W)."""
    new_generator = partial(
        Generator,
        settings.latent_dim,
        num_classes,
        shape,
        settings.base_channels,
        settings.num_doublings,
        settings.concatenate,
        settings.label_spread,
        settings.hidden_g,
    )
    generator = new_generator()
    discriminator = Discriminator(
        num_classes,
        shape,
        settings.base_channels,
        settings.num_doublings,
        normalise_hidden=settings.normalise_hidden,
        dropout=settings.dropout,
        batch_size=settings.batch_size,
    )
    if settings.normal_init:
        initialise(generator.backbone, rng)
        initialise(discriminator, rng)
    return generator, discriminator, new_generator() if settings.average_decay else None


def class_inputs(settings: Settings, num_classes: int, asked: np.ndarray) -> Inputs:
    """What G is asked for outside of its training; `asked` are the labels that it is asked for in it.

    A frame has a column for each class and the same z all along a row.
    """

    def noise(count: int, rng: np.random.Generator) -> np.ndarray:
        return rng.standard_normal((count, settings.latent_dim), np.float32)

    every, in_turn = np.arange(num_classes, dtype=np.int32), settings.num_samples * num_classes
    return Inputs(
        shown=(noise(ROWS, np.random.default_rng(0)).repeat(num_classes, axis=0), np.tile(every, ROWS)),
        evaluated=(noise(in_turn, np.random.default_rng(0)), every.repeat(settings.num_samples)),
        typical=lambda rng: (noise(settings.batch_size, rng), rng.choice(asked, settings.batch_size)),
        draw=lambda count, rng: (noise(count, rng), np.resize(every, count)),
    )


def evaluation(settings: Settings, images: np.ndarray, labels: np.ndarray, names: tuple[str, ...]) -> Evaluate | None:
    """The share of pictures that show the class asked for, class by class; of digits, their distances as well."""
    if isinstance(settings.data, Folder):
        return None  # nobody can name their classes
    digits = isinstance(settings.data, Digits)
    classify = digit_names if digits else kind_classifier(settings.gray)
    alike = balanced_reference(images, labels, np.random.default_rng(0))  # to compare with
    distances = digit_distances(images[alike]) if digits else lambda samples: {}
    asked = np.repeat(names, settings.num_samples)

    def evaluate(samples: np.ndarray) -> Metrics:
        found = class_accuracy(asked, classify(samples), names)
        accuracy = {name: share for name, (share, _, _) in found.items()}
        return {"class_accuracy": accuracy, "lowest_class_accuracy": min(accuracy.values())} | distances(samples)

    return evaluate


def sample(
    generator: nn.Cell, per_class: int, names: tuple[str, ...], latent_dim: int, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """`per_class` pictures of each class, and the name that each was asked to show, `(N, C, H, W)` and `(N,)`."""
    labels = np.repeat(np.arange(len(names), dtype=np.int32), per_class)
    z = np.random.default_rng(seed).standard_normal((len(labels), latent_dim), np.float32)
    return generate(generator, z, labels), np.array(names)[labels]


def digit_names(images: np.ndarray) -> np.ndarray:
    """The digit that each picture shows, "0" to "9"."""
    return classify_digits(images).astype(str)


@cache
def kind_classifier(gray: bool = False) -> Classifier:
    """A linear classifier of the kinds of flowers, on 8 x 8 averages, which has seen 200 drawings of its own."""

    def features(images: np.ndarray) -> np.ndarray:
        height, width = images.shape[2:]
        return (area_average(height, 8) @ images @ area_average(width, 8).T).reshape(len(images), -1)

    images, labels = kinds([50] * len(KINDS), gray=gray, seed=1)
    weights = fit(features(images), labels, 1e-3, len(KINDS))
    return lambda images: np.array(list(KINDS))[(with_ones(features(images)) @ weights).argmax(axis=1)]
