"""Generator and discriminator that know classes (ACGAN: Odena, Olah & Shlens 2017), on the networks of `dcgan`.

The generator is told which class to draw. The discriminator has two heads on one body: one says whether a picture is
real, the other names its class. Both heads give logits.
"""

from mindspore import Tensor, nn, ops

from gan_course.models import dcgan
from gan_course.models.layers import LeakyReLU, batch_norm_1d, dense, embedding


class Generator(nn.Cell):
    """Noise and a label -> an image in [-1, 1].

    Each class has a row of numbers to learn, its embedding. It is multiplied with z number by number, or set beside z.

    Args:
        latent_dim: numbers in z, and in each embedding.
        num_classes: labels are whole numbers from 0 to `num_classes - 1`.
        image_shape: `(C, H, W)`.
        base_channels, num_doublings, hidden: see `dcgan.Generator`.
        concatenate: set the embedding beside z instead of multiplying.
        label_spread: of the embeddings' numbers at the beginning; those of z have 1.

    Raises:
        CourseError: the size does not fit the doublings.
    """

    def __init__(
        self,
        latent_dim: int,
        num_classes: int,
        image_shape: tuple[int, int, int],
        base_channels: int = 16,
        num_doublings: int = 2,
        concatenate: bool = False,
        label_spread: float = 1.0,
        hidden: int = 0,
    ):
        super().__init__()
        self.concatenate = concatenate
        self.embedding = embedding(num_classes, latent_dim, label_spread)
        width = 2 * latent_dim if concatenate else latent_dim
        self.backbone = dcgan.Generator(width, image_shape, base_channels, num_doublings, hidden=hidden)

    def construct(self, z: Tensor, labels: Tensor) -> Tensor:
        """z `(N, latent_dim)` and labels, int32 `(N,)` -> `(N, C, H, W)`."""
        return self.backbone(self.join(z, self.embedding(labels)))  # (N, C, H, W)

    def join(self, z: Tensor, embedded: Tensor) -> Tensor:
        """What the backbone sees, `(N, latent_dim)`, or `(N, 2 * latent_dim)` where the two are set side by side."""
        return ops.cat((z, embedded), axis=1) if self.concatenate else z * embedded


class Discriminator(nn.Cell):
    """Images -> two kinds of logits: is it real, and which class is it?

    Args:
        num_classes: how many classes there are.
        image_shape, base_channels, num_halvings: see `dcgan.Features`.
        hidden: units of one more layer, a Dense with LeakyReLU, from which both heads read.
        normalise_hidden: batch normalisation in it, before the LeakyReLU.
        dropout, batch_size: see `dcgan.Features`.
    """

    def __init__(
        self,
        num_classes: int,
        image_shape: tuple[int, int, int],
        base_channels: int = 16,
        num_halvings: int = 2,
        hidden: int = 128,
        normalise_hidden: bool = False,
        dropout: float = 0.0,
        batch_size: int | None = None,
    ):
        super().__init__()
        self.features = dcgan.Features(image_shape, base_channels, num_halvings, dropout=dropout, batch_size=batch_size)
        layers = [dense(self.features.num_features, hidden)]
        layers += [batch_norm_1d(hidden)] if normalise_hidden else []
        self.hidden = nn.SequentialCell([*layers, LeakyReLU()])
        self.real_head = dense(hidden, 1)
        self.class_head = dense(hidden, num_classes)

    def construct(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images `(N, C, H, W)` -> logits `(N, 1)`, positive for "real", and logits of the classes `(N, num_classes)`.

        Neither sigmoid nor softmax: the losses have them inside.
        """
        h = self.hidden(self.features(images))  # (N, hidden)
        return self.real_head(h), self.class_head(h)  # (N, 1), (N, num_classes)
