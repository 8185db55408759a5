"""Two networks and their optimisers, made ready to play against each other."""

from collections.abc import Callable

import mindspore as ms
from mindspore import nn

NewOptimizer = Callable[[list[ms.Parameter]], nn.Optimizer]


def named(**cells: nn.Cell) -> dict[str, nn.Cell]:
    """Put each cell's name before those of its parameters: networks trained in one step must not share any."""
    for name, cell in cells.items():
        cell.update_parameters_name(f"{name}.")
    return cells


def two_players(
    generator: nn.Cell, discriminator: nn.Cell, optimizer_g: NewOptimizer, optimizer_d: NewOptimizer
) -> dict[str, nn.Cell]:
    """Networks, in training mode, and optimisers of a GAN under the names of `gan_step`'s arguments.

    Args:
        generator, discriminator: any networks; their parameters get names that differ.
        optimizer_g, optimizer_d: make the optimiser over the parameters that they are given.
    """
    networks = named(generator=generator.set_train(), discriminator=discriminator.set_train())
    optimizers = named(
        optimizer_g=optimizer_g(generator.trainable_params()), optimizer_d=optimizer_d(discriminator.trainable_params())
    )
    return networks | optimizers
