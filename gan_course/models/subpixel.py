"""Doublings written as plain convolutions, for formats that know no transposed ones: the same pictures.

A transposed 4x4 convolution of stride 2 gives each 2x2 square of pixels from the 3x3 pixels around the one that it
comes from. So it is a 3x3 convolution to four times the channels, one set for each place in the square, and a shuffle
of channels into pixels (Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?").
"""

import numpy as np
from mindspore import Tensor, nn

from gan_course.models.layers import TAPS, UpsampleConv, conv

# Which tap of the stamp each of the pixels before, at and after adds to the even pixel, and to the odd one; 4: none.
EVEN, ODD = (3, 1, 4), (4, 2, 0)


class Unfold(nn.Cell):
    """`data.folding.unfold` as a layer: `(N, C factor^2, H, W)` -> `(N, C, H factor, W factor)`."""

    def __init__(self, factor: int):
        super().__init__()
        self.factor = factor

    def construct(self, x: Tensor) -> Tensor:
        n, channels, height, width = x.shape
        factor = self.factor
        squares = x.reshape(n, channels // factor**2, factor, factor, height, width)
        return squares.transpose(0, 1, 4, 2, 5, 3).reshape(n, -1, height * factor, width * factor)


def without_transposed(network: nn.Cell) -> nn.Cell:
    """Replace every doubling in `network`, whose attributes they are, by its plain convolution; return the network."""
    for _, cell in list(network.cells_and_names()):
        for name, layer in list(cell.name_cells().items()):
            if isinstance(layer, nn.Conv2dTranspose | UpsampleConv):
                setattr(cell, name, plain(layer))
    for name, parameter in network.parameters_and_names():
        parameter.name = name  # those of the new layers are not unique yet
    return network


def plain(layer: nn.Conv2dTranspose | UpsampleConv) -> nn.SequentialCell:
    """The same doubling, `(N, C, H, W)` -> `(N, C', 2H, 2W)`, as a 3x3 convolution and a shuffle."""
    stamps, bias = stamps_of(layer)  # (C, C', 4, 4), (C',)
    in_channels, out_channels = stamps.shape[:2]
    padded = np.pad(stamps, [(0, 0), (0, 0), (0, 1), (0, 1)])  # tap 4 is 0
    taps = np.array([EVEN, ODD])  # (2, 3)
    kernels = padded[:, :, taps[:, None, :, None], taps[None, :, None, :]]  # (C, C', 2, 2, 3, 3)
    convolution = conv(in_channels, 4 * out_channels, 3, padding=1)
    weight = kernels.transpose(1, 2, 3, 0, 4, 5).reshape(4 * out_channels, in_channels, 3, 3)
    convolution.weight.set_data(Tensor(np.ascontiguousarray(weight)))
    convolution.bias.set_data(Tensor(bias.repeat(4)))
    return nn.SequentialCell([convolution, Unfold(2)])


def stamps_of(layer: nn.Conv2dTranspose | UpsampleConv) -> tuple[np.ndarray, np.ndarray]:
    """The stamps of a doubling, `(C, C', 4, 4)`, and its bias, `(C',)`."""
    if isinstance(layer, nn.Conv2dTranspose):
        return layer.weight.asnumpy(), layer.bias.asnumpy()
    kernels = layer.conv.weight.asnumpy().swapaxes(0, 1)  # (C, C', 3, 3)
    return np.einsum("ai,bj,cdij->cdab", TAPS, TAPS, kernels), layer.conv.bias.asnumpy()
