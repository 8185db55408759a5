"""The averaged network against averages computed by hand."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from gan_course.models.layers import batch_norm_1d, dense
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


def test_by_default_it_remembers_some_250_steps(networks):
    """Of what was there 10 steps ago e^(-10 / 250) is left."""
    average, network = networks
    averaging(average, network)(100_000, {})
    assert value_of(average) == pytest.approx(1 + 6 * np.exp(-10 / 250), rel=1e-3)
    set_weights(average, 7.0)
    for step in (99_995, 100_001, 100_009):
        averaging(average, network)(step, {})
    assert value_of(average) == 7.0


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
        averaging(networks[0], nn.SequentialCell([dense(3, 2), dense(2, 2)]))
    with pytest.raises(ValueError):  # as many weights, but statistics in one of them only
        averaging(normalised(0), nn.SequentialCell([dense(3, 2), dense(2, 2)]))


def normalised(seed):
    """A layer and batch normalisation, all numbers random."""
    network, rng = nn.SequentialCell([dense(3, 2), batch_norm_1d(2)]), np.random.default_rng(seed)
    for parameter in network.get_parameters():
        parameter.set_data(ms.Tensor(rng.uniform(0.5, 1.5, parameter.shape), ms.float32))
    return network


def arrays(network):
    return {parameter.name.split(".", 1)[1]: parameter.asnumpy().copy() for parameter in network.get_parameters()}


def test_without_inputs_the_statistics_are_averaged_like_the_weights():
    average, network = normalised(0), normalised(1)
    before, other = arrays(average), arrays(network)
    averaging(average, network, interval=10)(10, {})
    for name, value in arrays(average).items():
        np.testing.assert_allclose(value, 2 / 11 * before[name] + 9 / 11 * other[name], rtol=1e-5, err_msg=name)


def test_with_inputs_the_average_takes_its_statistics_from_what_it_computes_itself():
    """Batch normalisation keeps 0.9 of the old mean and takes 0.1 of that of x w^T + b, with the averaged w and b."""
    average, network, drawn = normalised(0), normalised(1), []

    def inputs(rng):
        drawn.append(rng.standard_normal((8, 3), np.float32))
        return (drawn[-1],)

    before, other = arrays(average), arrays(network)
    averaging(average, network, interval=10, inputs=inputs)(10, {})
    after = arrays(average)
    for name in ("weight", "bias", "gamma", "beta"):
        np.testing.assert_allclose(after[name], 2 / 11 * before[name] + 9 / 11 * other[name], rtol=1e-5, err_msg=name)
    hidden = drawn[0] @ after["weight"].T + after["bias"]
    for name, of_batch in [("moving_mean", hidden.mean(axis=0)), ("moving_variance", hidden.var(axis=0, ddof=1))]:
        np.testing.assert_allclose(after[name], 0.9 * before[name] + 0.1 * of_batch, rtol=1e-4, err_msg=name)
    assert len(drawn) == 1 and not average.training
    assert all(np.array_equal(value, other[name]) for name, value in arrays(network).items())


def test_a_copy_takes_the_statistics_too_and_draws_nothing():
    average, network = normalised(0), normalised(1)
    for decay, step in [(0.996, 0), (0.0, 10)]:
        averaging(average, network, decay, inputs=lambda rng: pytest.fail("drawn"))(step, {})
        assert all(np.array_equal(value, arrays(network)[name]) for name, value in arrays(average).items())
        average = normalised(0)


def test_the_inputs_follow_from_the_step_alone():
    """So that a run that was stopped and resumed gets the same average."""
    drawn = []

    def inputs(rng):
        drawn.append(rng.standard_normal((8, 3), np.float32))
        return (drawn[-1],)

    for steps in [(10, 20), (20,)]:
        follow = averaging(normalised(0), normalised(1), interval=10, inputs=inputs)
        for step in steps:
            follow(step, {})
    assert np.array_equal(drawn[1], drawn[2]) and not np.array_equal(drawn[0], drawn[1])
