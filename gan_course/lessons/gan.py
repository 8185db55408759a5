"""Lesson 03: the first GAN on MNIST, two dense networks, with the published experiment's settings."""

from dataclasses import dataclass
from functools import partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches, mnist
from gan_course.data.batches import normal_noise
from gan_course.evaluation.distances import digit_distances
from gan_course.evaluation.dots import white_dots
from gan_course.lessons.experiment import Experiment, Metrics
from gan_course.lessons.picture_gan import Inputs, picture_gan
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step, split_gan_step
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """A training of the first GAN; the defaults are the published ones."""

    latent_dim: int = 100
    hidden: tuple[int, ...] = (128,)  # of both networks
    slope: float = 0.01  # of LeakyReLU
    learning_rate: float = 1e-3
    batch_size: int = 128
    num_steps: int = 20_000
    num_train: int = 60_000
    num_samples: int = 1_000  # for the evaluation
    evaluate_every: int = 1_000
    d_updates: int = 2  # a step: 1 from real and fake images together, 2 from each by itself


SETTINGS = {
    "smoke": Settings(num_steps=12, num_train=2_560, num_samples=100, evaluate_every=4),
    "class": Settings(num_steps=15_000),
    "full": Settings(),
}


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    images, _ = mnist("train")
    images = images[: settings.num_train]
    batches = Batches(images, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)

    ms.set_seed(seed)
    generator, discriminator, _ = networks(settings, images.shape[1:], np.random.default_rng(seed))
    adam = partial(nn.Adam, learning_rate=settings.learning_rate)
    cells = two_players(generator, discriminator, adam, adam)
    make_step = {1: gan_step, 2: split_gan_step}[settings.d_updates]

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    inputs = Inputs(
        shown=(fixed.standard_normal((40, settings.latent_dim), np.float32),),
        evaluated=(fixed.standard_normal((settings.num_samples, settings.latent_dim), np.float32),),
        typical=normal_noise(settings.batch_size, settings.latent_dim),
        draw=lambda count, rng: normal_noise(count, settings.latent_dim)(rng),
    )
    distances = digit_distances(images)

    def evaluate(samples: np.ndarray) -> Metrics:
        return {"white_dots": white_dots(samples).mean()} | distances(samples)

    draw_grid = partial(image_grid, columns=8)
    step = make_step(**cells)
    return picture_gan(settings, cells, None, step, batches, evaluate, seed, inputs=inputs, draw_grid=draw_grid)


def networks(
    settings: Settings, shape: tuple[int, int, int], rng: np.random.Generator
) -> tuple[Generator, Discriminator, None]:
    """Generator and discriminator for pictures of `shape` (C, H, W), with MindSpore's weights; no average."""
    generator = Generator(settings.latent_dim, settings.hidden, shape, settings.slope)
    return generator, Discriminator(shape, settings.hidden, settings.slope), None
