"""The two dense networks of the museum, on digits of half the size."""

from collections.abc import Callable
from math import prod

import mindspore as ms
from mindspore import Tensor, nn, ops

from gan_course.models.layers import LeakyReLU, dense, embedding

IMAGE_SHAPE = (1, 14, 14)
Norm = Callable[[int], nn.Cell]  # number of features -> a normalisation of them


class Generator(nn.Cell):
    """Noise, and labels where there are classes -> images in [-1, 1].

    Args:
        latent_dim: numbers of z.
        hidden: widths of the hidden layers.
        norm: makes the normalisation after each of them.
        num_classes: 0 for a GAN without classes.
    """

    def __init__(self, latent_dim: int, hidden: tuple[int, ...], norm: Norm, num_classes: int = 0):
        super().__init__()
        self.embedding = embedding(num_classes, latent_dim) if num_classes else None
        self.layers = nn.SequentialCell(
            [*hidden_layers((latent_dim, *hidden), norm), dense(hidden[-1], prod(IMAGE_SHAPE))]
        )

    @ms.jit  # for the pictures; in a step it is compiled anyway
    def construct(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        if self.embedding is not None:
            z = z * self.embedding(labels)  # (N, latent_dim)
        return ops.tanh(self.layers(z)).reshape(z.shape[0], *IMAGE_SHAPE)  # (N, 1, 14, 14)


class Discriminator(nn.Cell):
    """Images -> logits of "real"; where there are classes, their logits beside.

    Args:
        hidden: widths of the hidden layers.
        norm: makes the normalisation after each but the first, as in DCGAN.
        num_classes: 0 for a GAN without classes.
    """

    def __init__(self, hidden: tuple[int, ...], norm: Norm, num_classes: int = 0):
        super().__init__()
        self.body = nn.SequentialCell([dense(prod(IMAGE_SHAPE), hidden[0]), LeakyReLU(), *hidden_layers(hidden, norm)])
        self.real_head = dense(hidden[-1], 1)
        self.class_head = dense(hidden[-1], num_classes) if num_classes else None

    def construct(self, images: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        h = self.body(images.reshape(images.shape[0], -1))  # (N, 1, 14, 14) -> (N, hidden[-1])
        logits = self.real_head(h)  # (N, 1)
        return logits if self.class_head is None else (logits, self.class_head(h))  # (N, 1), (N, num_classes)


def hidden_layers(widths: tuple[int, ...], norm: Norm) -> list[nn.Cell]:
    """Dense, normalisation, LeakyReLU from each width to the next."""
    pairs = zip(widths, widths[1:])
    return [layer for before, after in pairs for layer in (dense(before, after), norm(after), LeakyReLU())]
