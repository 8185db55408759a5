"""The exhibits of the failure museum: healthy games, and for each exhibit the one thing in which it differs from one.

What is replaced is a number, a function of the package, or a function of this file whose body is one line.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.training.losses import class_loss, generator_loss, saturating_generator_loss

# What an exhibit may replace: first as it should be, then broken.


def scale_to_tanh(pixels: np.ndarray) -> np.ndarray:
    return pixels / 127.5 - 1


def scale_from_zero(pixels: np.ndarray) -> np.ndarray:
    return pixels / 255


def batch_norm(num_features: int) -> nn.Cell:
    return nn.BatchNorm1d(num_features, momentum=0.8)


def batch_norm_large_eps(num_features: int) -> nn.Cell:
    return nn.BatchNorm1d(num_features, 0.8)


def separate_batches(discriminator: nn.Cell, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return discriminator(real), discriminator(fake)


def mixed_batch(discriminator: nn.Cell, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
    return ops.split(discriminator(ops.cat((real, fake))), real.shape[0])


def weights_of_d(weights_d: list[ms.Parameter], weights_g: list[ms.Parameter]) -> list[ms.Parameter]:
    return weights_d


def weights_of_both(weights_d: list[ms.Parameter], weights_g: list[ms.Parameter]) -> list[ms.Parameter]:
    return weights_d + weights_g


def fixed_noise(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(0).standard_normal(shape, np.float32)


def fresh_noise(shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng().standard_normal(shape, np.float32)


def sample_in_evaluation_mode(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    return one_at_a_time(generator.set_train(False), *inputs)


def sample_in_training_mode(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    return one_at_a_time(generator.set_train(True), *inputs)


def matching_labels(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return labels


def shuffled_labels(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation(labels)


def class_loss_of_logits(logits: Tensor, labels: Tensor) -> Tensor:
    return class_loss(logits, labels)


def class_loss_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    return class_loss(ops.softmax(logits, axis=1), labels)


# The bodies of these functions as text, for the lesson to print; a test holds them against the functions.
LINES: dict[Callable, str] = {
    scale_to_tanh: "return pixels / 127.5 - 1",
    scale_from_zero: "return pixels / 255",
    batch_norm: "return nn.BatchNorm1d(num_features, momentum=0.8)",
    batch_norm_large_eps: "return nn.BatchNorm1d(num_features, 0.8)",
    separate_batches: "return discriminator(real), discriminator(fake)",
    mixed_batch: "return ops.split(discriminator(ops.cat((real, fake))), real.shape[0])",
    weights_of_d: "return weights_d",
    weights_of_both: "return weights_d + weights_g",
    fixed_noise: "return np.random.default_rng(0).standard_normal(shape, np.float32)",
    fresh_noise: "return np.random.default_rng().standard_normal(shape, np.float32)",
    sample_in_evaluation_mode: "return one_at_a_time(generator.set_train(False), *inputs)",
    sample_in_training_mode: "return one_at_a_time(generator.set_train(True), *inputs)",
    matching_labels: "return labels",
    shuffled_labels: "return rng.permutation(labels)",
    class_loss_of_logits: "return class_loss(logits, labels)",
    class_loss_of_softmax: "return class_loss(ops.softmax(logits, axis=1), labels)",
}


def one_at_a_time(generator: nn.Cell, *inputs: np.ndarray) -> np.ndarray:
    """Samples as a web page asks for them, in batches of one: `(N, C, H, W)`. G is in training mode afterwards."""
    samples = [generator(*(Tensor(part[None]) for part in one)) for one in zip(*inputs, strict=True)]
    generator.set_train(True)
    return np.concatenate([image.asnumpy() for image in samples])  # asked for last: till then, G need not wait


def adam(parameters: list[ms.Parameter], learning_rate: float) -> nn.Optimizer:
    """Adam as in lesson 03."""
    return nn.Adam(parameters, learning_rate=learning_rate, beta1=0.5)


@dataclass(frozen=True)
class Game:
    """A game on small digits, and all of it that an exhibit may replace."""

    scale: Callable = scale_to_tanh  # pixels, 0 to 255 -> images as they go into the training
    norm: Callable = batch_norm  # between the layers of both networks
    discriminate: Callable = separate_batches  # D on real and fake, in D's update
    weights_d: Callable = weights_of_d  # what D's optimiser updates
    loss_g: Callable = generator_loss
    optimizer: Callable = adam
    learning_rate_g: float = 1e-3
    learning_rate_d: float = 3e-4  # higher ones let D win on some seeds
    noise: Callable = fixed_noise  # z of the samples to look at
    sample: Callable = sample_in_evaluation_mode
    labels: Callable | None = None  # None: a GAN without classes
    loss_class: Callable = class_loss_of_logits


HEALTHY = {
    "healthy": Game(),
    "healthy_classes": Game(labels=matching_labels, learning_rate_d=3e-3),
    "healthy_plain": Game(optimizer=nn.SGD, learning_rate_g=0.3, learning_rate_d=0.5),
}


class Exhibit(NamedTuple):
    """A healthy game in which one thing is replaced."""

    healthy: str  # the name of the game
    field: str  # what of it is replaced
    broken: Any  # by what


EXHIBITS = {
    "d_wins": Exhibit("healthy", "learning_rate_g", 1e-6),
    "collapse": Exhibit("healthy", "learning_rate_g", 3e-2),
    "data_from_zero": Exhibit("healthy", "scale", scale_from_zero),
    "moving_noise": Exhibit("healthy", "noise", fresh_noise),
    "not_finite": Exhibit("healthy_plain", "learning_rate_d", 50.0),
    "training_mode": Exhibit("healthy", "sample", sample_in_training_mode),
    "wrong_labels": Exhibit("healthy_classes", "labels", shuffled_labels),
    "d_updates_g": Exhibit("healthy_plain", "weights_d", weights_of_both),
    "mixed_batch": Exhibit("healthy", "discriminate", mixed_batch),
    "double_softmax": Exhibit("healthy_classes", "loss_class", class_loss_of_softmax),
    "saturating_loss": Exhibit("healthy_plain", "loss_g", saturating_generator_loss),
    "large_epsilon": Exhibit("healthy", "norm", batch_norm_large_eps),
}


def find_game(name: str) -> Game:
    """A healthy game, or that of an exhibit."""
    if name in HEALTHY:
        return HEALTHY[name]
    healthy, field, broken = EXHIBITS[name]
    return replace(HEALTHY[healthy], **{field: broken})


def difference(name: str) -> str:
    """The line of the healthy game and the line of the exhibit, after - and +."""
    healthy, field, broken = EXHIBITS[name]
    sound = getattr(HEALTHY[healthy], field)
    return f"- {line_of(field, sound)}\n+ {line_of(field, broken)}"


def line_of(field: str, value: Any) -> str:
    """One line of code: the body of a function of this file, or else an argument."""
    return LINES.get(value) or f"{field} = {getattr(value, '__name__', value)}"
