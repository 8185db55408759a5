"""Generator and discriminator of fully connected layers: for points in the plane, digits and small pictures."""

from math import prod

from mindspore import Tensor, nn, ops

from gan_course.models.layers import LeakyReLU, batch_norm_1d, dense


class Generator(nn.Cell):
    """Noise -> images in [-1, 1], by dense layers with a tanh at the end.

    Args:
        latent_dim: numbers in z.
        hidden: widths of the hidden layers.
        image_shape: `(C, H, W)`, or any other shape of what is generated.
        slope: of the LeakyReLU after each hidden layer; 0 for a ReLU.
        normalise: batch normalisation before it, in all hidden layers but the first.
        bounded: whether a tanh keeps the output in [-1, 1].
    """

    def __init__(
        self,
        latent_dim: int,
        hidden: tuple[int, ...],
        image_shape: tuple[int, ...],
        slope: float = 0.2,
        normalise: bool = False,
        bounded: bool = True,
    ):
        super().__init__()
        self.latent_dim = latent_dim
        self.image_shape = image_shape
        self.bounded = bounded
        layers = []
        for index, (before, after) in enumerate(zip((latent_dim, *hidden), hidden)):
            norm = [batch_norm_1d(after)] if normalise and index > 0 else []
            layers += [dense(before, after), *norm, LeakyReLU(slope)]
        self.layers = nn.SequentialCell([*layers, dense(hidden[-1], prod(image_shape))])

    def construct(self, z: Tensor) -> Tensor:
        """z `(N, latent_dim)` -> `(N, *image_shape)`."""
        output = self.layers(z)  # (N, C * H * W)
        if self.bounded:
            output = ops.tanh(output)
        return output.reshape(z.shape[0], *self.image_shape)  # (N, C, H, W)


class Discriminator(nn.Cell):
    """Images -> one logit each: positive where it takes an image for real.

    Args:
        image_shape: `(C, H, W)`, or any other shape.
        hidden: widths of the hidden layers.
        slope: of the LeakyReLU after each.
    """

    def __init__(self, image_shape: tuple[int, ...], hidden: tuple[int, ...], slope: float = 0.2):
        super().__init__()
        layers = []
        for before, after in zip((prod(image_shape), *hidden), hidden):
            layers += [dense(before, after), LeakyReLU(slope)]
        self.layers = nn.SequentialCell([*layers, dense(hidden[-1], 1)])

    def construct(self, images: Tensor) -> Tensor:
        """Images `(N, *image_shape)` -> logits `(N, 1)`."""
        return self.layers(images.reshape(images.shape[0], -1))  # (N, 1)
