"""Layers as this course uses them: the only file that spells MindSpore's layer arguments.

MindSpore's defaults differ from what papers and other frameworks mean by the same words, and they are about to be
renamed, so every argument is passed by keyword here, once.
"""

import numpy as np
from mindspore import Parameter, Tensor, nn, ops
from mindspore.common.initializer import Normal


def dense(in_features: int, out_features: int) -> nn.Dense:
    """A fully connected layer, `(N, in_features)` -> `(N, out_features)`."""
    return nn.Dense(in_channels=in_features, out_channels=out_features)


def embedding(num_classes: int, num_features: int, spread: float = 1.0) -> nn.Embedding:
    """A table with one row of numbers to learn for each class: labels `(N,)` -> `(N, num_features)`.

    It begins with N(0, spread^2). MindSpore's own spread, 0.01, would shrink what it is multiplied with to nearly
    nothing.
    """
    return nn.Embedding(vocab_size=num_classes, embedding_size=num_features, embedding_table=Normal(sigma=spread))


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


def conv_transpose(in_channels: int, out_channels: int) -> nn.Conv2dTranspose:
    """A 4x4 transposed convolution of stride 2 with a bias, which doubles: `(N, C, H, W)` -> `(N, C', 2H, 2W)`.

    Each number of the input stamps a weighted 4x4 patch onto the output, two pixels further than the one before it;
    the stamps overlap by half and add up.
    """
    return nn.Conv2dTranspose(
        in_channels=in_channels,
        out_channels=out_channels,
        kernel_size=4,
        stride=2,
        pad_mode="pad",
        padding=1,
        has_bias=True,
    )


# How a 3-tap kernel on doubled pixels becomes a 4-tap one on the pixels themselves, along one axis. Tap t of the
# stamp is the sum of those taps of the kernel that fall on the same pixel: w2, w1 + w2, w0 + w1, w0.
TAPS = np.array([[0, 0, 1], [0, 1, 1], [1, 1, 0], [1, 0, 0]], np.float32)


class UpsampleConv(nn.Cell):
    """Every pixel repeated 2x2, then a 3x3 convolution that keeps the size: `(N, C, H, W)` -> `(N, C', 2H, 2W)`.

    It is worked out in one go, as a transposed convolution whose 4x4 stamps are made of the 3x3 kernels: the same
    numbers without ever building the large picture, with 4 products a pixel and channel instead of 9, and on a CPU
    three times faster or more. So the two ways to double differ only in this: here the 16 weights of a stamp
    depend on 9.
    """

    def __init__(self, in_channels: int, out_channels: int):
        super().__init__()
        self.conv = conv(in_channels, out_channels, kernel_size=3, padding=1)
        self.stamp_shape = (in_channels, out_channels, 4, 4)
        self.to_stamps = Tensor(np.kron(TAPS, TAPS).T)  # (9, 16)
        self.transposed = ops.Conv2DTranspose(
            out_channel=in_channels, kernel_size=4, pad_mode="pad", pad=1, stride=2
        )  # its "out" is ours in: it is named after the convolution that it turns round

    def construct(self, x: Tensor) -> Tensor:
        kernels = self.conv.weight.transpose(1, 0, 2, 3).reshape(-1, 9)  # (C * C', 9)
        stamps = ops.matmul(kernels, self.to_stamps).reshape(self.stamp_shape)  # (C, C', 4, 4)
        n, _, height, width = x.shape
        doubled = self.transposed(x, stamps, (n, self.stamp_shape[1], 2 * height, 2 * width))  # (N, C', 2H, 2W)
        return ops.bias_add(doubled, self.conv.bias)


class ChannelDropout(nn.Cell):
    """In training, switch off some channels of each image and strengthen the others: `(N, C, H, W)`, the shape stays.

    Whole channels, since neighbouring pixels tell nearly the same (Tompson et al. 2015, section 3.2). What is switched
    off is a parameter, `mask`, 0 or 1 / (1 - rate), which `training.dropout.renewing` draws before each step.
    MindSpore's own dropout draws from a stream that no checkpoint can hold, so a run could not go on bit for bit.

    Args:
        num_images: N in training; otherwise any number of images passes unchanged.
        channels: C.
        rate: the probability that a channel is switched off, from 0 to less than 1.

    Raises:
        ValueError: in training, another number of images, one of which would share their masks.
    """

    def __init__(self, num_images: int, channels: int, rate: float):
        super().__init__()
        self.rate = rate
        self.mask = Parameter(Tensor(np.ones((num_images, channels, 1, 1), np.float32)), requires_grad=False)

    def construct(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if x.shape[0] != self.mask.shape[0]:
            raise ValueError(f"dropout has masks for {self.mask.shape[0]} images, not for {x.shape[0]}")
        return x * self.mask  # (N, C, H, W)


def batch_norm_1d(num_features: int) -> nn.BatchNorm1d:
    """Batch normalisation (Ioffe & Szegedy 2015) of `(N, num_features)`, 90 % of its running averages kept a step."""
    return nn.BatchNorm1d(num_features=num_features, eps=1e-5, momentum=0.9)


def batch_norm_2d(num_features: int, kept: float = 0.9) -> nn.BatchNorm2d:
    """Batch normalisation of each channel of `(N, num_features, H, W)`, `kept` of its running averages kept a step."""
    return nn.BatchNorm2d(num_features=num_features, eps=1e-5, momentum=kept)


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
