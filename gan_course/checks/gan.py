"""The blanks of lesson 03."""

from collections.abc import Callable
from typing import Any

import numpy as np
from mindspore import ops

from gan_course.checks.answer import Question, answer, filled, outputs_and_gradients
from gan_course.checks.turns import turn_of_d, turn_of_g  # noqa: F401  blanks of this lesson as well
from gan_course.evaluation import dots
from gan_course.training import losses

bce = losses.binary_cross_entropy


def discriminator_loss(yours: Callable) -> Callable:
    """`discriminator_loss(real_logits, fake_logits)`, both `(N, 1)`: what D minimises (equation 1)."""
    rng = np.random.default_rng(0)
    trial = tuple(2 * rng.standard_normal((6, 1), np.float32) for _ in range(2))
    return answer(
        yours,
        Question(
            ours=losses.discriminator_loss,
            probe=outputs_and_gradients(trial),
            right="2 log 2 for a coin toss, and less the better D tells real from fake.",
            mistakes={
                "the targets have changed places: real is 1, fake is 0.": lambda r, f: bce(r, 0) + bce(f, 1),
                "the fakes get the target 1 as well, so D learns to call everything real.": lambda r, f: (
                    bce(r, 1) + bce(f, 1)
                ),
                "the fakes are missing: a D that calls everything real would pay nothing.": lambda r, f: bce(r, 1),
                "the real ones are missing: a D that calls everything fake would pay nothing.": lambda r, f: bce(f, 0),
                "the mean of the two halves. The value of the game has their sum; the lines in the plots count on "
                "it.": lambda r, f: (bce(r, 1) + bce(f, 0)) / 2,
                "this is V, which D makes large. A loss is to be made small: turn the sign round.": lambda r, f: (
                    -(bce(r, 1) + bce(f, 0))
                ),
                "a sigmoid comes before the loss, which has one already: give it the logits.": lambda r, f: (
                    bce(ops.sigmoid(r), 1) + bce(ops.sigmoid(f), 0)
                ),
                "summed over the batch: average, or the loss grows with the batch.": lambda r, f: (
                    len(r) * (bce(r, 1) + bce(f, 0))
                ),
                "the difference of the mean logits, without logarithms: that is the critic of a later "
                "lesson.": lambda r, f: f.mean() - r.mean(),
                "no gradient comes from the fakes: leave `stop_gradient` to the turn, where it stops the fakes and not "
                "D's answer.": lambda r, f: bce(r, 1) + ops.stop_gradient(bce(f, 0)),
            },
        ),
    )


def generator_loss(yours: Callable) -> Callable:
    """`generator_loss(fake_logits)`, `(N, 1)`: the non-saturating loss of G (end of section 3)."""
    trial = (2 * np.random.default_rng(1).standard_normal((6, 1), np.float32),)
    return answer(
        yours,
        Question(
            ours=losses.generator_loss,
            probe=outputs_and_gradients(trial),
            right="log 2 for a coin toss, and G is paid for what D takes for real.",
            mistakes={
                "the target is D's own, 0: this G would learn to be found out. It wants its fakes called real, "
                "1.": lambda f: bce(f, 0),
                "log(1 - D(G(z))), which the formula has: it falls in the right direction, but is flat where D is "
                "sure. Here -log D(G(z)) is asked for.": losses.saturating_generator_loss,
                "the sign is turned round: log D(G(z)) falls when D is *not* fooled.": lambda f: -bce(f, 1),
                "a sigmoid comes before the loss, which has one already: give it the logits.": lambda f: bce(
                    ops.sigmoid(f), 1
                ),
                "summed over the batch: average, or the loss grows with the batch.": lambda f: len(f) * bce(f, 1),
                "minus the mean logit, without a logarithm: that belongs to the critic of a later lesson.": lambda f: (
                    -f.mean()
                ),
                "the target is 1/2: G would aim at doubt, and be drawn back when a fake passes for real.": lambda f: (
                    bce(f, 0.5)
                ),
            },
        ),
    )


def best_answer(yours: Callable) -> Callable:
    """`best_answer(p_data, p_g)`: D*(x) of equation 2 at N places, from both densities there, `(N,)` in NumPy."""
    densities = np.array([[1.7, 0.2, 0.4, 0.05], [0.1, 0.2, 1.2, 2.5]])

    def probe(function: Callable) -> dict[str, Any]:
        return {"the answer": np.asarray(filled(function(*densities)))}

    return answer(
        yours,
        Question(
            ours=lambda p, q: p / (p + q),
            probe=probe,
            right="the share of real ones among all that lands there; 1/2 where both are equally dense.",
            mistakes={
                "turned round: this is the share of the fakes.": lambda p, q: q / (p + q),
                "the density itself is no probability: it can pass 1. It was one above only because p + q was "
                "1.": lambda p, q: p,
                "one in proportion to the other: that can be any number from 0 up. Divide by the sum of "
                "both.": lambda p, q: p / q,
                "this is D's best logit, log p - log q. A sigmoid makes the answer of it.": lambda p, q: np.log(p / q),
                "yes or no. The cheapest answer says how sure one may be.": lambda p, q: np.where(p > q, 1.0, 0.0),
                "divided by the sum over all places. Each place is a case of its own.": lambda p, q: p / (p + q).sum(),
                "2 p / (p + q) is 1 where both are equally dense; it should be 1/2.": lambda p, q: 2 * p / (p + q),
            },
        ),
    )


def white_dots(yours: Callable) -> Callable:
    """`white_dots(images)`: how many pixels above 0 of each image have no neighbour above 0, `(N,)`."""
    rng = np.random.default_rng(2)
    images = np.where(rng.random((4, 1, 9, 8)) < 0.15, rng.uniform(0, 1, (4, 1, 9, 8)), -1.0)
    images[:, :, 4, 4] = 0.0

    def probe(function: Callable) -> dict[str, Any]:
        return {"the counts": np.asarray(filled(function(images)))}

    def count(images, steps, threshold=0.0, wrap=False, strict=True):
        """Bright pixels with no bright one at any of the steps (down, right), image by image."""
        bright = images > threshold if strict else images >= threshold
        padded = bright if wrap else np.pad(bright, [(0, 0), (0, 0), (1, 1), (1, 1)])
        near = np.any([np.roll(padded, step, axis=(2, 3)) for step in steps], axis=0)
        return (bright & ~(near if wrap else near[:, :, 1:-1, 1:-1])).sum(axis=(1, 2, 3))

    around = [(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1)]
    eight, four = [step for step in around if step != (0, 0)], [(0, 1), (1, 0), (0, -1), (-1, 0)]
    return answer(
        yours,
        Question(
            ours=dots.white_dots,
            probe=probe,
            right="a stroke has none, however thin, and a dot counts once.",
            mistakes={
                "the four neighbours at the corners are left out: a slanting stroke would fall to dots.": lambda x: (
                    count(x, four)
                ),
                "the pixel is counted as its own neighbour, so none is ever alone.": lambda x: count(x, around),
                "what leaves on one side comes in on the other, as with `np.roll`. Beyond the edge all is dark: pad "
                "first.": lambda x: count(x, eight, wrap=True),
                "mid-grey is taken for 0.5. On the scale from -1 to 1 it is 0.": lambda x: count(x, eight, 0.5),
                "a pixel of exactly mid-grey counts. Brighter than mid-grey is asked for.": lambda x: count(
                    x, eight, strict=False
                ),
                "one sum for all images. It should be a number for each: leave out the first axis.": lambda x: count(
                    x, eight
                ).sum(),
                "all bright pixels are counted, whether alone or not.": lambda x: (x > 0).sum(axis=(1, 2, 3)),
            },
        ),
    )
