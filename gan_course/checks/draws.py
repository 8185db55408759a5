"""What can be said of an answer that draws at random, whichever numbers it drew."""

from collections.abc import Callable
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor

from gan_course.checks.answer import filled

TENTHS = tuple(i / 10 for i in range(1, 10))


def places(function: Callable) -> dict[str, Any]:
    """What can be said of places between pairs of points, whichever numbers were drawn."""
    rng = np.random.default_rng(0)
    real, fake = (rng.random((1, 20_000, 2)).astype(np.float32) + shift for shift in (1.0, -1.0))
    result = filled(function(ms.Tensor(real), ms.Tensor(fake), np.random.default_rng(1)))
    if not isinstance(result, Tensor) or result.shape != real.shape:
        return {"the result": getattr(result, "shape", type(result).__name__)}
    epsilon = ((result.asnumpy() - fake) / (real - fake))[0]  # (N, 2): once from each coordinate
    pair = epsilon.mean(axis=1)
    if np.abs(epsilon[:, 0] - epsilon[:, 1]).max() > 1e-3:
        return {"the place": "beside the line"}
    if np.ptp(pair) < 1e-3:
        return {"the place": "the middle of every line" if abs(pair[0] - 0.5) < 1e-3 else "the same on all lines"}
    return {"the share outside": np.mean((pair < 0) | (pair > 1)), "deciles of epsilon": np.quantile(pair, TENTHS)}


def fates(function: Callable) -> dict[str, Any]:
    """Which share of many points around each of ten logits is kept, however the random numbers are used."""
    logits = np.tile(np.linspace(-3.25, 1.25, 10), 20_000)
    logits += np.random.default_rng(0).uniform(-1e-3, 1e-3, logits.shape)  # so that hardly any is equal to a quantile
    kept, again = (np.asarray(filled(function(logits, np.random.default_rng(s), 0.85))) for s in (1, 2))
    if kept.shape != logits.shape or kept.dtype != bool:
        return {"what is kept": f"{kept.dtype} {kept.shape}"}
    shares = kept.reshape(-1, 10).mean(axis=0)
    if set(shares) <= {0.0, 1.0}:
        changes = not np.array_equal(kept, again) or fate_changes(function, logits[:10])
        return {"points of one logit": "all share one fate", "their fates": "by chance" if changes else shares}
    return {"the shares kept, from the lowest logit to the highest": shares}


def fate_changes(function: Callable, logits: np.ndarray) -> bool:
    """Whether any of twenty generators makes another choice."""
    return len({function(logits, np.random.default_rng(s), 0.85).tobytes() for s in range(20)}) > 1


def noise(function: Callable) -> dict[str, Any]:
    """What is drawn for pictures `(400, 64)`, and what else a draw moves."""
    before = np.random.get_state()  # noqa: NPY002  of the generator that a function should leave alone
    first, second = (filled(function((400, 64))) for _ in range(2))
    after = np.random.get_state()  # noqa: NPY002
    np.random.set_state(before)  # noqa: NPY002
    if not isinstance(first, np.ndarray) or first.shape != (400, 64):
        return {"the noise": f"{type(first).__name__} {getattr(first, 'shape', '')}"}
    if not np.array_equal(first, second):
        return {"a second call": "draws other noise"}
    return {
        "its mean, spread and mean size": np.array([first.mean(), first.std(), np.abs(first).mean()]),
        "the type of its numbers": str(first.dtype),
        "NumPy's global generator is left alone": before[2] == after[2] and np.array_equal(before[1], after[1]),
    }
