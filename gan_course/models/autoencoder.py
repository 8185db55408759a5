"""The autoencoder: squeeze an image through a few numbers and rebuild it (Hinton & Salakhutdinov 2006)."""

from math import prod

from mindspore import Tensor, nn, ops

from gan_course.models.layers import dense, mlp


class Autoencoder(nn.Cell):
    """Images in [-1, 1] -> latent vectors -> images in [-1, 1].

    Args:
        latent_dim: numbers that an image is squeezed into.
        hidden: widths of the encoder's hidden layers; the decoder has the same in reverse.
        image_shape: `(C, H, W)`.
    """

    def __init__(
        self,
        latent_dim: int,
        hidden: tuple[int, ...] = (512, 256),
        image_shape: tuple[int, int, int] = (1, 28, 28),
    ):
        super().__init__()
        self.image_shape = image_shape
        self.latent_dim = latent_dim
        pixels = prod(image_shape)
        self.encoder = nn.SequentialCell([mlp(pixels, *hidden), dense(hidden[-1], latent_dim)])
        self.decoder = nn.SequentialCell([mlp(latent_dim, *hidden[::-1]), dense(hidden[0], pixels)])

    def encode(self, images: Tensor) -> Tensor:
        """`(N, C, H, W)` -> `(N, latent_dim)`, any real numbers."""
        return self.encoder(images.reshape(images.shape[0], -1))  # (N, latent_dim)

    def decode(self, z: Tensor) -> Tensor:
        """`(N, latent_dim)` -> `(N, C, H, W)` in [-1, 1]."""
        return ops.tanh(self.decoder(z)).reshape(z.shape[0], *self.image_shape)  # (N, C, H, W)

    def construct(self, images: Tensor) -> Tensor:
        """Encode and decode: the reconstructions, `(N, C, H, W)` in [-1, 1]."""
        return self.decode(self.encode(images))  # (N, C, H, W)
