"""Weights as arrays by name, apart from any network: what is kept of a training, and put into another network."""

import re
from collections.abc import Mapping

import mindspore as ms
import numpy as np
from mindspore import nn

from gan_course.errors import CourseError

Weights = dict[str, np.ndarray]  # by a parameter's place in its network: "start.weight"


def parameters_of(network: nn.Cell) -> dict[str, ms.Parameter]:
    """The weights and running averages of `network` by their place in it.

    Their own names would not do: players and optimisers put theirs before them. Masks of dropout are left out: they
    are drawn before each step, and belong to a batch size.
    """
    return {name: parameter for name, parameter in network.parameters_and_names() if not is_mask(name)}


def weights_of(network: nn.Cell) -> Weights:
    """The values of `parameters_of`."""
    return {name: parameter.asnumpy() for name, parameter in parameters_of(network).items()}


def place_of(network: str, parameter: str) -> str:
    """The place in a network of a parameter's own name: "optimizer_g.generator.start.weight" -> "start.weight"."""
    return re.sub(rf"^(optimizer_\w+\.)?({network}\.)?", "", parameter)


def is_mask(name: str) -> bool:
    """Whether a parameter is a mask of `ChannelDropout`."""
    return name.rpartition(".")[2] == "mask"


def difference(parameters: Mapping[str, ms.Parameter], weights: Weights) -> str:
    """How `weights` differ in names or shapes from what `parameters` could take, in words; "" if they fit."""
    for name, parameter in parameters.items():
        if name not in weights:
            return f"there is no {name}"
        if weights[name].shape != parameter.shape:
            return f"{name} has the shape {weights[name].shape}, not {parameter.shape}"
    unknown = weights.keys() - parameters.keys()
    return f"there is {min(unknown)} as well" if unknown else ""


def put(parameters: Mapping[str, ms.Parameter], weights: Weights, what: str) -> None:
    """Put the weights into the parameters, before the first step: a compiled step would not see it.

    Raises:
        CourseError: they are of another network than `what`; nothing is changed.
    """
    if found := difference(parameters, weights):
        raise CourseError(f"the weights of {what} are of another network: {found}")
    for name, parameter in parameters.items():
        parameter.set_data(ms.Tensor(weights[name].astype(np.float32)))
