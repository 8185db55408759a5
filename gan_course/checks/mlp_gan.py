"""The blanks of lesson 04."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from mindspore import nn, ops

from gan_course.checks.answer import Question, answer, filled
from gan_course.checks.cells import Then, behaviour, misset_norms
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.shares import share_estimate
from gan_course.models import mlp_gan

SHAPE = (2, 4, 3)  # of the pictures in the probes: no two axes alike


def scaled(yours: Callable) -> Callable:
    """`scaled(pixels)`: whole numbers 0 to 255, uint8 `(N, H, W)` -> images, float32 `(N, 1, H, W)` in [-1, 1]."""
    pixels = np.random.default_rng(0).integers(20, 230, (3, 4, 5), dtype=np.uint8)
    pixels[0, 0, :2] = 0, 255

    def probe(function: Callable) -> dict[str, Any]:
        result = filled(function(pixels.copy()))
        return {"the result": result, "the type of its numbers": str(getattr(result, "dtype", type(result)))}

    def right(pixels):
        return pixels[:, None].astype(np.float32) / np.float32(127.5) - np.float32(1)

    return answer(
        yours,
        Question(
            ours=right,
            probe=probe,
            right="black is -1 and white is 1, the range of the tanh at G's end.",
            mistakes={
                "the range is [0, 1]. G's tanh reaches from -1 to 1, so half of what it can say would never be "
                "right.": lambda x: x[:, None].astype(np.float32) / np.float32(255),
                "uint8 has run over: it knows no number above 255 and none below 0. Make floats first.": lambda x: (
                    (x[:, None] * 2 - 255) / 255
                ).astype(np.float32),
                "the axis of the channel is missing: the networks take (N, C, H, W).": lambda x: right(x)[:, 0],
                "the channel comes last. MindSpore's pictures are (N, C, H, W).": lambda x: np.moveaxis(
                    right(x), 1, -1
                ),
                "these are float64. MindSpore's layers take float32: .astype(np.float32).": lambda x: (
                    x[:, None] / 127.5 - 1
                ),
                "divided by 128: white becomes 0.992. Half of 255 is 127.5.": lambda x: (
                    right(x) * 127.5 / 128 - np.float32(0.5 / 128)
                ),
                "each picture is stretched by its own darkest and brightest pixel, so that grey days become bright. "
                "The scale must be one for all: 0 to 255.": each_by_itself,
            },
        ),
    )


def each_by_itself(pixels: np.ndarray) -> np.ndarray:
    """Each picture from -1 to 1, whatever it was."""
    images = pixels[:, None].astype(np.float32)
    low, high = images.min(axis=(1, 2, 3), keepdims=True), images.max(axis=(1, 2, 3), keepdims=True)
    return 2 * (images - low) / (high - low) - 1


def small_generator(yours: Callable) -> Callable:
    """`SmallGenerator(latent_dim, width, image_shape)`: dense layers latent_dim - width - 2 width - pixels."""

    def built(latent_dim, width, shape, **settings):
        return mlp_gan.Generator(
            latent_dim, (width, 2 * width), shape, **({"slope": 0.0, "normalise": True} | settings)
        )

    unbounded = partial(built, bounded=False)
    channels_last = (SHAPE[1], SHAPE[2], SHAPE[0])
    z = np.random.default_rng(0).standard_normal((6, 5)).astype(np.float32)
    return answer(
        yours,
        Question(
            ours=built,
            probe=behaviour((5, 7, SHAPE), (z,)),
            right="noise goes in, pictures between -1 and 1 come out.",
            mistakes={
                "there is no tanh at the end, so pixels may lie anywhere; those of the data lie in [-1, 1].": unbounded,
                "a sigmoid at the end gives [0, 1], and the data lie in [-1, 1]: half of them G could never "
                "draw.": lambda *a: Then(unbounded(*a), ops.sigmoid),
                "the batch normalisation before the second ReLU is missing.": partial(built, normalise=False),
                "a batch normalisation has eps 0.8: the second argument is eps, not momentum, and hardly any variance "
                "is left after it. Name what you set: momentum=0.9.": lambda *a: misset_norms(built(*a), eps=0.8),
                "momentum is 0.1, as PyTorch counts. MindSpore's is the part that is kept, 0.9.": lambda *a: (
                    misset_norms(built(*a), momentum=0.1)
                ),
                "LeakyReLU stands where G has a plain ReLU; the leaky one is D's.": partial(built, slope=0.2),
                "the pictures are still flat lists: reshape them to (N, *image_shape).": lambda *a: Then(
                    built(*a), lambda images: images.reshape(len(images), -1)
                ),
                "the channels come last. MindSpore's pictures are (N, C, H, W), as image_shape says.": lambda *a: Then(
                    built(*a), lambda images: images.reshape(len(images), *channels_last)
                ),
            },
        ),
    )


def small_discriminator(yours: Callable) -> Callable:
    """`SmallDiscriminator(image_shape, width)`: dense layers pixels - 2 width - width - one logit."""

    def built(shape, width, slope=0.2):
        return mlp_gan.Discriminator(shape, (2 * width, width), slope)

    images = np.random.default_rng(0).uniform(-2, 2, (12, *SHAPE)).astype(np.float32)  # logits of both signs
    return answer(
        yours,
        Question(
            ours=built,
            probe=behaviour((SHAPE, 7), (images,)),
            right="one logit for each picture, positive for `real`.",
            mistakes={
                "a sigmoid at the end. D hands over logits: the loss has its sigmoid inside.": lambda *a: Then(
                    built(*a), ops.sigmoid
                ),
                "a softmax over a single number is 1 whatever the picture. D hands over the logit.": lambda *a: Then(
                    built(*a), partial(ops.softmax, axis=1)
                ),
                "ReLU stands where D has LeakyReLU: where it gives 0, no gradient comes through to G.": partial(
                    built, slope=0.0
                ),
                "the slope of LeakyReLU is 0.01, PyTorch's usual one; here it is 0.2.": partial(built, slope=0.01),
                "the logits have lost an axis: they are (N, 1), one row a picture.": lambda *a: Then(
                    built(*a), lambda logits: logits.reshape(-1)
                ),
                "a LeakyReLU behind the last layer: a logit is to be any number, so nothing comes after it.": leaky_end,
            },
        ),
    )


def leaky_end(shape: tuple[int, ...], width: int) -> nn.Cell:
    """D with a LeakyReLU after the logit."""
    return Then(mlp_gan.Discriminator(shape, (2 * width, width)), lambda x: 0.2 * x + 0.8 * ops.relu(x))


def nearest(yours: Callable) -> Callable:
    """`nearest(fakes, reals)`: for each fake the index of the real picture next to it, and their distance."""
    rng = np.random.default_rng(0)
    fakes, reals = (rng.uniform(-1, 1, (count, *SHAPE)).astype(np.float32) for count in (5, 7))

    def probe(function: Callable) -> dict[str, Any]:
        result = filled(function(fakes, reals))
        return {"the answer": tuple(result) if isinstance(result, list) else result}

    def found(fakes, reals, norm=np.linalg.norm, best=np.argmin):
        table = np.array([[norm((fake - real).ravel()) for real in reals] for fake in fakes])
        return best(table, axis=1), np.take_along_axis(table, best(table, axis=1)[:, None], 1)[:, 0]

    return answer(
        yours,
        Question(
            ours=nearest_images,
            probe=probe,
            right="a distance of 0 would be a copy.",
            mistakes={
                "turned round: for each real picture the nearest fake. Each *fake* needs its neighbour.": lambda f, r: (
                    found(r, f)
                ),
                "these distances are squared: take the square root.": lambda f, r: found(
                    f, r, lambda x: np.linalg.norm(x) ** 2
                ),
                "differences are taken without their sign, not squared: that is another distance. Square, sum, "
                "root.": lambda f, r: found(f, r, lambda x: np.abs(x).sum()),
                "positive and negative differences cancel: square them before you sum.": lambda f, r: found(
                    f, r, lambda x: abs(x.sum())
                ),
                "the mean over the pixels stands where the sum belongs.": lambda f, r: found(
                    f, r, lambda x: np.sqrt((x**2).mean())
                ),
                "that is the farthest picture, not the nearest.": lambda f, r: found(f, r, best=np.argmax),
            },
        ),
    )


def share_with_interval(yours: Callable) -> Callable:
    """`share_with_interval(hits)`: the share of True in `(N,)`, then both ends of Wilson's 95 % interval."""
    trials = [np.arange(40) < 3, np.arange(25) >= 25, np.arange(1000) < 598]

    def probe(function: Callable) -> dict[str, Any]:
        return {
            f"the answer for {hits.sum()} of {len(hits)}": np.array(filled(function(hits)), float) for hits in trials
        }

    def wilson(hits, z=1.96, shift=2, under=4):
        share, n = hits.mean(), len(hits)
        middle, reach = share + z**2 / (shift * n), z * np.sqrt(share * (1 - share) / n + z**2 / (under * n**2))
        return share, (middle - reach) / (1 + z**2 / n), (middle + reach) / (1 + z**2 / n)

    def undivided(hits):
        share, low, high = wilson(hits)
        return share, *(end * (1 + 1.96**2 / len(hits)) for end in (low, high))

    def plain(hits, z=1.96):
        share, reach = hits.mean(), z * np.sqrt(hits.mean() * (1 - hits.mean()) / len(hits))
        return share, share - reach, share + reach

    return answer(
        yours,
        Question(
            ours=share_estimate,
            probe=probe,
            right="and it stays honest for 0 of 25, where the share alone would promise `never`.",
            mistakes={
                "p -+ 1.96 sqrt(p (1 - p) / n) is the interval of the schoolbook: it is empty for 0 of n and may "
                "leave [0, 1]. Wilson's has z^2 in three places more.": plain,
                "z is 1, which covers 68 %. For 95 % it is 1.96.": partial(wilson, z=1.0),
                "z is 1.645, which covers 90 %. For 95 % it is 1.96.": partial(wilson, z=1.645),
                "both ends are still to be divided by 1 + z^2 / n.": undivided,
                "the middle is p + z^2 / (2 n): the 2 is missing.": partial(wilson, shift=1),
                "under the root it is z^2 / (4 n^2): the 4 is missing.": partial(wilson, under=1),
                "the first number is how many, not which share: divide by n.": lambda hits: (
                    hits.sum(),
                    *wilson(hits)[1:],
                ),
            },
        ),
    )
