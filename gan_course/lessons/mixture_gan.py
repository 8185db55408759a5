"""Lesson 07 in the plane: mixtures whose modes can be counted, and remedies for losing some, all seeds at once.

Axes: S seeds, each with networks of its own; N points for each; 2 coordinates.
"""

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
from gan_course.models.stacked import StackedMLP, fourier_features, stacked_mlp
from gan_course.training.averaging import averaging
from gan_course.training.loop import Callback, Step, train
from gan_course.training.losses import relativistic_generator_loss, relativistic_loss
from gan_course.training.players import NewOptimizer, named, two_players
from gan_course.training.schedules import cosine_ramp
from gan_course.training.steps.gan import discriminator_step, gan_step
from gan_course.training.steps.rounds import rounds_step, zero_centred_penalty
from gan_course.training.steps.unrolled import unrolled_step
from gan_course.training.steps.wgan_gp import wgan_gp_step

Players = dict[str, nn.Cell]


class Mixture(NamedTuple):
    """Gaussians in the plane, all as wide and as frequent."""

    centres: np.ndarray  # (num_modes, 2)
    std: float
    limit: float  # of a picture: axes from -limit to limit


MIXTURES = {"ring": Mixture(mixtures.ring(), 0.02, 3.0), "grid": Mixture(mixtures.grid(), 0.05, 5.5)}


@dataclass(frozen=True)
class Settings:
    """What all remedies have in common."""

    num_seeds: int = 10  # networks trained side by side, S
    latent_dim: int = 2
    hidden: tuple[int, ...] = (128, 128, 128)  # of all networks
    batch_size: int = 128  # answers of D for each seed: points, or packs of them
    learning_rate: float = 1e-3  # of Adam, for both players
    learning_rate_d: float | None = None  # of D's, where it is another one
    final_rate: float = 0.01  # share of the learning rates that is left at the end, along a cosine
    beta1: float = 0.5
    average_decay: float = 0.99  # of the averaged G, whose points are counted; 0 for G itself
    num_steps: int = 3000  # updates of the plain GAN's G; remedies with costlier steps get fewer
    num_samples: int = 2500  # to count modes among
    rejection_steps: int = 1200  # of the D for rejection sampling, which learns after the game
    rejection_rate: float = 1e-3  # its learning rate, which falls in the same way


SETTINGS = {  # the grid has more modes and takes longer
    "ring": Settings(),
    "grid": Settings(num_steps=4500, rejection_steps=3000, rejection_rate=2e-3),
}


# Networks
FREQUENCIES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)  # of D's Fourier features, in radians a unit


def new_generator(settings: Settings, seed: int) -> StackedMLP:
    """z `(S, N, latent_dim)` -> points `(S, N, 2)`; the same weights each time."""
    return StackedMLP((settings.latent_dim, *settings.hidden, 2), settings.num_seeds, np.random.default_rng([seed, 0]))


def new_discriminator(settings: Settings, seed: int, pack_size: int) -> nn.Cell:
    """Points `(S, N, 2)` -> logits or scores `(S, N / pack_size, 1)`."""
    features = (2 * pack_size, *settings.hidden, 1)
    discriminator = StackedMLP(features, settings.num_seeds, np.random.default_rng([seed, 1]), FREQUENCIES)
    return Packed(discriminator, pack_size, axis=1) if pack_size > 1 else discriminator


def discriminator_of(points: Tensor, *weights: Tensor) -> Tensor:
    """What `new_discriminator` without packs computes, as a function of its weights."""
    return stacked_mlp(fourier_features(points, FREQUENCIES), *weights)


# Remedies: losses and steps
GAMMA = 0.1  # of R1 and R2


@dataclass(frozen=True)
class Remedy:
    """One way to train: by which step, and what D sees."""

    make_step: Callable[[Players, int], Step]  # from the players and the number of seeds
    pack_size: int = 1  # points that D sees at a time
    n_critic: int = 0  # updates of D in a step that mixes real and fake; 0 for the others
    n_generator: int = 1  # updates of G in a step
    cost: int = 1  # plain steps that take as long as one step: it gets num_steps / cost


def plain(players: Players, num_seeds: int) -> Step:
    """The GAN of lesson 03."""
    return gan_step(**players)


def unrolled(players: Players, num_seeds: int) -> Step:
    """G looks five of D's steps ahead, as D's own optimiser will make them."""
    return unrolled_step(**players, discriminator_of=discriminator_of, num_unrolled=5)


def wgan_gp(players: Players, num_seeds: int) -> Step:
    """A critic with a gradient penalty."""
    return wgan_gp_step(**players, penalty_weight=1.0, n_critic=3)


def relativistic(players: Players, num_seeds: int) -> Step:
    """D judges pairs of a real point and a fake, and R1 and R2 hold its slope at both (Huang et al. 2024)."""
    discriminator = players["discriminator"]

    def penalty(real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
        r1, r2 = zero_centred_penalty(discriminator, real), zero_centred_penalty(discriminator, fake)
        return GAMMA / 2 * (r1 + r2)

    return rounds_step(**players, loss_d=relativistic_loss, loss_g=relativistic_generator_loss, penalty=penalty)


REMEDIES = {
    "GAN": Remedy(plain),
    "packing, 4": Remedy(plain, pack_size=4),
    "unrolled, 5": Remedy(unrolled, cost=4),
    "WGAN-GP": Remedy(wgan_gp, n_critic=3, cost=3),
    "relativistic": Remedy(relativistic, n_critic=1, cost=3),
}


# The game: optimisers, batches, all put together
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
    num_steps = max(1, settings.num_steps // remedy.cost)
    generator, average = new_generator(settings, seed), new_generator(settings, seed)
    discriminator = new_discriminator(settings, seed, remedy.pack_size)
    rate_g, rate_d = settings.learning_rate, settings.learning_rate_d or settings.learning_rate
    adam_g = adam(rate_g, settings.beta1, num_steps * remedy.n_generator, settings.final_rate)
    adam_d = adam(rate_d, settings.beta1, num_steps * max(remedy.n_critic, 1), settings.final_rate)
    players = two_players(generator, discriminator, adam_g, adam_d)
    z_shape = settings.num_seeds, settings.num_samples, settings.latent_dim
    packs = replace(settings, batch_size=settings.batch_size * remedy.pack_size)
    turns = remedy.n_critic and remedy.n_critic + remedy.n_generator - 1  # G's first takes what D's last one took
    return Game(
        step=remedy.make_step(players, settings.num_seeds),
        batches=batches(mixture, packs, np.random.default_rng([seed, 3]), turns),
        callbacks=(averaging(average, generator, settings.average_decay),),
        generator=average,
        discriminator=discriminator,
        fixed_z=np.random.default_rng([seed, 2]).standard_normal(z_shape, np.float32),
        num_steps=num_steps,
    )


def adam(learning_rate: float, beta1: float, num_updates: int, final_rate: float = 0.01) -> NewOptimizer:
    """Makes Adam over given parameters, whose rate falls along a cosine until `final_rate` of it is left."""
    rates = cosine_ramp(learning_rate, learning_rate * final_rate, num_updates)
    return partial(nn.Adam, learning_rate=rates, beta1=beta1)


def batches(
    mixture: Mixture, settings: Settings, rng: np.random.Generator, turns: int = 0
) -> Iterator[tuple[np.ndarray, ...]]:
    """Fresh points and noise for all seeds, without end: `(S, N, 2)`, `(S, N, latent_dim)`.

    With `turns` for as many updates at a time, one after the other along the first axis, and beside them
    epsilon ~ U[0, 1], `(turns * S, N, 1)`, to mix real and fake with.
    """
    shape = (max(turns, 1) * settings.num_seeds, settings.batch_size)
    while True:
        real = mixtures.sample(mixture.centres, mixture.std, shape[0] * shape[1], rng).reshape(*shape, 2)
        batch = real, rng.standard_normal((*shape, settings.latent_dim), np.float32)
        yield (*batch, rng.random((*shape, 1), np.float32)) if turns else batch


# After the game: rejection sampling and counting
def rejection_discriminator(mixture: Mixture, game: Game, settings: Settings, seed: int = 0) -> nn.Cell:
    """A fresh D trained while G stands still, its Fourier features not damped: `(S, N, 2)` -> logits `(S, N, 1)`.

    Raises:
        KeyboardInterrupt: Ctrl-C ended its training early, so it must accept nothing.
    """
    rng = np.random.default_rng([seed, 4])
    discriminator = StackedMLP((2, *settings.hidden, 1), settings.num_seeds, rng, FREQUENCIES, damped=False)
    named(rejection=discriminator, average=game.generator)
    new_optimizer = adam(settings.rejection_rate, settings.beta1, settings.rejection_steps)
    cells = named(optimizer=new_optimizer(discriminator.trainable_params()))
    step = discriminator_step(game.generator.set_train(False), discriminator, cells["optimizer"])
    twice = replace(settings, batch_size=2 * settings.batch_size)
    history = train(step, batches(mixture, twice, rng), settings.rejection_steps, description="rejection")
    if history.last_step < settings.rejection_steps:
        raise KeyboardInterrupt
    return discriminator


def accepted_points(discriminator: nn.Cell, game: Game, rng: np.random.Generator) -> np.ndarray:
    """As many points of G as the game counts, of fresh noise, that `discriminator` accepts: `(S, num_samples, 2)`."""
    num_seeds, num_samples, latent_dim = game.fixed_z.shape
    accepted = [np.empty((0, 2), np.float32)] * num_seeds
    while min(map(len, accepted)) < num_samples:
        z = rng.standard_normal((num_seeds, 4 * num_samples, latent_dim), np.float32)
        points = game.generator(ms.Tensor(z))  # (S, 4 num_samples, 2)
        logits = discriminator(points).asnumpy()[..., 0]
        found = [cloud[accept(logit, rng)] for cloud, logit in zip(points.asnumpy(), logits)]
        accepted = [np.concatenate(pair) for pair in zip(accepted, found)]
    return np.stack([cloud[:num_samples] for cloud in accepted])


def count_modes(points: np.ndarray, mixture: Mixture) -> list[tuple[int, float, float]]:
    """Modes captured, share of high-quality points and reverse KL of each seed; `points` is `(S, N, 2)`."""
    metrics = [mixture_metrics(cloud, mixture.centres, mixture.std) for cloud in points]
    return [(found["modes_captured"], found["high_quality_share"], found["mode_kl"]) for found in metrics]
