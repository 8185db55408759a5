"""Gradient penalties against critics whose gradient is known, and who moves in a step."""

from inspect import signature

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mindspore import Parameter, Tensor, nn, ops

from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import critic_generator_loss, critic_loss
from gan_course.training.players import two_players
from gan_course.training.steps.wgan_gp import gradient_norms, gradient_penalty, wgan_gp_step

RNG = np.random.default_rng(0)
REAL, FAKE = (Tensor(RNG.standard_normal((6, 2), np.float32)) for _ in range(2))
EPSILON = Tensor(RNG.random((6, 1), np.float32))


class Linear(nn.Cell):
    """The score <w, x>."""

    def __init__(self, w):
        super().__init__()
        self.w = Parameter(Tensor(w, ms.float32), name="w")

    def construct(self, x):
        return (x.reshape(x.shape[0], -1) * self.w).sum(axis=1, keepdims=True)


class Bowl(nn.Cell):
    """The score |x|^2 / 2, whose gradient is x."""

    def construct(self, x):
        return (x**2).sum(axis=-1, keepdims=True) / 2


@settings(max_examples=25)  # each takes a gradient
@given(st.lists(st.floats(-3, 3, width=32), min_size=2, max_size=2))
def test_the_penalty_of_a_linear_critic_is_its_distance_from_slope_one(w):
    length = np.linalg.norm(w)
    penalty = gradient_penalty(Linear(w), REAL, FAKE, EPSILON).asnumpy()
    assert penalty == pytest.approx((length - 1) ** 2, abs=1e-4)


def test_the_gradient_of_the_penalty_is_a_second_derivative():
    """d/dw (|w| - 1)^2 = 2 (|w| - 1) w / |w|."""
    critic = Linear([3.0, 4.0])

    def penalty():
        return gradient_penalty(critic, REAL, FAKE, EPSILON)

    (gradient,) = ms.grad(penalty, None, critic.trainable_params())()
    np.testing.assert_allclose(gradient.asnumpy(), 2 * (5 - 1) * np.array([0.6, 0.8]), rtol=1e-4)


def test_the_penalty_is_taken_between_real_and_fake():
    mixed = EPSILON.asnumpy() * REAL.asnumpy() + (1 - EPSILON.asnumpy()) * FAKE.asnumpy()
    expected = ((np.linalg.norm(mixed, axis=1) - 1) ** 2).mean()
    assert gradient_penalty(Bowl(), REAL, FAKE, EPSILON).asnumpy() == pytest.approx(expected, rel=1e-4)


def test_gradient_norms_are_taken_over_all_pixels_of_a_picture():
    w = np.arange(12.0)
    images = Tensor(RNG.standard_normal((4, 3, 2, 2), np.float32))
    np.testing.assert_allclose(gradient_norms(Linear(w), images).asnumpy(), np.full(4, np.linalg.norm(w)), rtol=1e-5)


def test_pictures_may_be_mixed_too():
    images = RNG.standard_normal((2, 4, 1, 2, 2)).astype(np.float32)
    epsilon = np.array([[0.0], [1.0], [0.5], [0.25]], np.float32)
    mixed = epsilon[..., None, None] * images[0] + (1 - epsilon[..., None, None]) * images[1]

    class PictureBowl(nn.Cell):
        def construct(self, x):
            return (x.reshape(x.shape[0], -1) ** 2).sum(axis=1, keepdims=True) / 2

    expected = ((np.sqrt((mixed**2).sum(axis=(1, 2, 3))) - 1) ** 2).mean()
    found = gradient_penalty(PictureBowl(), *map(Tensor, images), Tensor(epsilon)).asnumpy()
    assert found == pytest.approx(expected, rel=1e-4)


def test_a_flat_critic_has_finite_gradients():
    critic = Linear([0.0, 0.0])

    def penalty():
        return gradient_penalty(critic, REAL, FAKE, EPSILON)

    (gradient,) = ms.grad(penalty, None, critic.trainable_params())()
    assert np.isfinite(gradient.asnumpy()).all()


def test_the_losses_of_a_critic_are_differences_of_means():
    real, fake = Tensor([[3.0], [5.0]]), Tensor([[1.0], [0.0]])
    assert critic_loss(real, fake).asnumpy() == pytest.approx(0.5 - 4)
    assert critic_generator_loss(fake).asnumpy() == pytest.approx(-0.5)
    shifted = critic_loss(real + 7, fake + 7).asnumpy()
    assert shifted == pytest.approx(0.5 - 4)


def players(rate_g=0.1, rate_d=0.1):
    ms.set_seed(3)
    networks = Generator(4, (8,), (2,), bounded=False), Discriminator((2,), (8,))
    return two_players(*networks, *(lambda p, rate=rate: nn.SGD(p, learning_rate=rate) for rate in (rate_g, rate_d)))


def batch(n_critic, count=6):
    rng = np.random.default_rng(1)
    real, z = (rng.standard_normal((n_critic * count, width), np.float32) for width in (2, 4))
    return Tensor(real), Tensor(z), Tensor(rng.random((n_critic * count, 1), np.float32))


def test_the_critic_learns_five_times_with_ten_times_the_penalty_as_in_the_paper():
    """The defaults of algorithm 1 of Gulrajani et al. 2017: n_critic = 5, lambda = 10."""
    defaults = signature(wgan_gp_step).parameters
    assert (defaults["n_critic"].default, defaults["penalty_weight"].default) == (5, 10)


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


@pytest.mark.parametrize(("rate_g", "rate_d"), [(0.1, 0.0), (0.0, 0.1)])
def test_each_optimiser_moves_its_own_network_only(rate_g, rate_d):
    game = players(rate_g, rate_d)
    before = [weights(game[name]) for name in ("generator", "discriminator")]
    wgan_gp_step(**game, n_critic=2)(*batch(2))
    after = [weights(game[name]) for name in ("generator", "discriminator")]
    moved = [any(not np.array_equal(*pair) for pair in zip(*pairs)) for pairs in zip(before, after)]
    assert moved == [rate_g > 0, rate_d > 0]


def test_a_step_is_n_critic_turns_of_the_critic_and_one_of_g():
    """The same by hand, without jit."""
    game, other = players(), players()
    n_critic, weight = 3, 2.0
    said = wgan_gp_step(**game, penalty_weight=weight, n_critic=n_critic)(*batch(n_critic))
    generator, critic = other["generator"], other["discriminator"]

    def objective(real, fake, epsilon):
        return critic_loss(critic(real), critic(fake)) + weight * gradient_penalty(critic, real, fake, epsilon)

    def objective_g(z):
        return critic_generator_loss(critic(generator(z)))

    for real, z, epsilon in zip(*(ops.chunk(part, n_critic) for part in batch(n_critic))):
        fake = generator(z)
        said_by_hand = critic_loss(critic(real), critic(fake)), gradient_penalty(critic, real, fake, epsilon)
        other["optimizer_d"](ms.grad(objective, None, critic.trainable_params())(real, fake, epsilon))
    loss, gradients = ms.value_and_grad(objective_g, None, generator.trainable_params())(z)
    other["optimizer_g"](gradients)
    for name, value in zip(("loss_d", "penalty", "loss_g"), (*said_by_hand, loss)):
        assert said[name].asnumpy() == pytest.approx(value.asnumpy(), rel=1e-3, abs=1e-5)
    for name in ("generator", "discriminator"):
        for mine, theirs in zip(weights(game[name]), weights(other[name])):
            np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-5)
