"""Networks side by side: each computes and learns as if it were alone."""

import math

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn

from gan_course.models.stacked import StackedMLP, fourier_features, stacked_mlp
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step
from gan_course.training.steps.wgan_gp import gradient_penalty

X = np.random.default_rng(0).standard_normal((3, 5, 2), np.float32)


def in_numpy(network, x, seed):
    arrays = [parameter.asnumpy()[seed].astype(np.float64) for parameter in network.parameters]
    for index in range(0, len(arrays), 2):
        x = x if index == 0 else np.where(x > 0, x, 0.2 * x)
        x = x @ arrays[index] + arrays[index + 1]
    return x


def test_each_network_answers_its_own_points():
    network = StackedMLP((2, 7, 7, 3), 3, np.random.default_rng(1))
    for parameter in network.parameters:  # biases other than 0
        parameter.set_data(parameter + 0.1)
    answers = network(Tensor(X)).asnumpy()
    assert answers.shape == (3, 5, 3)
    for seed in range(3):
        np.testing.assert_allclose(answers[seed], in_numpy(network, X[seed], seed), rtol=1e-4, atol=1e-5)
    assert np.array_equal(answers, stacked_mlp(Tensor(X), *network.parameters).asnumpy())


@pytest.mark.parametrize("damped", [False, True])
def test_fourier_features_stand_beside_the_point_itself(damped):
    """For each number x: x, then sin(f x) and cos(f x) for one frequency after the other, of height 1 / f if damped."""
    found = fourier_features(Tensor(X), (0.5, 8.0), damped).asnumpy()
    assert found.shape == (3, 5, 10)
    for place in np.ndindex(3, 5, 2):
        x, heights = float(X[place]), {0.5: 2.0, 8.0: 0.125} if damped else {0.5: 1.0, 8.0: 1.0}
        expected = [x] + [height * wave(f * x) for f, height in heights.items() for wave in (math.sin, math.cos)]
        np.testing.assert_allclose(found[place[:2]][place[2] :: 2], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("options", [{}, {"damped": False}])
def test_a_network_with_frequencies_is_one_of_the_features(options):
    network = StackedMLP((2, 7, 3), 3, np.random.default_rng(1), (0.5, 8.0), **options)
    low, high = (1, 1) if options else (2, 0.125)  # damped by default
    features = [X, low * np.sin(0.5 * X), low * np.cos(0.5 * X), high * np.sin(8 * X), high * np.cos(8 * X)]
    expected = in_numpy(network, np.concatenate(features, axis=-1)[1], 1)
    np.testing.assert_allclose(network(Tensor(X)).asnumpy()[1], expected, rtol=1e-4, atol=1e-5)


def test_damped_features_are_no_steeper_than_the_point():
    x = Tensor(np.linspace(-3, 3, 601, dtype=np.float32)[:, None])
    steepest = np.abs(np.diff(fourier_features(x, (1.0, 4.0, 16.0)).asnumpy(), axis=0)).max(axis=0) / 0.01
    np.testing.assert_allclose(steepest, 1, atol=0.02)


def test_the_first_weights_differ_and_have_the_spread_of_he():
    network = StackedMLP((50, 400, 1), 2, np.random.default_rng(1))
    weight = network.parameters[0].asnumpy()
    assert weight.std() == pytest.approx(np.sqrt(2 / 50), rel=0.02)
    assert not np.array_equal(weight[0], weight[1])
    hidden, last = network.parameters[1].asnumpy(), network.parameters[3].asnumpy()
    assert hidden.std() == pytest.approx(1, rel=0.1) and not np.array_equal(hidden[0], hidden[1])
    assert hidden.shape == (2, 1, 400) and not last.any()


def test_a_change_in_one_network_changes_no_other():
    network = StackedMLP((2, 4, 1), 3, np.random.default_rng(1))

    def loss(x):
        return (network(x) ** 2).mean()

    gradients = ms.grad(loss, None, network.trainable_params())(Tensor(X))
    changed = X.copy()
    changed[1] += 1
    others = ms.grad(loss, None, network.trainable_params())(Tensor(changed))
    for before, after in zip(gradients, others):
        same = [np.array_equal(*pair) for pair in zip(before.asnumpy(), after.asnumpy())]
        assert same == [True, False, True]


def play(seeds, z, num_steps=5):
    """A GAN for each of `seeds`, all in one; returns G's points."""

    def stack(features, salt):
        stacked = StackedMLP(features, len(seeds), np.random.default_rng(0))
        alone = [StackedMLP(features, 1, np.random.default_rng([seed, salt])) for seed in seeds]
        for index, parameter in enumerate(stacked.parameters):
            parameter.set_data(Tensor(np.concatenate([network.parameters[index].asnumpy() for network in alone])))
        return stacked

    def adam(parameters):
        return nn.Adam(parameters, learning_rate=0.01, beta1=0.5)

    players = two_players(stack((2, 8, 2), 0), stack((2, 8, 1), 1), adam, adam)
    step = gan_step(**players)
    for _ in range(num_steps):
        step(Tensor(X[: len(seeds)] + 1), Tensor(z[: len(seeds)]))
    return players["generator"](Tensor(z[: len(seeds)])).asnumpy()


def test_ten_gans_at_once_learn_what_each_learns_alone():
    """The mean over the networks divides each one's gradient by their number; Adam takes no notice."""
    z = np.random.default_rng(2).standard_normal((3, 5, 2), np.float32)
    np.testing.assert_allclose(play([0, 1, 2], z)[0], play([0], z)[0], atol=1e-4)


def test_the_second_derivative_is_there_jitted_or_not():
    """It is that of central differences, taken so narrow that no LeakyReLU turns over."""
    network = StackedMLP((2, 16, 16, 1), 3, np.random.default_rng(1))
    one = Tensor(np.ones((3, 5, 1), np.float32))
    weight = network.trainable_params()[2]
    start, direction = weight.asnumpy().copy(), np.random.default_rng(2).standard_normal(weight.shape, np.float32)

    def penalty(x):
        return gradient_penalty(network, x, x, one)

    gradient = ms.grad(penalty, None, network.trainable_params())

    @ms.jit
    def jitted(x):
        return gradient(x)

    found = [(run(Tensor(X))[2].asnumpy() * direction).sum() for run in (gradient, jitted)]
    sides = []
    for width in (5e-5, -5e-5):
        weight.set_data(Tensor(start + width * direction))
        sides.append(penalty(Tensor(X)).asnumpy())
    np.testing.assert_allclose(found, (sides[0] - sides[1]) / 1e-4, rtol=0.02)
