"""Generator and discriminator of convolutions (DCGAN: Radford, Metz & Chintala 2016, section 3), for any picture.

The generator doubles height and width `num_doublings` times, the discriminator halves them as often. Channels go the
other way: `base_channels` next to the picture, twice as many at each step inwards.
"""

from collections.abc import Callable

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.errors import CourseError
from gan_course.models.layers import (
    ChannelDropout,
    LeakyReLU,
    batch_norm_1d,
    batch_norm_2d,
    conv,
    conv_transpose,
    dense,
    leaky_relu,
)

Double = Callable[[int, int], nn.Cell]  # in_channels, out_channels -> a layer that doubles height and width


class Generator(nn.Cell):
    """Noise -> images in [-1, 1]: a Dense makes a small picture of many channels, which is doubled again and again.

    Batch normalisation and ReLU follow each layer but the last, which has a tanh.

    Args:
        latent_dim: numbers in z.
        image_shape: `(C, H, W)`.
        base_channels: channels before the last layer.
        num_doublings: 2^num_doublings must divide H and W.
        double: how to double: `layers.conv_transpose` or `layers.UpsampleConv`.
        residual: a `ResidualUnit` after each doubling.
        last_conv: end with a 3x3 convolution at full size instead of making the picture by the last doubling.
        hidden: units of one more Dense between z and the small picture (as InfoGAN has: Chen et al. 2016, appendix
            C.1); the paper has none.
        norm_kept: the part of the running averages of batch normalisation, which draw the samples, kept a step.

    Raises:
        CourseError: the size does not fit the doublings.
    """

    def __init__(
        self,
        latent_dim: int,
        image_shape: tuple[int, int, int],
        base_channels: int = 32,
        num_doublings: int = 4,
        double: Double = conv_transpose,
        residual: bool = False,
        last_conv: bool = False,
        hidden: int = 0,
        norm_kept: float = 0.9,
    ):
        super().__init__()
        channels, height, width = image_shape
        num_hidden = num_doublings if last_conv else num_doublings - 1
        widths = [base_channels * 2**power for power in reversed(range(num_hidden + 1))]
        self.start_shape = (widths[0], *start_size((height, width), num_doublings))
        self.hidden = nn.SequentialCell([dense(latent_dim, hidden), batch_norm_1d(hidden)]) if hidden else None
        self.start = dense(hidden or latent_dim, int(np.prod(self.start_shape)))
        self.norm = batch_norm_2d(widths[0], norm_kept)
        blocks = [DoublingBlock(*pair, double, residual, norm_kept) for pair in zip(widths, widths[1:])]
        self.blocks = nn.SequentialCell(blocks) if blocks else None
        self.last = conv(widths[-1], channels, 3, padding=1) if last_conv else double(widths[-1], channels)

    def construct(self, z: Tensor) -> Tensor:
        """z `(N, latent_dim)` -> `(N, C, H, W)`."""
        if self.hidden is not None:
            z = ops.relu(self.hidden(z))  # (N, hidden)
        h = self.start(z).reshape(z.shape[0], *self.start_shape)  # (N, widths[0], H / 2^d, W / 2^d), d doublings
        h = ops.relu(self.norm(h))
        if self.blocks is not None:
            h = self.blocks(h)  # (N, base_channels, H / 2, W / 2), or H, W before a last convolution
        return ops.tanh(self.last(h))  # (N, C, H, W)


class DoublingBlock(nn.Cell):
    """Doubling, batch normalisation, ReLU: `(N, in_channels, H, W)` -> `(N, out_channels, 2H, 2W)`."""

    def __init__(
        self, in_channels: int, out_channels: int, double: Double, residual: bool = False, norm_kept: float = 0.9
    ):
        super().__init__()
        self.double = double(in_channels, out_channels)
        self.residual = ResidualUnit(out_channels) if residual else None
        self.norm = batch_norm_2d(out_channels, norm_kept)

    def construct(self, x: Tensor) -> Tensor:
        h = self.double(x)  # (N, out_channels, 2H, 2W)
        if self.residual is not None:
            h = self.residual(h)
        return ops.relu(self.norm(h))


class ResidualUnit(nn.Cell):
    """x + F(x), F being BN, ReLU and a 3x3 convolution, twice (He et al. 2016, "Identity mappings", figure 1b).

    It learns what to add, so that more layers need not make a network harder to train. The shape stays.
    """

    def __init__(self, channels: int):
        super().__init__()
        self.norms = nn.CellList([batch_norm_2d(channels), batch_norm_2d(channels)])
        self.convs = nn.CellList([conv(channels, channels, 3, padding=1), conv(channels, channels, 3, padding=1)])

    def construct(self, x: Tensor) -> Tensor:
        h = self.convs[0](ops.relu(self.norms[0](x)))  # (N, C, H, W)
        return x + self.convs[1](ops.relu(self.norms[1](h)))


class Features(nn.Cell):
    """Images -> `num_features` numbers each: convolutions of stride 2, each followed by a LeakyReLU.

    Batch normalisation stands before the LeakyReLU in all blocks but the first: at the picture itself it made the
    training unstable (section 3). Dropout, if any, comes after it.

    Args:
        image_shape: `(C, H, W)`.
        base_channels: channels after the first convolution; each further one has twice as many.
        num_halvings: convolutions; 2^num_halvings must divide H and W.
        normalise: whether to have batch normalisation at all.
        kernel_size: 4, or 3, which halves an even length as well.
        dropout: the probability that a channel is switched off in training.
        batch_size: N in training, which the masks of dropout must know.
        first_conv: begin with a 3x3 convolution at full size, which all halvings come after.

    Raises:
        CourseError: the size does not fit the halvings.
        ValueError: dropout without a batch size.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        base_channels: int = 32,
        num_halvings: int = 4,
        normalise: bool = True,
        kernel_size: int = 4,
        dropout: float = 0.0,
        batch_size: int | None = None,
        first_conv: bool = False,
    ):
        super().__init__()
        if dropout and batch_size is None:
            raise ValueError("dropout needs the batch size of the training: each image has a mask of its own")
        widths = [image_shape[0], *(base_channels * 2**power for power in range(num_halvings + first_conv))]
        self.num_features = widths[-1] * int(np.prod(start_size(image_shape[1:], num_halvings)))
        convs = [conv(*pair, kernel_size, stride=2, padding=1) for pair in zip(widths, widths[1:])]
        if first_conv:
            convs[0] = conv(image_shape[0], base_channels, 3, padding=1)
        self.convs = nn.CellList(convs)
        self.norms = nn.CellList([batch_norm_2d(width) for width in widths[2:]]) if normalise else None
        drops = [ChannelDropout(batch_size, width, dropout) for width in widths[1:] if dropout]
        self.drops = nn.CellList(drops) if dropout else None

    def construct(self, images: Tensor) -> Tensor:
        """Images `(N, C, H, W)` -> `(N, num_features)`."""
        h = images
        for index in range(len(self.convs)):
            h = self.convs[index](h)  # (N, base_channels * 2^index, H / 2^s, W / 2^s) after s convolutions of stride 2
            if self.norms is not None and index > 0:
                h = self.norms[index - 1](h)
            h = leaky_relu(h)
            if self.drops is not None:
                h = self.drops[index](h)
        return h.reshape(h.shape[0], -1)  # (N, num_features)


class Discriminator(nn.Cell):
    """Images -> one logit each, positive where it takes an image for real: `Features` and a Dense.

    Args:
        image_shape, base_channels, num_halvings: see `Features`.
        hidden: units between the two, in a Dense with LeakyReLU, which can weigh what lies far apart in the picture
            against each other; the paper has none (section 3).
        normalise_hidden: batch normalisation in that layer, too.
        normalise, kernel_size, dropout, batch_size, first_conv: see `Features`.
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        base_channels: int = 32,
        num_halvings: int = 4,
        hidden: int = 0,
        normalise_hidden: bool = False,
        normalise: bool = True,
        kernel_size: int = 4,
        dropout: float = 0.0,
        batch_size: int | None = None,
        first_conv: bool = False,
    ):
        super().__init__()
        self.features = Features(
            image_shape, base_channels, num_halvings, normalise, kernel_size, dropout, batch_size, first_conv
        )
        norm = [batch_norm_1d(hidden)] if hidden and normalise_hidden else []
        layers = [dense(self.features.num_features, hidden), *norm, LeakyReLU()] if hidden else []
        self.hidden = nn.SequentialCell(layers) if hidden else None
        self.head = dense(hidden or self.features.num_features, 1)

    def construct(self, images: Tensor) -> Tensor:
        """Images `(N, C, H, W)` -> logits `(N, 1)`."""
        h = self.features(images)  # (N, num_features)
        if self.hidden is not None:
            h = self.hidden(h)  # (N, hidden)
        return self.head(h)  # (N, 1)


def start_size(size: tuple[int, int], num_doublings: int) -> tuple[int, int]:
    """Height and width that `num_doublings` doublings turn into `size`.

    Raises:
        CourseError: there are none; it names the nearest sizes that have some.
    """
    step = 2**num_doublings
    if any(length % step or length < step for length in size):
        smaller = [length // step * step for length in size]
        larger = [-(-length // step) * step for length in size]
        near = " or ".join("{}x{}".format(*lengths) for lengths in (smaller, larger) if min(lengths) > 0)
        height, width = size
        raise CourseError(
            f"{num_doublings} doublings cannot give pictures of {height}x{width}, whose sides must be multiples of "
            f"{step}: choose {near}"
        )
    return size[0] // step, size[1] // step


def initialise(network: nn.Cell, rng: np.random.Generator, sigma: float = 0.02) -> nn.Cell:
    """Draw all weights from N(0, sigma^2), the scales of batch normalisation from N(1, sigma^2); biases are 0.

    The paper's initialisation (section 4: "zero-centered Normal distribution with standard deviation 0.02"), with the
    scales as in its authors' code. Returns the network.
    """
    for parameter in network.trainable_params():
        kind = parameter.name.rsplit(".", 1)[-1]
        if kind in ("bias", "beta"):
            value = np.zeros(parameter.shape)
        else:
            value = sigma * rng.standard_normal(parameter.shape) + (kind == "gamma")
        parameter.set_data(ms.Tensor(value.astype(np.float32)))
    return network
