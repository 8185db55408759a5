"""Who moves in a train step, and how far: small networks with fixed weights, and an optimiser that counts its moves."""

from collections.abc import Sequence

import mindspore as ms
import numpy as np
from mindspore import Parameter, Tensor, nn, ops


class Descent(nn.Optimizer):
    """Plain gradient descent, which counts its moves in `global_step`; not compiled, so that it starts at once."""

    def __init__(self, parameters: list[Parameter], rate: float = 0.1):
        super().__init__(rate, parameters)
        self.rate = rate

    def construct(self, gradients: Sequence[Tensor]) -> bool:
        """Move each parameter by -rate times its gradient.

        Raises:
            ValueError: the gradients are not those of its parameters.
        """
        if [gradient.shape for gradient in gradients] != [parameter.shape for parameter in self.parameters]:
            raise ValueError("these are not the gradients of this optimiser's parameters")
        for parameter, gradient in zip(self.parameters, gradients):
            ops.assign_sub(parameter, self.rate * gradient)
        ops.assign_add(self.global_step, self.global_step_increase_tensor)
        return True

    def moves(self) -> int:
        """How often it was called."""
        return int(self.global_step.asnumpy()[0])


def with_weights(network: nn.Cell, seed: int) -> nn.Cell:
    """The network with weights from N(0, 1 / fan-in), whatever MindSpore's own seed is."""
    rng = np.random.default_rng(seed)
    for parameter in network.get_parameters():
        values = rng.standard_normal(parameter.shape) / np.sqrt(parameter.shape[-1])
        parameter.set_data(ms.Tensor(values.astype(np.float32)))
    return network


def weights(network: nn.Cell) -> np.ndarray:
    """All that it has learnt, in one row."""
    return np.concatenate([parameter.asnumpy().ravel() for parameter in network.trainable_params()])
