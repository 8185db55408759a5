"""The unrolled GAN (Metz, Poole, Pfau & Sohl-Dickstein 2017): G looks at how D will answer before it moves."""

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.training.loop import Step
from gan_course.training.losses import discriminator_loss, generator_loss

Weights = tuple[Tensor, ...]


def look_ahead(loss: Callable[[Weights], Tensor], weights: Weights, num_steps: int, learning_rate: float) -> Weights:
    """The weights after `num_steps` steps of gradient descent on `loss(weights)` (section 2.2).

    Nothing is updated: it is a formula of the weights and of whatever else `loss` depends on, and can be
    differentiated by these. Inside jitted functions only: outside, MindSpore 2.10 has no gradient by a tuple.
    """
    grad_fn = ms.grad(loss)
    for _ in range(num_steps):
        weights = tuple(weight - learning_rate * gradient for weight, gradient in zip(weights, grad_fn(weights)))
    return weights


def unrolled_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    discriminator_of: Callable[..., Tensor],
    num_unrolled: int = 5,
    learning_rate: float = 0.1,
) -> Step:
    """Return `step(real, z)`: G learns against the D of `num_unrolled` steps later, D learns one step as usual.

    G's gradient has two parts: how D's answer depends on the fakes, and how the coming D depends on them (section 2.4).
    The second is why piling all fakes onto one place does not pay: the D to come will have noticed.

    The step returns `loss_d` of D as it is and `loss_g` of the D looked at.

    Args:
        generator: z -> fakes.
        discriminator: points -> logits.
        optimizer_g: over the generator's parameters.
        optimizer_d: over the discriminator's parameters.
        discriminator_of: the discriminator as a function of its weights: `discriminator_of(points, *weights)` ->
            logits, with the weights in the order of `optimizer_d.parameters`.
        num_unrolled: steps of D to look ahead; 0 is the usual GAN, both players at once.
        learning_rate: of these steps.
    """

    def loss_fn_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_fn_g(z, real):
        fake = generator(z)

        def loss_ahead(weights):
            return discriminator_loss(discriminator_of(real, *weights), discriminator_of(fake, *weights))

        weights = look_ahead(loss_ahead, tuple(optimizer_d.parameters), num_unrolled, learning_rate)
        return generator_loss(discriminator_of(fake, *weights))

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters)
    grad_fn_g = ms.value_and_grad(loss_fn_g, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z):
        loss_g, gradients_g = grad_fn_g(z, real)
        loss_d, gradients_d = grad_fn_d(real, ops.stop_gradient(generator(z)))
        optimizer_g(gradients_g)  # first: the other way round, MindSpore 2.10 takes part of it by the new D
        optimizer_d(gradients_d)
        return {"loss_d": loss_d, "loss_g": loss_g}

    return step
