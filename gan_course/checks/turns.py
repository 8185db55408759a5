"""The blanks of lesson 03 in which weights move: D's turn and G's turn."""

from collections.abc import Callable
from typing import Any, NamedTuple

import mindspore as ms
import numpy as np
from mindspore import nn, ops

from gan_course.checks.answer import Probe, Question, answer, filled, unchanged
from gan_course.checks.moves import Descent, weights, with_weights
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training import losses
from gan_course.training.players import named

bce = losses.binary_cross_entropy


class Game(NamedTuple):
    """Two networks and their optimisers, in the order in which the lesson hands them over."""

    generator: nn.Cell
    discriminator: nn.Cell
    optimizer_g: nn.Optimizer
    optimizer_d: nn.Optimizer


def new_game() -> Game:
    """Two tiny networks with fixed weights, and plain optimisers that count."""
    generator = with_weights(Generator(2, (4,), (2,), bounded=False), seed=1)
    discriminator = with_weights(Discriminator((2,), (4,)), seed=2)
    named(generator=generator, discriminator=discriminator)
    return Game(generator, discriminator, *(Descent(net.trainable_params()) for net in (generator, discriminator)))


def turn_probe(player: str) -> Probe:
    """A probe of a turn in which `player` alone should move; where others move, it sees no more than who does."""
    rng = np.random.default_rng(5)
    real, z = (ms.Tensor(rng.standard_normal((6, 2)).astype(np.float32)) for _ in range(2))
    batch = (real, z) if player == "D" else (z,)

    def play(turn):
        game = new_game()
        before = weights(game.generator), weights(game.discriminator)
        loss = filled(turn(game, *batch))
        change = weights(game.generator) - before[0], weights(game.discriminator) - before[1]
        movers = " and ".join(name for name, moved in zip("GD", change) if moved.any()) or "nobody"
        calls = f"optimizer_g {game.optimizer_g.moves()}, optimizer_d {game.optimizer_d.moves()}"
        return movers, calls, loss, np.concatenate(change)

    def probe(turn: Callable) -> dict[str, Any]:
        movers, calls, loss, change = play(turn)
        if movers == "nobody":
            return {"who moves": movers, "the list of calls": calls}
        if movers != player:
            return {"who moves": movers}
        if not np.array_equal(change, play(turn)[-1]):
            return {"the same batch": "another move"}
        return {"the list of calls": calls, "the loss": loss, "the change of all weights": change}

    return probe


def d_turn(
    loss: Callable = losses.discriminator_loss,
    movers: str = "D",
    own_noise: bool = False,
    rate: float = 1.0,
    cut: Callable = unchanged,
) -> Callable:
    """A turn of D, or what goes wrong in it.

    Args:
        loss: of the logits.
        movers: who moves down it, one after the other.
        own_noise: draw z anew.
        rate: of the moves; -1 climbs.
        cut: what is done to the fakes; `stop_gradient` cuts the way to G.
    """

    def turn(game, real, z):
        game, z = Game(*game), other(z) if own_noise else z
        return lower(
            lambda: loss(game.discriminator(real), game.discriminator(cut(game.generator(z)))), game, movers, rate
        )

    return turn


def g_turn(loss: Callable = losses.generator_loss, **changes: Any) -> Callable:
    """A turn of G, or what goes wrong in it: as in `d_turn`."""
    turn = d_turn(lambda real, fake: loss(fake), **{"movers": "G"} | changes)
    return lambda game, z: turn(game, game[0](z), z)  # whatever stands for the real ones: D's answer is not used


def other(z: ms.Tensor) -> ms.Tensor:
    """Noise that is different each time."""
    return ms.Tensor(np.random.default_rng().standard_normal(z.shape, np.float32))


def lower(loss_fn: Callable, game: Game, movers: str, rate: float) -> ms.Tensor:
    """Let each of `movers` take a step down `loss_fn()`, and return what it was before the first."""
    first = None
    for mover in movers:
        optimizer = game.optimizer_g if mover == "G" else game.optimizer_d
        loss, gradients = ms.value_and_grad(loss_fn, None, optimizer.parameters)()
        optimizer(tuple(rate * gradient for gradient in gradients))
        first = loss if first is None else first
    return loss_fn() if first is None else first


def looked_at_later(turn: Callable, loss: Callable) -> Callable:
    """The turn, which returns the loss after it."""

    def late(game, *batch):
        turn(game, *batch)
        fake = game.discriminator(game.generator(batch[-1]))
        return loss(game.discriminator(batch[0]), fake) if len(batch) == 2 else loss(fake)

    return late


def turn_of_d(yours: Callable) -> Callable:
    """`turn_of_d(game, real, z)`: D learns from a batch of real ones and the fakes of z; returns its loss."""
    return answer(
        yours,
        Question(
            ours=d_turn(),
            probe=turn_probe("D"),
            right="D moved, and G did not notice.",
            mistakes={
                "nobody moves: the gradients are there, now call optimizer_d(gradients).": d_turn(movers=""),
                "G moves in D's turn, and D does not. Ask for the gradients of D's parameters.": d_turn(movers="G"),
                "optimizer_g is called, in D's turn. Ask for the gradients of D's parameters, and call "
                "optimizer_d.": d_turn(movers="G", cut=ops.stop_gradient),
                "G moves in D's turn as well, and so helps D. Only D may: differentiate by D's parameters "
                "alone.": d_turn(movers="DG"),
                "D moves twice in one turn.": d_turn(movers="DD"),
                "the noise is drawn anew. Make the fakes of the z that is handed in.": d_turn(own_noise=True),
                "real and fake have changed places: D learns to call the fakes real.": d_turn(
                    lambda r, f: losses.discriminator_loss(f, r)
                ),
                "D lowers G's loss, and so learns to be fooled.": d_turn(lambda r, f: losses.generator_loss(f)),
                "the loss holds the real ones alone: D learns to call everything real.": d_turn(lambda r, f: bce(r, 1)),
                "the loss holds the fakes alone: D learns to call everything fake.": d_turn(lambda r, f: bce(f, 0)),
                "D learns nothing from the fakes: stop the gradient at the fakes, not at D's answer to them.": d_turn(
                    lambda r, f: losses.discriminator_loss(r, ops.stop_gradient(f))
                ),
                "D's answers go through a sigmoid before the loss, which has one already.": d_turn(
                    lambda r, f: losses.discriminator_loss(ops.sigmoid(r), ops.sigmoid(f))
                ),
                "D climbs: an optimiser goes downhill by itself.": d_turn(rate=-1.0),
                "the loss is worked out anew after the move. `value_and_grad` has given it already.": looked_at_later(
                    d_turn(), losses.discriminator_loss
                ),
            },
        ),
    )


def turn_of_g(yours: Callable) -> Callable:
    """`turn_of_g(game, z)`: G learns from what D answers to its fakes of z; returns G's loss."""
    return answer(
        yours,
        Question(
            ours=g_turn(),
            probe=turn_probe("G"),
            right="G moved by a gradient that came all the way through D, and D stayed as it was.",
            mistakes={
                "nobody moves: the gradients are there, now call optimizer_g(gradients).": g_turn(movers=""),
                "optimizer_g is called, but G does not move: no gradient reaches it. Make the fakes inside the "
                "function that is differentiated, without `stop_gradient`.": g_turn(cut=ops.stop_gradient),
                "D moves in G's turn, and G does not: D learns to be fooled. Ask for the gradients of G's "
                "parameters.": g_turn(movers="D"),
                "D moves in G's turn as well, and so helps G. Only G may: differentiate by G's parameters "
                "alone.": g_turn(movers="GD"),
                "G moves twice in one turn.": g_turn(movers="GG"),
                "the noise is drawn anew. Use the z that is handed in: D has just seen its fakes.": g_turn(
                    own_noise=True
                ),
                "G lowers D's loss on the fakes, target 0: it learns to be found out.": g_turn(lambda f: bce(f, 0)),
                "G goes by the formula, log(1 - D), which is flat where D is sure. Take -log D.": g_turn(
                    losses.saturating_generator_loss
                ),
                "D's answer goes through a sigmoid before the loss, which has one already.": g_turn(
                    lambda f: losses.generator_loss(ops.sigmoid(f))
                ),
                "G climbs: an optimiser goes downhill by itself.": g_turn(rate=-1.0),
                "the loss is worked out anew after the move. `value_and_grad` has given it already.": looked_at_later(
                    g_turn(), losses.generator_loss
                ),
            },
        ),
    )
