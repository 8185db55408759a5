"""Many small networks trained at once: most of a tiny network's step goes into launching kernels, and ten share that.

The first axis counts the networks. They have nothing in common: the gradient of a mean over that axis, by the weights
of one network, is that of the network's own loss over `num_seeds`, a factor that Adam divides out again.

Axes: S networks, N points for each, F frequencies.
"""

import mindspore as ms
import numpy as np
from mindspore import Parameter, ParameterTuple, Tensor, nn, ops

from gan_course.models.layers import leaky_relu


class StackedMLP(nn.Cell):
    """`num_seeds` separate networks of dense layers, LeakyReLU between them: `(S, N, in)` -> `(S, N, out)`.

    Args:
        features: widths, from the input's to the output's.
        num_seeds: how many networks, S.
        rng: draws the weights from N(0, 2 / in), which keeps the size of what goes through the layers (He et al. 2015),
            and the biases of hidden layers from N(0, 1): were they 0, all kinks of the first layer would lie on lines
            through the origin of the plane.
        frequencies: of `fourier_features` put before the first layer, none by default.
        damped: whether these are.
    """

    def __init__(
        self,
        features: tuple[int, ...],
        num_seeds: int,
        rng: np.random.Generator,
        frequencies: tuple[float, ...] = (),
        damped: bool = True,
    ):
        super().__init__()
        self.frequencies = frequencies
        self.damped = damped
        features = (features[0] * (1 + 2 * len(frequencies)), *features[1:])
        parameters = []
        for index, (width_in, width_out) in enumerate(zip(features, features[1:])):
            weight = np.sqrt(2 / width_in) * rng.standard_normal((num_seeds, width_in, width_out))
            bias = rng.standard_normal((num_seeds, 1, width_out)) * (index < len(features) - 2)
            parameters += [
                Parameter(Tensor(weight, ms.float32), name=f"{index}.weight"),
                Parameter(Tensor(bias, ms.float32), name=f"{index}.bias"),
            ]
        self.parameters = ParameterTuple(parameters)

    def construct(self, x: Tensor) -> Tensor:
        h = fourier_features(x, self.frequencies, self.damped)  # (S, N, in * (1 + 2 F))
        return stacked_mlp(h, *self.parameters)  # (S, N, out)


def fourier_features(x: Tensor, frequencies: tuple[float, ...], damped: bool = True) -> Tensor:
    """x beside sin(f x) and cos(f x) of each number in it for each frequency f: `(..., n)` -> `(..., n (1 + 2 F))`.

    A network of dense layers is slow to learn anything that changes quickly with its input, such as where a narrow
    mode ends; on these features it is not (Tancik et al. 2020). Damped, they have the height 1 / f, so that none is
    steeper than x itself, and count for more only as the network learns to need them.
    """
    features = [x]
    for frequency in frequencies:
        height = 1 / frequency if damped else 1.0
        features += [height * ops.sin(frequency * x), height * ops.cos(frequency * x)]
    return ops.cat(features, axis=-1)


def stacked_mlp(x: Tensor, *parameters: Tensor) -> Tensor:
    """What `StackedMLP` without frequencies computes, from its parameters: weight, bias, weight, bias and so on."""
    h = x  # (S, N, in)
    for index in range(0, len(parameters), 2):
        if index > 0:
            h = leaky_relu(h)
        # bmm: MindSpore 2.10, not jitted, takes the second derivative of ops.matmul for 0 and does not say so
        h = ops.bmm(h, parameters[index]) + parameters[index + 1]  # (S, N, width)
    return h  # (S, N, out)
