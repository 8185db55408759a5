"""Discriminator rejection sampling (Azadi et al. 2019): after the training, D throws out what G made badly."""

import numpy as np


def accept(logits: np.ndarray, rng: np.random.Generator, quantile: float = 0.995) -> np.ndarray:
    """Keep each point with probability min(1, e^(l - M)), where l is D's logit of it and M a high one among them.

    The logit of the best D is l(x) = log p(x) - log q(x), with the density p of the real points and q of G's. What is
    kept has a density proportional to q(x) e^l(x), which is p(x). That takes M to be the highest logit of all, and
    keeps few points. A lower M keeps more, but the points above it are kept no more often than those at it, so that a
    few too many bad ones are left; lesson 07 measures how many. A mode that G never makes stays lost.

    Args:
        logits: of generated points, `(N,)`.
        rng: decides.
        quantile: of the logits, the M; 1 for the highest.

    Returns:
        Bool `(N,)`: which to keep.
    """
    top = np.quantile(logits, quantile)
    return rng.random(len(logits)) < np.exp(np.minimum(logits - top, 0))
