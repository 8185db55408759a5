"""Many small networks trained at once: most of a tiny network's step goes into launching kernels, and ten share that.

The first axis counts the networks. They have nothing in common: the gradient of a mean over that axis, by the weights
of one network, is that of the network's own loss over `num_seeds`, a factor that Adam divides out again.
"""

import mindspore as ms
import numpy as np
from mindspore import Parameter, ParameterTuple, Tensor, nn, ops

from gan_course.models.layers import leaky_relu


class StackedMLP(nn.Cell):
    """`num_seeds` separate networks of dense layers, LeakyReLU between them: `(S, N, in)` -> `(S, N, out)`.

    Args:
        features: widths, from the input's to the output's.
        num_seeds: how many networks.
        rng: draws the weights from N(0, 2 / in), which keeps the size of what goes through the layers (He et al. 2015),
            and the biases of hidden layers from N(0, 1): were they 0, all kinks of the first layer would lie on lines
            through the origin of the plane.
    """

    def __init__(self, features: tuple[int, ...], num_seeds: int, rng: np.random.Generator):
        super().__init__()
        parameters = []
        for index, (before, after) in enumerate(zip(features, features[1:])):
            weight = np.sqrt(2 / before) * rng.standard_normal((num_seeds, before, after))
            bias = rng.standard_normal((num_seeds, 1, after)) * (index < len(features) - 2)
            parameters += [
                Parameter(Tensor(weight, ms.float32), name=f"{index}.weight"),
                Parameter(Tensor(bias, ms.float32), name=f"{index}.bias"),
            ]
        self.parameters = ParameterTuple(parameters)

    def construct(self, x: Tensor) -> Tensor:
        return stacked_mlp(x, *self.parameters)


def stacked_mlp(x: Tensor, *parameters: Tensor) -> Tensor:
    """What `StackedMLP` computes, as a function of its parameters: weight, bias, weight, bias and so on."""
    h = x
    for index in range(0, len(parameters), 2):
        if index > 0:
            h = leaky_relu(h)
        # bmm: MindSpore 2.10, not jitted, takes the second derivative of ops.matmul for 0 and does not say so
        h = ops.bmm(h, parameters[index]) + parameters[index + 1]  # (S, N, width)
    return h
