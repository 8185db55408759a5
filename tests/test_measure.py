"""How many steps fit into a time, on a machine whose steps take as long as the test says."""

from types import SimpleNamespace

import mindspore as ms
import numpy as np
import pytest

from gan_course.data import Batches
from gan_course.lessons.experiment import Experiment
from gan_course.runs import measure
from gan_course.runs.measure import ENDING, MORE_STEPS, NUM_STEPS, OTHERS, steps_until

FIRST, EVALUATION, PICTURE = 10.0, 2.0, 0.1  # seconds


@pytest.fixture
def machine(monkeypatch):
    """Its time passes only in the parts of a training; `machine.step` is how many seconds a step takes."""
    machine = SimpleNamespace(now=0.0, step=0.1, steps=0)

    def passing(seconds, result):
        def action(*_):
            machine.now += seconds
            return result

        return action

    def step(x):
        machine.steps += 1
        machine.now += machine.step if machine.steps > 1 else FIRST
        return {"loss": ms.Tensor(1.0)}

    def build(settings, seed):
        return Experiment(
            cells={},
            step=step,
            batches=Batches(np.zeros(4, np.float32), batch_size=2, seed=0),
            num_steps=settings.num_steps,
            evaluate_every=100,
            draw=passing(PICTURE, np.zeros((2, 2), np.uint8)),
            evaluate=passing(EVALUATION, {}),
        )

    monkeypatch.setattr(measure, "load_lesson", lambda lesson: SimpleNamespace(build=build))
    monkeypatch.setattr(measure, "perf_counter", lambda: machine.now)
    return machine


def steps_in(seconds, num_steps=10**6):
    return steps_until(seconds, "lesson", SimpleNamespace(num_steps=num_steps))


@pytest.mark.parametrize("step", [0.001, 0.02, 0.5])
def test_a_run_of_so_many_steps_is_over_in_time_and_not_much_earlier(machine, step):
    machine.step = step
    fitting = steps_in(180)
    run = FIRST + fitting * step + fitting / 100 * EVALUATION + EVALUATION + 40 * PICTURE + ENDING
    assert 180 - (OTHERS - 1) * fitting * step - 10 < machine.now + run <= 180
    assert machine.steps == (MORE_STEPS if step == 0.001 else NUM_STEPS)


def test_a_quick_machine_makes_all_steps_and_no_more(machine):
    assert steps_in(180, num_steps=100) == 100


def test_a_slow_machine_makes_one_at_least(machine):
    machine.step = 50.0
    assert steps_in(180) == 1
