"""A GAN of dense layers on 256 sunflowers, or on any pictures."""

from dataclasses import dataclass, replace
from functools import partial
from math import prod

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.sources import load_pictures
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.nearest import nearest_images, typical_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import pose_metrics
from gan_course.lessons.experiment import Experiment, draw_noise, noise_sampler, two_players
from gan_course.models.inference import generate
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.averaging import averaging
from gan_course.training.losses import discriminator_loss
from gan_course.training.steps import gan_step
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen.

    The training has `num_epochs` times `num_train // batch_size` steps, unless `num_steps` is given. The learning rates
    of plain gradient descent are those for 64 x 64 grey pixels; pictures of more numbers get proportionally lower ones,
    since a step changes what the layer at the pixels puts out by a sum over all of them.
    """

    data: str = "sunflowers"  # or mnist, or a folder of pictures
    size: tuple[int, int] | None = None  # None: 28 x 28 for mnist, else 64 x 64
    gray: bool = True
    num_train: int = 256  # sunflowers to draw; of other data, all are used
    mirror: bool = False  # learn from the mirror images as well
    latent_dim: int = 100
    batch_size: int = 32
    num_epochs: int = 300
    adam: bool = False  # in place of plain gradient descent, SGD
    learning_rate_g: float = 0.25
    learning_rate_d: float = 0.125  # published: 0.25 for a loss half as large, which is the same
    beta1: float = 0.5  # of Adam
    real_target: float = 1.0  # less is one-sided label smoothing
    simultaneous: bool = False
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 200  # steps
    num_samples: int = 1000  # for the evaluation
    num_steps: int | None = None


SETTINGS = {
    "smoke": Settings(num_train=64, num_epochs=10, num_samples=200),
    "class": Settings(),
    "full": Settings(num_epochs=500),
}


def published(learning_rate: float, **changes) -> Settings:
    """The published experiment: plain gradient descent, no averaging.

    It halved D's loss, the sum of two cross-entropies; here the sum stays and D's learning rate is halved.
    """
    rates = {"learning_rate_g": learning_rate, "learning_rate_d": learning_rate / 2}
    return replace(Settings(average_decay=0.0), **rates | changes)


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    images = load_pictures(settings.data, settings.size, settings.gray, settings.num_train, settings.batch_size)
    training = np.concatenate([images, images[..., ::-1]]) if settings.mirror else images
    batches = Batches(training, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)
    num_steps = settings.num_steps or settings.num_epochs * (settings.num_train // settings.batch_size)

    ms.set_seed(seed)
    shape = images.shape[1:]

    def new_generator() -> Generator:
        return Generator(settings.latent_dim, (128, 256, 512, 1024), shape, slope=0.0, normalise=True)

    new_optimizer = partial(nn.Adam, beta1=settings.beta1) if settings.adam else nn.SGD
    slower = 1.0 if settings.adam else min(1.0, 64 * 64 / prod(shape))
    generator = new_generator()
    players = two_players(
        generator,
        Discriminator(shape, (1024, 256)),
        partial(new_optimizer, learning_rate=slower * settings.learning_rate_g),
        partial(new_optimizer, learning_rate=slower * settings.learning_rate_d),
    )
    average = new_generator().set_train(False)

    def loss_d(real_logits, fake_logits):
        return discriminator_loss(real_logits, fake_logits, settings.real_target)

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    fixed_z = fixed.standard_normal((settings.num_samples, settings.latent_dim), np.float32)
    typical = typical_distance(images)

    inputs = draw_noise(4 * settings.batch_size, settings.latent_dim)

    drawing = {"average": average, "generator": generator} if settings.average_decay else {"generator": generator}

    def draw() -> np.ndarray:
        return image_grid(generate(average, fixed_z[:36]))

    def evaluate() -> dict[str, float]:
        samples = generate(average, fixed_z)
        _, distances = nearest_images(samples[:200], images, mirrored=settings.mirror)
        metrics = {"nearest_ratio": np.median(distances) / typical}
        if settings.data == "sunflowers":
            metrics |= pose_metrics(samples)
            metrics["kernel_distance"] = kernel_distance(pose_features(samples), pose_features(images))
        return metrics

    return Experiment(
        cells=players | {"average": average},
        step=gan_step(**players, loss_d=loss_d, simultaneous=settings.simultaneous),
        batches=batches,
        num_steps=num_steps,
        evaluate_every=settings.evaluate_every,
        draw=draw,
        evaluate=evaluate,
        callbacks=(averaging(average, generator, settings.average_decay, inputs=inputs),),
        curves=("loss_d", "loss_g"),
        lines={"log 2": np.log(2), "2 log 2": 2 * np.log(2)},
        samplers={name: noise_sampler(network, settings.latent_dim) for name, network in drawing.items()},
    )
