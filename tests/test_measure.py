"""How many steps fit into a time, on a machine whose steps take as long as the test says."""

from dataclasses import dataclass
from types import SimpleNamespace

import mindspore as ms
import numpy as np
import pytest

from gan_course.data import Batches
from gan_course.lessons.experiment import Experiment
from gan_course.runs import measure
from gan_course.runs.measure import ENDING, EVALUATIONS, MORE_STEPS, NUM_STEPS, OTHERS, settings_until

FIRST, EVALUATION, PICTURE = 10.0, 2.0, 0.1  # seconds


@dataclass(frozen=True)
class Settings:
    num_steps: int
    evaluate_every: int = 100


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
            evaluate_every=settings.evaluate_every,
            draw=passing(PICTURE, np.zeros((2, 2), np.uint8)),
            evaluate=passing(EVALUATION, {}),
        )

    monkeypatch.setattr(measure, "load_lesson", lambda lesson: SimpleNamespace(build=build))
    monkeypatch.setattr(measure, "perf_counter", lambda: machine.now)
    return machine


def steps_in(seconds, num_steps=10**6):
    return settings_until(seconds, "lesson", Settings(num_steps)).num_steps


@pytest.mark.parametrize("step", [0.001, 0.02, 0.5])
def test_a_run_of_so_many_steps_is_over_in_time_and_not_much_earlier(machine, step):
    machine.step = step
    fitting = steps_in(180)
    run = FIRST + fitting * step + fitting / 100 * EVALUATION + EVALUATION + 40 * PICTURE + ENDING
    spare = (OTHERS - 1) * fitting * step + (EVALUATIONS + 1) * EVALUATION
    assert 180 - spare - 5 < machine.now + run <= 180
    assert machine.steps == (MORE_STEPS if step == 0.001 else NUM_STEPS)


def test_a_quick_machine_makes_all_steps_and_no_more(machine):
    assert steps_in(180, num_steps=100) == 100


def test_few_steps_have_evaluations_all_the_same(machine):
    machine.step = 0.5
    settings = settings_until(180, "lesson", Settings(10**6))
    assert settings.evaluate_every == settings.num_steps // EVALUATIONS < 100
    assert settings_until(machine.now + 180, "lesson", Settings(1)) == Settings(1, 1)


def test_a_slow_machine_makes_one_at_least(machine):
    machine.step = 50.0
    assert steps_in(180) == 1
