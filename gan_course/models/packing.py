"""Packing (PacGAN, Lin et al. 2018): D judges several pictures at once, so that being all alike gives them away."""

from mindspore import Tensor, nn


class Packed(nn.Cell):
    """A discriminator that sees `size` pictures joined along their channels and answers once for all of them.

    Args:
        discriminator: of pictures with `size` times the channels: `(N / size, size * C, ...)` -> `(N / size, 1)`.
        size: pictures a pack; it must divide N.
        axis: where the examples are counted; the channels come next.
    """

    def __init__(self, discriminator: nn.Cell, size: int, axis: int = 0):
        super().__init__()
        self.discriminator = discriminator
        self.size = size
        self.axis = axis

    def construct(self, images: Tensor) -> Tensor:
        """Images `(N, C, ...)` -> logits `(N / size, 1)`."""
        shape, axis, size = images.shape, self.axis, self.size
        packs = (*shape[:axis], shape[axis] // size, size * shape[axis + 1], *shape[axis + 2 :])
        return self.discriminator(images.reshape(packs))
