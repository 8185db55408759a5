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
        frequencies: of `waves` put before the first layer, none by default.
        gentle: whether the waves are.
    """

    def __init__(
        self,
        features: tuple[int, ...],
        num_seeds: int,
        rng: np.random.Generator,
        frequencies: tuple[float, ...] = (),
        gentle: bool = True,
    ):
        super().__init__()
        self.frequencies = frequencies
        self.gentle = gentle
        features = (features[0] * (1 + 2 * len(frequencies)), *features[1:])
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
        return stacked_mlp(waves(x, self.frequencies, self.gentle), *self.parameters)


def waves(x: Tensor, frequencies: tuple[float, ...], gentle: bool = True) -> Tensor:
    """x beside sin(f x) and cos(f x) of each number in it for each frequency f: `(..., n)` -> `(..., n (1 + 2 F))`.

    A network of dense layers is slow to learn anything that changes quickly with its input, such as where a narrow
    heap ends; on waves it is not (Tancik et al. 2020). Gentle waves have the height 1 / f, so that none is steeper
    than x itself, and count for more only as the network learns to need them.
    """
    parts = [x]
    for frequency in frequencies:
        height = 1 / frequency if gentle else 1.0
        parts += [height * ops.sin(frequency * x), height * ops.cos(frequency * x)]
    return ops.cat(parts, axis=-1)


def stacked_mlp(x: Tensor, *parameters: Tensor) -> Tensor:
    """What `StackedMLP` without waves computes, from its parameters: weight, bias, weight, bias and so on."""
    h = x
    for index in range(0, len(parameters), 2):
        if index > 0:
            h = leaky_relu(h)
        # bmm: MindSpore 2.10, not jitted, takes the second derivative of ops.matmul for 0 and does not say so
        h = ops.bmm(h, parameters[index]) + parameters[index + 1]  # (S, N, width)
    return h
