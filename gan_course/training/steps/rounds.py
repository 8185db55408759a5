"""A round of turns: D learns several times, then G, with any losses and any penalty on D's slope."""

from collections.abc import Callable

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.training.loop import Step
from gan_course.training.steps.gan import refuse_partials
from gan_course.training.steps.wgan_gp import gradient_norms


def zero_centred_penalty(discriminator: nn.Cell, images: Tensor) -> Tensor:
    """E[|grad D(x)|^2]: R1 at real images, R2 at generated ones (Mescheder, Geiger & Nowozin 2018, equations 9, 10).

    There it is weighted with gamma / 2. It lets D be steep nowhere near the images, and no pull on G is left where real
    and generated images are the same; without it, the two players may circle about that place for ever (section 2).

    Args:
        discriminator: images -> logits `(N, 1)`, each of one image alone.
        images: `(N, ...)`, or `(S, N, ...)` with logits `(S, N, 1)`.
    """
    return (gradient_norms(discriminator, images) ** 2).mean()


def rounds_step(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    loss_d: Callable[[Tensor, Tensor], Tensor],
    loss_g: Callable[[Tensor, Tensor], Tensor],
    penalty: Callable[[Tensor, Tensor, Tensor], Tensor] | None = None,
    turns_d: int = 1,
    turns_g: int = 1,
) -> Step:
    """Return `step(real, z, epsilon)`: D learns `turns_d` times, then G `turns_g` times.

    The batch holds what all the turns need: `(turns_d + turns_g - 1) * N` images, as many z and as many epsilon. G's
    first turn learns from the images and z of D's last one, as in `gan_step`. The step returns `loss_d` without the
    penalty, `penalty` and `loss_g`, each of the last turn.

    Args:
        generator: z `(N, latent_dim)` -> images.
        discriminator: images -> logits or scores `(N, 1)`.
        optimizer_g: over the generator's parameters, whose names must differ from the discriminator's.
        optimizer_d: over the discriminator's parameters.
        loss_d: of the logits for real and for generated images.
        loss_g: of the same two; most losses of G leave the first aside.
        penalty: `penalty(real, fake, epsilon)` is added to D's loss; epsilon is U[0, 1], `(N, 1)`.
        turns_d, turns_g: at least 1.

    Raises:
        TypeError: a loss is a `functools.partial`.
    """
    refuse_partials(loss_d, loss_g)

    def loss_fn_d(real, fake, epsilon):
        loss = loss_d(discriminator(real), discriminator(fake))
        steepness = ops.zeros_like(loss) if penalty is None else penalty(real, fake, epsilon)
        return loss + steepness, loss, steepness

    def loss_fn_g(real, z):
        return loss_g(discriminator(real), discriminator(generator(z)))

    grad_fn_d = ms.value_and_grad(loss_fn_d, None, optimizer_d.parameters, has_aux=True)
    grad_fn_g = ms.value_and_grad(loss_fn_g, None, optimizer_g.parameters)

    @ms.jit
    def step(real, z, epsilon):
        reals, noises, epsilons = (ops.chunk(part, turns_d + turns_g - 1) for part in (real, z, epsilon))
        value_d, steepness, value_g = 0.0, 0.0, 0.0
        for i in range(turns_d):  # the compiler unrolls both loops
            fake = ops.stop_gradient(generator(noises[i]))
            (_, value_d, steepness), gradients = grad_fn_d(reals[i], fake, epsilons[i])
            optimizer_d(gradients)
        for i in range(turns_d - 1, turns_d - 1 + turns_g):
            value_g, gradients = grad_fn_g(reals[i], noises[i])
            optimizer_g(gradients)
        return {"loss_d": value_d, "penalty": steepness, "loss_g": value_g}

    return step
