"""What lesson 03's checkers say of turns."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold, said_of

from gan_course.checks import gan as check
from gan_course.checks import turns
from gan_course.training.losses import discriminator_loss, generator_loss, saturating_generator_loss


def d_turn_of_both(game, real, z):
    generator, discriminator, optimizer_g, optimizer_d = game

    def loss_fn(real, z):
        return discriminator_loss(discriminator(real), discriminator(generator(z)))

    both = generator.trainable_params() + discriminator.trainable_params()
    loss, gradients = ms.value_and_grad(loss_fn, None, both)(real, z)
    optimizer_g(gradients[: len(optimizer_g.parameters)])
    optimizer_d(gradients[len(optimizer_g.parameters) :])
    return loss


def d_turn_with(loss_of=discriminator_loss, moves=True, noise=None):
    def turn(game, real, z):
        generator, discriminator, _, optimizer_d = game
        fake = ops.stop_gradient(generator(noise(z) if noise else z))

        def loss_fn(real, fake):
            return loss_of(discriminator(real), discriminator(fake))

        loss, gradients = ms.value_and_grad(loss_fn, None, discriminator.trainable_params())(real, fake)
        if moves:
            optimizer_d(gradients)
        return loss

    return turn


def fresh_noise(z):
    return ops.standard_normal(z.shape)


def d_turn_of_g(game, real, z):
    generator, discriminator, optimizer_g, optimizer_d = game

    def loss_fn(z):
        return discriminator_loss(discriminator(real), discriminator(generator(z)))

    loss, gradients = ms.value_and_grad(loss_fn, None, generator.trainable_params())(z)
    optimizer_g(gradients)
    return loss


def d_turn_wrong_gradients(game, real, z):
    generator, discriminator, optimizer_g, optimizer_d = game

    def loss_fn(real, z):
        return discriminator_loss(discriminator(real), discriminator(generator(z)))

    loss, gradients = ms.value_and_grad(loss_fn, None, generator.trainable_params())(real, z)
    optimizer_d(gradients)
    return loss


def d_turn_returns_both(game, real, z):
    return d_turn_with()(game, real, z), 0


def g_turn_with(loss_of=generator_loss, moves=True, inside=True, noise=None):
    def turn(game, z):
        generator, discriminator, optimizer_g, _ = game
        z = noise(z) if noise else z
        made = generator(z)

        def loss_fn(z):
            return loss_of(discriminator(generator(z) if inside else made))

        loss, gradients = ms.value_and_grad(loss_fn, None, generator.trainable_params())(z)
        if moves:
            optimizer_g(gradients)
        return loss

    return turn


def g_turn_stopped(game, z):
    generator, discriminator, optimizer_g, _ = game

    def loss_fn(z):
        return generator_loss(discriminator(ops.stop_gradient(generator(z))))

    loss, gradients = ms.value_and_grad(loss_fn, None, optimizer_g.parameters)(z)
    optimizer_g(gradients)
    return loss


def g_turn_of_d(game, z):
    generator, discriminator, _, optimizer_d = game

    def loss_fn(z):
        return generator_loss(discriminator(generator(z)))

    loss, gradients = ms.value_and_grad(loss_fn, None, discriminator.trainable_params())(z)
    optimizer_d(gradients)
    return loss


def g_turn_of_both(game, z):
    loss = g_turn_of_d(game, z)
    g_turn_with()(game, z)
    return loss


WRONG = {
    "turn_of_d": [
        Wrong(d_turn_of_both, "G moves in D's turn as well"),
        Wrong(d_turn_of_g, "and D does not"),
        Wrong(d_turn_with(moves=False), "nobody moves"),
        Wrong(d_turn_with(noise=fresh_noise), "the noise is drawn anew"),
        Wrong(d_turn_with(lambda real, fake: discriminator_loss(fake, real)), "changed places"),
        Wrong(d_turn_with(lambda real, fake: generator_loss(real)), "the real ones alone"),
        Wrong(d_turn_wrong_gradients, None),
        Wrong(d_turn_returns_both, None),
    ],
    "turn_of_g": [
        Wrong(g_turn_with(inside=False), "no gradient reaches it"),
        Wrong(g_turn_stopped, "no gradient reaches it"),
        Wrong(g_turn_of_d, "D learns to be fooled"),
        Wrong(g_turn_of_both, "D moves in G's turn as well"),
        Wrong(g_turn_with(moves=False), "nobody moves"),
        Wrong(g_turn_with(saturating_generator_loss), "by the formula"),
        Wrong(g_turn_with(noise=fresh_noise), "the noise is drawn anew"),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def test_an_exception_in_an_earlier_gradient_opens_no_way_to_g(capsys):
    with pytest.raises(TypeError):
        ms.value_and_grad(lambda x: x + "a")(ms.Tensor([1.0]))
    said = said_of(check.turn_of_g, g_turn_with(inside=False), capsys)
    assert "no gradient reaches it" in said


def test_empty_blanks_play_all_the_same(capsys):
    """The lesson goes on with the package's turns, under its own optimisers."""
    game = turns.new_game()
    optimizers = [nn.Adam(network.trainable_params(), learning_rate=0.01) for network in game[:2]]
    game = (*game[:2], *optimizers)
    real, z = (ms.Tensor(np.full((4, 2), value, np.float32)) for value in (1, -1))
    losses_d = [float(check.turn_of_d(None)(game, real, z).asnumpy()) for _ in range(20)]
    losses_g = [float(check.turn_of_g(None)(game, z).asnumpy()) for _ in range(20)]
    assert losses_d[-1] < losses_d[0] and losses_g[-1] < losses_g[0]
