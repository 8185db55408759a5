"""Networks, losses and step of ACGAN: NumPy agrees, each optimiser moves its own network, and known bugs are bugs."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mindspore import nn, ops
from scipy.special import expit, log_softmax, softmax

from gan_course.models.acgan import Discriminator, Generator
from gan_course.models.layers import batch_norm_1d, dense, embedding
from gan_course.training.losses import class_loss
from gan_course.training.players import two_players
from gan_course.training.steps.acgan import acgan_step

SHAPE = (1, 8, 8)
LOGITS = arrays(np.float32, (5, 4), elements=st.floats(-50, 50, width=32))
LABELS = arrays(np.int32, 5, elements=st.integers(0, 3))


def rows(*shape, seed=0):
    return ms.Tensor(np.random.default_rng(seed).standard_normal(shape, np.float32))


def whole(*numbers):
    return ms.Tensor(np.array(numbers, np.int32))


def numpy_class_loss(logits, labels):
    return -log_softmax(np.asarray(logits, np.float64), axis=1)[np.arange(len(labels)), labels].mean()


@pytest.mark.parametrize("concatenate", [False, True])
def test_from_noise_and_labels_to_two_kinds_of_logits(concatenate):
    generator = Generator(6, 4, (3, 12, 8), 2, concatenate=concatenate)
    discriminator = Discriminator(4, (3, 12, 8), 2)
    images = generator(rows(5, 6), whole(0, 1, 2, 3, 0))
    real, classes = discriminator(images)
    assert images.shape == (5, 3, 12, 8) and real.shape == (5, 1) and classes.shape == (5, 4)
    assert np.abs(images.asnumpy()).max() <= 1


def test_the_label_is_multiplied_with_z_or_set_beside_it():
    z, labels = rows(3, 6), whole(2, 0, 2)
    table = np.random.default_rng(1).standard_normal((4, 6), np.float32)
    for concatenate in (False, True):
        generator = Generator(6, 4, SHAPE, 2, concatenate=concatenate).set_train(False)
        generator.embedding.embedding_table.set_data(ms.Tensor(table))
        chosen = table[[2, 0, 2]]
        expected = np.concatenate([z.asnumpy(), chosen], axis=1) if concatenate else z.asnumpy() * chosen
        np.testing.assert_array_equal(generator(z, labels).asnumpy(), generator.backbone(ms.Tensor(expected)).asnumpy())


@pytest.mark.parametrize(("options", "spread"), [({}, 1), ({"label_spread": 0.03}, 0.03)])
def test_an_embedding_begins_with_the_spread_of_z_or_another(options, spread):
    table = Generator(100, 50, SHAPE, 2, **options).embedding.embedding_table.asnumpy() / spread
    assert table.std() == pytest.approx(1, abs=0.05) and table.mean() == pytest.approx(0, abs=0.05)


@given(LOGITS, LABELS)
def test_the_class_loss_is_numpys(logits, labels):
    loss = class_loss(ms.Tensor(logits), ms.Tensor(labels)).asnumpy()
    assert loss == pytest.approx(numpy_class_loss(logits, labels), rel=1e-4, abs=1e-5)


@settings(max_examples=25)  # each takes a gradient
@given(LOGITS, LABELS)
def test_its_gradient_is_the_answer_minus_the_label(logits, labels):
    gradient = ms.grad(class_loss)(ms.Tensor(logits), ms.Tensor(labels)).asnumpy()
    expected = (softmax(logits.astype(np.float64), axis=1) - np.eye(4)[labels]) / len(labels)
    np.testing.assert_allclose(gradient, expected, atol=1e-6)


def test_a_head_that_does_not_know_pays_log_k():
    assert class_loss(ms.Tensor(np.zeros((2, 4), np.float32)), whole(1, 3)).asnumpy() == pytest.approx(
        np.log(4), rel=1e-5
    )


@given(LOGITS, LABELS)
def test_behind_a_second_softmax_the_loss_cannot_come_near_zero(logits, labels):
    floor = np.log(np.e + 3) - 1  # p = e / (e + 3)
    assert class_loss(ops.softmax(ms.Tensor(logits), axis=1), ms.Tensor(labels)).asnumpy() >= floor - 1e-5


class Game:
    """The two players at learning rates of one's own, and a batch."""

    def __init__(self, rate_g=0.1, rate_d=0.1, **options):
        ms.set_seed(3)
        self.players = two_players(
            Generator(6, 4, SHAPE, 2),
            Discriminator(4, SHAPE, 2),
            partial(nn.SGD, learning_rate=rate_g),
            partial(nn.SGD, learning_rate=rate_d),
        )
        self.generator, self.discriminator = self.players["generator"], self.players["discriminator"]
        self.step = acgan_step(**self.players, **options)
        self.real, self.labels, self.z = rows(8, *SHAPE), whole(0, 0, 0, 0, 0, 1, 2, 3), rows(8, 6, seed=1)

    def play(self):
        self.step(self.real, self.labels, self.z)


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


def moved(before, cell):
    return [not np.array_equal(old, new) for old, new in zip(before, weights(cell))]


@pytest.mark.parametrize(("rate_g", "rate_d"), [(0.1, 0.0), (0.0, 0.1)])
def test_each_optimiser_moves_its_own_network_only(rate_g, rate_d):
    game = Game(rate_g, rate_d)
    before_g, before_d = weights(game.generator), weights(game.discriminator)
    game.play()
    moved_g, moved_d = moved(before_g, game.generator), moved(before_d, game.discriminator)
    assert (any(moved_g), any(moved_d)) == (rate_g > 0, rate_d > 0)


def test_without_a_class_loss_the_class_head_stays_as_it_was():
    def nothing(logits, labels):
        return 0 * logits.sum()

    game = Game(loss_class=nothing)
    before = weights(game.discriminator.class_head)
    game.play()
    assert not any(moved(before, game.discriminator.class_head))


class LinearGenerator(nn.Cell):
    """z w^T + b + a row of a table for each class."""

    def __init__(self):
        super().__init__()
        self.map, self.table = dense(6, 5), embedding(4, 5)

    def construct(self, z, labels):
        return self.map(z) + self.table(labels)


class NormalisedGenerator(LinearGenerator):
    """The same behind batch normalisation."""

    def __init__(self):
        super().__init__()
        self.normalise = batch_norm_1d(5)

    def construct(self, z, labels):
        return self.normalise(self.map(z) + self.table(labels))


class LinearDiscriminator(nn.Cell):
    """Two heads on the picture itself."""

    def __init__(self):
        super().__init__()
        self.head, self.class_head = dense(5, 1), dense(5, 4)

    def construct(self, images):
        return self.head(images), self.class_head(images)


def losses(weights_d, real, fake, labels, asked):
    """What D says, as far as a step returns it."""
    w, b, w_class, b_class = weights_d
    real_logits, fake_logits = real @ w.T + b, fake @ w.T + b
    real_classes, fake_classes = real @ w_class.T + b_class, fake @ w_class.T + b_class
    return {
        "loss_d": np.logaddexp(0, -real_logits).mean() + np.logaddexp(0, fake_logits).mean(),
        "d_real": expit(real_logits).mean(),
        "d_fake": expit(fake_logits).mean(),
        "accuracy_d": ((real_logits > 0).mean() + (fake_logits < 0).mean()) / 2,
        "class_real": numpy_class_loss(real_classes, labels),
        "class_fake": numpy_class_loss(fake_classes, asked),
        "accuracy_class_real": (real_classes.argmax(axis=1) == labels).mean(),
        "accuracy_class_fake": (fake_classes.argmax(axis=1) == asked).mean(),
    }


def errors(weights_d, images, target, labels):
    """The slope of both losses by the logits: D(x) - t and p - t, over N."""
    w, b, w_class, b_class = weights_d
    by_classes = softmax(images @ w_class.T + b_class, axis=1) - np.eye(4)[labels]
    return (expit(images @ w.T + b) - target) / len(images), by_classes / len(images)


def slope_of_d(weights_d, images, target, labels):
    by_logits, by_classes = errors(weights_d, images, target, labels)
    return [by_logits.T @ images, by_logits.sum(axis=0), by_classes.T @ images, by_classes.sum(axis=0)]


@pytest.mark.parametrize("fakes", [None, (3, 3, 1, 2, 0, 1, 2, 3)])
def test_losses_and_updates_are_those_of_the_formulas(fakes):
    """Linear networks, so that a whole step can be written in NumPy: for G the real head and the class head count."""
    rate_g, rate_d, labels = 0.5, 0.8, np.array([0, 0, 0, 0, 0, 1, 2, 3])
    ms.set_seed(4)
    networks = LinearGenerator(), LinearDiscriminator()
    players = two_players(*networks, *(partial(nn.SGD, learning_rate=rate) for rate in (rate_g, rate_d)))
    w, b, table, *d = (array.astype(np.float64) for cell in networks for array in weights(cell))
    real, z = (rows(8, width, seed=width).asnumpy().astype(np.float64) for width in (5, 6))
    asked = labels if fakes is None else np.array(fakes)

    batch = rows(8, 5, seed=5), whole(*labels), rows(8, 6, seed=6)
    said = acgan_step(**players)(*batch, *([] if fakes is None else [whole(*fakes)]))

    fake = z @ w.T + b + table[asked]
    expected = losses(d, real, fake, labels, asked)
    slopes = zip(d, slope_of_d(d, real, 1, labels), slope_of_d(d, fake, 0, asked))
    d = [weight - rate_d * (by_real + by_fake) for weight, by_real, by_fake in slopes]
    expected["loss_g"] = np.logaddexp(0, -(fake @ d[0].T + d[1])).mean()
    assert {name: value.asnumpy().item() for name, value in said.items()} == pytest.approx(expected, rel=1e-4)
    by_logits, by_classes = errors(d, fake, 1, asked)
    by_fake = by_logits @ d[0] + by_classes @ d[2]
    g = [w - rate_g * by_fake.T @ z, b - rate_g * by_fake.sum(axis=0), table - rate_g * np.eye(4)[asked].T @ by_fake]
    for mine, theirs in zip([array for cell in networks for array in weights(cell)], g + d, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("fakes", [None, (3, 3, 1, 2, 0, 1, 2, 3)])
def test_g_runs_once_a_step_whatever_it_is_asked_for(fakes):
    """Its running averages, which begin at 0, keep a tenth of one batch's mean."""
    ms.set_seed(4)
    still = partial(nn.SGD, learning_rate=0.0)
    players = two_players(NormalisedGenerator(), LinearDiscriminator(), still, still)
    generator, labels, z = players["generator"], whole(0, 0, 0, 0, 0, 1, 2, 3), rows(8, 6, seed=6)
    asked = labels if fakes is None else whole(*fakes)
    mean = (generator.map(z) + generator.table(asked)).asnumpy().mean(axis=0)
    acgan_step(**players)(rows(8, 5, seed=5), labels, z, *([] if fakes is None else [asked]))
    np.testing.assert_allclose(generator.normalise.moving_mean.asnumpy(), 0.1 * mean, rtol=1e-4, atol=1e-6)
