"""The adversarial step: each optimiser moves its own network, G answers to the new D, and NumPy agrees."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mindspore import nn
from scipy.special import expit

from gan_course.models.layers import LeakyReLU, batch_norm_1d, dense
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import (
    binary_cross_entropy,
    discriminator_loss,
    generator_loss,
    saturating_generator_loss,
)
from gan_course.training.players import two_players
from gan_course.training.steps.gan import discriminator_step, game_results, gan_step, generator_step, split_gan_step

LOGITS = st.lists(st.floats(-80, 80, width=32), min_size=1, max_size=8)


def column(values):
    return ms.Tensor(np.array(values, np.float32)[:, None])


def numpy_bce(logits, target):
    logits = np.array(logits, np.float64)
    return np.mean(target * np.logaddexp(0, -logits) + (1 - target) * np.logaddexp(0, logits))


@given(LOGITS, st.floats(0, 1))
def test_binary_cross_entropy_is_numpys(logits, target):
    np.testing.assert_allclose(
        binary_cross_entropy(column(logits), target).asnumpy(), numpy_bce(logits, target), rtol=1e-4, atol=1e-5
    )


@settings(max_examples=25)
@given(LOGITS, LOGITS, st.floats(0.5, 1))
def test_the_three_losses_are_cross_entropies(real, fake, real_target):
    expected = numpy_bce(real, real_target) + numpy_bce(fake, 0)
    loss_d = discriminator_loss(column(real), column(fake), real_target)
    np.testing.assert_allclose(loss_d.asnumpy(), expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(generator_loss(column(fake)).asnumpy(), numpy_bce(fake, 1), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        saturating_generator_loss(column(fake)).asnumpy(), -numpy_bce(fake, 0), rtol=1e-4, atol=1e-5
    )


@given(st.floats(-20, 20, width=32), st.floats(0, 1))
@example(0.0, 1.0)
def test_the_gradient_of_binary_cross_entropy_is_d_minus_the_target(logit, target):
    gradient = ms.grad(binary_cross_entropy)(column([logit]), target).asnumpy().item()
    assert gradient == pytest.approx(1 / (1 + np.exp(-np.float64(logit))) - target, abs=1e-5)


def test_a_discriminator_that_cannot_tell():
    zero = column([0.0] * 4)
    assert discriminator_loss(zero, zero).asnumpy() == pytest.approx(2 * np.log(2))
    assert generator_loss(zero).asnumpy() == pytest.approx(np.log(2))
    assert saturating_generator_loss(zero).asnumpy() == pytest.approx(-np.log(2))


@pytest.mark.parametrize(("loss", "least", "most"), [(generator_loss, 0.99, 1), (saturating_generator_loss, 0, 1e-4)])
def test_only_one_of_the_generator_losses_still_teaches_when_d_is_sure(loss, least, most):
    gradient = ms.grad(loss)(column([-12.0])).asnumpy().item()
    assert least <= abs(gradient) <= most and gradient <= 0


class Game:
    """A generator, a discriminator and an optimiser for each, with names that do not clash."""

    def __init__(self, rate_g=0.1, rate_d=0.1):
        ms.set_seed(3)
        self.generator, self.discriminator = Generator(4, (8, 8), (3,), normalise=True), Discriminator((3,), (8,))
        optimizers = (lambda p, rate=rate: nn.SGD(p, learning_rate=rate) for rate in (rate_g, rate_d))
        players = two_players(self.generator, self.discriminator, *optimizers)
        self.step = gan_step(**players)
        rng = np.random.default_rng(0)
        self.real = ms.Tensor(rng.standard_normal((6, 3), np.float32))
        self.z = ms.Tensor(rng.standard_normal((6, 4), np.float32))

    def play(self):
        return {name: value.asnumpy().item() for name, value in self.step(self.real, self.z).items()}


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


def moved(before, after):
    return [not np.array_equal(old, new) for old, new in zip(before, after)]


@pytest.mark.parametrize(("rate_g", "rate_d"), [(0.1, 0.0), (0.0, 0.1)])
def test_each_optimiser_moves_its_own_network_only(rate_g, rate_d):
    """With the other's learning rate at 0, the other's weights keep every bit."""
    game = Game(rate_g, rate_d)
    before_g, before_d = weights(game.generator), weights(game.discriminator)
    game.play()
    moved_g, moved_d = moved(before_g, weights(game.generator)), moved(before_d, weights(game.discriminator))
    assert (any(moved_g), any(moved_d)) == (rate_g > 0, rate_d > 0)


def test_g_runs_once_a_step():
    """Batch normalisation counts: its running averages move by one batch, not two."""
    game = Game(rate_g=0.0, rate_d=0.0)
    game.generator.set_train(False)
    first = game.generator.layers[0](game.z).asnumpy()
    second = game.generator.layers[2](ms.Tensor(np.maximum(first, 0.2 * first))).asnumpy()
    game.generator.set_train()
    game.play()
    averages = [p.asnumpy() for p in game.generator.get_parameters() if "moving_mean" in p.name]
    np.testing.assert_allclose(averages[0], 0.1 * second.mean(axis=0), rtol=1e-3, atol=1e-6)


class LinearGame:
    """G(z) = z w^T + b and D(x) = x w^T + b: small enough for a whole step in NumPy, the chain rule written out."""

    RATE_G, RATE_D = 0.5, 0.8

    def __init__(self):
        ms.set_seed(1)
        optimizers = (lambda p, rate=rate: nn.SGD(p, learning_rate=rate) for rate in (self.RATE_G, self.RATE_D))
        self.players = two_players(dense(4, 3), dense(3, 1), *optimizers)
        rng = np.random.default_rng(0)
        self.real, self.z = 1 + rng.standard_normal((6, 3)), rng.standard_normal((6, 4))
        self.g, self.d = (self.weights(name) for name in ("generator", "discriminator"))

    def weights(self, name):
        return [array.astype(np.float64) for array in weights(self.players[name])]

    def play(self, step):
        batch = (ms.Tensor(array.astype(np.float32)) for array in (self.real, self.z))
        return {name: value.asnumpy().item() for name, value in step(*batch).items()}

    @property
    def fake(self):
        return linear(self.g, self.z)

    def d_learns(self, *lessons, slope=lambda logits, target: expit(logits) - target):
        """One step of D down the sum of its losses on (images, target), whose slope by each logit is given."""
        errors = [(slope(linear(self.d, images), target) / len(images), images) for images, target in lessons]
        slope_w, slope_b = sum(error.T @ images for error, images in errors), sum(error.sum(0) for error, _ in errors)
        self.d = [self.d[0] - self.RATE_D * slope_w, self.d[1] - self.RATE_D * slope_b]

    def g_learns(self, d, slope=lambda logits: expit(logits) - 1):
        """One step of G down its loss against this D."""
        error = slope(linear(d, self.fake)) / len(self.z) @ d[0]
        self.g = [self.g[0] - self.RATE_G * error.T @ self.z, self.g[1] - self.RATE_G * error.sum(0)]

    def losses(self, fake):
        """What D says of the real images and of these fakes, as far as a step returns it."""
        real, fake = linear(self.d, self.real), linear(self.d, fake)
        accuracy = ((real > 0).mean() + (fake < 0).mean()) / 2
        loss_d = numpy_bce(real, 1) + numpy_bce(fake, 0)
        return {"loss_d": loss_d, "d_real": expit(real).mean(), "d_fake": expit(fake).mean(), "accuracy_d": accuracy}

    def assert_networks_agree(self):
        for name, expected in [("generator", self.g), ("discriminator", self.d)]:
            for mine, theirs in zip(self.weights(name), expected, strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5, err_msg=name)


def linear(weights, x):
    return x @ weights[0].T + weights[1]


def test_both_updates_are_those_of_the_chain_rule():
    game = LinearGame()
    step = gan_step(**game.players)
    for _ in range(2):
        fake, expected = game.fake, game.losses(game.fake)
        said = game.play(step)
        game.d_learns((game.real, 1), (fake, 0))
        assert said == pytest.approx(expected | {"loss_g": numpy_bce(linear(game.d, fake), 1)}, rel=1e-5)
        game.g_learns(game.d)
        game.assert_networks_agree()


def test_both_updates_of_a_simultaneous_step_are_those_against_the_old_other():
    game = LinearGame()
    step = gan_step(**game.players, simultaneous=True)
    for _ in range(2):
        fake, expected = game.fake, game.losses(game.fake)
        said = game.play(step)
        assert said == pytest.approx(expected | {"loss_g": numpy_bce(linear(game.d, fake), 1)}, rel=1e-5)
        game.g_learns(game.d)
        game.d_learns((game.real, 1), (fake, 0))
        game.assert_networks_agree()


def test_d_sees_augmented_images_alone_and_g_learns_through_them():
    """Stretched by factors of their own, real images by one, generated ones by another; dx/dG(z) is the factor."""

    def stretch(images, factors):
        return images * factors

    game = LinearGame()
    stretch_real, stretch_fake = np.random.default_rng(5).uniform(0.5, 2, (2, 6, 1))
    step = gan_step(**game.players, augment=stretch)
    draws = [ms.Tensor(factors.astype(np.float32)) for factors in (stretch_real, stretch_fake)]
    real, fake = game.real * stretch_real, game.fake * stretch_fake
    said = step(*(ms.Tensor(array.astype(np.float32)) for array in (game.real, game.z)), *draws)
    loss_d = numpy_bce(linear(game.d, real), 1) + numpy_bce(linear(game.d, fake), 0)
    assert said["loss_d"].asnumpy() == pytest.approx(loss_d, rel=1e-5)
    game.d_learns((real, 1), (fake, 0))
    assert said["loss_g"].asnumpy() == pytest.approx(numpy_bce(linear(game.d, fake), 1), rel=1e-5)
    error = stretch_fake * (expit(linear(game.d, fake)) - 1) / 6 @ game.d[0]
    game.g = [game.g[0] - game.RATE_G * error.T @ game.z, game.g[1] - game.RATE_G * error.sum(0)]
    game.assert_networks_agree()


def test_a_split_step_moves_d_twice_and_then_g_against_the_last_d():
    game = LinearGame()
    step = split_gan_step(**game.players)
    for _ in range(2):
        old, fake = game.d, game.fake
        said = game.play(step)
        game.d_learns((game.real, 1))
        between = numpy_bce(linear(old, game.real), 1) + numpy_bce(linear(game.d, fake), 0)
        game.d_learns((fake, 0))
        assert said["loss_d"] == pytest.approx(between, rel=1e-5)
        assert said["loss_g"] == pytest.approx(numpy_bce(linear(game.d, fake), 1), rel=1e-5)
        game.g_learns(game.d)
        game.assert_networks_agree()


def test_a_step_of_d_alone_moves_d_and_leaves_g_every_bit():
    game = LinearGame()
    game.players["generator"].set_train(False)
    before = weights(game.players["generator"])
    step = discriminator_step(*(game.players[name] for name in ("generator", "discriminator", "optimizer_d")))
    for _ in range(2):
        expected = game.losses(game.fake)["loss_d"]
        assert game.play(step) == {"loss_d": pytest.approx(expected, rel=1e-5)}
        game.d_learns((game.real, 1), (game.fake, 0))
        game.assert_networks_agree()
    assert not any(moved(before, weights(game.players["generator"])))


def test_a_step_of_d_alone_refuses_a_generator_in_training_mode():
    """Its running averages would move, though G is to stay as it is."""
    game = Game()
    with pytest.raises(ValueError, match=r"set_train\(False\)"):
        discriminator_step(game.generator, game.discriminator, nn.SGD(game.discriminator.trainable_params()))


def test_a_step_of_g_alone_moves_g_and_leaves_d_every_bit():
    game = LinearGame()
    game.players["discriminator"].set_train(False)
    before = weights(game.players["discriminator"])
    step = generator_step(*(game.players[name] for name in ("generator", "discriminator", "optimizer_g")))
    for _ in range(2):
        expected = numpy_bce(linear(game.d, game.fake), 1)
        assert game.play(step) == {"loss_g": pytest.approx(expected, rel=1e-5)}
        game.g_learns(game.d)
        game.assert_networks_agree()
    assert not any(moved(before, weights(game.players["discriminator"])))


def test_a_step_of_g_alone_refuses_a_discriminator_in_training_mode():
    game = Game()
    game.discriminator.set_train()
    with pytest.raises(ValueError, match=r"set_train\(False\)"):
        generator_step(game.generator, game.discriminator, nn.SGD(game.generator.trainable_params()))


def test_a_simultaneous_step_takes_all_gradients_before_it_moves_a_normalised_d():
    """The same by hand, without jit: jitted, an update that comes too early is read by the backward pass of G."""
    game, other = normalised_players(), normalised_players()
    rng = np.random.default_rng(0)
    real, z = (ms.Tensor(rng.standard_normal((6, width), np.float32)) for width in (3, 4))
    generator, discriminator = other["generator"], other["discriminator"]

    def loss_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_g(z):
        return generator_loss(discriminator(generator(z)))

    step = gan_step(**game, simultaneous=True)
    for _ in range(3):
        step(real, z)
        gradients_d = ms.grad(loss_d, None, discriminator.trainable_params())(real, generator(z))
        gradients_g = ms.grad(loss_g, None, generator.trainable_params())(z)
        other["optimizer_d"](gradients_d)
        other["optimizer_g"](gradients_g)
    for name in ("generator", "discriminator"):
        for mine, theirs in zip(weights(game[name]), weights(other[name])):
            np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5, err_msg=name)


def normalised_players():
    """A D with batch normalisation, and rates at which one step moves it far."""
    ms.set_seed(1)
    discriminator = nn.SequentialCell([dense(3, 5), batch_norm_1d(5), LeakyReLU(0.2), dense(5, 1)])
    return two_players(dense(4, 3), discriminator, *[lambda parameters: nn.SGD(parameters, learning_rate=1.0)] * 2)


def test_the_results_of_a_game_by_hand():
    """sigmoid(log 3) = 3/4. A logit of 0 is no answer, and so not right."""
    real, fake = column(np.log([3, 3, 1, 1 / 3, 2])), column(np.log([1 / 3, 1 / 2, 1, 3, 1]))
    results = game_results(ms.Tensor(7.0), ms.Tensor(8.0), real, fake)
    assert {name: value.asnumpy().item() for name, value in results.items()} == pytest.approx(
        {
            "loss_d": 7,
            "loss_g": 8,
            "d_real": (3 / 4 + 3 / 4 + 1 / 2 + 1 / 4 + 2 / 3) / 5,
            "d_fake": (1 / 4 + 1 / 3 + 1 / 2 + 3 / 4 + 1 / 2) / 5,
            "accuracy_d": (3 / 5 + 2 / 5) / 2,
        }
    )


def test_other_losses_can_be_given():
    """Least squares (Mao et al. 2017): the slope of (l - t)^2 is 2 (l - t)."""

    def loss_d(real, fake):
        return ((real - 1) ** 2).mean() + (fake**2).mean()

    def loss_g(fake):
        return ((fake - 1) ** 2).mean()

    game = LinearGame()
    said = game.play(gan_step(**game.players, loss_g=loss_g, loss_d=loss_d))
    real, fake = linear(game.d, game.real), linear(game.d, game.fake)
    assert said["loss_d"] == pytest.approx(((real - 1) ** 2).mean() + (fake**2).mean(), rel=1e-5)
    game.d_learns((game.real, 1), (game.fake, 0), slope=lambda logits, target: 2 * (logits - target))
    assert said["loss_g"] == pytest.approx(((linear(game.d, game.fake) - 1) ** 2).mean(), rel=1e-5)
    game.g_learns(game.d, slope=lambda logits: 2 * (logits - 1))
    game.assert_networks_agree()


def test_a_partial_is_refused_as_a_loss():
    with pytest.raises(TypeError, match="partial"):
        gan_step(None, None, None, None, loss_d=partial(discriminator_loss, real_target=0.9))
