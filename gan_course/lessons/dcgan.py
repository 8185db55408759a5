"""Lesson 05: a GAN of convolutions on MNIST, on drawn sunflowers, or on any pictures that its doublings can reach."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import prod

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import with_mirror_images
from gan_course.data.folding import fold
from gan_course.data.sources import Digits, Source, Sunflowers
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.picture_gan import BALANCE, evaluation_of, learning_rate, picture_gan
from gan_course.models.dcgan import Discriminator, Generator, initialise, start_size
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.training.augmentation import random_shifts, shifted
from gan_course.training.losses import discriminator_loss, generator_loss
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step


@dataclass(frozen=True)
class Settings:
    """A training of the DCGAN; the defaults are digits in the `class` profile."""

    data: Source = Digits()
    size: tuple[int, int] = (28, 28)  # height and width
    gray: bool = True
    mirror: bool = False  # learn from the mirror images as well
    fold: int = 1  # the networks see each square of fold x fold pixels as one pixel of more channels
    latent_dim: int = 100
    base_channels: int = 24  # of G
    base_channels_d: int = 16
    num_doublings: int = 2  # of G
    num_halvings: int = 2  # of D
    kernel_size: int = 4  # of D
    hidden_g: int = 256  # units of a dense layer of G between z and its first small picture; 0: no such layer
    hidden_d: int = 256  # units of a dense layer of D between its convolutions and its answer; 0: no such layer
    normalise_hidden: bool = True  # batch normalisation in that layer of D
    dropout: float = 0.0  # of D: the probability that a channel is switched off
    shift: int = 0  # (folded) pixels by which all that D sees is moved, at most: DiffAugment, for few pictures
    upsample: bool = True  # double by upsampling and a 3x3 convolution, not by a transposed convolution
    residual: bool = False  # residual units in G
    last_conv: bool = False  # end G with a 3x3 convolution at full size
    first_conv: bool = False  # begin D with one
    norm_kept: float = 0.9  # a step, of the running averages of G's batch normalisation outside the dense layers
    normal_init: bool = True  # begin with N(0, 0.02), else with MindSpore's defaults
    batch_size: int = 32
    learning_rate_g: float = 2e-3
    learning_rate_d: float = 2e-3
    beta1: float = 0.5  # of Adam
    decay_start: float = 1.0  # the part of the steps after which both rates fall along a cosine; 1: they do not
    simultaneous: bool = False
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 500  # steps
    num_samples: int = 2000  # for the evaluation
    num_steps: int = 3000


SETTINGS = {
    "smoke": Settings(num_steps=8, num_samples=200),
    "class": Settings(),
    "full": Settings(base_channels=32, base_channels_d=32, decay_start=0.5, num_steps=40_000),
}

MANY = 10_000  # pictures that are not moved: what DiffAugment is for are few (Zhao et al. 2020)

# Of pictures that are larger than digits: narrower networks without dense layers.
LARGE = {
    "base_channels": 16,
    "base_channels_d": 16,
    "hidden_g": 0,
    "hidden_d": 0,
    "batch_size": 16,
    "learning_rate_d": 8e-4,
    "mirror": True,
}


def for_pictures(
    settings: Settings, data: Source, size: tuple[int, int] | None = None, gray: bool | None = None
) -> Settings:
    """The settings for other pictures: colour and 64 x 64 unless said otherwise, with LARGE.

    Fewer than MANY are moved by up to an eighth of a side before D sees them. A training takes about as long as one of
    digits, so that large pictures get fewer steps.
    """
    if isinstance(data, Digits):
        return replace(settings, data=data, size=size or (28, 28), gray=gray is not False)
    size = size or (64, 64)
    halvings = halvings_of(size)
    return replace(
        settings,
        data=data,
        size=size,
        gray=bool(gray),
        num_doublings=halvings,
        num_halvings=halvings,
        shift=min(size) // 8 if data.count < MANY else 0,
        num_steps=max(1, settings.num_steps * 2800 // prod(size)),
        **LARGE,
    )


def halvings_of(size: tuple[int, int]) -> int:
    """How often to halve pictures of `size`: until the shorter side has 4 to 7 pixels, or once less if only that fits.

    At most 5 times; where neither fits, `build` refuses the size.
    """
    most = min(5, max(1, int(np.log2(min(size) / 4))))
    fits = [halvings for halvings in (most, most - 1) if halvings and not any(length % 2**halvings for length in size)]
    return fits[0] if fits else most


def flowers(**changes) -> Settings:
    """Colour sunflowers of 64x64, within minutes."""
    return replace(for_pictures(Settings(), Sunflowers()), **{"num_samples": 1000} | changes)


def paper(**changes) -> Settings:
    """Digits by the recipe of the paper: no dense layers, transposed convolutions, Adam at 2e-4, batches of 128."""
    networks = {"hidden_g": 0, "hidden_d": 0, "upsample": False}
    training = {"batch_size": 128, "average_decay": 0.0}
    rates = {"learning_rate_g": 2e-4, "learning_rate_d": 2e-4}
    return replace(Settings(), **networks | training | rates | changes)


def published_digits(**changes) -> Settings:
    """Digits by the published recipe that follows the paper: Adam at 2e-4, upsampling, dropout in D, N(0, 0.02).

    It names neither widths nor a batch: these are the chosen recipe's and 64.
    """
    networks = {"upsample": True, "last_conv": True, "dropout": 0.25}
    return paper(**{"batch_size": 64} | networks | changes)


def published(**changes) -> Settings:
    """The published networks for colour pictures 128 high and 160 wide, with their rates and their batch."""
    pictures = for_pictures(Settings(), Sunflowers(), (128, 160))
    generator = {"base_channels": 32, "num_doublings": 4, "upsample": True, "last_conv": True, "norm_kept": 0.8}
    discriminator = {"base_channels_d": 32, "num_halvings": 5, "kernel_size": 3, "dropout": 0.25, "shift": 0}
    rates = {"learning_rate_g": 1e-4, "learning_rate_d": 1e-4, "average_decay": 0.0}
    return replace(pictures, **{"batch_size": 50, "num_steps": 10_000} | generator | discriminator | rates | changes)


def build(
    settings: Settings,
    seed: int = 0,
    loss_d: Callable = discriminator_loss,
    loss_g: Callable = generator_loss,
    lines: dict[str, float] = BALANCE,
) -> Experiment:
    """Put networks, optimisers, step and batches together.

    Args:
        settings: all that can be chosen by a number or a word.
        seed: of everything that is random.
        loss_d, loss_g: of logits, see `gan_step`.
        lines: heights at which these losses would stay if D could not tell real from fake.
    """
    folded_size = tuple(length // settings.fold for length in settings.size)
    start_size(folded_size, max(settings.num_doublings, settings.num_halvings))  # refuses before anything is read
    images = settings.data.pictures(settings.size, settings.gray, at_least=settings.batch_size)
    shown = with_mirror_images(images) if settings.mirror else images
    folded = fold(shown, settings.fold)
    moves = random_shifts(settings.batch_size, folded_size, settings.shift) if settings.shift else None
    batches = Batches(folded, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim, draw=moves)

    ms.set_seed(seed)
    generator, discriminator, average = networks(settings, folded.shape[1:], np.random.default_rng(seed))
    adam = partial(nn.Adam, beta1=settings.beta1)
    rates = (settings.learning_rate_g, settings.learning_rate_d)
    rate_g, rate_d = (learning_rate(rate, settings.num_steps, settings.decay_start) for rate in rates)
    players = two_players(
        generator, discriminator, partial(adam, learning_rate=rate_g), partial(adam, learning_rate=rate_d)
    )
    augment = shifted if settings.shift else None
    step = gan_step(**players, loss_g=loss_g, loss_d=loss_d, simultaneous=settings.simultaneous, augment=augment)
    evaluate = evaluation_of(settings.data, images)
    return picture_gan(settings, players, average, step, batches, evaluate, seed, settings.fold, lines=lines)


def networks(
    settings: Settings, shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Generator, Discriminator, Generator | None]:
    """Generator, discriminator and, where there is averaging, a second generator, for pictures of `shape` (C, H, W)."""
    new_generator = partial(
        Generator,
        settings.latent_dim,
        shape,
        settings.base_channels,
        settings.num_doublings,
        double=UpsampleConv if settings.upsample else conv_transpose,
        residual=settings.residual,
        last_conv=settings.last_conv,
        hidden=settings.hidden_g,
        norm_kept=settings.norm_kept,
    )
    generator = new_generator()
    discriminator = Discriminator(
        shape,
        settings.base_channels_d,
        settings.num_halvings,
        kernel_size=settings.kernel_size,
        hidden=settings.hidden_d,
        normalise_hidden=settings.normalise_hidden,
        dropout=settings.dropout,
        batch_size=settings.batch_size,
        first_conv=settings.first_conv,
    )
    if settings.normal_init:
        initialise(generator, rng)
        initialise(discriminator, rng)
    return generator, discriminator, new_generator() if settings.average_decay else None
