"""A GAN of dense layers on 256 sunflowers, or on any pictures."""

from dataclasses import dataclass

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.sources import load_pictures
from gan_course.evaluation.nearest import nearest_images, typical_distance
from gan_course.lessons.experiment import Experiment, generate
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import discriminator_loss
from gan_course.training.steps import gan_step
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen.

    The training has `num_epochs` times `num_train // batch_size` steps, unless `num_steps` is given.
    """

    data: str = "sunflowers"  # or mnist, or a folder of pictures
    size: tuple[int, int] | None = None  # None: 28 x 28 for mnist, else 64 x 64
    gray: bool = True
    num_train: int = 256  # sunflowers to draw; of other data, all are used
    mirror: bool = True  # learn from the mirror images as well
    latent_dim: int = 100
    batch_size: int = 32
    num_epochs: int = 500
    adam: bool = True  # else plain gradient descent, SGD
    learning_rate_g: float = 5e-4
    learning_rate_d: float = 5e-4
    beta1: float = 0.5  # of Adam
    real_target: float = 1.0  # less is one-sided label smoothing
    simultaneous: bool = False
    evaluate_every: int = 200  # steps
    num_steps: int | None = None


SETTINGS = {
    "smoke": Settings(num_train=64, num_epochs=10),
    "class": Settings(),
    "full": Settings(num_epochs=2000),
}


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    images = load_pictures(settings.data, settings.size, settings.gray, settings.num_train, settings.batch_size)
    training = np.concatenate([images, images[..., ::-1]]) if settings.mirror else images
    batches = Batches(training, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)
    num_steps = settings.num_steps or settings.num_epochs * (settings.num_train // settings.batch_size)

    ms.set_seed(seed)
    shape = images.shape[1:]
    cells = {
        "generator": Generator(settings.latent_dim, (128, 256, 512, 1024), shape, slope=0.0, normalise=True),
        "discriminator": Discriminator(shape, (1024, 256)),
    }
    for name, rate in [("generator", settings.learning_rate_g), ("discriminator", settings.learning_rate_d)]:
        cells[name].update_parameters_name(f"{name}.")  # two networks must not share a name
        parameters = cells[name].trainable_params()
        if settings.adam:
            optimizer = nn.Adam(parameters, learning_rate=rate, beta1=settings.beta1)
        else:
            optimizer = nn.SGD(parameters, learning_rate=rate)
        optimizer.update_parameters_name(f"optimizer_{name[0]}.")
        cells[f"optimizer_{name[0]}"] = optimizer

    def loss_d(real_logits, fake_logits):
        return discriminator_loss(real_logits, fake_logits, settings.real_target)

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    fixed_z = fixed.standard_normal((200, settings.latent_dim), np.float32)
    typical = typical_distance(images)

    def draw() -> np.ndarray:
        return image_grid(generate(cells["generator"], fixed_z[:36]))

    def evaluate() -> dict[str, float]:
        _, distances = nearest_images(generate(cells["generator"], fixed_z), images, mirrored=settings.mirror)
        return {"nearest_ratio": np.median(distances) / typical}

    return Experiment(
        cells=cells,
        step=gan_step(**cells, loss_d=loss_d, simultaneous=settings.simultaneous),
        batches=batches,
        num_steps=num_steps,
        evaluate_every=settings.evaluate_every,
        draw=draw,
        evaluate=evaluate,
        curves=("loss_d", "loss_g"),
        lines={"log 2": np.log(2), "2 log 2": 2 * np.log(2)},
    )
