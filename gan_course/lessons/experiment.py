"""What a lesson hands over to be run: everything put together, nothing started."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.data import Batches
from gan_course.models.inference import generate, in_chunks
from gan_course.training.guard import stopping_at_nan
from gan_course.training.history import History
from gan_course.training.loop import Callback, every, train
from gan_course.training.steps import Step

NewOptimizer = Callable[[list[ms.Parameter]], nn.Optimizer]
Sampler = Callable[[int, np.random.Generator], np.ndarray]  # (count, rng) -> images (count, C, H, W)


@dataclass
class Experiment:
    """One training, ready to start.

    `draw` gives a picture of the state of the model from fixed inputs (a frame of the GIF); `evaluate` gives
    its numbers, on test data where there are any, under the names of `metrics.json`, or a group of numbers by name.
    """

    cells: dict[str, nn.Cell]  # networks and optimisers by name: what a checkpoint must hold
    step: Step
    batches: Batches
    num_steps: int
    evaluate_every: int  # steps between evaluations
    draw: Callable[[], np.ndarray]
    evaluate: Callable[[], dict[str, float | dict[str, float]]]
    callbacks: tuple[Callback, ...] = ()  # of the training itself, called before all others
    curves: tuple[str, ...] = ()  # what to show of the history; all by default
    lines: dict[str, float] = field(default_factory=dict)  # heights known beforehand, by label
    samplers: dict[str, Sampler] = field(default_factory=dict)  # how to draw from each generator, by name
    class_names: tuple[str, ...] = ()  # where a sampler asks for classes: image i for number i % len(class_names)

    @property
    def networks(self) -> dict[str, nn.Cell]:
        """The cells that are no optimisers."""
        return {name: cell for name, cell in self.cells.items() if not isinstance(cell, nn.Optimizer)}

    def train(self, history: History | None = None, callbacks: Iterable = (), description: str = "training") -> History:
        """Train to the end, recording the losses of each step and the evaluations in one history.

        Raises:
            Diverged: a loss became NaN or infinite; the training ends at once.
        """
        history = History() if history is None else history
        record = every(
            self.evaluate_every, lambda step: history.record(step, **flat(self.evaluate())), last_step=self.num_steps
        )
        callbacks = [stopping_at_nan(self.cells), *self.callbacks, record, *callbacks]
        return train(self.step, self.batches, self.num_steps, callbacks, history, description)


def flat(metrics: dict[str, float | dict[str, float]]) -> dict[str, float]:
    """Numbers in groups -> numbers: {"a": {"b": 1.0}, "c": 2.0} -> {"a_b": 1.0, "c": 2.0}."""
    groups = {name: value if isinstance(value, dict) else {"": value} for name, value in metrics.items()}
    return {f"{name}_{key}".rstrip("_"): number for name, group in groups.items() for key, number in group.items()}


def named(**cells: nn.Cell) -> dict[str, nn.Cell]:
    """Put each cell's name before those of its parameters: networks trained in one step must not share any."""
    for name, cell in cells.items():
        cell.update_parameters_name(f"{name}.")
    return cells


def two_players(
    generator: nn.Cell, discriminator: nn.Cell, optimizer_g: NewOptimizer, optimizer_d: NewOptimizer
) -> dict[str, nn.Cell]:
    """Networks and optimisers of a GAN under the names of `gan_step`'s arguments, no parameter of the same name.

    Args:
        generator, discriminator: any networks.
        optimizer_g, optimizer_d: make the optimiser over the parameters that they are given.
    """
    networks = named(generator=generator, discriminator=discriminator)
    optimizers = named(
        optimizer_g=optimizer_g(generator.trainable_params()), optimizer_d=optimizer_d(discriminator.trainable_params())
    )
    return networks | optimizers


def draw_noise(count: int, latent_dim: int) -> Callable[[np.random.Generator], tuple[np.ndarray]]:
    """A function that draws z ~ N(0, I), float32 `(count, latent_dim)`, as the one input of a generator."""
    return lambda rng: (rng.standard_normal((count, latent_dim), np.float32),)


def noise_sampler(network: Callable, latent_dim: int) -> Sampler:
    """A function that draws images from a `network` of z ~ N(0, I) alone, a few at a time."""

    def sample(count: int, rng: np.random.Generator) -> np.ndarray:
        noise = draw_noise(count, latent_dim)(rng)
        return generate(network, *noise) if isinstance(network, nn.Cell) else in_chunks(network, *noise)

    return sample


def class_sampler(generator: nn.Cell, latent_dim: int, num_classes: int) -> Sampler:
    """A function that asks a `generator` of z ~ N(0, I) and a label for all classes in turn: 0, 1, ..., 0, 1, ..."""

    def sample(count: int, rng: np.random.Generator) -> np.ndarray:
        (noise,) = draw_noise(count, latent_dim)(rng)
        return generate(generator, noise, np.arange(count, dtype=np.int32) % num_classes)

    return sample
