"""Lesson 07 in the plane: mixtures whose modes can be counted, and remedies for losing some, all seeds at once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn

from gan_course.data import mixtures
from gan_course.evaluation.modes import mixture_metrics
from gan_course.evaluation.rejection import accept
from gan_course.models.packing import Packed
from gan_course.models.stacked import StackedMLP, stacked_mlp, waves
from gan_course.training.averaging import averaging
from gan_course.training.loop import Callback, Step, train
from gan_course.training.players import named, two_players
from gan_course.training.schedules import cosine_ramp
from gan_course.training.steps.gan import discriminator_step, gan_step
from gan_course.training.steps.unrolled import unrolled_step
from gan_course.training.steps.wgan_gp import wgan_gp_step

Players = dict[str, nn.Cell]
FREQUENCIES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # of the waves that D sees, in radians a unit


class Mixture(NamedTuple):
    """Gaussians in the plane, all as wide and as frequent."""

    centres: np.ndarray  # (num_modes, 2)
    std: float
    limit: float  # of a picture: axes from -limit to limit


MIXTURES = {"ring": Mixture(mixtures.ring(), 0.02, 3.0), "grid": Mixture(mixtures.grid(), 0.05, 5.5)}


@dataclass(frozen=True)
class Settings:
    """What all remedies have in common."""

    num_seeds: int = 10  # networks trained side by side
    latent_dim: int = 2
    hidden: tuple[int, ...] = (128, 128, 128)  # of both networks
    batch_size: int = 128  # for each seed
    learning_rate: float = 1e-3  # falls to a hundredth of it along a cosine
    beta1: float = 0.5  # of Adam
    num_steps: int = 3000  # turns of G, fewer where a remedy's turns take longer
    num_samples: int = 2500  # to count modes among
    door_steps: int = 1200  # of the doorman, who comes after the game
    door_rate: float = 1e-3  # his learning rate, which falls in the same way


SETTINGS = {"ring": Settings(), "grid": Settings(num_steps=4500, door_steps=3000, door_rate=2e-3)}  # more modes, longer


@dataclass(frozen=True)
class Remedy:
    """One way to train: who judges what, and by which step."""

    make_step: Callable[[Players, int], Step]
    pack_size: int = 1  # points that D sees at a time
    n_critic: int = 0  # turns of D to one of G, of steps that mix real and fake; 0 for the others
    slower: int = 1  # its turns take longer, so it gets fewer: num_steps / slower


def plain(players: Players, num_seeds: int) -> Step:
    """The GAN of lesson 03."""
    return gan_step(**players)


def wgan_gp(players: Players, num_seeds: int) -> Step:
    """A critic with a gradient penalty."""
    return wgan_gp_step(**players, penalty_weight=1.0, n_critic=3)


def judge(points: Tensor, *parameters: Tensor) -> Tensor:
    """What the discriminators of this file compute, as a function of their parameters."""
    return stacked_mlp(waves(points, FREQUENCIES), *parameters)


def unrolled(players: Players, num_seeds: int) -> Step:
    """G looks five of D's steps ahead. The losses are means over the seeds, hence the factor."""
    return unrolled_step(**players, judge=judge, num_unrolled=5, learning_rate=0.002 * num_seeds)


REMEDIES = {
    "GAN": Remedy(plain),
    "packing, 4": Remedy(plain, pack_size=4),
    "unrolled, 5": Remedy(unrolled, slower=4),
    "WGAN-GP": Remedy(wgan_gp, n_critic=3, slower=3),
}


@dataclass
class Game:
    """Networks side by side, ready to be trained."""

    step: Step
    batches: Iterator[tuple[np.ndarray, ...]]
    callbacks: tuple[Callback, ...]
    generator: nn.Cell  # z (S, N, latent_dim) -> points (S, N, 2): the average of its weights over the last steps
    discriminator: nn.Cell  # points (S, N, 2) -> logits or scores (S, N / pack_size, 1)
    fixed_z: np.ndarray  # (S, num_samples, latent_dim)
    num_steps: int

    def points(self) -> np.ndarray:
        """What G makes of the fixed noise: `(S, num_samples, 2)`."""
        return self.generator(ms.Tensor(self.fixed_z)).asnumpy()


def build(mixture: Mixture, remedy: Remedy, settings: Settings, seed: int = 0) -> Game:
    """Put networks, optimisers, step and batches together."""
    num_seeds, hidden = settings.num_seeds, settings.hidden
    num_steps = max(1, settings.num_steps // remedy.slower)

    def new_generator() -> StackedMLP:
        return StackedMLP((settings.latent_dim, *hidden, 2), num_seeds, np.random.default_rng([seed, 0]))

    generator = new_generator()
    points = StackedMLP((2 * remedy.pack_size, *hidden, 1), num_seeds, np.random.default_rng([seed, 1]), FREQUENCIES)
    discriminator = Packed(points, remedy.pack_size, axis=1) if remedy.pack_size > 1 else points

    def adam(turns: int) -> Callable[[list[ms.Parameter]], nn.Optimizer]:
        rate = settings.learning_rate
        return partial(nn.Adam, learning_rate=cosine_ramp(rate, rate / 100, turns * num_steps), beta1=settings.beta1)

    players = two_players(generator, discriminator, adam(1), adam(max(remedy.n_critic, 1)))
    average = new_generator()
    fixed = np.random.default_rng([seed, 2])
    return Game(
        step=remedy.make_step(players, num_seeds),
        batches=batches(mixture, remedy, settings, np.random.default_rng([seed, 3])),
        callbacks=(averaging(average, generator, 0.99),),
        generator=average,
        discriminator=discriminator,
        fixed_z=fixed.standard_normal((num_seeds, settings.num_samples, settings.latent_dim), np.float32),
        num_steps=num_steps,
    )


def batches(
    mixture: Mixture, remedy: Remedy, settings: Settings, rng: np.random.Generator
) -> Iterator[tuple[np.ndarray, ...]]:
    """Fresh points, noise, and for steps that mix real and fake also epsilon, for all seeds, without end."""
    shape = (max(remedy.n_critic, 1) * settings.num_seeds, settings.batch_size)
    while True:
        real = mixtures.sample(mixture.centres, mixture.std, shape[0] * shape[1], rng).reshape(*shape, 2)
        batch = real, rng.standard_normal((*shape, settings.latent_dim), np.float32)
        yield (*batch, rng.random((*shape, 1), np.float32)) if remedy.n_critic else batch


def new_doorman(mixture: Mixture, game: Game, settings: Settings, seed: int = 0) -> nn.Cell:
    """A fresh D with sharp eyes, trained while G stands still: points `(S, N, 2)` -> logits `(S, N, 1)`."""
    rng = np.random.default_rng([seed, 4])
    doorman = StackedMLP((2, *settings.hidden, 1), settings.num_seeds, rng, FREQUENCIES, gentle=False)
    rates = cosine_ramp(settings.door_rate, settings.door_rate / 100, settings.door_steps)
    named(doorman=doorman, average=game.generator)
    adam = named(optimizer=nn.Adam(doorman.trainable_params(), learning_rate=rates, beta1=settings.beta1))["optimizer"]
    larger = replace(settings, batch_size=2 * settings.batch_size)
    step = discriminator_step(game.generator.set_train(False), doorman, adam)
    train(step, batches(mixture, REMEDIES["GAN"], larger, rng), settings.door_steps, description="doorman")
    return doorman


def chosen_points(doorman: nn.Cell, game: Game, rng: np.random.Generator) -> np.ndarray:
    """As many points of G as the game counts, of fresh noise, that the doorman lets pass: `(S, num_samples, 2)`."""
    shape = game.fixed_z.shape
    kept = [np.empty((0, 2), np.float32)] * shape[0]
    while min(map(len, kept)) < shape[1]:
        points = game.generator(ms.Tensor(rng.standard_normal((shape[0], 4 * shape[1], shape[2]), np.float32)))
        logits = doorman(points).asnumpy()[..., 0]
        passed = [cloud[accept(logit, rng)] for cloud, logit in zip(points.asnumpy(), logits)]
        kept = [np.concatenate(pair) for pair in zip(kept, passed)]
    return np.stack([cloud[: shape[1]] for cloud in kept])


def count_modes(points: np.ndarray, mixture: Mixture) -> list[tuple[int, float]]:
    """Modes captured and share of high-quality points of each seed; `points` is `(S, N, 2)`."""
    metrics = [mixture_metrics(cloud, mixture.centres, mixture.std) for cloud in points]
    return [(found["modes_captured"], found["high_quality_share"]) for found in metrics]
