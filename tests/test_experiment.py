"""An experiment's history, and what it draws."""

from types import SimpleNamespace

import IPython.display
import mindspore as ms
import numpy as np
import pytest
from tiny import few_digits, tiny_settings

from gan_course.data import Batches
from gan_course.lessons import experiment as module
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment, flat
from gan_course.training.history import History
from gan_course.viz import live


@pytest.fixture
def experiment():
    """Counts its steps; "trains" on three batches an epoch."""
    steps = []

    def step(x):
        steps.append(x)
        return {"loss": ms.Tensor(float(len(steps)))}

    return Experiment(
        cells={},
        step=step,
        batches=Batches(np.zeros(6, np.float32), batch_size=2, seed=0),
        num_steps=7,
        evaluate_every=3,
        draw=lambda: np.zeros((2, 2), np.uint8),
        evaluate=lambda: {"test_loss": 10.0 * len(steps)},
    )


def test_an_experiment_records_losses_at_every_step_and_evaluations_at_epochs_and_the_end(experiment):
    history = experiment.train()
    assert history["loss"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert history.steps("test_loss").tolist() == [3, 6, 7]
    assert history["test_loss"].tolist() == [30, 60, 70]


def test_callbacks_find_the_evaluation_of_their_step_recorded(experiment):
    history, found = History(), []
    experiment.train(history, [lambda step, losses: found.append("test_loss" in history.rows.get(step, {}))])
    assert found == [False, False, False, True, False, False, True, True]


def test_groups_of_numbers_are_laid_flat():
    assert flat({"a": {"b": 1.0, "c_d": 2.0}, "e": 3.0}) == {"a_b": 1.0, "a_c_d": 2.0, "e": 3.0}


def test_networks_are_the_cells_that_are_no_optimisers(experiment):
    network = ms.nn.Dropout()
    optimizer = ms.nn.SGD([ms.Parameter(ms.Tensor([1.0]), name="w")], 0.1)
    experiment.cells = {"network": network, "optimizer": optimizer}
    assert experiment.networks == {"network": network}


@pytest.fixture
def outputs(monkeypatch):
    """What a notebook was shown, by output: its contents from first to last. Pictures may come after every step."""
    shown = []

    def display(content, **options):
        shown.append([content])
        return SimpleNamespace(update=lambda content, place=shown[-1], **options: place.append(content))

    monkeypatch.setattr(module, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", display)
    monkeypatch.setattr(live, "PAUSE", 0)
    monkeypatch.setattr(live, "SHARE", 100)
    return shown


SLOW = [pytest.param(lesson, marks=pytest.mark.slow) for lesson in ("autoencoder", "vae", "acgan", "wgan-gp")]


@pytest.mark.parametrize("lesson", ["gan", "dcgan", *SLOW])
def test_live_pictures_change_no_bit_of_what_is_learnt(outputs, monkeypatch, lesson):
    def trained():
        experiment = load_lesson(lesson).build(tiny_settings(lesson), 0)
        history = experiment.train()
        cells = {
            f"{name} {p.name}": p.asnumpy().tobytes()
            for name, c in experiment.cells.items()
            for p in c.get_parameters()
        }
        return cells, history.to_csv(), str(experiment.batches.state())

    with few_digits():
        watched = trained()
        assert len(outputs) == 1 and len(outputs[0]) == 11  # before the first step and after each
        monkeypatch.setattr(module, "in_notebook", lambda: False)
        assert trained() == watched
    assert len(outputs) == 1


def test_a_notebook_shows_the_curves_lines_and_bars_of_the_experiment(outputs, experiment, monkeypatch):
    told = []

    def spy(draw, curves, lines, bars, label):
        told.append((curves, lines, label))
        return live.live(draw, curves, lines, lambda: told.append(bars()) or told[-1], label)

    monkeypatch.setattr(module, "live", spy)
    experiment.curves, experiment.lines, experiment.bars = ("loss",), {"a line": 3.0}, "class_accuracy"
    experiment.evaluate = lambda: {"class_accuracy": {"1": 0.5, "8": 1.0}, "other": 3.0}
    experiment.train(description="digits")
    assert told[0] == (("loss",), {"a line": 3.0}, "class accuracy")
    assert told[1:4] == [{}] * 3 and told[4] == told[-1] == {"1": 0.5, "8": 1.0}
    assert outputs[0][-1]["text/plain"].startswith("digits: step 7 of 7, ") and len(outputs) == 1
