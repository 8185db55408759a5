"""Lesson 09, the failure museum: one small GAN on digits, and runs of it that fail, each for a change of one line.

Three games are healthy: one without classes, one with them, and one with plain gradient descent. Every exhibit replaces
one thing in one of them: a number, or a function by one whose body differs in one line.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from math import prod
from typing import Any, NamedTuple

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.data import Batches, mnist
from gan_course.errors import Diverged
from gan_course.evaluation.network_checks import check_networks
from gan_course.evaluation.signs import history_signs, image_signs
from gan_course.lessons.experiment import Experiment
from gan_course.models.dcgan import initialise
from gan_course.models.layers import LeakyReLU, dense, embedding
from gan_course.training.history import History
from gan_course.training.loop import Step, every
from gan_course.training.losses import class_loss, discriminator_loss, generator_loss, saturating_generator_loss
from gan_course.training.players import two_players
from gan_course.training.steps.acgan import acgan_step
from gan_course.training.steps.gan import game_results
from gan_course.viz.pictures import Curves, image_grid

IMAGE_SHAPE = (1, 14, 14)
NUM_CLASSES = 10


# What an exhibit may replace: the sound function first, then the broken one.


def scaled(pixels: np.ndarray) -> np.ndarray:
    return pixels / 127.5 - 1


def scaled_otherwise(pixels: np.ndarray) -> np.ndarray:
    return pixels / 255


def batch_norm(num_features: int) -> nn.Cell:
    return nn.BatchNorm1d(num_features, momentum=0.8)


def batch_norm_otherwise(num_features: int) -> nn.Cell:
    return nn.BatchNorm1d(num_features, 0.8)


def judged(discriminator: nn.Cell, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return discriminator(real), discriminator(fake)


def judged_otherwise(discriminator: nn.Cell, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return ops.split(discriminator(ops.cat((real, fake))), real.shape[0])


def moved_by_d(weights_d: list[ms.Parameter], weights_g: list[ms.Parameter]) -> list[ms.Parameter]:
    return weights_d


def moved_by_d_otherwise(weights_d: list[ms.Parameter], weights_g: list[ms.Parameter]) -> list[ms.Parameter]:
    return weights_d + weights_g


def noise_of_frames(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def noise_of_frames_otherwise(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng().standard_normal(shape, np.float32)


def pictures(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    return one_at_a_time(generator.set_train(False), *inputs)


def pictures_otherwise(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    return one_at_a_time(generator.set_train(True), *inputs)


def labelled(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return labels


def labelled_otherwise(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(labels)


def loss_of_classes(logits: Tensor, labels: Tensor) -> Tensor:
    return class_loss(logits, labels)


def loss_of_classes_otherwise(logits: Tensor, labels: Tensor) -> Tensor:
    return class_loss(ops.softmax(logits, axis=1), labels)


def adam(parameters: list[ms.Parameter], learning_rate: float) -> nn.Optimizer:
    return nn.Adam(parameters, learning_rate=learning_rate, beta1=0.5)


@dataclass(frozen=True)
class Game:
    """A game on small digits, and all of it that an exhibit may replace."""

    scale: Callable = scaled  # pixels, 0 to 255, as they go into the training
    norm: Callable = batch_norm  # between the layers of both networks
    judge: Callable = judged  # D on real and fake, in D's turn
    moved: Callable = moved_by_d  # what D's optimiser moves
    loss_g: Callable = generator_loss
    optimizer: Callable = adam
    learning_rate_g: float = 1e-3
    learning_rate_d: float = 3e-4  # higher ones let D win on some seeds
    noise: Callable = noise_of_frames
    draw: Callable = pictures
    labels: Callable | None = None  # None: a GAN without classes
    loss_class: Callable = loss_of_classes


HEALTHY = {
    "healthy": Game(),
    "healthy_classes": Game(labels=labelled, learning_rate_d=3e-3),
    "healthy_plain": Game(optimizer=nn.SGD, learning_rate_g=0.3, learning_rate_d=0.5),
}

# Name -> which healthy game, and what is put in the place of what.
EXHIBITS: dict[str, tuple[str, dict[str, Any]]] = {
    "d_wins": ("healthy", {"learning_rate_g": 1e-6}),
    "collapse": ("healthy", {"learning_rate_g": 3e-2}),
    "data_from_zero": ("healthy", {"scale": scaled_otherwise}),
    "moving_noise": ("healthy", {"noise": noise_of_frames_otherwise}),
    "not_finite": ("healthy_plain", {"learning_rate_d": 50.0}),
    "training_mode": ("healthy", {"draw": pictures_otherwise}),
    "wrong_labels": ("healthy_classes", {"labels": labelled_otherwise}),
    "g_in_d_turn": ("healthy_plain", {"moved": moved_by_d_otherwise}),
    "mixed_batch": ("healthy", {"judge": judged_otherwise}),
    "double_softmax": ("healthy_classes", {"loss_class": loss_of_classes_otherwise}),
    "saturating_loss": ("healthy_plain", {"loss_g": saturating_generator_loss}),
    "large_epsilon": ("healthy", {"norm": batch_norm_otherwise}),
}


def find_game(name: str) -> Game:
    """A healthy game, or that of an exhibit."""
    healthy, change = EXHIBITS.get(name, (name, {}))
    return replace(HEALTHY[healthy], **change)


def difference(name: str) -> str:
    """The line of the healthy game and the line of the exhibit, after - and +."""
    healthy, change = EXHIBITS[name]
    ((field, broken),) = change.items()
    sound = getattr(HEALTHY[healthy], field)
    return "\n".join(f"{sign} {line_of(field, value)}" for sign, value in (("-", sound), ("+", broken)))


def line_of(field: str, value: Any) -> str:
    """One line of code: the body of a function of this file, or an argument."""
    if getattr(value, "__module__", None) == __name__:
        return inspect.getsource(value).splitlines()[-1].strip()
    return f"{field} = {getattr(value, '__name__', value)}"


@dataclass(frozen=True)
class Settings:
    """Everything that can be chosen."""

    exhibit: str = "healthy"  # or "healthy_classes", or one of EXHIBITS
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


def build(settings: Settings, seed: int = 0) -> Experiment:
    """Put networks, optimisers, step and batches together."""
    game = find_game(settings.exhibit)
    pixels, labels = small_digits(settings.num_train)
    images = game.scale(pixels).astype(np.float32)

    ms.set_seed(seed)
    rng = np.random.default_rng(seed)
    generator, discriminator = Generator(settings, game), Discriminator(settings, game)
    initialise(generator.layers, rng)
    initialise(discriminator, rng)
    players = two_players(
        generator,
        discriminator,
        partial(game.optimizer, learning_rate=game.learning_rate_g),
        lambda own: game.optimizer(game.moved(own, generator.trainable_params()), learning_rate=game.learning_rate_d),
    )
    if game.labels is None:
        arrays, step = (images,), museum_step(game, **players)
    else:
        arrays = (images, game.labels(labels, rng).astype(np.int32))
        step = acgan_step(**players, loss_class=game.loss_class)

    def samples() -> np.ndarray:
        return draw_samples(generator, game, settings)

    return Experiment(
        cells=players,
        step=step,
        batches=Batches(*arrays, batch_size=settings.batch_size, seed=seed, latent_dim=settings.latent_dim),
        num_steps=settings.num_steps,
        evaluate_every=settings.evaluate_every,
        draw=lambda: image_grid(samples(), columns=10),
        evaluate=lambda: {"variety": image_signs(samples(), images)["variety"]},
        curves=("loss_d", "loss_g"),
        lines={"log 2": np.log(2), "2 log 2": 2 * np.log(2)},
    )


def draw_samples(generator: nn.Cell, game: Game, settings: Settings) -> np.ndarray:
    """Pictures as this game draws them, of digits 0 to 9 in turn where it has classes: `(num_samples, 1, 14, 14)`."""
    z = game.noise((settings.num_samples, settings.latent_dim))
    labels = np.arange(settings.num_samples, dtype=np.int32) % NUM_CLASSES
    return game.draw(generator, z, *([labels] if game.labels else []))


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
    shown = [np.flatnonzero(labels[0] == label)[:5] for label in range(NUM_CLASSES)] if labels else np.arange(50)
    real = images[np.transpose(shown).ravel()]
    signs = history_signs(history) | image_signs(None, images)  # the history holds the variety of the samples
    if not stopped:
        signs |= check_networks(experiment.cells, experiment.draw)
    return Play(history, frames, real, signs, stopped)


@cache
def small_digits(count: int) -> tuple[np.ndarray, np.ndarray]:
    """The first training digits: pixels from 0 to 255, `(count, 1, 14, 14)`, and labels; read once for all games."""
    images, labels = mnist("train")
    return half_size(images[:count]), labels[:count]


def half_size(images: np.ndarray) -> np.ndarray:
    """Digits in [-1, 1], `(N, 1, 28, 28)` -> pixels from 0 to 255, `(N, 1, 14, 14)`: means of 2 x 2."""
    return (images.reshape(-1, 1, 14, 2, 14, 2).mean(axis=(3, 5)) + 1) * 127.5


def one_at_a_time(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    """Pictures as a web page asks for them, a batch of one each: `(N, 1, 14, 14)`. G is in training mode afterwards."""
    made = [generator(*(Tensor(part[None]) for part in one)) for one in zip(*inputs, strict=True)]
    generator.set_train(True)
    return np.concatenate([image.asnumpy() for image in made])  # asked for last: till then, G need not wait


class Generator(nn.Cell):
    """Noise, and labels where the game has classes -> images in [-1, 1]."""

    def __init__(self, settings: Settings, game: Game):
        super().__init__()
        self.embedding = embedding(NUM_CLASSES, settings.latent_dim) if game.labels else None
        widths = (settings.latent_dim, *settings.hidden)
        self.layers = nn.SequentialCell([*hidden_layers(widths, game.norm), dense(widths[-1], prod(IMAGE_SHAPE))])

    @ms.jit  # for the pictures; in a step it is compiled anyway
    def construct(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """z `(N, latent_dim)`, labels int32 `(N,)` -> `(N, 1, 14, 14)`."""
        if self.embedding is not None:
            z = z * self.embedding(labels)
        return ops.tanh(self.layers(z)).reshape(z.shape[0], *IMAGE_SHAPE)


class Discriminator(nn.Cell):
    """Images -> logits `(N, 1)`; where the game has classes, their logits `(N, 10)` beside."""

    def __init__(self, settings: Settings, game: Game):
        super().__init__()
        first, *rest = settings.hidden[::-1]
        self.body = nn.SequentialCell(
            [dense(prod(IMAGE_SHAPE), first), LeakyReLU(), *hidden_layers((first, *rest), game.norm)]
        )
        last = settings.hidden[0]
        self.real = dense(last, 1)
        self.classify = dense(last, NUM_CLASSES) if game.labels else None

    def construct(self, images: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        h = self.body(images.reshape(images.shape[0], -1))
        return self.real(h) if self.classify is None else (self.real(h), self.classify(h))


def hidden_layers(widths: tuple[int, ...], norm: Callable[[int], nn.Cell]) -> list[nn.Cell]:
    """Dense, batch normalisation, LeakyReLU for each two widths."""
    pairs = zip(widths, widths[1:])
    return [layer for before, after in pairs for layer in (dense(before, after), norm(after), LeakyReLU())]


def museum_step(
    game: Game, generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer, optimizer_d: nn.Optimizer
) -> Step:
    """Return `step(real, z)`: the step of lesson 03, with what an exhibit may replace."""
    judge, loss_g = game.judge, game.loss_g

    def loss_fn_d(real, z):
        real_logits, fake_logits = judge(discriminator, real, generator(z))
        return discriminator_loss(real_logits, fake_logits), real_logits, fake_logits

    def loss_fn_g(z):
        return loss_g(discriminator(generator(z)))

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z):
        (value_d, real_logits, fake_logits), gradients_d = grad_fn_d(real, z)
        optimizer_d(gradients_d)
        value_g, gradients_g = grad_fn_g(z)
        optimizer_g(gradients_g)
        return game_results(value_d, value_g, real_logits, fake_logits)

    return step
