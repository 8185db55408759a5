"""Curves of games, made up, and ways to read them: the doctor's, and others with a mistake."""

from collections.abc import Callable

import numpy as np

from gan_course.evaluation.doctor import recognise
from gan_course.evaluation.signs import history_signs
from gan_course.training.history import History

Curves = dict[str, np.ndarray]
FROM_CURVES = ("not_finite", "mixed_batch", "wrong_labels", "d_wins")  # which the doctor knows without any picture


def by_the_doctor(curves: Curves) -> str:
    """The first thing that the doctor says of curves."""
    history = History()
    for step, values in enumerate(zip(*curves.values()), 1):
        history.record(step, **dict(zip(curves, values)))
    found = recognise(history_signs(history) | {"class_chance": 0.1})
    return next((name for name in FROM_CURVES if name in found), "healthy")


def reading(
    finite: Callable = lambda curve: np.isfinite(curve).all(),
    end: Callable = lambda curve: curve[-100:].mean(),
    gap: float = 0.5,
    without_classes: Callable = lambda curves: np.ones(1),
) -> Callable:
    """A way to read curves, with a mistake in one place."""

    def function(curves):
        if not all(map(finite, curves.values())):
            return "not_finite"
        last = {name: end(curve) for name, curve in curves.items()}
        classes = last["accuracy_class_real"] if "accuracy_class_real" in last else without_classes(curves)
        if last["loss_g"] < -np.log(last["d_fake"]) - gap:
            return "mixed_batch"
        if np.mean(classes) < 0.3:
            return "wrong_labels"
        return "d_wins" if last["accuracy_d"] > 0.985 and last["d_fake"] < 0.1 else "healthy"

    return function


def games() -> dict[str, Curves]:
    """Curves of a thousand steps, by what they show."""
    healthy = dict(loss_d=1.3, loss_g=0.85, d_fake=0.46, accuracy_d=0.64)
    winning = dict(loss_d=0.04, loss_g=4.0, d_fake=0.02, accuracy_d=0.995)
    mixed = dict(loss_d=0.01, loss_g=0.5, d_fake=0.004, accuracy_d=0.999)
    found = {
        "a healthy game": curves_of(healthy, healthy),
        "a game in which D led at first": curves_of(winning, healthy),
        "a game that D wins": curves_of(winning, winning),
        "a game that D wins from the middle on": curves_of(healthy, winning),
        "a healthy game whose last step is odd": curves_of(healthy, healthy),
        "a game that ends in NaN": curves_of(healthy, healthy),
        "a game that ends in infinity": curves_of(healthy, healthy),
        "a game with real and fake in one batch": curves_of(mixed, mixed),
        "a healthy game with classes": curves_of(*[healthy | dict(accuracy_class_real=0.9, loss_g=0.74)] * 2),
        "a game with shuffled labels": curves_of(*[healthy | dict(accuracy_class_real=0.1)] * 2),
    }
    for name, value in winning.items():
        found["a healthy game whose last step is odd"][name][-1] = value
    found["a game that ends in NaN"]["loss_g"][-3:] = np.nan
    found["a game that ends in infinity"]["loss_d"][-1] = np.inf
    return found


def curves_of(first: dict[str, float], second: dict[str, float]) -> Curves:
    """Curves that wave a little about `first`, for five hundred steps, and then about `second`."""
    rng = np.random.default_rng(0)
    return {n: np.repeat([first[n], second[n]], 500) * (1 + 0.002 * rng.uniform(-1, 1, 1000)) for n in first}
