"""Probes: small experiments on the networks of a training, for what its curves do not show. They leave it as it was.

Each returns one number, a sign for `doctor.examine`, under the name that its docstring gives.
"""

from collections.abc import Callable, Iterable

import mindspore as ms
import numpy as np
from mindspore import nn


def epsilon_share(*networks: nn.Cell) -> float:
    """Sign `epsilon_share`: the part of epsilon in variance + epsilon, from 0 to 1, in the worst batch normalisation.

    Of each layer the median over its channels counts. 0 for networks without batch normalisation.
    """
    layers = [cell for network in networks for _, cell in network.cells_and_names() if hasattr(cell, "moving_variance")]
    shares = [np.median(layer.eps / (layer.moving_variance.asnumpy() + layer.eps)) for layer in layers]
    return float(max(shares, default=0.0))


def change_by(action: Callable[[], object], cells: Iterable[nn.Cell], watched: Iterable[ms.Parameter]) -> float:
    """The largest change of any of the `watched` parameters that `action()` makes; then all `cells` are put back.

    Sign `sampling_change`: of the generator's parameters, running averages among them, by drawing samples.
    """
    kept = [(parameter, parameter.asnumpy().copy()) for cell in cells for parameter in cell.get_parameters()]
    before = [(parameter, parameter.asnumpy().copy()) for parameter in watched]
    action()
    change = max(np.abs(parameter.asnumpy() - value).max() for parameter, value in before)
    for parameter, value in kept:
        parameter.set_data(ms.Tensor(value))
    return float(change)


def other_turn_change(
    step: Callable, batch: tuple[np.ndarray, ...], cells: Iterable[nn.Cell], optimizer: nn.Optimizer, network: nn.Cell
) -> float:
    """Sign `other_turn_change`: the largest change of a weight of `network` in a step without its own `optimizer`.

    The optimiser's learning rate is 0 for that step. So who else moves the network?

    Args:
        step: a train step.
        batch: its arguments.
        cells: all networks and optimisers; they are put back afterwards.
        optimizer: the one that should move `network`.
        network: the one to watch.
    """

    def step_without() -> None:
        rate = optimizer.learning_rate
        rate.set_data(ms.Tensor(np.zeros_like(rate.asnumpy())))
        step(*map(ms.Tensor, batch))

    return change_by(step_without, cells, network.trainable_params())


def redraw_change(draw: Callable[[], np.ndarray]) -> float:
    """Sign `redraw_change`: the largest difference between two pictures that `draw` makes with nothing in between."""
    return float(np.abs(draw().astype(float) - draw()).max())
