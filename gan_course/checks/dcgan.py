"""The blanks of lesson 05 about networks and the walk; others are in `convolutions` and `rounds`."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.checks.answer import Question, answer, filled
from gan_course.checks.cells import Then, behaviour, misset_norms
from gan_course.checks.convolutions import lengths, stamp  # noqa: F401  blanks of this lesson, too
from gan_course.checks.rounds import move_average, play_a_round  # noqa: F401  blanks of this lesson, too
from gan_course.models import dcgan
from gan_course.models.layers import batch_norm_2d, conv, conv_transpose, dense, leaky_relu

IMAGE_SHAPE = (1, 28, 28)


class Draws(nn.Cell):
    """`digit_generator`'s network with one part after another changed."""

    def __init__(self, latent_dim, channels, norm=batch_norm_2d, activation=ops.relu, end=ops.tanh, last_norm=False):
        super().__init__()
        self.channels, self.activation, self.end = channels, activation, end
        self.start, self.norm = dense(latent_dim, 2 * channels * 49), norm(2 * channels)
        self.double, self.norm2 = conv_transpose(2 * channels, channels), norm(channels)
        self.last, self.last_norm = conv_transpose(channels, 1), batch_norm_2d(1) if last_norm else nn.Identity()

    def construct(self, z: Tensor) -> Tensor:
        h = self.activation(self.norm(self.start(z).reshape(len(z), 2 * self.channels, 7, 7)))
        h = self.activation(self.norm2(self.double(h)))
        return self.end(self.last_norm(self.last(h)))


class Judges(nn.Cell):
    """`digit_discriminator`'s network with one part after another changed."""

    def __init__(self, channels, slope=0.2, norm=batch_norm_2d, first_norm=False):
        super().__init__()
        self.slope = slope
        self.first, self.first_norm = (
            conv(1, channels, 4, 2, 1),
            batch_norm_2d(channels) if first_norm else nn.Identity(),
        )
        self.second, self.norm = conv(channels, 2 * channels, 4, 2, 1), norm(2 * channels)
        self.head = dense(2 * channels * 49, 1)

    def construct(self, images: Tensor) -> Tensor:
        h = leaky_relu(self.first_norm(self.first(images)), self.slope)
        h = leaky_relu(self.norm(self.second(h)), self.slope)
        return self.head(h.reshape(len(h), -1))


def no_norm(channels: int) -> nn.Cell:
    """In place of a batch normalisation."""
    return nn.Identity()


EPS = (
    "a batch normalisation has eps 0.8: its second argument is eps, not momentum (many public GANs have that). Name "
    "what you set, or use batch_norm_2d."
)
MOMENTUM = "momentum is 0.1, as PyTorch counts. MindSpore's is the part that is kept, 0.9."


def digit_generator(yours: Callable) -> Callable:
    """`DigitGenerator(latent_dim, channels)`: z -> 2 channels x 7 x 7 -> channels x 14 x 14 -> 1 x 28 x 28."""
    z = np.random.default_rng(0).standard_normal((4, 5)).astype(np.float32)

    def built(latent_dim, channels):
        return dcgan.Generator(latent_dim, IMAGE_SHAPE, channels, num_doublings=2)

    return answer(
        yours,
        Question(
            ours=built,
            probe=behaviour((5, 3), (z,)),
            right="7, 14, 28: each layer doubles, and the last makes the picture.",
            mistakes={
                EPS: lambda *a: misset_norms(built(*a), eps=0.8),
                MOMENTUM: lambda *a: misset_norms(built(*a), momentum=0.1),
                "there is no tanh at the end, so pixels may lie anywhere.": partial(Draws, end=nn.Identity()),
                "a sigmoid at the end gives [0, 1], and the data lie in [-1, 1].": partial(Draws, end=ops.sigmoid),
                "the batch normalisations are missing: one after each layer but the last.": partial(
                    Draws, norm=no_norm
                ),
                "a batch normalisation at the picture itself: the paper leaves that one out, since it made the "
                "training swing.": partial(Draws, last_norm=True),
                "LeakyReLU stands where G has a plain ReLU; the leaky one is D's.": partial(
                    Draws, activation=leaky_relu
                ),
            },
        ),
    )


def digit_discriminator(yours: Callable) -> Callable:
    """`DigitDiscriminator(channels)`: 1 x 28 x 28 -> channels x 14 x 14 -> 2 channels x 7 x 7 -> one logit."""
    images = np.random.default_rng(0).uniform(-1, 1, (4, *IMAGE_SHAPE)).astype(np.float32)

    def built(channels):
        return dcgan.Discriminator(IMAGE_SHAPE, channels, num_halvings=2)

    return answer(
        yours,
        Question(
            ours=built,
            probe=behaviour((3,), (images,)),
            right="28, 14, 7, and then one logit a picture.",
            mistakes={
                EPS: lambda *a: misset_norms(built(*a), eps=0.8),
                MOMENTUM: lambda *a: misset_norms(built(*a), momentum=0.1),
                "a sigmoid at the end. D hands over logits: the loss has its sigmoid inside.": lambda *a: Then(
                    built(*a), ops.sigmoid
                ),
                "a batch normalisation right behind the picture: the paper leaves that one out.": partial(
                    Judges, first_norm=True
                ),
                "the batch normalisation after the second convolution is missing.": partial(Judges, norm=no_norm),
                "ReLU stands where D has LeakyReLU: where it gives 0, no gradient comes through to G.": partial(
                    Judges, slope=0.0
                ),
                "the logits have lost an axis: they are (N, 1), one row a picture.": lambda *a: Then(
                    built(*a), lambda logits: logits.reshape(-1)
                ),
            },
        ),
    )


def on_circle(yours: Callable) -> Callable:
    """`on_circle(z1, z2, t)`: the point at angle t, in radians, on the circle from z1 at 0 to z2 at pi / 2."""
    first, second = np.random.default_rng(0).standard_normal((2, 3, 4)).astype(np.float32)

    def probe(function: Callable) -> dict[str, Any]:
        return {f"for t = {t:.2f} the result": filled(function(first, second, t)) for t in (0.3, 0.0, 2.5)}

    return answer(
        yours,
        Question(
            ours=lambda a, b, t: np.cos(t) * a + np.sin(t) * b,
            probe=probe,
            right="every point of it is as long as noise usually is.",
            mistakes={
                "that is the straight line, which leaves the shell in which noise lies.": lambda a, b, t: (
                    (1 - t) * a + t * b
                ),
                "cos and sin are exchanged: at t = 0 it must be z1.": lambda a, b, t: np.sin(t) * a + np.cos(t) * b,
                "the squares of cos and sin add up to 1, and that is what keeps the variance; the factors themselves "
                "are not squared.": lambda a, b, t: np.cos(t) ** 2 * a + np.sin(t) ** 2 * b,
                "t is an angle in radians; NumPy's cos wants no degrees.": lambda a, b, t: (
                    np.cos(np.deg2rad(t)) * a + np.sin(np.deg2rad(t)) * b
                ),
                "the sign of the sine: it walks away from z2.": lambda a, b, t: np.cos(t) * a - np.sin(t) * b,
            },
        ),
    )
