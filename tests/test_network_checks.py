"""Checks of networks: what they find, and that they leave no trace."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from gan_course.evaluation.network_checks import (
    check_networks,
    largest_epsilon,
    redraw_change,
    sampling_change,
    shared_parameters,
)


def network(epsilon=1e-5):
    return nn.SequentialCell([nn.Dense(2, 3), nn.BatchNorm1d(3, eps=epsilon)])


@pytest.mark.parametrize("epsilon", [1e-5, 1e-3, 0.8])
def test_the_largest_epsilon_is_found_wherever_it_is(epsilon):
    assert largest_epsilon(network(1e-6), network(epsilon), nn.SGD(network().trainable_params())) == epsilon


def test_a_network_without_batch_normalisation_has_no_epsilon():
    assert largest_epsilon(nn.Dense(2, 3)) == 0


def test_parameters_of_another_network_are_counted():
    mine, other = network(), network()
    other.update_parameters_name("other.")
    right = nn.SGD(mine.trainable_params(), learning_rate=0.1)
    wrong = nn.SGD([*mine.trainable_params(), *other.trainable_params()], learning_rate=0.1)
    assert shared_parameters(right, other) == 0
    assert shared_parameters(wrong, other) == len(other.trainable_params()) == 4


@pytest.mark.parametrize("training", [False, True])
def test_drawing_in_training_mode_is_seen_and_undone(training):
    generator = network()
    z = ms.Tensor(np.random.default_rng(0).standard_normal((8, 2)).astype(np.float32))
    before = [parameter.asnumpy().copy() for parameter in generator.get_parameters()]
    change = sampling_change(lambda: generator.set_train(training)(z), generator)
    assert (change > 1e-4) == training
    assert all(np.array_equal(new.asnumpy(), old) for new, old in zip(generator.get_parameters(), before, strict=True))


def test_noise_that_is_drawn_again_is_seen():
    rng = np.random.default_rng(0)
    assert redraw_change(lambda: rng.integers(0, 255, (4, 4)).astype(np.uint8)) > 0
    assert redraw_change(lambda: np.full((4, 4), 200, np.uint8)) == 0


def test_all_checks_that_a_training_allows():
    generator, discriminator = nn.Dense(2, 3), network()
    generator.update_parameters_name("g.")
    optimizer = nn.SGD([*discriminator.trainable_params(), generator.weight])
    cells = {"generator": generator, "discriminator": discriminator, "optimizer_d": optimizer}
    signs = check_networks(cells, lambda: np.zeros((2, 2), np.uint8))
    assert signs == {"largest_epsilon": 1e-5, "redraw_change": 0, "sampling_change": 0, "shared_parameters": 1}
    del cells["discriminator"]
    assert check_networks(cells, lambda: np.zeros((2, 2), np.uint8)).keys() == signs.keys()
    del cells["optimizer_d"]
    assert check_networks(cells, lambda: np.zeros((2, 2), np.uint8)).keys() == {"largest_epsilon", "redraw_change"}


def test_a_darker_second_picture_is_a_change_as_large_as_a_brighter_one():
    pictures = iter([np.full((2, 2), 200, np.uint8), np.full((2, 2), 50, np.uint8)])
    assert redraw_change(lambda: next(pictures)) == 150
