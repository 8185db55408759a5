"""A GAN of convolutions on MNIST, on drawn sunflowers, or on any pictures of any size that its doublings can reach."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.sources import load_pictures
from gan_course.evaluation.distances import digit_distances
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.shares import digit_metrics, pose_metrics
from gan_course.lessons.experiment import Experiment, draw_noise, noise_sampler, two_players
from gan_course.models.dcgan import Discriminator, Generator, initialise, start_size
from gan_course.models.inference import generate
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.training.averaging import averaging
from gan_course.training.dropout import renewing
from gan_course.training.schedules import cosine_ramp
from gan_course.training.steps import gan_step
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen.

    The training shows D `num_megapixels` million pixels of real pictures, so that large ones get fewer steps, unless
    `num_steps` is given.
    """

    data: str = "mnist"  # or sunflowers, or a folder of pictures
    size: tuple[int, int] | None = None  # None: 28 x 28 for mnist, else 64 x 64
    gray: bool | None = None  # None: grey for mnist, else colour
    num_train: int = 256  # sunflowers to draw; of other data, all are used
    mirror: bool = True  # learn from the mirror images as well; digits are never mirrored
    latent_dim: int = 100
    base_channels: int = 24  # of G
    base_channels_d: int = 16
    num_doublings: int | None = None  # of G; None: 2 for mnist, else 4
    num_halvings: int | None = None  # of D; None: as many
    kernel_size: int = 4  # of D
    hidden_d: int = 128  # units of D's dense layer between its convolutions and its answer; 0: no such layer
    dropout: float = 0.0  # of D: the probability that a channel is switched off
    upsample: bool | None = None  # double by upsampling and a 3x3 convolution, not transposed; None: no for mnist
    residual: bool = False  # residual units in G
    last_conv: bool = False  # end G with a 3x3 convolution at full size
    small_weights: bool = True  # begin with N(0, 0.02), else with MindSpore's defaults
    batch_size: int = 32
    learning_rate_g: float = 1e-3
    learning_rate_d: float = 4e-4
    beta1: float = 0.5  # of Adam
    falling: bool = True  # both rates fall to nearly nothing along a cosine
    simultaneous: bool = False
    average_decay: float = 0.996  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 750  # steps
    num_samples: int = 2000  # for the evaluation
    num_megapixels: int = 190
    num_steps: int | None = None


SETTINGS = {
    "smoke": Settings(num_megapixels=1, num_train=64),
    "class": Settings(),
    "full": Settings(base_channels=32, base_channels_d=32, num_megapixels=950),
}


def flowers(**changes) -> Settings:
    """Colour sunflowers of 64x64, within minutes: narrow networks and small batches."""
    fast = {"base_channels": 8, "base_channels_d": 8, "hidden_d": 0, "batch_size": 16, "num_samples": 1000}
    return Settings(**{"data": "sunflowers"} | fast | changes)


def published(**changes) -> Settings:
    """The published networks for colour pictures 128 high and 160 wide, with their rates and their batch."""
    pictures = {"data": "sunflowers", "size": (128, 160), "batch_size": 50}
    generator = {"base_channels": 32, "num_doublings": 4, "upsample": True, "last_conv": True}
    discriminator = {"base_channels_d": 32, "num_halvings": 5, "kernel_size": 3, "hidden_d": 0, "dropout": 0.25}
    rates = {"learning_rate_g": 1e-4, "learning_rate_d": 1e-4, "falling": False, "average_decay": 0.0}
    return Settings(**pictures | generator | discriminator | rates | changes)


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    digits = settings.data == "mnist"
    size = settings.size or ((28, 28) if digits else (64, 64))
    num_doublings = settings.num_doublings or (2 if digits else 4)
    num_halvings = settings.num_halvings or num_doublings
    start_size(size, max(num_doublings, num_halvings))  # refuses a size before anything is read or drawn
    gray = digits if settings.gray is None else settings.gray
    upsample = not digits if settings.upsample is None else settings.upsample
    images = load_pictures(settings.data, size, gray, settings.num_train, settings.batch_size)
    training = np.concatenate([images, images[..., ::-1]]) if settings.mirror and not digits else images
    batches = Batches(training, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim)
    num_pixels = settings.batch_size * size[0] * size[1]  # a step
    num_steps = settings.num_steps or max(1, settings.num_megapixels * 10**6 // num_pixels)

    ms.set_seed(seed)
    rng = np.random.default_rng(seed)
    shape = images.shape[1:]

    def new_generator() -> Generator:
        return Generator(
            settings.latent_dim,
            shape,
            settings.base_channels,
            num_doublings,
            UpsampleConv if upsample else conv_transpose,
            settings.residual,
            settings.last_conv,
        )

    generator = new_generator()
    discriminator = Discriminator(
        shape,
        settings.base_channels_d,
        num_halvings,
        kernel_size=settings.kernel_size,
        hidden=settings.hidden_d,
        dropout=settings.dropout,
        batch_size=settings.batch_size,
    )
    if settings.small_weights:
        initialise(generator, rng)
        initialise(discriminator, rng)
    adam = partial(nn.Adam, beta1=settings.beta1)
    rates = (settings.learning_rate_g, settings.learning_rate_d)
    if settings.falling:
        rates = [cosine_ramp(rate, rate / 100, num_steps) for rate in rates]
    players = two_players(generator, discriminator, *(partial(adam, learning_rate=rate) for rate in rates))
    average = new_generator().set_train(False)

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    fixed_z = fixed.standard_normal((settings.num_samples, settings.latent_dim), np.float32)

    judge = judge_of(settings.data, images)
    inputs = draw_noise(4 * settings.batch_size, settings.latent_dim)

    drawing = {"average": average, "generator": generator} if settings.average_decay else {"generator": generator}

    def draw() -> np.ndarray:
        return image_grid(generate(average, fixed_z[: 64 if digits else 36]))

    def evaluate() -> dict[str, float]:
        return judge(generate(average, fixed_z))

    return Experiment(
        cells=players | {"average": average},
        step=gan_step(**players, simultaneous=settings.simultaneous),
        batches=batches,
        num_steps=num_steps,
        evaluate_every=settings.evaluate_every,
        draw=draw,
        evaluate=evaluate,
        callbacks=(
            averaging(average, generator, settings.average_decay, inputs=inputs),
            renewing(discriminator, seed),
        ),
        curves=("loss_d", "loss_g"),
        lines={"log 2": np.log(2), "2 log 2": 2 * np.log(2)},
        samplers={name: noise_sampler(network, settings.latent_dim) for name, network in drawing.items()},
    )


def judge_of(data: str, images: np.ndarray) -> Callable[[np.ndarray], dict[str, float]]:
    """What gives the numbers of generated pictures, by what they were learnt from; none for those of a folder."""
    if data == "mnist":
        distances = digit_distances(images)
        return lambda samples: digit_metrics(samples) | distances(samples)
    if data != "sunflowers":
        return lambda samples: {}

    def judge(samples: np.ndarray) -> dict[str, float]:
        distance = kernel_distance(pose_features(samples), pose_features(images))
        return pose_metrics(samples) | {"kernel_distance": distance}

    return judge
