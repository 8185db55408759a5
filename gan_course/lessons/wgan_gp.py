"""Lesson 07 on pictures: the DCGAN networks with a critic and a gradient penalty in place of the discriminator."""

from dataclasses import dataclass, replace
from functools import partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.batches import with_mirror_images
from gan_course.data.sources import Digits, Source
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.picture_gan import evaluation_of, learning_rate, picture_gan
from gan_course.models.dcgan import Discriminator, Generator, initialise, start_size
from gan_course.training.players import two_players
from gan_course.training.steps.wgan_gp import wgan_gp_step


@dataclass(frozen=True)
class Settings:
    """A training of the WGAN-GP; the defaults are digits in the `class` profile."""

    data: Source = Digits()
    size: tuple[int, int] = (28, 28)  # height and width
    gray: bool = True
    mirror: bool = False  # learn from the mirror images as well
    latent_dim: int = 100
    base_channels: int = 16
    num_doublings: int = 2
    hidden_g: int = 256  # units of a dense layer of G between z and its first small picture; 0: no such layer
    hidden_d: int = 256  # units of a dense layer of the critic between its convolutions and its score; 0: none
    batch_size: int = 64  # of one update
    n_critic: int = 2  # updates of the critic to one of G
    penalty_weight: float = 10.0
    learning_rate: float = 1e-3
    decay_start: float = 0.0  # the part of the steps after which both rates fall along a cosine; 1: they do not
    beta1: float = 1e-4  # of Adam; the paper's 0, which MindSpore does not take
    beta2: float = 0.9
    average_decay: float = 0.99  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 200  # steps
    num_samples: int = 2000  # for the evaluation
    num_steps: int = 1000  # updates of G


SETTINGS = {
    "smoke": Settings(num_steps=4, num_samples=200),
    "class": Settings(),
    "full": Settings(base_channels=32, n_critic=5, learning_rate=1e-4, decay_start=1.0, num_steps=20_000),
}


def for_pictures(
    settings: Settings, data: Source, size: tuple[int, int] | None = None, gray: bool | None = None
) -> Settings:
    """The settings for other pictures: colour, 64 x 64 and mirrored unless said otherwise, as many steps."""
    if isinstance(data, Digits):
        return replace(settings, data=data, size=size or (28, 28), gray=gray is not False)
    size, plain = size or (64, 64), {"hidden_g": 0, "hidden_d": 0}
    return replace(settings, data=data, size=size, gray=bool(gray), num_doublings=4, mirror=True, **plain)


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    start_size(settings.size, settings.num_doublings)  # refuses a size that does not fit before anything is read
    batch_size = settings.n_critic * settings.batch_size  # what all updates of a step need
    images = settings.data.pictures(settings.size, settings.gray, at_least=batch_size)
    batches = Batches(
        with_mirror_images(images) if settings.mirror else images,
        batch_size=batch_size,
        seed=seed,
        latent_dim=settings.latent_dim,
        draw=lambda rng: (rng.random((batch_size, 1), np.float32),),  # epsilon of the gradient penalty
    )

    ms.set_seed(seed)
    generator, critic, average = networks(settings, images.shape[1:], np.random.default_rng(seed))
    adam = partial(nn.Adam, beta1=settings.beta1, beta2=settings.beta2)
    rate_g, rate_d = (
        learning_rate(settings.learning_rate, updates * settings.num_steps, settings.decay_start)
        for updates in (1, settings.n_critic)
    )
    players = two_players(generator, critic, partial(adam, learning_rate=rate_g), partial(adam, learning_rate=rate_d))
    step = wgan_gp_step(**players, penalty_weight=settings.penalty_weight, n_critic=settings.n_critic)
    evaluate = evaluation_of(settings.data, images)
    return picture_gan(settings, players, average, step, batches, evaluate, seed, lines={})


def networks(
    settings: Settings, shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Generator, Discriminator, Generator | None]:
    """Generator, critic and, where there is averaging, a second generator, for pictures of `shape` (C, H, W)."""
    sizes = settings.base_channels, settings.num_doublings
    new_generator = partial(Generator, settings.latent_dim, shape, *sizes, hidden=settings.hidden_g)
    generator, average = new_generator(), new_generator() if settings.average_decay else None
    initialise(generator, rng)  # the critic keeps MindSpore's weights: N(0, 0.02) needs norms
    critic = Discriminator(shape, *sizes, hidden=settings.hidden_d, normalise=False)
    return generator, critic, average
