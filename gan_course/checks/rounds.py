"""The blanks of lesson 05 in which weights move: a round of the game, and the average of a generator."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.checks.answer import Question, answer, difference, filled, first_line, kind
from gan_course.checks.cells import fill, in_order
from gan_course.checks.moves import Descent, weights
from gan_course.models.layers import batch_norm_1d, dense
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.averaging import averaging
from gan_course.training.losses import discriminator_loss, generator_loss
from gan_course.training.players import two_players

TOLERANCE = 1e-4
LATE = 10**9  # a step so late that `averaging` keeps all of its decay


def plain_round(
    generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer, optimizer_d: nn.Optimizer
) -> Callable:
    """The step that lesson 05 asks for; what `training.steps.gan.gan_step` does with one pass of G."""

    def loss_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_g(z):
        return generator_loss(discriminator(generator(z)))

    def step(real, z):
        value_d, gradients_d = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, generator(z))
        optimizer_d(gradients_d)
        value_g, gradients_g = ms.value_and_grad(loss_g, None, optimizer_g.parameters)(z)
        optimizer_g(gradients_g)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_by_hand(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    turns: str = "DG",
    detached: bool = False,
    exchanged: bool = False,
    named: str = "dg",
) -> Callable:
    """`plain_round` with one part after another changed, not for `ms.jit`.

    Args:
        generator, discriminator, optimizer_g, optimizer_d: by `two_players`.
        turns: who moves when; B for both players in G's turn.
        detached: cut the way from G's loss to G.
        exchanged: call real pictures fake in D's turn, and fakes real.
        named: whose loss D's and G's are called.
    """

    def loss_d(real, fake):
        real, fake = (fake, real) if exchanged else (real, fake)
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_g(z):
        fake = generator(z)
        return generator_loss(discriminator(ops.stop_gradient(fake) if detached else fake))

    def step(real, z):
        values = {}
        for turn in turns:
            if turn == "D":
                grad_fn = ms.value_and_grad(loss_d, None, optimizer_d.parameters)
                values[f"loss_{named[0]}"], gradients = grad_fn(real, generator(z))
                optimizer_d(gradients)
                continue
            moved = [*optimizer_g.parameters, *(optimizer_d.parameters if turn == "B" else [])]
            values[f"loss_{named[1]}"], gradients = ms.value_and_grad(loss_g, None, moved)(z)
            optimizer_g(gradients[: len(optimizer_g.parameters)])
            if turn == "B":
                optimizer_d(gradients[len(optimizer_g.parameters) :])
        return values

    return step


def against_the_old(generator: nn.Cell, discriminator: nn.Cell, **optimizers: nn.Optimizer) -> Callable:
    """Both gradients first, then both moves."""
    gradients = {}
    noted = {name: Noting(optimizer, partial(gradients.__setitem__, name)) for name, optimizer in optimizers.items()}
    step = round_by_hand(generator, discriminator, **noted)

    def simultaneous(real, z):
        values = step(real, z)
        for name, optimizer in optimizers.items():
            optimizer(gradients[name])
        return values

    return simultaneous


class Noting:
    """In place of an optimiser: it hands the gradients to `note`, and moves nothing."""

    def __init__(self, optimizer: nn.Optimizer, note: Callable):
        self.parameters, self.note = optimizer.parameters, note

    def __call__(self, gradients: tuple) -> None:
        self.note(gradients)


def tiny_game(optimizer: Callable) -> dict[str, nn.Cell]:
    """Two tiny networks with fixed weights, and an optimiser for each."""
    players = two_players(Generator(2, (3,), (4,)), Discriminator((4,), (5,)), optimizer, optimizer)
    for name in ("generator", "discriminator"):
        fill(players[name])
    return players


def tiny_batch() -> tuple[Tensor, Tensor]:
    """What a step of `tiny_game` takes: real ones and z."""
    rng = np.random.default_rng(0)
    return tuple(ms.Tensor(rng.standard_normal((6, size)).astype(np.float32)) for size in (4, 2))


def one_round(new_step: Callable) -> dict[str, Any]:
    """What a round does under plain gradient descent: who moved, the losses, how far; if right, whether it compiles."""
    found = moves_of(new_step)
    right = new_step is plain_round or difference(found, moves_of(plain_round), TOLERANCE) is None
    return found | {"what ms.jit makes of it": compiled(new_step) if right else "not tried"}


def moves_of(new_step: Callable) -> dict[str, Any]:
    """All of `one_round` but the compiling."""
    players = tiny_game(Descent)
    networks = {"D": players["discriminator"], "G": players["generator"]}
    before = {name: weights(network) for name, network in networks.items()}
    losses = filled(filled(new_step(**players))(*tiny_batch()))
    moves = {name: weights(network) - before[name] for name, network in networks.items()}
    found = {"what it returns": ", ".join(sorted(losses)) if isinstance(losses, dict) else kind(losses)}
    found["the list of those who moved"] = " and ".join(name for name in moves if moves[name].any()) or "nobody"
    found["the list of calls"] = ", ".join(f"{name} {players[name].moves()}" for name in ("optimizer_d", "optimizer_g"))
    found |= {f"how {name} moved": move for name, move in moves.items()}
    return found | (losses if isinstance(losses, dict) else {})


def compiled(new_step: Callable) -> str:
    """What comes of a step under `ms.jit` and Adam, as the lesson runs it: "a step", or what MindSpore says."""
    try:
        ms.jit(new_step(**tiny_game(partial(nn.Adam, learning_rate=0.01))))(*tiny_batch())
    except Exception as error:  # whatever a student's code may bring the compiler to
        return first_line(error)
    return "a step"


def play_a_round(yours: Callable) -> Callable:
    """`play_a_round(generator, discriminator, optimizer_g, optimizer_d)` returns `step(real, z)`: D learns, then G."""

    def without(name):
        return lambda **players: round_by_hand(**players | {name: Noting(players[name], lambda gradients: None)})

    return answer(
        yours,
        Question(
            ours=plain_round,
            probe=one_round,
            tolerance=TOLERANCE,
            right="D moved in its turn, G in its own, against the new D, and neither touched the other.",
            mistakes={
                "D moved in G's turn as well, and so helped G. In G's turn take the gradient for "
                "optimizer_g.parameters only.": partial(round_by_hand, turns="DB"),
                "no gradient reaches G: in its turn the fakes must be made inside the loss, and not be cut off by "
                "stop_gradient.": partial(round_by_hand, detached=True),
                "G moved before D. Algorithm 1 lets D learn first.": partial(round_by_hand, turns="GD"),
                "G learnt from the old D: let D's optimiser move before you take G's gradient.": against_the_old,
                "D has not moved: hand its gradients to optimizer_d.": without("optimizer_d"),
                "G has not moved: hand its gradients to optimizer_g.": without("optimizer_g"),
                "the two losses are exchanged in what comes back.": partial(round_by_hand, named="gd"),
                "real and fake are exchanged in D's turn, so D learns that real pictures are fake.": partial(
                    round_by_hand, exchanged=True
                ),
            },
        ),
    )


class Normalised(nn.Cell):
    """A network with something to average of each kind: weights, and running means and variances."""

    def __init__(self):
        super().__init__()
        self.first, self.norm = dense(2, 3), batch_norm_1d(3)


def move_average(yours: Callable) -> Callable:
    """`move_average(average, network, decay)`: average <- decay average + (1 - decay) network, in place."""

    def probe(function: Callable) -> dict[str, Any]:
        average, network = fill(Normalised()), fill(Normalised())
        for parameter in average.get_parameters():
            parameter.set_data(parameter + 1)
        function(average, network, 0.9)
        found = {"the network itself": [p.asnumpy() for p in in_order(network.get_parameters())]}
        return found | {
            "the average of the weights": [p.asnumpy() for p in in_order(average.trainable_params())],
            "the average of the running statistics": [p.asnumpy() for p in in_order(average.untrainable_params())],
        }

    def mixed(average, network, kept, new, parameters=nn.Cell.get_parameters):
        for old, current in zip(parameters(average), parameters(network)):
            old.set_data(ms.Tensor(kept * old.asnumpy() + new * current.asnumpy()))

    return answer(
        yours,
        Question(
            ours=lambda average, network, decay: averaging(average, network, decay, interval=1)(LATE, {}),
            probe=probe,
            right="a tenth of the way to the network with a decay of 0.9, and the network itself stays as it is.",
            mistakes={
                "decay stands at the wrong one: it is the part of the *average* that is kept.": lambda a, n, d: mixed(
                    a, n, 1 - d, d
                ),
                "the running means and variances of batch normalisation are left behind. Take get_parameters(), not "
                "trainable_params().": lambda a, n, d: mixed(a, n, d, 1 - d, nn.Cell.trainable_params),
                "nothing moved. A new name for a new tensor changes no network: use set_data.": lambda a, n, d: None,
                "the network in training was moved towards the average; it must not notice.": lambda a, n, d: mixed(
                    n, a, 1 - d, d
                ),
                "that is a copy of the network: decay plays no part.": lambda a, n, d: mixed(a, n, 0, 1),
                "the two parts must add up to 1: the network counts 1 - decay.": lambda a, n, d: mixed(a, n, d, 1),
            },
        ),
    )
