"""Lesson 01: an autoencoder on MNIST, trained on the mean absolute error."""

from dataclasses import dataclass

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches, mnist
from gan_course.lessons.experiment import Experiment
from gan_course.models.autoencoder import Autoencoder
from gan_course.models.inference import in_chunks
from gan_course.training.schedules import one_cycle
from gan_course.training.steps.supervised import autoencoder_step
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """A training of the autoencoder; the defaults are the `class` profile."""

    latent_dim: int = 16
    hidden: tuple[int, ...] = (512, 256)
    batch_size: int = 128
    peak_learning_rate: float = 2e-3
    num_train: int = 60_000
    num_test: int = 10_000
    num_steps: int = 2340  # 5 epochs


SETTINGS = {
    "smoke": Settings(hidden=(128, 64), num_steps=8, num_train=2_560, num_test=500),
    "class": Settings(),
    "full": Settings(num_steps=18_720),
}


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put network, optimiser, step and batches together."""
    images, _ = mnist("train")
    test_images, _ = mnist("test")
    images, test_images = images[: settings.num_train], test_images[: settings.num_test]
    batches = Batches(images, batch_size=settings.batch_size, seed=seed)

    ms.set_seed(seed)
    model = Autoencoder(settings.latent_dim, settings.hidden)
    optimizer = nn.Adam(model.trainable_params(), one_cycle(settings.num_steps, settings.peak_learning_rate))

    def draw() -> np.ndarray:
        shown = test_images[:32]
        rows = np.stack([shown, in_chunks(model, shown)]).reshape(2, 4, 8, *shown.shape[1:])
        pairs = rows.swapaxes(0, 1).reshape(-1, *shown.shape[1:])  # a row of digits, their copies below
        return image_grid(pairs, columns=8)

    def evaluate() -> dict[str, float]:
        error = np.abs(in_chunks(model, test_images) - test_images).mean()
        return {"test_mae": float(error)}

    return Experiment(
        cells={"model": model, "optimizer": optimizer},
        step=autoencoder_step(model, optimizer),
        batches=batches,
        num_steps=settings.num_steps,
        evaluate_every=batches.batches_per_epoch,
        draw=draw,
        evaluate=evaluate,
        settings=settings,
        seed=seed,
    )
