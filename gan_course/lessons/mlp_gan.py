"""Lesson 04: a GAN of dense layers on 256 sunflowers, or on any pictures."""

from dataclasses import dataclass, replace
from functools import partial
from math import prod

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import with_mirror_images
from gan_course.data.levels import in_units_of
from gan_course.data.sources import Digits, Source, Sunflowers
from gan_course.evaluation.nearest import nearest_images, typical_distance
from gan_course.lessons.experiment import Experiment, Metrics
from gan_course.lessons.picture_gan import Evaluate, evaluation_of, picture_gan
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import discriminator_loss
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step

NUM_NEAREST = 200  # samples to compare with every training picture


@dataclass(frozen=True)
class Settings:
    """A training of the MLP GAN; the defaults are sunflowers in the `class` profile."""

    data: Source = Sunflowers(256)
    size: tuple[int, int] = (64, 64)  # height and width
    gray: bool = True
    mirror: bool = False  # learn from the mirror images as well
    latent_dim: int = 100
    hidden_g: tuple[int, ...] = (128, 256, 512, 1024)
    hidden_d: tuple[int, ...] = (1024, 256)
    batch_size: int = 32
    adam: bool = False  # in place of plain gradient descent, SGD
    learning_rate_g: float = 0.25
    learning_rate_d: float = 0.125  # published: 0.25, at which the losses blow up sooner or later (lesson 04b)
    beta1: float = 0.5  # of Adam
    real_target: float = 1.0  # less is one-sided label smoothing
    simultaneous: bool = False
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 200  # steps
    num_samples: int = 1000  # for the evaluation
    num_steps: int = 2400  # 300 epochs of 8 batches


SETTINGS = {
    "smoke": Settings(data=Sunflowers(64), num_steps=8, num_samples=100),
    "class": Settings(),
    "full": Settings(num_steps=4000),
}


def for_pictures(
    settings: Settings, data: Source, size: tuple[int, int] | None = None, gray: bool | None = None
) -> Settings:
    """The settings for other pictures: grey and 64 x 64 (digits: 28 x 28) unless said otherwise, as many steps.

    Learning rates of plain gradient descent fall for pictures of more than 4096 numbers in proportion, since a step
    changes what the layer at the pixels puts out by a sum over all of them.
    """
    size, gray = size or ((28, 28) if isinstance(data, Digits) else (64, 64)), gray is not False
    slower = 1.0 if settings.adam else min(1.0, 64 * 64 / (prod(size) * (1 if gray else 3)))
    rates = {"learning_rate_g": slower * settings.learning_rate_g, "learning_rate_d": slower * settings.learning_rate_d}
    return replace(settings, data=data, size=size, gray=gray, **rates)


def published(learning_rate: float, num_epochs: int = 100, **changes) -> Settings:
    """The published experiment on 256 pictures: plain gradient descent, one rate for both players, no averaging.

    D's loss is the sum of two cross-entropies, as published, not their mean.
    """
    changes = {"learning_rate_g": learning_rate, "learning_rate_d": learning_rate, "average_decay": 0.0} | changes
    settings = replace(Settings(), **changes)
    return replace(settings, num_steps=num_epochs * (settings.data.count // settings.batch_size))


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    images = settings.data.pictures(settings.size, settings.gray, at_least=settings.batch_size)
    shown = with_mirror_images(images) if settings.mirror else images
    batches = Batches(shown, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)

    ms.set_seed(seed)
    generator, discriminator, average = networks(settings, images.shape[1:], np.random.default_rng(seed))
    new_optimizer = partial(nn.Adam, beta1=settings.beta1) if settings.adam else nn.SGD
    players = two_players(
        generator,
        discriminator,
        partial(new_optimizer, learning_rate=settings.learning_rate_g),
        partial(new_optimizer, learning_rate=settings.learning_rate_d),
    )

    def loss_d(real_logits, fake_logits):
        return discriminator_loss(real_logits, fake_logits, settings.real_target)

    step = gan_step(**players, loss_d=loss_d, simultaneous=settings.simultaneous)
    return picture_gan(settings, players, average, step, batches, evaluation(settings, images), seed)


def networks(
    settings: Settings, shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Generator, Discriminator, Generator | None]:
    """Generator, discriminator and, where there is averaging, a second generator, for pictures of `shape` (C, H, W).

    They begin with MindSpore's weights, so that `rng` has nothing to do.
    """
    new_generator = partial(Generator, settings.latent_dim, settings.hidden_g, shape, slope=0.0, normalise=True)
    generator, discriminator = new_generator(), Discriminator(shape, settings.hidden_d)
    return generator, discriminator, new_generator() if settings.average_decay else None


def evaluation(settings: Settings, images: np.ndarray) -> Evaluate:
    """The usual numbers, and how near samples come to the training pictures, of which there are few."""
    typical, usual = typical_distance(images), evaluation_of(settings.data, images)

    def evaluate(samples: np.ndarray) -> Metrics:
        compared = in_units_of(images, samples[:NUM_NEAREST])
        _, distances = nearest_images(compared, images, mirrored=settings.mirror)
        ratio = np.median(distances) / typical if typical else np.nan  # 0 where most pictures are there twice
        return {"nearest_ratio": ratio} | (usual(samples) if usual else {})

    return evaluate
