"""The variational autoencoder (Kingma & Welling 2014, "Auto-Encoding Variational Bayes")."""

from math import prod

import mindspore
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.models.layers import dense, mlp


def reparameterise(mean: Tensor, log_variance: Tensor, epsilon: Tensor) -> Tensor:
    """z = mu + sigma * epsilon with epsilon ~ N(0, I) (section 2.4): z is random, yet mu and sigma have gradients.

    All of shape `(N, latent_dim)`.
    """
    return mean + ops.exp(0.5 * log_variance) * epsilon


def new_decoder(latent_dim: int, hidden: tuple[int, ...], pixels: int) -> nn.SequentialCell:
    """z `(N, latent_dim)` -> logits of the pixel probabilities, `(N, pixels)`; `hidden` are the encoder's widths."""
    return nn.SequentialCell([mlp(latent_dim, *hidden[::-1]), dense(hidden[0], pixels)])


def expected_image(logits: Tensor) -> Tensor:
    """Logits of pixel probabilities -> the mean image of p(x|z), in [-1, 1], the shape stays.

    2 sigmoid(l) - 1 = tanh(l / 2): probabilities back on the scale of the images.
    """
    return ops.tanh(logits / 2)


class VAE(nn.Cell):
    """An encoder that answers with a distribution, and a decoder that answers with a probability for every pixel.

    Args:
        latent_dim: numbers in z.
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
        self.encoder = mlp(pixels, *hidden)
        self.mean_head = dense(hidden[-1], latent_dim)
        self.log_variance_head = dense(hidden[-1], latent_dim)
        self.decoder = new_decoder(latent_dim, hidden, pixels)

    def start_at(self, mean_image: np.ndarray) -> None:
        """Set the decoder's last bias so that an untrained decoder answers with the average image.

        The network then spends its first epochs on what makes digits differ. `mean_image` is in [-1, 1],
        `(C, H, W)`.
        """
        probability = np.clip((mean_image.ravel() + 1) / 2, 1e-3, 1 - 1e-3)
        self.decoder[-1].bias.set_data(Tensor(np.log(probability / (1 - probability)), mindspore.float32))

    def encode(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images `(N, C, H, W)` in [-1, 1] -> mean and log-variance of q(z|x), each `(N, latent_dim)`."""
        h = self.encoder(images.reshape(images.shape[0], -1))  # (N, hidden[-1])
        return self.mean_head(h), self.log_variance_head(h)  # (N, latent_dim) each

    def decode(self, z: Tensor) -> Tensor:
        """z `(N, latent_dim)` -> logits of the pixel probabilities, `(N, C, H, W)`."""
        return self.decoder(z).reshape(z.shape[0], *self.image_shape)  # (N, C, H, W)

    def generate(self, z: Tensor) -> Tensor:
        """z `(N, latent_dim)` -> the mean image of p(x|z), `(N, C, H, W)` in [-1, 1]."""
        return expected_image(self.decode(z))

    def construct(self, images: Tensor, epsilon: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Images and noise -> logits `(N, C, H, W)`, mean and log-variance `(N, latent_dim)`."""
        mean, log_variance = self.encode(images)
        z = reparameterise(mean, log_variance, epsilon)  # (N, latent_dim)
        return self.decode(z), mean, log_variance


class Generator(nn.Cell):
    """The decoder of a `VAE` by itself, which is all that drawing takes; its parameters have the same names.

    Args:
        latent_dim, hidden, image_shape: see `VAE`.
    """

    def __init__(self, latent_dim: int, hidden: tuple[int, ...], image_shape: tuple[int, int, int] = (1, 28, 28)):
        super().__init__()
        self.image_shape = image_shape
        self.decoder = new_decoder(latent_dim, hidden, prod(image_shape))

    def construct(self, z: Tensor) -> Tensor:
        """z `(N, latent_dim)` -> the mean image of p(x|z), `(N, C, H, W)` in [-1, 1]."""
        return expected_image(self.decoder(z)).reshape(z.shape[0], *self.image_shape)  # (N, C, H, W)
