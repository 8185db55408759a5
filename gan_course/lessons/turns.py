"""The game of lesson 03 in slow motion: a few steps at a time in which D only, G only, or both learn."""

from collections.abc import Callable, Iterator
from functools import partial

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.training.loop import Step
from gan_course.training.steps.gan import discriminator_step, gan_step, generator_step


def turns(
    generator: nn.Cell,
    discriminator: nn.Cell,
    optimizer_g: nn.Optimizer,
    optimizer_d: nn.Optimizer,
    batches: Iterator[tuple[np.ndarray, np.ndarray]],
    num_steps: int = 10,
) -> dict[str, Callable[[], None]]:
    """What to do for `num_steps` steps, by who learns: "D only", "G only" and "both": D, then G.

    Args:
        generator, discriminator, optimizer_g, optimizer_d: of the game, as of `gan_step`; networks that answer in
            training as they do outside of it, which they leave.
        batches: real points and noise.
    """
    for network in (generator, discriminator):
        network.set_train(False)

    def learn(step: Step) -> None:
        for _ in range(num_steps):
            step(*map(ms.Tensor, next(batches)))

    steps = {
        "D only": discriminator_step(generator, discriminator, optimizer_d),
        "G only": generator_step(generator, discriminator, optimizer_g),
        "both": gan_step(generator, discriminator, optimizer_g, optimizer_d),
    }
    return {who: partial(learn, step) for who, step in steps.items()}
