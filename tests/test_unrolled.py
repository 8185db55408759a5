"""Looking ahead, against a game whose answer is a formula."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn
from scipy.special import expit

from gan_course.models.stacked import StackedMLP, stacked_mlp
from gan_course.training.losses import discriminator_loss
from gan_course.training.players import two_players
from gan_course.training.steps.unrolled import look_ahead, look_ahead_by_adam, unrolled_step

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


def game(rate_g, rate_d, hidden=(5,)):
    networks = [StackedMLP((2, *hidden, width), 1, np.random.default_rng(0)) for width in (2, 1)]
    return two_players(*networks, *(lambda p, rate=rate: nn.SGD(p, learning_rate=rate) for rate in (rate_g, rate_d)))


RNG = np.random.default_rng(1)
REAL, Z = (Tensor(RNG.standard_normal((1, 8, 2), np.float32)) for _ in range(2))


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


def numpy_mlp(x, w1, b1, w2, b2):
    """Points -> the hidden layer before its LeakyReLU, and the output."""
    hidden = x @ w1 + b1
    return hidden, np.where(hidden > 0, hidden, 0.2 * hidden) @ w2 + b2


def numpy_gradient_of_d(real, fake, w1, b1, w2, b2):
    """The gradient of D's loss by its weights, the chain rule written out."""
    total = [0.0, 0.0, 0.0, 0.0]
    for x, target in [(real, 1.0), (fake, 0.0)]:
        hidden, logits = numpy_mlp(x, w1, b1, w2, b2)
        by_logits = (expit(logits) - target) / logits.size
        by_hidden = by_logits @ w2.T * np.where(hidden > 0, 1, 0.2)
        active = np.where(hidden > 0, hidden, 0.2 * hidden)
        parts = [x.T @ by_hidden, by_hidden.sum(axis=0), active.T @ by_logits, by_logits.sum(axis=0)]
        total = [old + part for old, part in zip(total, parts)]
    return total


def numpy_descent(gradient_of, weights, num_steps):
    """Steps of gradient descent."""
    for _ in range(num_steps):
        weights = [weight - RATE * part for weight, part in zip(weights, gradient_of(weights))]
    return weights


class NumpyAdam:
    """Kingma & Ba 2015, algorithm 1, line by line; it begins where an optimiser of MindSpore is."""

    def __init__(self, optimizer):
        self.m, self.v = (
            [a.asnumpy()[0].astype(np.float64) for a in x] for x in (optimizer.moment1, optimizer.moment2)
        )
        self.t = int(optimizer.global_step.asnumpy()[0])
        self.rate, self.b1, self.b2 = 0.02, 0.5, 0.999

    def __call__(self, gradient_of, weights, num_steps):
        m, v = self.m, self.v
        for t in range(self.t + 1, self.t + num_steps + 1):
            gradient = gradient_of(weights)
            m = [self.b1 * old + (1 - self.b1) * g for old, g in zip(m, gradient)]
            v = [self.b2 * old + (1 - self.b2) * g**2 for old, g in zip(v, gradient)]
            hats = [(first / (1 - self.b1**t), second / (1 - self.b2**t)) for first, second in zip(m, v)]
            weights = [w - self.rate * first / (np.sqrt(second) + 1e-8) for w, (first, second) in zip(weights, hats)]
        return weights


def numpy_loss_of_g(weights_g, weights_d, num_unrolled, ahead=numpy_descent):
    """Minus the loss of the coming D, all in float64, so that small differences of it can be trusted."""
    real, z = (array[0].asnumpy().astype(np.float64) for array in (REAL, Z))
    fake = numpy_mlp(z, *weights_g)[1]
    weights_d = ahead(lambda weights: numpy_gradient_of_d(real, fake, *weights), weights_d, num_unrolled)
    logits = [numpy_mlp(x, *weights_d)[1] for x in (real, fake)]
    return -np.logaddexp(0, -logits[0]).mean() - np.logaddexp(0, logits[1]).mean()


def assert_g_went_downhill(before, after, loss_of):
    """Central differences of `loss_of(weights)`: they see how the coming D depends on G, however it was worked out."""
    weights_g = [array[0].astype(np.float64) for array in before]
    for weight, old, new in zip(weights_g, before, after):
        for place in np.ndindex(weight.shape):
            value, sides = weight[place], []
            for width in (1e-6, -1e-6):
                weight[place] = value + width
                sides.append(loss_of(weights_g))
            weight[place] = value
            assert (old - new)[0][place] == pytest.approx((sides[0] - sides[1]) / 2e-6, rel=2e-3, abs=2e-6)


@pytest.mark.parametrize("num_unrolled", [0, 1, 4])
def test_g_goes_down_the_slope_of_its_loss_against_the_coming_d(num_unrolled):
    players = game(rate_g=1.0, rate_d=0.0)
    before, start = weights(players["generator"]), weights(players["discriminator"])
    step = unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=num_unrolled, learning_rate=RATE)
    loss_g = step(REAL, Z)["loss_g"].asnumpy()
    weights_d = [array[0].astype(np.float64) for array in start]
    assert loss_g == pytest.approx(
        numpy_loss_of_g([array[0].astype(np.float64) for array in before], weights_d, num_unrolled), rel=1e-5
    )
    assert_g_went_downhill(
        before, weights(players["generator"]), lambda own: numpy_loss_of_g(own, weights_d, num_unrolled)
    )


@pytest.mark.parametrize("played", [0, 3])
def test_by_default_it_looks_ahead_as_ds_own_adam_will_go_with_the_moments_that_it_has(played):
    networks = [StackedMLP((2, 5, width), 1, np.random.default_rng(0)) for width in (2, 1)]
    players = two_players(
        *networks,
        lambda parameters: nn.SGD(parameters, learning_rate=1.0),
        lambda parameters: nn.Adam(parameters, learning_rate=0.02, beta1=0.5),
    )
    step = unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=4)
    for _ in range(played):
        step(REAL, Z)
    before, start = weights(players["generator"]), weights(players["discriminator"])
    adam = NumpyAdam(players["optimizer_d"])
    step(REAL, Z)
    weights_d = [array[0].astype(np.float64) for array in start]
    assert_g_went_downhill(
        before, weights(players["generator"]), lambda own: numpy_loss_of_g(own, weights_d, 4, ahead=adam)
    )


def test_adam_goes_where_it_was_looked_for():
    """On one and the same loss the weights of k steps ahead are those that the optimiser has k steps later."""
    weight = ms.Parameter(Tensor([2.0, -1.0]), name="w")
    optimizer = nn.Adam([weight], learning_rate=[0.1] * 9, beta1=0.5)

    def loss(values):
        return (values[0] ** 2 * Tensor([1.0, 3.0])).sum()

    @ms.jit
    def ahead():
        return look_ahead_by_adam(loss, optimizer, 3)[0]

    def move():
        optimizer((2 * weight.value() * Tensor([1.0, 3.0]),))

    move()
    expected = ahead().asnumpy()
    for _ in range(3):
        move()
    np.testing.assert_allclose(weight.asnumpy(), expected, rtol=1e-5)


def closed_form_of_one_step(a, c, w, b, real, z):
    """By A and c, the gradient of G's loss against the D of one step later, for fakes z A + c and logits x w + b.

    D's step: w' = w - rate sum_i s_i x_i and b' = b - rate sum_i s_i, over real and fake points x_i, where
    s_i = (sigmoid(logit) - target) / N. Point f among the fakes therefore moves them by

        dw'/df = -rate (s'_f f w^T + s_f I),    db'/df = -rate s'_f w^T,    s' = sigmoid (1 - sigmoid) / N
    """
    n, fake = len(z), z @ a + c
    d_fake = expit(fake @ w + b)  # (N, 1)
    s_real, s_fake = (expit(real @ w + b) - 1) / n, d_fake / n
    w_next = w - RATE * (real.T @ s_real + fake.T @ s_fake)
    b_next = b - RATE * (s_real.sum() + s_fake.sum())
    by_logit = -expit(fake @ w_next + b_next) / n  # of -mean log(1 + e^l)
    by_real = (1 - expit(real @ w_next + b_next)) / n  # of -mean log(1 + e^-l)
    by_w, by_b = fake.T @ by_logit + real.T @ by_real, by_logit.sum() + by_real.sum()
    by_fake = by_logit @ w_next.T  # the direct part
    s_slope = d_fake * (1 - d_fake) / n
    by_fake -= RATE * (s_slope * (fake @ by_w + by_b) * w.T + s_fake * by_w.T)  # through D's step
    return z.T @ by_fake, by_fake.sum(axis=0)


def test_one_step_ahead_of_a_linear_d_has_the_gradient_of_the_closed_form():
    players = game(rate_g=1.0, rate_d=0.5, hidden=())
    before = weights(players["generator"])
    arguments = [array[0].astype(np.float64) for array in before + weights(players["discriminator"])]
    unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=1, learning_rate=RATE)(REAL, Z)
    expected = closed_form_of_one_step(*arguments, *(x[0].asnumpy().astype(np.float64) for x in (REAL, Z)))
    for old, new, gradient in zip(before, weights(players["generator"]), expected):
        np.testing.assert_allclose((old - new)[0].reshape(gradient.shape), gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("rate_g", "rate_d"), [(0.1, 0.0), (0.0, 0.1)])
def test_each_optimiser_moves_its_own_network_and_looking_ahead_moves_none(rate_g, rate_d):
    players = game(rate_g, rate_d)
    before = [weights(players[name]) for name in ("generator", "discriminator")]
    unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=1, learning_rate=RATE)(REAL, Z)
    after = [weights(players[name]) for name in ("generator", "discriminator")]
    moved = [any(not np.array_equal(*pair) for pair in zip(*pairs)) for pairs in zip(before, after)]
    assert moved == [rate_g > 0, rate_d > 0]


def test_d_learns_one_usual_step_from_the_fakes_of_the_old_g():
    players, other = game(1.0, 0.1), game(1.0, 0.1)
    losses = unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=1, learning_rate=RATE)(REAL, Z)
    discriminator, fake = other["discriminator"], other["generator"](Z)

    def loss_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    assert losses["loss_d"].asnumpy() == pytest.approx(loss_d(REAL, fake).asnumpy(), rel=1e-5)
    other["optimizer_d"](ms.grad(loss_d, None, discriminator.trainable_params())(REAL, fake))
    for mine, theirs in zip(weights(players["discriminator"]), weights(discriminator)):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-6)


def test_how_fast_d_learns_changes_nothing_in_the_update_of_g():
    """Both gradients are taken by the weights before either update; it takes two steps ahead to see it."""
    moved = []
    for rate_d in (0.0, 1.0):
        players = game(0.1, rate_d)
        unrolled_step(**players, discriminator_of=stacked_mlp, num_unrolled=4, learning_rate=RATE)(REAL, Z)
        moved.append(weights(players["generator"]))
    for still, fast in zip(*moved):
        np.testing.assert_allclose(still, fast, rtol=1e-6, atol=1e-7)
