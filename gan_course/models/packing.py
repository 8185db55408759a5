"""Packing (PacGAN, Lin et al. 2018): D sees several pictures at once, so that being all alike gives them away."""

from mindspore import Tensor, nn


class Packed(nn.Cell):
    """A discriminator that sees `size` pictures joined along their channels and answers once for all of them.

    Args:
        discriminator: of pictures with `size` times the channels: `(N / size, size * C, ...)` -> `(N / size, 1)`.
        size: pictures a pack; it must divide N.
        axis: where the examples are counted; the channels come next. 1 for networks side by side, `(S, N, C)`.
    """

    def __init__(self, discriminator: nn.Cell, size: int, axis: int = 0):
        super().__init__()
        self.discriminator = discriminator
        self.size = size
        self.axis = axis

    def construct(self, images: Tensor) -> Tensor:
        axis, size = self.axis, self.size
        count, channels = images.shape[axis : axis + 2]
        packed = (count // size, size * channels)
        packs = images.reshape(*images.shape[:axis], *packed, *images.shape[axis + 2 :])  # (N / size, size * C, ...)
        return self.discriminator(packs)  # (N / size, 1)
