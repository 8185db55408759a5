"""Looking ahead, against a game whose answer is a formula."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn

from gan_course.lessons.experiment import two_players
from gan_course.models.stacked import StackedMLP, stacked_mlp
from gan_course.training.losses import discriminator_loss, generator_loss
from gan_course.training.unrolled import look_ahead, unrolled_step

RATE = 0.1


@pytest.mark.parametrize("num_steps", [0, 1, 5])
def test_gradient_descent_on_a_parabola_shrinks_by_a_constant_factor(num_steps):
    """On a (w - c)^2 / 2 each step leaves 1 - rate a of the distance to c, so dw/dc = 1 - (1 - rate a)^k."""
    a, w = 3.0, Tensor([2.0])

    @ms.jit
    def after(c, w):
        def loss(weights):
            return (a * (weights[0] - c) ** 2 / 2).sum()

        return look_ahead(loss, (w,), num_steps, RATE)[0]

    kept = (1 - RATE * a) ** num_steps
    c = Tensor([0.5])
    np.testing.assert_allclose(after(c, w).asnumpy(), 0.5 + kept * 1.5, rtol=1e-5)
    np.testing.assert_allclose(ms.grad(after)(c, w).asnumpy(), 1 - kept, rtol=1e-5, atol=1e-6)


def game(rate_g, rate_d):
    networks = [StackedMLP(features, 1, np.random.default_rng(0)) for features in ((2, 5, 2), (2, 5, 1))]
    return two_players(*networks, *(lambda p, rate=rate: nn.SGD(p, learning_rate=rate) for rate in (rate_g, rate_d)))


RNG = np.random.default_rng(1)
REAL, Z = (Tensor(RNG.standard_normal((1, 8, 2), np.float32)) for _ in range(2))


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


def loss_of_g(generator, start, num_unrolled):
    """G's loss, D's steps taken one after the other on copies of its weights."""
    fake = generator(Z)

    def loss_d(*now):
        return discriminator_loss(stacked_mlp(REAL, *now), stacked_mlp(fake, *now))

    now = [Tensor(array) for array in start]
    for _ in range(num_unrolled):
        gradients = ms.grad(loss_d, tuple(range(len(now))))(*now)
        now = [Tensor(weight.asnumpy() - RATE * gradient.asnumpy()) for weight, gradient in zip(now, gradients)]
    return generator_loss(stacked_mlp(fake, *now)).asnumpy().item()


@pytest.mark.parametrize("num_unrolled", [0, 2])
def test_g_goes_down_the_slope_of_its_loss_against_the_coming_d(num_unrolled):
    """Central differences: they see how the coming D depends on G, however G's gradient was worked out."""
    players = game(rate_g=1.0, rate_d=0.0)
    generator, start = players["generator"], weights(players["discriminator"])
    before = weights(generator)
    step = unrolled_step(**players, judge=stacked_mlp, num_unrolled=num_unrolled, learning_rate=RATE)
    said = step(REAL, Z)
    gradient = [old - new for old, new in zip(before, weights(generator))]
    for parameter, array in zip(generator.trainable_params(), before):
        parameter.set_data(Tensor(array))
    assert said["loss_g"].asnumpy() == pytest.approx(loss_of_g(generator, start, num_unrolled), rel=1e-4)
    bias = generator.trainable_params()[-1]
    for position in range(2):
        value = bias.asnumpy().copy()
        sides = []
        for width in (1e-2, -1e-2):
            moved = value.copy()
            moved[0, 0, position] += width
            bias.set_data(Tensor(moved))
            sides.append(loss_of_g(generator, start, num_unrolled))
        bias.set_data(Tensor(value))
        assert gradient[-1][0, 0, position] == pytest.approx((sides[0] - sides[1]) / 2e-2, rel=0.01, abs=1e-4)


@pytest.mark.parametrize(("rate_g", "rate_d"), [(0.1, 0.0), (0.0, 0.1)])
def test_each_optimiser_moves_its_own_network_and_looking_ahead_moves_none(rate_g, rate_d):
    players = game(rate_g, rate_d)
    before = [weights(players[name]) for name in ("generator", "discriminator")]
    unrolled_step(**players, judge=stacked_mlp, num_unrolled=3)(REAL, Z)
    after = [weights(players[name]) for name in ("generator", "discriminator")]
    moved = [any(not np.array_equal(*pair) for pair in zip(*pairs)) for pairs in zip(before, after)]
    assert moved == [rate_g > 0, rate_d > 0]


def test_d_learns_one_usual_step_from_the_fakes_of_the_old_g():
    players, other = game(0.1, 0.1), game(0.1, 0.1)
    unrolled_step(**players, judge=stacked_mlp, num_unrolled=2)(REAL, Z)
    discriminator, fake = other["discriminator"], other["generator"](Z)

    def loss_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    other["optimizer_d"](ms.grad(loss_d, None, discriminator.trainable_params())(REAL, fake))
    for mine, theirs in zip(weights(players["discriminator"]), weights(discriminator)):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)
