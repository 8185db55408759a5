"""Tiny players of a GAN, always with the same weights, and what can be seen of what somebody does with them."""

from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn

from gan_course.checks.answer import filled
from gan_course.checks.moves import weights
from gan_course.models.dcgan import initialise
from gan_course.models.layers import LeakyReLU, batch_norm_1d, dense
from gan_course.training.players import two_players

LABELS = (0, 2, 1, 3, 2, 0)  # of six pictures


def network(*widths: int) -> nn.SequentialCell:
    """Two dense layers with batch normalisation between, in training mode: `(N, first)` -> `(N, last)`."""
    first, hidden, last = widths
    cell = nn.SequentialCell(dense(first, hidden), batch_norm_1d(hidden), LeakyReLU(), dense(hidden, last))
    return initialise(cell, np.random.default_rng(first), sigma=0.7).set_train()


def some(*shape: int) -> np.ndarray:
    """Fixed numbers from N(0.5, 1), float32."""
    return 0.5 + np.random.default_rng(shape).standard_normal(shape, np.float32)


def drawing(sample: Callable) -> dict[str, Any]:
    """What `sample(generator, z)` draws, and how it leaves the generator."""
    generator = network(4, 6, 5)
    return {
        "what it draws": filled(sample(generator, some(6, 4))),
        "G's running averages afterwards": [p.asnumpy() for p in generator.untrainable_params()],
        "G is in training mode afterwards": generator.training,
    }


def answers_of_d(discriminate: Callable) -> dict[str, Any]:
    """D's answers about real and fake, and the gradient by its weights of a number that is made of both."""
    discriminator, real, fake = network(5, 6, 1), Tensor(some(6, 5)), Tensor(some(6, 5) ** 2)
    found = {"the logits": filled(discriminate(discriminator, real, fake))}

    def both():
        real_logits, fake_logits = discriminate(discriminator, real, fake)
        return (real_logits**3).sum() + 2 * (fake_logits**3).sum()

    gradients = ms.grad(both, None, discriminator.trainable_params())()
    return found | {"the gradient by D's parameters": np.concatenate([g.asnumpy().ravel() for g in gradients])}


def class_price(class_loss: Callable) -> dict[str, Any]:
    """A class loss of six pictures and four classes, and its gradient by the logits."""
    logits, labels = Tensor(3 * some(6, 4)), Tensor(LABELS, ms.int32)
    value = filled(class_loss(logits, labels))
    return {"the loss": value, "its gradient by the logits": ms.grad(lambda x: class_loss(x, labels))(logits)}


def a_turn(turn_of_g: Callable) -> dict[str, Any]:
    """G's loss in a turn, and how far each player has moved by it."""

    def sgd(parameters):
        return nn.SGD(parameters, learning_rate=0.5)

    players = two_players(network(4, 6, 5), network(5, 6, 1), sgd, sgd)
    cells = players["generator"], players["discriminator"]
    before = list(map(weights, cells))
    loss = filled(turn_of_g(*cells, players["optimizer_g"], Tensor(some(6, 4))))
    moves = [weights(cell) - old for cell, old in zip(cells, before)]
    return {"G's loss": loss, "how far G moves": moves[0], "how far D moves": moves[1]}
