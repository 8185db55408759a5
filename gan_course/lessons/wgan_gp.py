"""Lesson 07 on pictures: the DCGAN networks with a critic and a gradient penalty in place of the discriminator."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.data.sources import load_pictures
from gan_course.lessons.dcgan import judge_of
from gan_course.lessons.experiment import Experiment, draw_noise, noise_sampler, two_players
from gan_course.models.dcgan import Discriminator, Generator, initialise, start_size
from gan_course.models.inference import generate
from gan_course.training.averaging import averaging
from gan_course.training.penalised import penalised_step
from gan_course.training.schedules import cosine_ramp
from gan_course.viz.pictures import image_grid


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen."""

    data: str = "mnist"  # or sunflowers, or a folder of pictures
    size: tuple[int, int] | None = None  # None: 28 x 28 for mnist, else 64 x 64
    gray: bool | None = None  # None: grey for mnist, else colour
    num_train: int = 256  # sunflowers to draw; of other data, all are used
    mirror: bool = True  # learn from the mirror images as well; digits are never mirrored
    latent_dim: int = 100
    base_channels: int = 16
    num_doublings: int | None = None  # None: 2 for mnist, else 4
    batch_size: int = 64  # of one turn
    n_critic: int = 2  # turns of the critic to one of G
    penalty_weight: float = 10.0
    learning_rate: float = 1e-3
    falling: bool = True  # both rates fall along a cosine to a hundredth; otherwise they stay
    beta1: float = 1e-4  # of Adam; the paper's 0, which MindSpore does not take
    beta2: float = 0.9
    average_decay: float = 0.99  # a step, of the averaged generator, which makes the pictures; 0: no averaging
    evaluate_every: int = 200  # steps
    num_samples: int = 2000  # for the evaluation
    num_steps: int = 1000  # turns of G


SETTINGS = {
    "smoke": Settings(num_steps=10, num_train=64, num_samples=200),
    "class": Settings(),
    "full": Settings(base_channels=32, n_critic=5, learning_rate=1e-4, falling=False, num_steps=20_000),
}


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    digits = settings.data == "mnist"
    size = settings.size or ((28, 28) if digits else (64, 64))
    num_doublings = settings.num_doublings or (2 if digits else 4)
    start_size(size, num_doublings)  # refuses a size that does not fit before anything is read or drawn
    gray = digits if settings.gray is None else settings.gray
    batch_size = settings.n_critic * settings.batch_size  # what all turns of a step need
    images = load_pictures(settings.data, size, gray, settings.num_train, at_least=batch_size)
    training = np.concatenate([images, images[..., ::-1]]) if settings.mirror and not digits else images
    batches = Batches(training, batch_size=batch_size, seed=seed, latent_dim=settings.latent_dim, mixing=True)

    ms.set_seed(seed)
    networks = [
        Generator(settings.latent_dim, images.shape[1:], settings.base_channels, num_doublings) for _ in range(2)
    ]
    generator, average = networks[0], networks[1].set_train(False)
    initialise(generator, np.random.default_rng(seed))  # the critic keeps MindSpore's weights: N(0, 0.02) needs norms
    critic = Discriminator(images.shape[1:], settings.base_channels, num_doublings, normalise=False)

    def adam(turns: int) -> Callable[[list[ms.Parameter]], nn.Optimizer]:
        rate = settings.learning_rate
        rates = cosine_ramp(rate, rate / 100, turns * settings.num_steps) if settings.falling else rate
        return partial(nn.Adam, learning_rate=rates, beta1=settings.beta1, beta2=settings.beta2)

    players = two_players(generator, critic, adam(1), adam(settings.n_critic))

    fixed = np.random.default_rng(0)  # the same noise for every seed, frame and evaluation
    fixed_z = fixed.standard_normal((settings.num_samples, settings.latent_dim), np.float32)
    inputs = draw_noise(4 * settings.batch_size, settings.latent_dim)
    judge = judge_of(settings.data, images)
    drawing = {"average": average, "generator": generator} if settings.average_decay else {"generator": generator}

    def draw() -> np.ndarray:
        return image_grid(generate(average, fixed_z[: 64 if digits else 36]))

    def evaluate() -> dict[str, float]:
        return judge(generate(average, fixed_z))

    return Experiment(
        cells=players | {"average": average},
        step=penalised_step(**players, penalty_weight=settings.penalty_weight, n_critic=settings.n_critic),
        batches=batches,
        num_steps=settings.num_steps,
        evaluate_every=settings.evaluate_every,
        draw=draw,
        evaluate=evaluate,
        callbacks=(averaging(average, generator, settings.average_decay, inputs=inputs),),
        curves=("loss_d", "loss_g"),
        samplers={name: noise_sampler(network, settings.latent_dim) for name, network in drawing.items()},
    )
