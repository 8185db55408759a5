"""WGAN-GP (Gulrajani et al. 2017): a critic that pays where the slope of its scores is not 1.

The penalty contains the gradient of D by its *input*, and is itself differentiated by D's weights: a second derivative.
"""

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.training.loop import Step
from gan_course.training.losses import critic_generator_loss, critic_loss


def gradient_norms(critic: nn.Cell, images: Tensor) -> Tensor:
    """|grad_x critic(x)| at each image: how steeply its score changes with its pixels, all of them together.

    The critic must judge each image by itself. With batch normalisation a score depends on the other images too, and
    the gradient would reach into them.

    Args:
        critic: images -> scores `(N, 1)`.
        images: `(N, ...)`, or `(S, N, ...)` with scores `(S, N, 1)`.

    Returns:
        `(N,)`, or `(S, N)`.
    """

    def total_score(x):
        return critic(x).sum()

    gradient = ms.grad(total_score)(images)
    flat = gradient.reshape(*critic(images).shape[:-1], -1)
    return ops.sqrt((flat**2).sum(axis=-1) + 1e-12)  # at 0 the root itself has no gradient


def gradient_penalty(critic: nn.Cell, real: Tensor, fake: Tensor, epsilon: Tensor) -> Tensor:
    """E[(|grad critic(x^)| - 1)^2] at x^ = epsilon x + (1 - epsilon) G(z) (Gulrajani et al. 2017, equation 3).

    Args:
        critic: images -> scores.
        real, fake: images, of one shape.
        epsilon: U[0, 1], one number an image, so that x^ lies anywhere on the line between the two: `(N, 1)`.
    """
    epsilon = epsilon.reshape(*epsilon.shape, *[1] * (real.ndim - epsilon.ndim))
    interpolated = epsilon * real + (1 - epsilon) * fake
    return ((gradient_norms(critic, interpolated) - 1) ** 2).mean()


def wgan_gp_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    penalty_weight: float = 10.0,
    n_critic: int = 5,
) -> Step:
    """Return `step(real, z, epsilon)`: the critic learns `n_critic` times, then G once (Gulrajani et al., algorithm 1).

    The batch holds what all the turns need: `n_critic * N` images, as many z and as many epsilon. G learns from the z
    of the critic's last turn. The step returns `loss_d` without the penalty and `penalty` without its weight, both of
    the critic's last turn, and `loss_g`.

    Args:
        generator: z `(N, latent_dim)` -> images.
        discriminator: the critic: images -> scores `(N, 1)`, without batch normalisation.
        optimizer_g: over the generator's parameters, whose names must differ from the critic's.
        optimizer_d: over the critic's parameters.
        penalty_weight: lambda of equation 3.
        n_critic: turns of the critic to one of G.
    """

    def loss_fn_d(real, fake, epsilon):
        loss = critic_loss(discriminator(real), discriminator(fake))
        penalty = gradient_penalty(discriminator, real, fake, epsilon)
        return loss + penalty_weight * penalty, loss, penalty

    def loss_fn_g(z):
        return critic_generator_loss(discriminator(generator(z)))

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z, epsilon):
        reals, noises, epsilons = (ops.chunk(part, n_critic) for part in (real, z, epsilon))
        loss_d, penalty = 0.0, 0.0
        for i in range(n_critic):  # the compiler unrolls it
            fake = ops.stop_gradient(generator(noises[i]))
            (_, loss_d, penalty), gradients = grad_fn_d(reals[i], fake, epsilons[i])
            optimizer_d(gradients)
        loss_g, gradients = grad_fn_g(noises[n_critic - 1])
        optimizer_g(gradients)
        return {"loss_d": loss_d, "penalty": penalty, "loss_g": loss_g}

    return step
