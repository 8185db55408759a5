"""Play a game of the museum: train it, and keep what is to be looked at."""

from dataclasses import dataclass, replace
from functools import cache, partial
from typing import NamedTuple

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches, mnist
from gan_course.errors import Diverged
from gan_course.evaluation.network_checks import check_networks
from gan_course.evaluation.signs import history_signs, image_signs
from gan_course.lessons.experiment import Experiment
from gan_course.lessons.museum.exhibits import Game, find_game
from gan_course.lessons.museum.networks import Discriminator, Generator
from gan_course.lessons.museum.step import museum_step
from gan_course.lessons.picture_gan import BALANCE
from gan_course.models.dcgan import initialise
from gan_course.training.history import History
from gan_course.training.loop import every
from gan_course.training.players import two_players
from gan_course.training.steps.acgan import acgan_step
from gan_course.viz.pictures import Curves, image_grid

NUM_CLASSES = 10


@dataclass(frozen=True)
class Settings:
    """Which game, and what is the same in all games."""

    exhibit: str = "healthy"  # a name of HEALTHY or of EXHIBITS
    latent_dim: int = 64
    hidden: tuple[int, ...] = (128, 256)  # of G; D has them in reverse
    batch_size: int = 64
    num_train: int = 20_000
    num_samples: int = 50
    num_steps: int = 1_000
    evaluate_every: int = 1_000


SETTINGS = {
    "smoke": Settings(num_steps=8, num_train=2_560, num_samples=10, evaluate_every=8),
    "class": Settings(),
    "full": Settings(num_steps=3_000, num_train=60_000, evaluate_every=3_000),
}


def build(settings: Settings, seed: int = 0, game: Game | None = None) -> Experiment:
    """Put networks, optimisers, step and batches together, of the game that the settings name or of another."""
    game = find_game(settings.exhibit) if game is None else game
    pixels, labels = small_digits(settings.num_train)
    images = game.scale(pixels).astype(np.float32)

    ms.set_seed(seed)
    rng = np.random.default_rng(seed)
    players = make_players(game, settings, rng)
    if game.labels is None:
        arrays, step = (images,), museum_step(game, **players)
    else:
        arrays = (images, game.labels(labels, rng).astype(np.int32))
        step = acgan_step(**players, loss_class=game.loss_class)

    def samples() -> np.ndarray:
        return draw_samples(players["generator"], game, settings)

    return Experiment(
        cells=players,
        step=step,
        batches=Batches(*arrays, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim),
        num_steps=settings.num_steps,
        evaluate_every=settings.evaluate_every,
        draw=lambda: image_grid(samples(), columns=10),
        evaluate=lambda: {"variety": image_signs(samples(), images)["variety"]},
        curves=("loss_d", "loss_g"),
        lines=BALANCE,
        settings=settings,
        seed=seed,
    )


def make_players(game: Game, settings: Settings, rng: np.random.Generator) -> dict[str, nn.Cell]:
    """Both networks, their weights drawn with `rng`, and their optimisers, by name."""
    num_classes = NUM_CLASSES if game.labels else 0
    generator = Generator(settings.latent_dim, settings.hidden, game.norm, num_classes)
    discriminator = Discriminator(settings.hidden[::-1], game.norm, num_classes)
    initialise(generator.layers, rng)
    initialise(discriminator, rng)

    def optimizer_d(weights_d: list[ms.Parameter]) -> nn.Optimizer:
        return game.optimizer(game.weights_d(weights_d, generator.trainable_params()), game.learning_rate_d)

    optimizer_g = partial(game.optimizer, learning_rate=game.learning_rate_g)
    return two_players(generator, discriminator, optimizer_g, optimizer_d)


def draw_samples(generator: nn.Cell, game: Game, settings: Settings) -> np.ndarray:
    """Samples as this game draws them, of digits 0 to 9 in turn where it has classes: `(num_samples, 1, 14, 14)`."""
    z = game.noise((settings.num_samples, settings.latent_dim))
    labels = np.arange(settings.num_samples, dtype=np.int32) % NUM_CLASSES
    return game.sample(generator, z, *([labels] if game.labels else []))


class Play(NamedTuple):
    """What is left of a game, to look at and for the doctor."""

    history: History
    frames: list[np.ndarray]  # the same samples after 3/4 of the steps, and at the end
    real: np.ndarray  # images as D saw them; labels 0 to 9 in turn where the game has classes, `(50, 1, 14, 14)`
    signs: dict[str, float]
    stopped: str  # why it ended early, or ""

    @property
    def curves(self) -> Curves:
        """The losses of both players."""
        return {name: (self.history.steps(name), self.history[name]) for name in ("loss_d", "loss_g")}

    @property
    def pictures(self) -> dict[str, np.ndarray]:
        """Grids by title."""
        titles = ["samples, earlier", "samples, at the end"][-len(self.frames) :]
        return {"real, as D gets them": image_grid(self.real, columns=10)} | dict(zip(titles, self.frames))


def play(name: str, settings: Settings, seed: int = 0) -> Play:
    """Train the game `name`, a healthy one or an exhibit, and take its signs."""
    experiment = build(replace(settings, exhibit=name), seed)
    history, frames, stopped = History(), [], ""
    film = every(3 * settings.num_steps // 4, lambda step: frames.append(experiment.draw()), settings.num_steps)
    try:
        experiment.train(history, [film])
    except Diverged as error:
        stopped = str(error)
        frames.append(experiment.draw())
    images, *labels = experiment.batches.arrays
    signs = history_signs(history) | image_signs(None, images)  # the history holds the variety of the samples
    if not stopped:
        signs |= check_networks(experiment.cells, experiment.draw)
    return Play(history, frames, fifty_of(images, *labels), signs, stopped)


def fifty_of(images: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
    """The first fifty images; with labels the first five of each digit, from 0 to 9 in turn, `(50, 1, 14, 14)`."""
    if labels is None:
        return images[:50]
    first = [np.flatnonzero(labels == label)[:5] for label in range(NUM_CLASSES)]
    return images[np.transpose(first).ravel()]


@cache
def small_digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first training digits: pixels from 0 to 255, `(count, 1, 14, 14)`, and labels; read once for all games."""
    images, labels = mnist("train")
    return half_size(images[:count]), labels[:count]


def half_size(images: np.ndarray) -> np.ndarray:
    """Digits in [-1, 1], `(N, 1, 28, 28)` -> pixels from 0 to 255, `(N, 1, 14, 14)`: means of 2 x 2."""
    return (images.reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5)) + 1) * 127.5
