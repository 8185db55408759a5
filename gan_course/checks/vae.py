"""The blanks of lesson 02."""

from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import ops

from gan_course.checks.answer import Question, answer, filled, outputs_and_gradients
from gan_course.checks.neg_elbo import SAME, neg_elbo, train_step  # noqa: F401  blanks of this lesson as well
from gan_course.models import vae as models
from gan_course.training import losses


def reparameterise(yours: Callable) -> Callable:
    """`reparameterise(mean, log_variance, epsilon)`: z = mu + sigma epsilon (section 2.4), each `(N, latent_dim)`."""
    rng = np.random.default_rng(1)
    trial = tuple(rng.standard_normal((5, 3)).astype(np.float32) for _ in range(3))
    look = outputs_and_gradients(trial)

    def probe(function: Callable) -> dict[str, Any]:
        first, second = (filled(function(*map(ms.Tensor, trial))) for _ in range(2))
        same = not isinstance(first, ms.Tensor) or np.array_equal(first.asnumpy(), second.asnumpy(), equal_nan=True)
        return {SAME: True} | look(function) if same else {SAME: False}

    return answer(
        yours,
        Question(
            ours=models.reparameterise,
            probe=probe,
            right="z is random, and yet plain arithmetic in mu and sigma: gradients pass.",
            mistakes={
                "it draws noise of its own. Use the epsilon that is handed in, or nobody can repeat a "
                "step.": lambda m, v, e: m + ops.exp(v / 2) * ms.Tensor(np.random.default_rng().random(), ms.float32),
                "sigma^2 stands where sigma should: exp(log sigma^2) is the variance, halve the logarithm "
                "first.": lambda m, v, e: m + ops.exp(v) * e,
                "the logarithm itself stands where sigma should: it can be negative, a spread cannot. "
                "Exponentiate.": lambda m, v, e: m + v * e,
                "half the logarithm is right, but the exponential is missing.": lambda m, v, e: m + v / 2 * e,
                "sigma is missing: every cloud would have size 1.": lambda m, v, e: m + e,
                "mu is stretched as well: sigma belongs to epsilon alone.": lambda m, v, e: ops.exp(v / 2) * (m + e),
                "mu and sigma have changed places.": lambda m, v, e: ops.exp(v / 2) + m * e,
                "epsilon is missing: sigma is simply added, and z is not random at all.": lambda m, v, e: (
                    m + ops.exp(v / 2)
                ),
                "no gradient comes to sigma: a `stop_gradient` or NumPy stands before it. Use `ops`.": lambda m, v, e: (
                    m + ops.stop_gradient(ops.exp(v / 2)) * e
                ),
                "no gradient comes to mu or sigma: leave out the `stop_gradient`, which is what this way of drawing is "
                "for.": lambda m, v, e: ops.stop_gradient(m + ops.exp(v / 2) * e),
            },
        ),
    )


def bernoulli_nll(yours: Callable) -> Callable:
    """`bernoulli_nll(logits, x)`: -log p(x|z) in nats an image, pixels x in [0, 1] (appendix C.1)."""
    rng = np.random.default_rng(2)
    small = (2 * rng.standard_normal((4, 1, 3, 2))).astype(np.float32), rng.random((4, 1, 3, 2), np.float32)
    large = tuple(np.array(row, np.float32).reshape(1, 1, 1, 2) for row in ([-200, 200], [0.25, 0.5]))
    return answer(
        yours,
        Question(
            ours=losses.bernoulli_nll,
            probe=outputs_and_gradients(small, large),
            right="log 2 for each pixel that the decoder knows nothing about, and safe for any logit.",
            mistakes=mistakes_of_nll(),
        ),
    )


def mistakes_of_nll() -> dict[str, Callable]:
    """What is said of a wrong `bernoulli_nll` -> one."""
    ours = losses.bernoulli_nll

    def naive(logits, x, sides=(1, 1)):
        p = ops.sigmoid(logits)
        return -(sides[0] * x * ops.log(p) + sides[1] * (1 - x) * ops.log(1 - p)).sum() / len(x)

    return {
        "the mean over the pixels. The bound needs their sum; with the mean the KL would weigh 784 times too "
        "much.": lambda a, x: ours(a, x) * len(x) / x.size,
        "summed over the batch as well: divide by the number of images.": lambda a, x: ours(a, x) * len(x),
        "the sign is turned round: this rises where the image is more likely.": lambda a, x: -ours(a, x),
        "right for small logits, but not a number for large ones, where p is rounded to 0 or 1. Use the form "
        "in l.": naive,
        "only the white pixels count: -x log p. A black one costs -log(1 - p).": lambda a, x: (
            (losses.softplus(-a) * x).sum() / len(x)
        ),
        "two sigmoids: the formula in l holds one already, so it wants the logits as they are.": lambda a, x: ours(
            ops.sigmoid(a), x
        ),
        "|l| has lost its minus: log(1 + exp(-|l|)).": lambda a, x: (
            (ops.relu(a) - a * x + ops.log(1 + ops.exp(ops.abs(a)))).sum() / len(x)
        ),
        "the bars of |l| are missing in log(1 + exp(-|l|)): with max(l, 0) a negative l counts twice.": (
            lambda a, x: (ops.relu(a) - a * x + ops.log(1 + ops.exp(-a))).sum() / len(x)
        ),
        "the sign of l x: a white pixel, x = 1, must cost less where l is large.": lambda a, x: (
            ours(a, x) + 2 * (a * x).sum() / len(x)
        ),
        "max(l, 0) is missing: log(1 + exp(-|l|)) alone is the same for l and -l.": lambda a, x: (
            (ops.log(1 + ops.exp(-ops.abs(a))) - a * x).sum() / len(x)
        ),
        "a squared error between probabilities and pixels. It is no likelihood of pixels that are black or "
        "white.": lambda a, x: ((ops.sigmoid(a) - x) ** 2).sum() / len(x),
    }


def gaussian_kl(yours: Callable) -> Callable:
    """`gaussian_kl(mean, log_variance)`: the KL term, in nats an image (Kingma & Welling 2014, equation 10)."""
    rng = np.random.default_rng(0)
    trial = tuple(rng.standard_normal((5, 3)).astype(np.float32) for _ in range(2))

    def formula(mean, log_variance):  # of each latent number of each image
        return 0.5 * (mean**2 + ops.exp(log_variance) - 1 - log_variance)

    return answer(
        yours,
        Question(
            ours=losses.gaussian_kl,
            probe=outputs_and_gradients(trial),
            right="0 for a cloud at home, and half a nat for each latent number that moved by 1.",
            mistakes={
                "the mean over everything. The bound needs the sum over the latent numbers; only over the batch you "
                "average.": lambda m, v: formula(m, v).mean(),
                "summed over the batch as well: divide by the number of images.": lambda m, v: formula(m, v).sum(),
                "the sign is turned round: this falls where the cloud moves away.": lambda m, v: (
                    -losses.gaussian_kl(m, v)
                ),
                "log sigma^2 is taken for sigma^2: the encoder's second head gives the logarithm.": lambda m, v: (
                    0.5 * (m**2 + v - 1 - ops.log(v)).sum() / len(m)
                ),
                "log sigma^2 is taken for log sigma: exp(2 log_variance) is sigma^4.": lambda m, v: losses.gaussian_kl(
                    m, 2 * v
                ),
                "sigma stands where sigma^2 should: exp(log_variance) is the variance already.": lambda m, v: (
                    0.5 * (m**2 + ops.exp(v / 2) - 1 - v).sum() / len(m)
                ),
                "the factor 1/2 is missing.": lambda m, v: 2 * losses.gaussian_kl(m, v),
                "mu is not squared: a cloud to the left would cost less than nothing.": lambda m, v: (
                    0.5 * (m + ops.exp(v) - 1 - v).sum() / len(m)
                ),
                "the 1 is missing: a cloud at home must cost 0.": lambda m, v: (
                    0.5 * (m**2 + ops.exp(v) - v).sum() / len(m)
                ),
            },
        ),
    )
