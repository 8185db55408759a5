"""The blanks of lesson 07."""

from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

from gan_course.checks.answer import Question, answer, filled, outputs, outputs_and_gradients
from gan_course.checks.draws import fates, places
from gan_course.evaluation.modes import mixture_metrics
from gan_course.evaluation.rejection import accept as package_accept
from gan_course.models.packing import Packed
from gan_course.models.stacked import StackedMLP
from gan_course.training import losses
from gan_course.training.steps.wgan_gp import gradient_norms


# Counting modes
def captured_modes(yours: Callable) -> Callable:
    """`captured_modes(points, centres, std)`: modes captured and share of high quality (Srivastava et al. 2017)."""
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0], [2, 0], [0, 2], [2, 2], [4, 0], [4, 2]], np.float32)
    angles = rng.uniform(0, 2 * np.pi, 60)
    ways = rng.uniform(0, 0.6, 60)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    corner = centres[3] + 0.27 * np.ones((1, 2))  # the only point near this mode: in the square, outside the circle
    points = np.concatenate([centres[rng.integers(3, size=60)] + ways, corner, centres[4:5] + [[0.5, 0]]])

    def probe(function):
        return {"the answer": filled(function(points.astype(np.float32), centres, 0.1))}

    return answer(
        yours,
        Question(
            ours=modes_and_share,
            probe=probe,
            right="a mode counts when a good point serves it, and a point is good when it is near enough to one.",
            mistakes={
                "every mode that is nearest to some point is counted. It is captured only if a point of high quality "
                "is among those.": lambda p, c, s: (modes_and_share(p, c, 99)[0], modes_and_share(p, c, s)[1]),
                "one standard deviation in place of three.": lambda p, c, s: modes_and_share(p, c, s / 3),
                "the squared distance is held against 3 std: take the root, or square both.": lambda p, c, s: (
                    modes_and_share(p, c, np.sqrt(3 * s) / 3)
                ),
                "three variances in place of three standard deviations: std is not to be squared.": lambda p, c, s: (
                    modes_and_share(p, c, s**2)
                ),
                "near in each coordinate by itself, which is a square around a centre. The distance is the root of the "
                "summed squares.": in_squares,
                "the second number is the share of the modes. It is to be the share of the points.": lambda p, c, s: (
                    modes_and_share(p, c, s)[0],
                    modes_and_share(p, c, s)[0] / len(c),
                ),
                "the two numbers in the other order: modes come first.": lambda p, c, s: modes_and_share(p, c, s)[::-1],
            },
        ),
    )


def modes_and_share(points: np.ndarray, centres: np.ndarray, std: float) -> tuple[int, float]:
    """Modes captured, and the share of points of high quality."""
    found = mixture_metrics(points, centres, std)
    return found["modes_captured"], found["high_quality_share"]


def in_squares(points: np.ndarray, centres: np.ndarray, std: float) -> tuple[int, float]:
    """`modes_and_share` with the larger of the two coordinates for the distance."""
    distances = np.abs(points[:, None] - centres).max(axis=2)
    good = distances.min(axis=1) <= 3 * std
    return len(np.unique(distances.argmin(axis=1)[good])), good.mean()


# Packing
def packs(yours: Callable) -> Callable:
    """`packs(points, size)`: `(N, 2)` -> `(N / size, 2 size)`, neighbours in a pack (Lin et al. 2018)."""
    points = np.arange(24, dtype=np.float32).reshape(12, 2) ** 1.5

    def ours(points, size):
        return Packed(nn.Identity(), size)(points)

    return answer(
        yours,
        Question(
            ours=ours,
            probe=outputs((points, 4), (points, 2)),
            right="each row is a pack, and none of its points was torn apart.",
            mistakes={
                "size rows in place of size points a row: there are N / size packs.": lambda p, m: p.reshape(m, -1),
                "the points of a pack keep an axis of their own: D is to see one row of numbers.": lambda p, m: (
                    p.reshape(-1, m, 2)
                ),
                "first coordinates are packed with first ones, and second with second: a point's two numbers belong "
                "side by side.": lambda p, m: p.T.reshape(-1, 2 * m),
                "each pack is one point, again and again. D would see nothing new.": lambda p, m: ops.tile(p, (1, m)),
                "packs they are, but of points that lie N / size apart. Take size neighbours, as the package "
                "does.": lambda p, m: ops.cat(ops.chunk(p, m), 1),
            },
        ),
    )


# The critic
def critic_loss(yours: Callable) -> Callable:
    """`critic_loss(real_scores, fake_scores)`: what the critic lowers (Arjovsky et al. 2017, equation 3)."""
    rng = np.random.default_rng(0)
    trials = [[rng.standard_normal((6, 1)).astype(np.float32) + s for s in (way, -0.5 * way)] for way in (1.0, -1.0)]

    return answer(
        yours,
        Question(
            ours=losses.critic_loss,
            probe=outputs_and_gradients(*trials),
            right="minus the distance that the critic sees: it falls as real scores rise above those of fakes.",
            mistakes={
                "the sign is turned round: a critic that lowers this gives fakes the higher scores.": lambda r, f: (
                    r.mean() - f.mean()
                ),
                "a loss of logits, with a sigmoid in it. Scores may be any numbers: only their means "
                "count.": losses.discriminator_loss,
                "the sum over the batch: the loss must not grow with its size.": lambda r, f: f.sum() - r.sum(),
                "only the fakes are in it: the real scores are to rise.": lambda r, f: f.mean() + 0 * r.mean(),
                "only the real scores are in it: those of fakes are to fall.": lambda r, f: 0 * f.mean() - r.mean(),
                "without its sign, a distance that is never negative, a critic that has it the wrong way round is "
                "praised.": lambda r, f: -ops.abs(r.mean() - f.mean()),
            },
        ),
    )


def between(yours: Callable) -> Callable:
    """`between(real, fake, rng)`: a place on the line from each fake to its real point (Gulrajani et al. 2017)."""

    def on_lines(epsilon_of):
        def function(real, fake, rng):
            epsilon = Tensor(np.asarray(epsilon_of(rng, real.shape), np.float32))
            return epsilon * real + (1 - epsilon) * fake

        return function

    return answer(
        yours,
        Question(
            ours=on_lines(lambda rng, shape: rng.random((*shape[:-1], 1))),
            probe=places,
            right="each place lies on the line between its two points, and anywhere on it.",
            mistakes={
                "epsilon is from N(0, 1), as in some public programs: two thirds of the places lie outside. It is to "
                "be uniform, rng.random.": on_lines(lambda rng, shape: rng.standard_normal((*shape[:-1], 1))),
                "epsilon runs from -1 to 1: from 0 to 1 it is to be.": on_lines(
                    lambda rng, shape: rng.uniform(-1, 1, (*shape[:-1], 1))
                ),
                "one epsilon for the whole batch. Each pair gets one of its own: (1, N, 1).": on_lines(
                    lambda rng, shape: rng.random()
                ),
                "an epsilon for each coordinate: the places fill a rectangle and leave the line. One for each pair, "
                "(1, N, 1).": on_lines(lambda rng, shape: rng.random(shape)),
                "always the middle: nothing is drawn.": on_lines(lambda rng, shape: 0.5),
            },
            tolerance=0.05,  # of what is drawn at random
        ),
    )


def gradient_penalty(yours: Callable) -> Callable:
    """`gradient_penalty(critic, mixed)`: E[(|grad critic| - 1)^2] (Gulrajani et al. 2017, equation 3)."""

    def of(price):
        def function(critic, mixed):
            return price(ms.grad(lambda x: critic(x).sum())(mixed))

        return function

    def norms(g):
        return ops.sqrt((g**2).sum(axis=-1))

    return answer(
        yours,
        Question(
            ours=lambda critic, mixed: ((gradient_norms(critic, mixed) - 1) ** 2).mean(),
            probe=prices,
            right="a slope of 5 costs 16, and the critic's weights feel it: that takes a second derivative.",
            mistakes={
                "one length for the whole batch. Each point has a slope of its own: sum over the last axis.": of(
                    lambda g: (ops.sqrt((g**2).sum()) - 1) ** 2
                ),
                "the squared length: the root is missing.": of(lambda g: (((g**2).sum(axis=-1) - 1) ** 2).mean()),
                "each coordinate of the gradient by itself. The slope is the length of both together.": of(
                    lambda g: ((ops.abs(g) - 1) ** 2).mean()
                ),
                "the distance of the slope from 1 is not squared: slopes above and below 1 cancel out.": of(
                    lambda g: (norms(g) - 1).mean()
                ),
                "the sum over the batch in place of the mean.": of(lambda g: ((norms(g) - 1) ** 2).sum()),
                "only slopes above 1 pay. In the paper those below do, too.": of(
                    lambda g: (ops.relu(norms(g) - 1) ** 2).mean()
                ),
                "the gradient of the mean score is N times too small: differentiate the sum.": of(
                    lambda g: ((norms(g / g.shape[1]) - 1) ** 2).mean()
                ),
                "the value is right, but no gradient comes through: without stop_gradient and without NumPy the "
                "critic's weights feel it.": of(lambda g: ops.stop_gradient(((norms(g) - 1) ** 2).mean())),
            },
        ),
    )


def prices(function: Callable) -> dict[str, Any]:
    """The penalty of a linear critic and of a small network, and its gradient by the weights of the latter."""
    mixed = ms.Tensor(np.random.default_rng(0).standard_normal((1, 6, 2)).astype(np.float32))
    critic = StackedMLP((2, 8, 1), 1, np.random.default_rng(1))
    weights = list(critic.trainable_params())[:3]  # the last bias moves no slope
    found = {
        f"the price of a slope of {5 * size:g}": filled(
            function(lambda x: ops.bmm(x, ms.Tensor([[[3 * size], [4 * size]]], ms.float32)), mixed)  # noqa: B023
        )
        for size in (1, 0.1)
    }
    found["the price of a network"] = filled(function(critic, mixed))
    gradients = ms.grad(lambda x: function(critic, x), None, weights)(mixed)
    return found | {f"its gradient by the weights, {i}": gradient for i, gradient in enumerate(gradients)}


# Rejection
def accept(yours: Callable) -> Callable:
    """`accept(logits, rng, quantile)`: keep with probability min(1, e^(l - M)) (Azadi et al. 2019)."""

    def by(probability):
        def function(logits, rng, quantile=0.995):
            return rng.random(len(logits)) < probability(logits, np.quantile(logits, quantile))

        return function

    return answer(
        yours,
        Question(
            ours=package_accept,
            probe=fates,
            right="a point with the logit M is kept always, and one that lies log 2 below it every second time.",
            mistakes={
                "M is the highest logit of all: take the quantile.": by(lambda x, m: np.exp(x - x.max())),
                "M is missing: the probability is e^(l - M).": by(lambda x, m: np.exp(x)),
                "D's own probability, the sigmoid of the logit. Wanted is the ratio of the densities, e^l, over "
                "e^M.": by(lambda x, m: 1 / (1 + np.exp(-x))),
                "M - l in place of l - M: the better points are thrown out.": by(lambda x, m: np.exp(m - x)),
                "np.percentile counts to 100, and np.quantile to 1: this M lies near the lowest "
                "logit.": lambda x, rng, quantile=0.995: package_accept(x, rng, quantile / 100),
                "nothing is drawn: all above M are kept, and none below. Keep each with its "
                "probability.": lambda x, rng, quantile=0.995: x >= np.quantile(x, quantile),
                "one random number for all points. Draw one for each: rng.random(len(logits)).": (
                    lambda x, rng, quantile=0.995: rng.random() < np.exp(x - np.quantile(x, quantile))
                ),
                "those that are to go are marked: True means keep.": lambda x, rng, quantile=0.995: (
                    ~package_accept(x, rng, quantile)
                ),
            },
            tolerance=0.02,  # of shares of 20,000
        ),
    )
