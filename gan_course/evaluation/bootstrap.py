"""How much a number would change with other samples: the bootstrap."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri


class Estimate(NamedTuple):
    """A number and its interval."""

    value: float
    low: float
    high: float


def resample(count: int, repeats: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of `repeats` samples drawn anew from `count`, each as large, with replacement: `(repeats, count)`."""
    return rng.integers(count, size=(repeats, count))


def half_samples(count: int, repeats: int, rng: np.random.Generator) -> np.ndarray:
    """Positions of `repeats` random halves of `count`, none of them twice in a half: `(repeats, count // 2)`.

    For numbers that repeated rows would spoil, such as distances to neighbours. Over the halves a number varies about
    as much as over new samples of the whole size (the delete-d jackknife with d = N / 2, Shao & Wu 1989), and a mean
    exactly as much: half as many rows have twice the variance, which drawing without repetition halves.
    """
    return np.stack([rng.permutation(count)[: count // 2] for _ in range(repeats)])


def estimate(value: float, repeated: np.ndarray, confidence: float = 0.95) -> Estimate:
    """The value with its interval, value -+ z times the standard deviation of the `repeated` values (Efron 1979).

    z is the normal quantile, 1.96 for 95 %. The quantiles of the repeated values themselves would not do here: a
    sample drawn from a sample repeats itself, and that makes every distance a little larger.
    """
    reach = ndtri((1 + confidence) / 2) * np.std(repeated, ddof=1)
    return Estimate(float(value), float(value - reach), float(value + reach))


def bootstrap(
    statistic: Callable[[np.ndarray], float], values: np.ndarray, positions: np.ndarray, confidence: float = 0.95
) -> Estimate:
    """`statistic(values)` with the interval that other samples of the same size would fall into.

    Args:
        statistic: of an array whose rows are samples.
        values: one row a sample, `(N, ...)`.
        positions: by `resample`, `(repeats, N)`.
        confidence: between 0 and 1.
    """
    return estimate(statistic(values), np.array([statistic(values[chosen]) for chosen in positions]), confidence)


def difference(one: Estimate, other: Estimate) -> Estimate:
    """How much larger one number is than another, and the interval of that, for two independent numbers.

    The reach of each end is the root of the summed squares of the two reaches that lead there (Zou & Donner 2008): of
    two shares with Wilson's interval that is Newcombe's method 10, of two normal numbers the interval of a z-test. Two
    intervals that overlap may still leave a difference that is not 0, which is why a difference is tested as one.

    Args:
        one, other: with intervals of one level, which the difference's then has as well.
    """
    down = np.hypot(one.value - one.low, other.high - other.value)
    up = np.hypot(one.high - one.value, other.value - other.low)
    gap = one.value - other.value
    return Estimate(gap, float(gap - down), float(gap + up))
