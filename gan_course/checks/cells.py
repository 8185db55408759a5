"""What can be seen of a network that somebody wrote: what it holds, what it answers, what a batch leaves in it.

Names of layers, and the order in which they are made, do not count: each parameter gets fixed numbers by its kind and
shape. So the networks to ask for are such that no two layers of a kind have one shape.
"""

from collections.abc import Callable
from typing import Any
from zlib import crc32

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor, nn, ops

from gan_course.checks.answer import Probe, filled

KINDS = {  # last part of a parameter's name -> what a message calls all of this kind
    "weight": "the list of its weights",
    "embedding_table": "the list of its embeddings",
    "bias": "the list of its biases",
    "gamma": "the list of its batch normalisations",
}


class Then(nn.Cell):
    """A network, and a function of what it answers."""

    def __init__(self, network: nn.Cell, function: Callable):
        super().__init__(auto_prefix=False)
        self.network, self.function = network, function

    def construct(self, *inputs: Tensor) -> Any:
        return self.function(self.network(*inputs))


def behaviour(arguments: tuple, inputs: tuple[np.ndarray, ...]) -> Probe:
    """A probe that builds a network of `arguments`, gives it fixed weights, and calls it on `inputs`.

    It sees the shapes of what is to be learnt, the answers in training and, by running averages, outside of it, these
    averages, and how much of a gradient reaches each parameter.
    """

    def probe(new: Callable) -> dict[str, Any]:
        network = new(*arguments)
        if not isinstance(network, nn.Cell):
            return {"what it makes": str(filled(network))}
        found = shapes(network)
        fill(network)
        tensors = [ms.Tensor(array) for array in inputs]
        found["its answer in training"], sizes = answer_and_gradients(network.set_train(), tensors)
        found["its running averages after a batch"] = [p.asnumpy() for p in in_order(network.untrainable_params())]
        found["how much of a gradient reaches its parameters"] = sizes
        found["its answer after the training"] = network.set_train(False)(*tensors)
        return found

    return probe


def kind_of(parameter: Parameter) -> str:
    """`weight`, `bias`, `gamma`, `beta`, `mean`, `variance` or `embedding_table`, as its layer calls it."""
    return parameter.name.rsplit(".", 1)[-1]


def in_order(parameters: list[Parameter]) -> list[Parameter]:
    """By kind and shape, whoever made them first."""
    return sorted(parameters, key=lambda parameter: (kind_of(parameter), parameter.shape))


def shapes(network: nn.Cell) -> dict[str, str]:
    """What is to be learnt, the shapes of each kind in a text."""
    found = {words: [] for words in KINDS.values()}
    for parameter in in_order(network.trainable_params()):
        if kind_of(parameter) in KINDS:
            shape = parameter.shape
            found[KINDS[kind_of(parameter)]].append("x".join(map(str, shape)))
    return {words: ", ".join(some) or "nothing" for words, some in found.items()}


def fill(network: nn.Cell) -> nn.Cell:
    """Give each parameter numbers that follow from its kind and shape alone, of a size that keeps signals alive."""
    for parameter in network.get_parameters():
        kind, shape = kind_of(parameter), parameter.shape
        values = np.random.default_rng(crc32(f"{kind} {shape}".encode())).standard_normal(shape)
        if kind == "weight":
            values /= np.sqrt(np.prod(shape[1:]))
        if kind in ("gamma", "variance"):
            values = 1 + 0.5 * np.tanh(values)
        parameter.set_data(ms.Tensor(values.astype(np.float32)))
    return network


def answer_and_gradients(network: nn.Cell, inputs: list[Tensor]) -> tuple[Any, np.ndarray]:
    """What it answers, and the length of the gradient of the summed squares of that, one number a parameter."""
    parameters = in_order(network.trainable_params())
    if not parameters:
        return filled(network(*inputs)), np.zeros(0)

    def total(*tensors):
        answers = filled(network(*tensors))
        return sum((part**2).sum() for part in (answers if isinstance(answers, tuple) else (answers,))), answers

    (_, answers), gradients = ms.value_and_grad(total, None, parameters, has_aux=True)(*inputs)
    return answers, np.array([np.linalg.norm(gradient.asnumpy()) for gradient in gradients])


def misset_norms(network: nn.Cell, eps: float = 1e-5, momentum: float = 0.9) -> nn.Cell:
    """The network, its batch normalisations with other settings."""
    for _, layer in network.cells_and_names():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            layer.bn_train = ops.BatchNorm(is_training=True, epsilon=eps, momentum=1 - momentum)
            layer.bn_infer = ops.BatchNorm(is_training=False, epsilon=eps)
    return network
