"""What is said of a training whose first step takes more than a minute: here of two tenths of a second."""

import time
from itertools import count

import numpy as np
import pytest

from gan_course.training import patience
from gan_course.training.history import History
from gan_course.training.loop import train

SAID = "more than a minute: choose smaller pictures (--size) or batches (--batch-size)\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(patience, "SECONDS", 0.2)


def numbers():
    return ((np.array(number, np.float32),) for number in count())


def step_of(*seconds, at_its_end=lambda: None):
    """A step that takes as long as it says, one time after the other."""
    lengths = iter(seconds)

    def step(x):
        time.sleep(next(lengths))
        at_its_end()
        return {"loss": x}

    return step


def test_a_slow_first_step_is_told_once_and_while_it_is_at_work(capsys):
    heard = []
    train(step_of(0.8, 0.4, 0.4, at_its_end=lambda: heard.append(capsys.readouterr().err)), numbers(), 3)
    assert f"the first of 3 steps takes {SAID}" in heard[0]
    assert SAID not in "".join(heard[1:]) + capsys.readouterr().err


def test_of_a_training_that_goes_on_its_next_step_is_the_first(capsys):
    history = train(step_of(0, 0), numbers(), 2, history=History())
    capsys.readouterr()
    train(step_of(0.8), numbers(), 3, history=history)
    assert f"the step takes {SAID}" in capsys.readouterr().err


def test_later_steps_are_not_watched(capsys):
    train(step_of(0, 0.4), numbers(), 2)
    assert SAID not in capsys.readouterr().err


def test_a_step_that_fails_is_not_said_to_be_slow(capsys):
    def fail(x):
        raise RuntimeError("step")

    with pytest.raises(RuntimeError, match="step"):
        train(fail, numbers(), 2)
    time.sleep(0.4)
    assert SAID not in capsys.readouterr().err
