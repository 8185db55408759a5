"""The train step of the games without classes: that of lesson 03, written so that an exhibit can break it."""

import mindspore as ms
from mindspore import nn

from gan_course.lessons.museum.exhibits import Game
from gan_course.training.loop import Step
from gan_course.training.losses import discriminator_loss
from gan_course.training.steps.gan import game_results


def museum_step(
    game: Game, generator: nn.Cell, discriminator: nn.Cell, optimizer_g: nn.Optimizer, optimizer_d: nn.Optimizer
) -> Step:
    """Return `step(real, z)`: D learns, then G learns against the new D; it returns what `gan_step` does.

    Unlike `gan_step` it runs G in both updates and differentiates by whatever each optimiser holds: so D's may hold
    weights of G.
    """
    discriminate, loss_g = game.discriminate, game.loss_g

    def loss_fn_d(real, z):
        real_logits, fake_logits = discriminate(discriminator, real, generator(z))
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
