"""The blanks of lesson 01."""

from collections.abc import Callable

import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.checks.answer import Question, answer, outputs_and_gradients, unchanged
from gan_course.checks.cells import behaviour
from gan_course.checks.latents import principal_components, random_latents  # noqa: F401  blanks of this lesson as well
from gan_course.models.layers import dense, silu
from gan_course.training import losses

PIXELS, IMAGE = 784, (1, 28, 28)


class TwoLayers(nn.Cell):
    """Anything flattened -> dense -> `between` -> dense -> `after` -> `(N, *shape)`; mistakes differ in these."""

    def __init__(self, widths: tuple[int, int, int], between: Callable, after: Callable, shape: tuple[int, ...]):
        super().__init__()
        self.first, self.last = dense(*widths[:2]), dense(*widths[1:])
        self.between, self.after, self.shape = between, after, shape

    def construct(self, x: Tensor) -> Tensor:
        hidden = self.between(self.first(x.reshape(x.shape[0], -1)))  # (N, width)
        return self.after(self.last(hidden)).reshape(x.shape[0], *self.shape)


class OneLayer(nn.Cell):
    """The same without the layer in the middle."""

    def __init__(self, widths: tuple[int, int], after: Callable, shape: tuple[int, ...]):
        super().__init__()
        self.only, self.after, self.shape = dense(*widths), after, shape

    def construct(self, x: Tensor) -> Tensor:
        return self.after(self.only(x.reshape(x.shape[0], -1))).reshape(x.shape[0], *self.shape)


def mean_absolute_error(yours: Callable) -> Callable:
    """`mean_absolute_error(rebuilt, images)`: how far a pixel is off on average, images `(N, C, H, W)`."""
    rng = np.random.default_rng(0)
    trial = tuple(rng.uniform(low, low + 1.5, (4, 1, 3, 2)).astype(np.float32) for low in (-1, -0.5))
    return answer(
        yours,
        Question(
            ours=losses.mean_absolute_error,
            probe=outputs_and_gradients(trial),
            right="0 for a perfect copy, 2 for black where white should be, and every pixel counts alike.",
            mistakes={
                "the differences are squared: that is the mean squared error, which forgives small errors and punishes "
                "large ones.": lambda r, x: ((r - x) ** 2).mean(),
                "the root of the mean squared error. Take the size of each difference, not its square.": lambda r, x: (
                    ((r - x) ** 2).mean().sqrt()
                ),
                "without | | a pixel too bright makes up for one too dark: `ops.abs`.": lambda r, x: (r - x).mean(),
                "the mean comes before the absolute value, so errors up and down have cancelled already. Turn the two "
                "round.": lambda r, x: ops.abs((r - x).mean()),
                "the errors are summed. Divide by all N P of them, or the loss grows with the batch.": lambda r, x: (
                    ops.abs(r - x).sum()
                ),
                "only the images are averaged, the pixels are summed: on that scale the worst is 1568 and not "
                "2.": lambda r, x: ops.abs(r - x).sum() / len(x),
                "one error an image. The loss has to be a single number: average over the images as "
                "well.": lambda r, x: ops.abs(r - x).mean(axis=(1, 2, 3)),
            },
        ),
    )


def encoder(yours: Callable) -> Callable:
    """`Encoder(latent_dim, width)`: images `(N, 1, 28, 28)` -> z `(N, latent_dim)`, by way of one hidden layer."""

    def variant(between=silu, after=unchanged):
        return lambda latent_dim, width: TwoLayers((PIXELS, width, latent_dim), between, after, (latent_dim,))

    return answer(
        yours,
        Question(
            ours=variant(),
            probe=behaviour((2, 5), (np.random.default_rng(1).standard_normal((3, *IMAGE), np.float32),)),
            right="784 numbers go in, and only the latent ones come out. Whatever the decoder is to know is in them.",
            mistakes={
                "nothing stands between the two Dense layers. Two linear maps in a row are one linear map: a SiLU "
                "between them is what PCA does not have.": variant(between=unchanged),
                "a ReLU where SiLU is asked for. It would learn as well, but has a corner at 0.": variant(ops.relu),
                "a sigmoid alone is not SiLU: SiLU(x) is x times sigmoid(x).": variant(ops.sigmoid),
                "a tanh where SiLU is asked for.": variant(ops.tanh),
                "a SiLU at the end, too: latent numbers could then hardly be negative. Leave the last Dense "
                "bare.": variant(after=silu),
                "a tanh at the end: it would lock z into [-1, 1]. Latent numbers may be any; leave the last Dense "
                "bare.": variant(after=ops.tanh),
                "the hidden layer is missing: from 784 to `width` first, then to `latent_dim`.": lambda latent_dim, _: (
                    OneLayer((PIXELS, latent_dim), unchanged, (latent_dim,))
                ),
            },
            tolerance=1e-3,
        ),
    )


def decoder(yours: Callable) -> Callable:
    """`Decoder(latent_dim, width)`: z `(N, latent_dim)` -> images `(N, 1, 28, 28)` in [-1, 1]."""

    def variant(between=silu, after=ops.tanh, shape=IMAGE):
        return lambda latent_dim, width: TwoLayers((latent_dim, width, PIXELS), between, after, shape)

    return answer(
        yours,
        Question(
            ours=variant(),
            probe=behaviour((2, 5), (3 * np.random.default_rng(2).standard_normal((3, 2), np.float32),)),
            right="whatever z is, a picture comes out, with pixels between black, -1, and white, 1.",
            mistakes={
                "the tanh at the end is missing, so pixels can leave [-1, 1].": variant(after=unchanged),
                "a sigmoid at the end gives pixels in [0, 1], but the images are in [-1, 1]: half of the scale would "
                "stay out of reach.": variant(after=ops.sigmoid),
                "SiLU acts on the last layer as well, before the tanh: it leaves nothing below -0.28, and black is "
                "-1.": variant(after=lambda x: ops.tanh(silu(x))),
                "the pixels come as a flat list. Give it the shape of images, (N, 1, 28, 28).": variant(
                    shape=(PIXELS,)
                ),
                "channels last, (N, 28, 28, 1). MindSpore's images have them first: (N, 1, 28, 28).": variant(
                    shape=(28, 28, 1)
                ),
                "the axis of the channel is missing: (N, 1, 28, 28), even for a single channel.": variant(
                    shape=(28, 28)
                ),
                "nothing stands between the two Dense layers, so they are one linear map.": variant(unchanged),
                "a ReLU where SiLU is asked for. It would learn as well, but has a corner at 0.": variant(ops.relu),
                "a tanh where SiLU is asked for: between the two layers.": variant(ops.tanh),
                "the hidden layer is missing: from `latent_dim` to `width` first, then to 784.": lambda latent_dim, _: (
                    OneLayer((latent_dim, PIXELS), ops.tanh, IMAGE)
                ),
            },
            tolerance=1e-3,
        ),
    )
