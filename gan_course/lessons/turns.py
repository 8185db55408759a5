"""The game of lesson 03 in slow motion: a few steps at a time in which D only, G only, or both learn."""

from collections.abc import Callable, Iterator

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.training.losses import discriminator_loss, generator_loss


def turns(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    batches: Iterator[tuple[np.ndarray, np.ndarray]],
    num_steps: int = 10,
) -> dict[str, Callable[[], None]]:
    """What to do for `num_steps` steps, by who learns: "D only", "G only" and "both": D, then G, as in `gan_step`.

    Args:
        generator, discriminator, optimizer_g, optimizer_d: of the game, as of `gan_step`.
        batches: real points and noise.
    """

    def loss_d(real: Tensor, z: Tensor) -> Tensor:
        return discriminator_loss(discriminator(real), discriminator(ops.stop_gradient(generator(z))))

    def loss_g(z: Tensor) -> Tensor:
        return generator_loss(discriminator(generator(z)))

    grad_d = ms.value_and_grad(loss_d, None, optimizer_d.parameters)
    grad_g = ms.value_and_grad(loss_g, None, optimizer_g.parameters)

    @ms.jit
    def step_d(real: Tensor, z: Tensor) -> Tensor:
        loss, gradients = grad_d(real, z)
        optimizer_d(gradients)
        return loss

    @ms.jit
    def step_g(z: Tensor) -> Tensor:
        loss, gradients = grad_g(z)
        optimizer_g(gradients)
        return loss

    def learn(d_learns: bool, g_learns: bool) -> None:
        for _ in range(num_steps):
            real, z = map(ms.Tensor, next(batches))
            if d_learns:
                step_d(real, z)
            if g_learns:
                step_g(z)

    return {
        "D only": lambda: learn(True, False),
        "G only": lambda: learn(False, True),
        "both": lambda: learn(True, True),
    }
