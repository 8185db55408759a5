"""The averaged network against averages computed by hand."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.models.layers import dense
from gan_course.training.averaging import averaging


def set_weights(network, value: float) -> None:
    for parameter in network.get_parameters():
        parameter.set_data(ms.Tensor(np.full(parameter.shape, value, np.float32)))


def value_of(network) -> float:
    return float(network.weight.asnumpy().mean())


@pytest.fixture
def networks():
    average, network = dense(3, 2), dense(3, 2)
    set_weights(average, 7.0)
    set_weights(network, 1.0)
    return average, network


def test_it_starts_as_a_copy(networks):
    average, network = networks
    averaging(average, network)(0, {})
    assert value_of(average) == value_of(network) == 1.0
    assert average.bias.asnumpy() == pytest.approx(network.bias.asnumpy())


def test_it_forgets_the_beginning_soon(networks):
    average, network = networks
    follow = averaging(average, network, decay=0.999, interval=10)
    follow(0, {})
    expected = 1.0
    for n in range(1, 6):
        set_weights(network, float(n))
        follow(10 * n, {})
        kept = (1 + n) / (10 + n)
        expected = kept * expected + (1 - kept) * n
        assert value_of(average) == pytest.approx(expected, rel=1e-6)


def test_it_keeps_decay_a_step_later_on(networks):
    average, network = networks
    follow = averaging(average, network, decay=0.99, interval=5)
    follow(100_000, {})
    assert value_of(average) == pytest.approx(0.99**5 * 7 + (1 - 0.99**5) * 1, rel=1e-6)


def test_it_rests_between_its_turns_and_leaves_the_network_alone(networks):
    average, network = networks
    follow = averaging(average, network, interval=10)
    follow(9, {})
    follow(11, {})
    assert value_of(average) == 7.0
    follow(20, {})
    assert value_of(network) == 1.0


def test_decay_0_copies(networks):
    average, network = networks
    averaging(average, network, decay=0.0)(10, {})
    assert value_of(average) == 1.0


def test_other_layers_are_refused(networks):
    with pytest.raises(ValueError):
        averaging(networks[0], ms.nn.SequentialCell([dense(3, 2), dense(2, 2)]))
