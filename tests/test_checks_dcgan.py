"""What lesson 05's checkers say."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold, question_of

from gan_course.checks import dcgan as check
from gan_course.models.layers import batch_norm_2d, conv, conv_transpose, dense, leaky_relu
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.losses import discriminator_loss, generator_loss
from gan_course.training.players import two_players
from gan_course.training.steps.gan import gan_step


def stamp_over(x, kernel):
    out = np.zeros((2 * x.shape[0] + 2, 2 * x.shape[1] + 2))
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[2 * i : 2 * i + 4, 2 * j : 2 * j + 4] = x[i, j] * kernel
    return out[1:-1, 1:-1]


def stamp_uncut(x, kernel, begin=lambda i: 2 * i):
    out = np.zeros((begin(len(x) - 1) + 4, begin(x.shape[1] - 1) + 4))
    for i, j in np.ndindex(x.shape):
        out[begin(i) : begin(i) + 4, begin(j) : begin(j) + 4] += x[i, j] * kernel
    return out


def stamp_turned(x, kernel):
    return stamp_uncut(x, np.rot90(kernel, 2))[1:-1, 1:-1]


def stamp_cut_at_the_end(x, kernel):
    return stamp_uncut(x, kernel)[: 2 * len(x), : 2 * x.shape[1]]


def stamp_dense(x, kernel):
    return stamp_uncut(x, kernel, begin=lambda i: i)[1:-1, 1:-1]


def stamp_cut_above(x, kernel):
    return stamp_uncut(x, kernel)[2:, 2:]


def stamp_at_i_and_j(x, kernel):
    out = np.zeros((2 * len(x) + 2, 2 * x.shape[1] + 2))
    for i, j in np.ndindex(x.shape):
        out[i : i + 4, j : j + 4] += x[i, j] * kernel
    return out[1:-1, 1:-1]


def stamp_of_ones(x, kernel):
    out = np.zeros((2 * len(x) + 2, 2 * x.shape[1] + 2))
    for i, j in np.ndindex(x.shape):
        out[2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += kernel
    return out[1:-1, 1:-1]


def lengths_halved(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) / stride + 1, stride * (n - 1) + kernel - 2 * padding


def lengths_padded_once(n, kernel, stride, padding):
    return (n + padding - kernel) // stride + 1, stride * (n - 1) + kernel - 2 * padding


def lengths_of_n_steps(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1, stride * n + kernel - 2 * padding


def lengths_plus_inside(n, kernel, stride, padding):
    return (n + 2 * padding - kernel + 1) // stride, stride * (n - 1) + kernel - 2 * padding


def lengths_cut_once(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1, stride * (n - 1) + kernel - padding


def lengths_of_one(n, kernel, stride, padding):
    return (n + 2 * padding - kernel) // stride + 1


def lengths_exchanged(n, kernel, stride, padding):
    return stride * (n - 1) + kernel - 2 * padding, (n + 2 * padding - kernel) // stride + 1


def lengths_for_four(n, kernel, stride, padding):
    return n // 2, 2 * n


class Drawing(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    norm = staticmethod(batch_norm_2d)

    def __init__(self, latent_dim, channels):
        super().__init__()
        self.c = channels
        self.up2, self.up1 = conv_transpose(channels, 1), conv_transpose(2 * channels, channels)
        self.bn1, self.bn2 = self.norm(2 * channels), self.norm(channels)
        self.first = dense(latent_dim, 2 * channels * 49)

    def bend(self, h):
        return ops.relu(h)

    def last(self, z):
        h = self.bend(self.bn1(self.first(z).reshape(-1, 2 * self.c, 7, 7)))
        return self.up2(self.bend(self.bn2(self.up1(h))))

    def construct(self, z):
        return ops.tanh(self.last(z))


class DrawsWithEps(Drawing):
    def norm(self, channels):
        return nn.BatchNorm2d(channels, 0.8)


class DrawsWithTorchsMomentum(Drawing):
    def norm(self, channels):
        return nn.BatchNorm2d(channels, momentum=0.1)


class DrawsUnbounded(Drawing):
    def construct(self, z):
        return self.last(z)


class DrawsFromZero(Drawing):
    def construct(self, z):
        return ops.sigmoid(self.last(z))


class DrawsWithLeaks(Drawing):
    def bend(self, h):
        return leaky_relu(h)


class DrawsWithAnotherNorm(Drawing):
    def __init__(self, latent_dim, channels):
        super().__init__(latent_dim, channels)
        self.bn3 = batch_norm_2d(1)

    def construct(self, z):
        return ops.tanh(self.bn3(self.last(z)))


class DrawsOnceDoubled(Drawing):
    def construct(self, z):
        h = self.bend(self.bn1(self.first(z).reshape(-1, 2 * self.c, 7, 7)))
        return ops.tanh(self.up1(h))


class Judging(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    norm = staticmethod(batch_norm_2d)

    def __init__(self, channels):
        super().__init__()
        self.a, self.b = conv(1, channels, 4, stride=2, padding=1), conv(channels, 2 * channels, 4, 2, 1)
        self.bn, self.out = self.norm(2 * channels), dense(2 * channels * 49, 1)

    def bend(self, h):
        return leaky_relu(h)

    def construct(self, x):
        h = self.bend(self.bn(self.b(self.bend(self.a(x)))))
        return self.out(h.reshape(x.shape[0], -1))


class JudgesWithEps(Judging):
    def norm(self, channels):
        return nn.BatchNorm2d(channels, 0.8)


class JudgesInProbabilities(Judging):
    def construct(self, x):
        return ops.sigmoid(super().construct(x))


class JudgesWithRelu(Judging):
    def bend(self, h):
        return ops.relu(h)


class JudgesNormalisedPictures(Judging):
    def __init__(self, channels):
        super().__init__(channels)
        self.bn0 = batch_norm_2d(channels)

    def construct(self, x):
        h = self.bend(self.bn(self.b(self.bend(self.bn0(self.a(x))))))
        return self.out(h.reshape(x.shape[0], -1))


class JudgesFlat(Judging):
    def construct(self, x):
        return super().construct(x)[:, 0]


class JudgesNormalisedLate(Judging):
    def construct(self, x):
        h = self.bn(self.bend(self.b(self.bend(self.a(x)))))
        return self.out(h.reshape(x.shape[0], -1))


def losses_of(generator, discriminator):
    def loss_d(real, fake):
        return discriminator_loss(discriminator(real), discriminator(fake))

    def loss_g(z):
        return generator_loss(discriminator(generator(z)))

    return loss_d, loss_g


def round_that_moves_all(generator, discriminator, optimizer_g, optimizer_d):
    loss_d, loss_g = losses_of(generator, discriminator)

    def step(real, z):
        value_d, gradients = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, generator(z))
        optimizer_d(gradients)
        everything = generator.trainable_params() + discriminator.trainable_params()
        value_g, gradients = ms.value_and_grad(loss_g, None, everything)(z)
        count = len(generator.trainable_params())
        optimizer_g(gradients[:count])
        optimizer_d(gradients[count:])
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_with_plain_fakes(generator, discriminator, optimizer_g, optimizer_d):
    loss_d, _ = losses_of(generator, discriminator)

    def step(real, z):
        fake = generator(z)
        value_d, gradients = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, fake)
        optimizer_d(gradients)
        loss_g = lambda: generator_loss(discriminator(fake))  # noqa: E731
        value_g, gradients = ms.value_and_grad(loss_g, None, optimizer_g.parameters)()
        optimizer_g(gradients)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_with_g_first(generator, discriminator, optimizer_g, optimizer_d):
    loss_d, loss_g = losses_of(generator, discriminator)

    def step(real, z):
        value_g, gradients = ms.value_and_grad(loss_g, None, optimizer_g.parameters)(z)
        optimizer_g(gradients)
        value_d, gradients = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, generator(z))
        optimizer_d(gradients)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_at_once(generator, discriminator, optimizer_g, optimizer_d):
    loss_d, loss_g = losses_of(generator, discriminator)

    def step(real, z):
        value_d, gradients_d = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, generator(z))
        value_g, gradients_g = ms.value_and_grad(loss_g, None, optimizer_g.parameters)(z)
        optimizer_d(gradients_d)
        optimizer_g(gradients_g)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_without_moves(generator, discriminator, optimizer_g, optimizer_d):
    loss_d, loss_g = losses_of(generator, discriminator)
    return lambda real, z: {"loss_d": loss_d(real, generator(z)), "loss_g": loss_g(z)}


def round_with_losses_exchanged(generator, discriminator, optimizer_g, optimizer_d):
    right = right_step(generator, discriminator, optimizer_g, optimizer_d)

    def step(real, z):
        losses = right(real, z)
        return {"loss_d": losses["loss_g"], "loss_g": losses["loss_d"]}

    return step


def round_with_a_tuple(generator, discriminator, optimizer_g, optimizer_d):
    right = right_step(generator, discriminator, optimizer_g, optimizer_d)
    return lambda real, z: tuple(right(real, z).values())


def right_step(generator, discriminator, optimizer_g, optimizer_d):
    """A right step, in plain sight."""
    loss_d, loss_g = losses_of(generator, discriminator)

    def step(real, z):
        value_d, gradients_d = ms.value_and_grad(loss_d, None, optimizer_d.parameters)(real, generator(z))
        optimizer_d(gradients_d)
        value_g, gradients_g = ms.value_and_grad(loss_g, None, optimizer_g.parameters)(z)
        optimizer_g(gradients_g)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def round_with_lists(generator, discriminator, optimizer_g, optimizer_d):
    """Right where nothing is compiled: under `ms.jit` an optimiser takes no list."""
    loss_d, loss_g = losses_of(generator, discriminator)

    def step(real, z):
        weights_d, weights_g = discriminator.trainable_params(), generator.trainable_params()
        value_d, gradients_d = ms.value_and_grad(loss_d, None, weights_d)(real, generator(z))
        optimizer_d(gradients_d)
        value_g, gradients_g = ms.value_and_grad(loss_g, None, weights_g)(z)
        optimizer_g(gradients_g)
        return {"loss_d": value_d, "loss_g": value_g}

    return step


def line(z1, z2, t):
    return z1 + t * (z2 - z1)


def sine_first(z1, z2, t):
    return np.sin(t) * z1 + np.cos(t) * z2


def squared(z1, z2, t):
    return np.cos(t) ** 2 * z1 + np.sin(t) ** 2 * z2


def in_degrees(z1, z2, t):
    return np.cos(t * np.pi / 180) * z1 + np.sin(t * np.pi / 180) * z2


def as_long_as_the_first(z1, z2, t):
    return line(z1, z2, t) * np.linalg.norm(z1) / np.linalg.norm(line(z1, z2, t))


def average_exchanged(average, network, decay):
    for old, new in zip(average.get_parameters(), network.get_parameters()):
        old.set_data((1 - decay) * old + decay * new)


def average_of_weights_only(average, network, decay):
    for old, new in zip(average.trainable_params(), network.trainable_params()):
        old.set_data(decay * old + (1 - decay) * new)


def average_renamed(average, network, decay):
    for old, new in zip(average.get_parameters(), network.get_parameters()):
        old = decay * old + (1 - decay) * new


def average_into_the_network(average, network, decay):
    for old, new in zip(average.get_parameters(), network.get_parameters()):
        new.set_data(decay * old + (1 - decay) * new)


def average_of_half(average, network, decay):
    for old, new in zip(average.get_parameters(), network.get_parameters()):
        old.set_data((old + new) / 2)


WRONG = {
    "stamp": [
        Wrong(stamp_over, "add up"),
        Wrong(stamp_uncut, "still to be cut off"),
        Wrong(stamp_turned, "turned round"),
        Wrong(stamp_cut_at_the_end, "at the end"),
        Wrong(stamp_dense, "one pixel apart"),
        Wrong(stamp_at_i_and_j, "begin at i and j"),
        Wrong(stamp_of_ones, "multiply it by the number"),
        Wrong(stamp_cut_above, None),
    ],
    "lengths": [
        Wrong(lengths_halved, "round down"),
        Wrong(lengths_padded_once, "on both sides"),
        Wrong(lengths_of_n_steps, "n - 1 steps"),
        Wrong(lengths_exchanged, "exchanged"),
        Wrong(lengths_plus_inside, "inside the division"),
        Wrong(lengths_cut_once, "rows are cut off on both sides"),
        Wrong(lengths_of_one, None),
        Wrong(lengths_for_four, None),
    ],
    "digit_generator": [
        Wrong(DrawsWithEps, "its second argument is eps", public=True),
        Wrong(DrawsWithTorchsMomentum, "momentum is 0.1"),
        Wrong(DrawsUnbounded, "no tanh"),
        Wrong(DrawsFromZero, "a sigmoid at the end"),
        Wrong(DrawsWithLeaks, "a plain ReLU"),
        Wrong(DrawsWithAnotherNorm, "at the picture itself"),
        Wrong(DrawsOnceDoubled, None),
    ],
    "digit_discriminator": [
        Wrong(JudgesWithEps, "its second argument is eps", public=True),
        Wrong(JudgesInProbabilities, "a sigmoid at the end"),
        Wrong(JudgesWithRelu, "ReLU stands where D has LeakyReLU"),
        Wrong(JudgesNormalisedPictures, "right behind the picture"),
        Wrong(JudgesFlat, "lost an axis"),
        Wrong(JudgesNormalisedLate, None),
    ],
    "play_a_round": [
        Wrong(round_that_moves_all, "D moved in G's turn", public=True),
        Wrong(round_with_plain_fakes, "no gradient reaches G"),
        Wrong(round_with_g_first, "G moved before D"),
        Wrong(round_at_once, "the old D"),
        Wrong(round_with_losses_exchanged, "the two losses are exchanged"),
        Wrong(round_with_a_tuple, None),
        Wrong(round_without_moves, None),
        Wrong(round_with_lists, None),
    ],
    "on_circle": [
        Wrong(line, "the straight line"),
        Wrong(sine_first, "exchanged"),
        Wrong(squared, "squares"),
        Wrong(in_degrees, "radians"),
        Wrong(as_long_as_the_first, None),
    ],
    "move_average": [
        Wrong(average_exchanged, "decay stands at the wrong one"),
        Wrong(average_of_weights_only, "left behind"),
        Wrong(average_renamed, "nothing moved"),
        Wrong(average_into_the_network, "was moved towards the average"),
        Wrong(average_of_half, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


@pytest.mark.parametrize(("name", "right"), [("digit_generator", Drawing), ("digit_discriminator", Judging)])
def test_names_and_order_of_layers_do_not_matter(name, right, capsys):
    assert getattr(check, name)(right) is right
    assert capsys.readouterr().out.startswith("Right: ")


def test_lengths_are_those_of_the_layers(monkeypatch):
    after_conv, after_transposed = question_of(check.lengths, monkeypatch).ours(6, 4, 2, 1)
    x = ops.zeros((1, 1, 6, 6))
    assert conv(1, 1, 4, 2, 1)(x).shape[2] == after_conv
    assert conv_transpose(1, 1)(x).shape[2] == after_transposed
    assert conv(1, 1, 3, 3, 2)(x).shape[2] == question_of(check.lengths, monkeypatch).ours(6, 3, 3, 2)[0]


def test_the_round_is_the_packages_step(monkeypatch):
    rng = np.random.default_rng(1)
    real, z = (ms.Tensor(rng.standard_normal((6, size)).astype(np.float32)) for size in (4, 2))
    results = []
    for new_step in (question_of(check.play_a_round, monkeypatch).ours, gan_step):
        ms.set_seed(1)
        sgd = partial(nn.SGD, learning_rate=0.5)
        players = two_players(Generator(2, (3,), (4,)), Discriminator((4,), (5,)), sgd, sgd)
        losses = new_step(**players)(real, z)
        networks = players["generator"], players["discriminator"]
        weights = [p.asnumpy().ravel() for network in networks for p in network.get_parameters()]
        results.append(np.concatenate([[losses["loss_d"].asnumpy(), losses["loss_g"].asnumpy()], *weights]))
    np.testing.assert_allclose(*results, rtol=1e-4, atol=1e-6)
