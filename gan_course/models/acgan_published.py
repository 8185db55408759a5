"""Generator and discriminator of the published experiment with four unequal classes, layer by layer.

They begin as in Keras, in which it was written: weights from Glorot's uniform distribution, biases of 0, embeddings
from U(-0.05, 0.05), and batch normalisation that keeps 80 % of its running averages and adds 0.001 to the variance.
"""

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.models.dcgan import start_size
from gan_course.models.layers import (
    ChannelDropout,
    batch_norm_2d,
    conv,
    conv_transpose_3x3,
    dense,
    embedding,
    leaky_relu,
)

LABEL_REACH = 0.05  # embeddings begin in [-0.05, 0.05], a thirtieth as large as the noise


def norm(width: int) -> nn.BatchNorm2d:
    """Batch normalisation with the published program's momentum, and its framework's epsilon."""
    return batch_norm_2d(width, kept=0.8, eps=1e-3)


class Generator(nn.Cell):
    """Noise times the label's embedding -> an image in [-1, 1].

    A Dense to a small picture of 256 channels, then three transposed convolutions of stride 2.

    Args:
        latent_dim: numbers in z, and in each embedding.
        num_classes: labels are whole numbers from 0 to `num_classes - 1`.
        image_shape: `(C, H, W)`.

    Raises:
        CourseError: 8 does not divide H and W.
    """

    def __init__(self, latent_dim: int, num_classes: int, image_shape: tuple[int, int, int]):
        super().__init__()
        self.embedding = embedding(num_classes, latent_dim)
        self.start_shape = (256, *start_size(image_shape[1:], 3))
        self.start = dense(latent_dim, int(np.prod(self.start_shape)))
        widths = [256, 128, 64, image_shape[0]]
        self.norms = nn.CellList([norm(width) for width in widths[:-1]])
        self.doubles = nn.CellList([conv_transpose_3x3(*pair) for pair in zip(widths, widths[1:])])

    def construct(self, z: Tensor, labels: Tensor) -> Tensor:
        """z `(N, latent_dim)` and labels, int32 `(N,)` -> `(N, C, H, W)`."""
        h = ops.relu(self.start(z * self.embedding(labels)))  # (N, 256 * H / 8 * W / 8)
        h = self.doubles[0](self.norms[0](h.reshape(-1, *self.start_shape)))  # (N, 128, H / 4, W / 4)
        h = self.doubles[1](self.norms[1](ops.relu(h)))  # (N, 64, H / 2, W / 2)
        return ops.tanh(self.doubles[2](self.norms[2](ops.relu(h))))  # (N, C, H, W)


class Discriminator(nn.Cell):
    """Images -> two kinds of logits: is it real, and which class is it?

    Four 3x3 convolutions, the first three of stride 2, each with LeakyReLU and dropout of a quarter of its
    numbers, the second and third with batch normalisation after these.

    Args:
        num_classes: how many classes there are.
        image_shape: `(C, H, W)`.
        batch_size: N in training, which the masks of dropout must know.

    Raises:
        CourseError: 8 does not divide H and W.
    """

    def __init__(self, num_classes: int, image_shape: tuple[int, int, int], batch_size: int):
        super().__init__()
        widths = [image_shape[0], 16, 32, 64, 128]
        strides, halvings = [2, 2, 2, 1], [1, 2, 3, 3]
        self.convs = nn.CellList(
            [conv(*pair, 3, stride=stride, padding=1) for *pair, stride in zip(widths, widths[1:], strides)]
        )
        self.norms = nn.CellList([norm(32), norm(64)])
        sizes = [start_size(image_shape[1:], number) for number in halvings]
        drops = [ChannelDropout(batch_size, width, 0.25, size) for width, size in zip(widths[1:], sizes)]
        self.drops = nn.CellList(drops)
        num_features = 128 * int(np.prod(start_size(image_shape[1:], 3)))
        self.real_head = dense(num_features, 1)
        self.class_head = dense(num_features, num_classes)

    def construct(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images `(N, C, H, W)` -> logits `(N, 1)`, positive for "real", and logits of the classes `(N, num_classes)`.

        The published heads end in a sigmoid and a softmax; here both are inside the losses.
        """
        h = images
        for index in range(4):
            h = self.drops[index](leaky_relu(self.convs[index](h)))  # 16, 32, 64, 128 channels
            if index in (1, 2):
                h = self.norms[index - 1](h)
        h = h.reshape(h.shape[0], -1)  # (N, 128 * H / 8 * W / 8)
        return self.real_head(h), self.class_head(h)


def initialise_as_keras(network: nn.Cell, rng: np.random.Generator) -> nn.Cell:
    """Draw the weights as the published program did; returns the network.

    Glorot & Bengio 2010, equation 16: U(-r, r) with r = sqrt(6 / (inputs + outputs)), where a convolution has
    inputs and outputs for each of its taps.
    """
    for parameter in network.trainable_params():
        name, shape = parameter.name.rsplit(".", 1)[-1], parameter.shape
        if name == "embedding_table":
            value = rng.uniform(-LABEL_REACH, LABEL_REACH, shape)
        elif len(shape) > 1:
            reach = np.sqrt(6 / (sum(shape[:2]) * np.prod(shape[2:])))
            value = rng.uniform(-reach, reach, shape)
        else:
            value = np.full(shape, float(name == "gamma"))
        parameter.set_data(ms.Tensor(value.astype(np.float32)))
    return network
