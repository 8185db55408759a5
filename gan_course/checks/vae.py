"""The blanks of lesson 02."""

from collections.abc import Callable

import numpy as np
from mindspore import ops

from gan_course.checks.answer import Question, answer, outputs_and_gradients
from gan_course.training import losses


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
                "the sign is turned round: this falls where the cloud moves away.": lambda m, v: -losses.gaussian_kl(
                    m, v
                ),
                "log sigma^2 is taken for sigma^2: the encoder's second head gives the logarithm.": lambda m, v: (
                    0.5 * (m**2 + v - 1 - ops.log(v)).sum() / len(m)
                ),
                "log sigma^2 is taken for log sigma: exp(2 log_variance) is sigma^4.": lambda m, v: losses.gaussian_kl(
                    m, 2 * v
                ),
                "the factor 1/2 is missing.": lambda m, v: 2 * losses.gaussian_kl(m, v),
            },
        ),
    )
