"""Rounds of several turns are the lessons' steps where they should be, and penalties pull as their formulas say."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mindspore import Parameter, Tensor, nn

from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import (
    critic_generator_loss,
    critic_loss,
    discriminator_loss,
    generator_loss,
    relativistic_generator_loss,
    relativistic_loss,
)
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step
from gan_course.training.steps.rounds import rounds_step, zero_centred_penalty
from gan_course.training.steps.wgan_gp import gradient_penalty, wgan_gp_step

PAIRS = st.lists(st.tuples(st.floats(-80, 80, width=32), st.floats(-80, 80, width=32)), min_size=1, max_size=8)


def plain_g(real_logits, fake_logits):
    return generator_loss(fake_logits)


def critic_g(real_scores, fake_scores):
    return critic_generator_loss(fake_scores)


class Linear(nn.Cell):
    """The logit <w, x>."""

    def __init__(self, w):
        super().__init__()
        self.w = Parameter(Tensor(w, ms.float32), name="w")

    def construct(self, x):
        return (x * self.w).sum(axis=-1, keepdims=True)


def new_players():
    """The same networks each time, moved by plain gradient descent."""
    ms.set_seed(1)
    networks = Generator(4, (8,), (3,), normalise=False), Discriminator((3,), (8,))
    return two_players(*networks, *[lambda parameters: nn.SGD(parameters, learning_rate=0.1)] * 2)


def batch(num_turns):
    rng = np.random.default_rng(0)
    shapes = (num_turns * 6, 3), (num_turns * 6, 4), (num_turns * 6, 1)
    return [Tensor(rng.random(shape, np.float32)) for shape in shapes]


def weights(players, name):
    return [parameter.asnumpy().copy() for parameter in players[name].trainable_params()]


def assert_same_weights(mine, theirs):
    for name in ("generator", "discriminator"):
        for pair in zip(weights(mine, name), weights(theirs, name), strict=True):
            np.testing.assert_allclose(*pair, rtol=0, atol=1e-6)


@settings(max_examples=25)
@given(PAIRS)
def test_relativistic_losses_compare_pairs(pairs):
    """-log sigmoid(d) = log(1 + e^-d) of the differences; the two players change sides."""
    real, fake = np.array(pairs, np.float32).T[..., None]
    losses = relativistic_loss(Tensor(real), Tensor(fake)), relativistic_generator_loss(Tensor(fake), Tensor(real))
    expected = np.logaddexp(0, fake.astype(np.float64) - real).mean()
    np.testing.assert_allclose([loss.asnumpy() for loss in losses], expected, rtol=1e-4, atol=1e-5)


def test_relativistic_losses_see_only_differences():
    real, fake = (Tensor(np.array([[value], [value + 3.0]], np.float32)) for value in (-1.0, 2.0))
    for loss in (relativistic_loss, relativistic_generator_loss):
        assert loss(real + 5, fake + 5).asnumpy() == pytest.approx(loss(real, fake).asnumpy(), abs=1e-5)
        assert loss(real, real).asnumpy() == pytest.approx(np.log(2))


@settings(max_examples=10)
@given(st.lists(st.floats(-3, 3, width=32), min_size=2, max_size=2))
def test_the_zero_centred_penalty_of_a_linear_d_is_its_squared_slope(w):
    """And its gradient is 2 w."""
    discriminator = Linear(w)
    points = Tensor(np.random.default_rng(0).standard_normal((5, 2), np.float32))
    assert zero_centred_penalty(discriminator, points).asnumpy() == pytest.approx(np.dot(w, w), rel=1e-4, abs=1e-5)

    def penalty():
        return zero_centred_penalty(discriminator, points)

    (gradient,) = ms.grad(penalty, None, discriminator.trainable_params())()
    np.testing.assert_allclose(gradient.asnumpy(), 2 * np.array(w), rtol=1e-3, atol=1e-4)


def test_a_round_of_one_turn_each_is_the_step_of_lesson_03():
    mine, theirs = new_players(), new_players()
    results = rounds_step(**mine, loss_d=discriminator_loss, loss_g=plain_g)(*batch(1))
    expected = gan_step(**theirs)(*batch(1)[:2])
    for name in ("loss_d", "loss_g"):
        assert results[name].asnumpy() == pytest.approx(expected[name].asnumpy(), abs=1e-6)
    assert results["penalty"].asnumpy() == 0
    assert_same_weights(mine, theirs)


def test_three_turns_of_a_penalised_critic_are_wgan_gp():
    mine, theirs = new_players(), new_players()

    def penalty(real, fake, epsilon):
        return 2.0 * gradient_penalty(mine["discriminator"], real, fake, epsilon)

    results = rounds_step(**mine, loss_d=critic_loss, loss_g=critic_g, penalty=penalty, turns_d=3)(*batch(3))
    expected = wgan_gp_step(**theirs, penalty_weight=2.0, n_critic=3)(*batch(3))
    assert results["penalty"].asnumpy() == pytest.approx(2 * expected["penalty"].asnumpy(), rel=1e-5)
    assert_same_weights(mine, theirs)


def test_gs_first_turn_learns_from_what_d_saw_last_and_its_second_from_fresh_points():
    """One round of 2 and 2 turns is three rounds of one turn each, with the other player's rate 0 in two of them."""
    mine, theirs = new_players(), new_players()
    rounds_step(**mine, loss_d=relativistic_loss, loss_g=relativistic_generator_loss, turns_d=2, turns_g=2)(*batch(3))
    still_g = nn.SGD(theirs["generator"].trainable_params(), learning_rate=0.0)
    still_d = nn.SGD(theirs["discriminator"].trainable_params(), learning_rate=0.0)
    losses = {"loss_d": relativistic_loss, "loss_g": relativistic_generator_loss}
    first = rounds_step(**theirs | {"optimizer_g": still_g}, **losses)
    second = rounds_step(**theirs, **losses)
    third = rounds_step(**theirs | {"optimizer_d": still_d}, **losses)
    parts = [part.asnumpy().reshape(3, 6, -1) for part in batch(3)]
    for step, turn in ((first, 0), (second, 1), (third, 2)):
        step(*[Tensor(part[turn]) for part in parts])
    assert_same_weights(mine, theirs)


def test_a_partial_is_refused():
    with pytest.raises(TypeError, match="functools.partial"):
        rounds_step(**new_players(), loss_d=partial(discriminator_loss, real_target=0.9), loss_g=plain_g)
