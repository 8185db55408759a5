"""Learning rates over time, as plain lists with one number a step."""

import numpy as np


def one_cycle(num_steps: int, peak: float, warm_up: float = 0.3) -> list[float]:
    """Rise from `peak / 25` to `peak`, then fall to nearly zero, both along a cosine (Smith & Topin 2018).

    High rates in the middle travel far; the long fall lets the weights settle, which a short run needs most.

    Args:
        num_steps: length of the schedule, at least 1. MindSpore's optimisers read one number a step from it and
            fail beyond its end.
        peak: the highest learning rate.
        warm_up: the share of steps spent rising, from 0 to 1.
    """
    num_rising = round(warm_up * num_steps)
    rising = cosine_ramp(peak / 25, peak, num_rising)
    falling = cosine_ramp(peak, peak / 10_000, num_steps - num_rising)
    return [*rising, *falling]


def cosine_ramp(start: float, end: float, num_steps: int) -> list[float]:
    """`num_steps` numbers from `start` towards `end`, flat at both ends."""
    progress = np.arange(num_steps) / max(num_steps, 1)
    return (start + (end - start) * (1 - np.cos(np.pi * progress)) / 2).tolist()
