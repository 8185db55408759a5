"""Lesson 02: a variational autoencoder on MNIST."""

from dataclasses import dataclass, replace

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches, mnist
from gan_course.evaluation.distances import digit_distances
from gan_course.lessons.experiment import Experiment
from gan_course.models.inference import in_chunks
from gan_course.models.vae import VAE, Generator
from gan_course.training.schedules import one_cycle
from gan_course.training.steps.supervised import vae_loss, vae_step
from gan_course.viz.pictures import image_grid

NUM_SAMPLES = 1_000  # for the distances


@dataclass(frozen=True)
class Settings:
    """A training of the VAE; the defaults are the `class` profile."""

    latent_dim: int = 20
    hidden: tuple[int, ...] = (512, 256)
    beta: float = 1.0
    batch_size: int = 128
    peak_learning_rate: float = 2e-3
    num_train: int = 60_000
    num_test: int = 10_000
    num_steps: int = 4680  # 10 epochs


SETTINGS = {
    "smoke": Settings(hidden=(128, 64), num_steps=8, num_train=2_560, num_test=500),
    "class": Settings(),
    "full": Settings(num_steps=46_800),
}
# Two latent numbers, to look at the whole latent space.
PLANE = {
    "smoke": replace(SETTINGS["smoke"], latent_dim=2),
    "class": Settings(latent_dim=2, hidden=(256, 128), num_steps=1872),
    "full": Settings(latent_dim=2, num_steps=18_720),
}
# The trade-off of beta: the same short training for each value.
BETA = {
    "smoke": SETTINGS["smoke"],
    "class": Settings(hidden=(256, 128), num_steps=468),
    "full": Settings(num_steps=9360),
}


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put network, optimiser, step and batches together."""
    images, _ = mnist("train")
    test_images, _ = mnist("test")
    images, test_images = images[: settings.num_train], test_images[: settings.num_test]
    batches = Batches(images, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)

    ms.set_seed(seed)
    model = VAE(settings.latent_dim, settings.hidden)
    model.start_at(images.mean(axis=0))
    optimizer = nn.Adam(model.trainable_params(), one_cycle(settings.num_steps, settings.peak_learning_rate))

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    fixed_z = fixed.standard_normal((64, settings.latent_dim), np.float32)
    fixed_epsilon = fixed.standard_normal((len(test_images), settings.latent_dim), np.float32)
    sampled_z = fixed.standard_normal((NUM_SAMPLES, settings.latent_dim), np.float32)

    distances = digit_distances(images)

    def draw() -> np.ndarray:
        return image_grid(in_chunks(model.generate, fixed_z))

    @ms.jit
    def test_losses(images, epsilon):
        return vae_loss(model, images, epsilon)

    def evaluate() -> dict[str, float]:
        neg_elbo, nll, kl = in_chunks(test_losses, test_images, fixed_epsilon)  # a mean for each chunk
        numbers = {"test_neg_elbo": neg_elbo.mean(), "test_nll": nll.mean(), "test_kl": kl.mean()}
        return numbers | distances(in_chunks(model.generate, sampled_z))

    def sample(count: int, rng: np.random.Generator) -> np.ndarray:
        return in_chunks(model.generate, rng.standard_normal((count, settings.latent_dim), np.float32))

    return Experiment(
        cells={"model": model, "optimizer": optimizer},
        step=vae_step(model, optimizer, settings.beta),
        batches=batches,
        num_steps=settings.num_steps,
        evaluate_every=batches.batches_per_epoch,
        draw=draw,
        evaluate=evaluate,
        samplers={"decoder": sample},
        settings=settings,
        seed=seed,
    )


def networks(settings: Settings, shape: tuple[int, int, int], rng: np.random.Generator) -> tuple[Generator, None, None]:
    """The decoder alone, as a generator of pictures of `shape` (C, H, W); no discriminator, no average."""
    return Generator(settings.latent_dim, settings.hidden, shape), None, None
