"""The training doctor: when it speaks."""

import numpy as np
import pytest

from gan_course.evaluation.doctor import HEALTHY, TOO_SHORT, diagnose, examine
from gan_course.evaluation.symptoms import ENOUGH_STEPS
from gan_course.training.history import History

GOOD = {"loss_d": 1.3, "loss_g": 0.8, "d_real": 0.55, "d_fake": 0.45, "accuracy_d": 0.7}


def record(steps=ENOUGH_STEPS, **values):
    history = History()
    for step in range(1, steps + 1):
        history.record(step, **values)
    return history


def images(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def test_silent_on_what_is_healthy_or_was_not_measured():
    real = images(50, 1, 8, 8)
    assert examine(record(**GOOD), images(50, 1, 8, 8, seed=1), real) == {}
    assert examine(record(mae=0.1)) == examine(History()) == {}
    assert diagnose(record(**GOOD)) == diagnose(record(5, mae=0.1)) == HEALTHY


def test_a_short_training_gets_no_verdict_unless_something_is_wrong_at_once():
    assert diagnose(record(ENOUGH_STEPS - 1, **GOOD)) == TOO_SHORT
    assert diagnose(record(ENOUGH_STEPS, **GOOD)) == HEALTHY
    assert "[0, 1]" in diagnose(record(5, **GOOD), real=np.eye(8, dtype=np.float32)[None, None])


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_first_step_that_is_not_finite_is_told(bad):
    history = record(20, **GOOD)
    history.record(12, loss_d=bad)
    history.record(15, loss_g=bad)
    assert "at step 12:" in diagnose(history)
    assert "NaN" in diagnose(record(**GOOD), samples=np.full((2, 1, 4, 4), bad))
