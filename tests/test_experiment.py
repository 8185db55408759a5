"""An experiment's history, and what it draws."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.data import Batches
from gan_course.lessons.experiment import Experiment, flat
from gan_course.training.history import History


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
