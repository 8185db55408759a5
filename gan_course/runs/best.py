"""The step at which a run was best: the last generator is not always it."""

from typing import Any

import numpy as np

from gan_course.training.history import History

# The first that a lesson measures decides: of sunflowers that of textures, since that of poses does not see grain.
DISTANCES = ("frechet_classifier_distance", "texture_kernel_distance", "kernel_distance")


def best_of(history: History) -> tuple[str, int, float] | None:
    """The first of DISTANCES that was measured, at which step it was lowest, and how low; None if there is none."""
    for name in DISTANCES:
        values = history[name] if name in history.names else np.array([])
        if np.isfinite(values).any():
            lowest = np.nanargmin(values)
            return name, int(history.steps(name)[lowest]), float(values[lowest])
    return None


def is_best(history: History, step: int) -> bool:
    """Whether a distance was measured at `step`, and lower than ever before."""
    if not set(DISTANCES) & history.rows.get(step, {}).keys():
        return False
    best = best_of(history)
    return best is not None and best[1] == step


def describe_best(history: History) -> dict[str, Any]:
    """What `metrics.json` says of `checkpoints/best.npz`."""
    best = best_of(history)
    return {} if best is None else {"best_step": best[1], f"best_{best[0]}": round(best[2], 6)}
