"""Checks of networks: small experiments for what the curves of a training do not show, which leave no trace.

Each returns one number, a sign for `doctor.examine` under the name of the function.
"""

from collections.abc import Callable, Mapping

import mindspore as ms
import numpy as np
from mindspore import nn, ops


def check_networks(cells: Mapping[str, nn.Cell], draw: Callable[[], np.ndarray]) -> dict[str, float]:
    """Every check that a training allows, by name: `doctor.examine(history, **check_networks(cells, draw))`.

    Args:
        cells: networks and optimisers by name; the two last checks need `generator` and `optimizer_d`.
        draw: gives a picture of the state of the networks, a frame of the film.
    """
    signs = {"largest_epsilon": largest_epsilon(*cells.values()), "redraw_change": redraw_change(draw)}
    if {"generator", "optimizer_d"} <= cells.keys():
        signs["sampling_change"] = sampling_change(draw, cells["generator"])
        signs["shared_parameters"] = shared_parameters(cells["optimizer_d"], cells["generator"])
    return signs


def largest_epsilon(*networks: nn.Cell) -> float:
    """The largest epsilon of a batch normalisation, which it adds to the variance; 0 without batch normalisation."""
    cells = [cell for network in networks for _, cell in network.cells_and_names()]
    return float(max((cell.eps for cell in cells if hasattr(cell, "moving_variance")), default=0.0))


def shared_parameters(optimizer: nn.Optimizer, other: nn.Cell) -> float:
    """How many parameters of the `other` network this optimiser moves too; 0 is right."""
    others = {id(parameter) for parameter in other.trainable_params()}
    return float(sum(id(parameter) in others for parameter in optimizer.parameters))


def sampling_change(draw: Callable[[], object], generator: nn.Cell) -> float:
    """The largest change that `draw()` makes in the running averages of `generator`; 0 where it has none.

    They are shifted by 1 first, since many draws of the same pictures bring them to where the next draw leaves them,
    and put back afterwards.
    """
    averages = [(p, p.asnumpy().copy()) for p in generator.get_parameters() if not p.requires_grad]
    for parameter, value in averages:
        ops.assign(parameter, ms.Tensor(value + 1))  # set_data would not reach networks that are compiled already
    draw()
    changes = [np.abs(parameter.asnumpy() - (value + 1)).max() for parameter, value in averages]
    for parameter, value in averages:
        ops.assign(parameter, ms.Tensor(value))
    return float(max(changes, default=0.0))


def redraw_change(draw: Callable[[], np.ndarray]) -> float:
    """The largest difference between two pictures that `draw` makes with nothing in between."""
    return float(np.abs(draw().astype(float) - draw()).max())
