"""What lesson 06's checkers say."""

import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold

from gan_course.checks import acgan as check
from gan_course.models.dcgan import Features, Generator
from gan_course.models.layers import dense, embedding, leaky_relu


class Drawing(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    def __init__(self, latent_dim, num_classes, image_shape, channels):
        super().__init__()
        self.dcgan = Generator(latent_dim, image_shape, channels, num_doublings=2)
        self.rows = embedding(num_classes, latent_dim)

    def construct(self, z, labels):
        return self.dcgan(z * self.rows(labels))


class DrawsSums(Drawing):
    def construct(self, z, labels):
        return self.dcgan(z + self.rows(labels))


class DrawsAnything(Drawing):
    def construct(self, z, labels):
        return self.dcgan(z)


class DrawsOneOfEach(Drawing):
    def construct(self, z, labels):
        return self.dcgan(self.rows(labels))


class DrawsByNumber(Drawing):
    def construct(self, z, labels):
        return self.dcgan(z * labels.expand_dims(1))


class DrawsBeside(Drawing):
    def __init__(self, latent_dim, num_classes, image_shape, channels):
        super().__init__(latent_dim, num_classes, image_shape, channels)
        self.dcgan = Generator(2 * latent_dim, image_shape, channels, num_doublings=2)

    def construct(self, z, labels):
        return self.dcgan(ops.cat([z, self.rows(labels)], axis=1))


class DrawsFaintly(Drawing):
    def __init__(self, latent_dim, num_classes, image_shape, channels):
        super().__init__(latent_dim, num_classes, image_shape, channels)
        self.rows = nn.Embedding(num_classes, latent_dim)


class DrawsWithTooFewRows(Drawing):
    def __init__(self, latent_dim, num_classes, image_shape, channels):
        super().__init__(latent_dim, num_classes, image_shape, channels)
        self.rows = embedding(latent_dim, num_classes)


class Judging(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    def __init__(self, num_classes, image_shape, channels, hidden):
        super().__init__()
        self.features = Features(image_shape, channels, num_halvings=2)
        self.which, self.real = dense(hidden, num_classes), dense(hidden, 1)
        self.body = dense(self.features.num_features, hidden)

    def seen(self, images):
        return leaky_relu(self.body(self.features(images)))

    def construct(self, images):
        h = self.seen(images)
        return self.real(h), self.which(h)


class JudgesBySoftmax(Judging):
    def construct(self, images):
        real, which = super().construct(images)
        return real, nn.Softmax()(which)


class JudgesBySigmoid(Judging):
    def construct(self, images):
        real, which = super().construct(images)
        return ops.sigmoid(real), which


class JudgesClassFirst(Judging):
    def construct(self, images):
        real, which = super().construct(images)
        return which, real


class JudgesInARow(Judging):
    def __init__(self, num_classes, image_shape, channels, hidden):
        super().__init__(num_classes, image_shape, channels, hidden)
        self.which = dense(1, num_classes)

    def construct(self, images):
        real = self.real(self.seen(images))
        return real, self.which(real)


class JudgesStraight(Judging):
    def seen(self, images):
        return self.body(self.features(images))


class JudgesInOneRow(Judging):
    def construct(self, images):
        return ops.cat(super().construct(images), axis=1)


def picked(log_p, labels):
    return (ops.one_hot(labels, log_p.shape[1], 1.0, 0.0) * log_p).sum(axis=1)


def loss_twice(logits, labels):
    return -picked(ops.log_softmax(ops.softmax(logits, axis=1), axis=1), labels).mean()


def loss_naive(logits, labels):
    return -picked(logits - ops.log(ops.exp(logits).sum(axis=1, keepdims=True)), labels).mean()


def loss_summed(logits, labels):
    return -picked(ops.log_softmax(logits, axis=1), labels).sum()


def loss_over_all(logits, labels):
    return -(ops.one_hot(labels, 4, 1.0, 0.0) * ops.log_softmax(logits, axis=1)).mean()


def loss_rising(logits, labels):
    return picked(ops.log_softmax(logits, axis=1), labels).mean()


def loss_down_the_batch(logits, labels):
    return -picked(ops.log_softmax(logits, axis=0), labels).mean()


def loss_of_labels(logits, labels):
    asked = ops.one_hot(labels, 4, 1.0, 0.0)
    return -picked(ops.log_softmax(asked, axis=1), labels).mean()


def loss_squared(logits, labels):
    return ((ops.softmax(logits, axis=1) - ops.one_hot(labels, 4, 1.0, 0.0)) ** 2).mean()


def positions_cut(labels):
    least = np.bincount(labels).min()
    return np.concatenate([np.flatnonzero(labels == label)[:least] for label in np.unique(labels)])


def positions_drawn(labels):
    rng, most = np.random.default_rng(), np.bincount(labels).max()
    return np.concatenate([rng.choice(np.flatnonzero(labels == label), most) for label in np.unique(labels)])


def positions_as_they_are(labels):
    return np.argsort(labels)


def positions_within(labels):
    counts = np.bincount(labels)
    return np.concatenate([np.resize(np.arange(count), counts.max()) for count in counts])


def positions_of_labels(labels):
    return np.repeat(np.unique(labels), np.bincount(labels).max())


def positions_as_mask(labels):
    return labels == labels.min()


def accuracy_turned(asked, answered, names):
    return {name: (asked[answered == name] == name).mean() for name in names}


def accuracy_of_all(asked, answered, names):
    return {name: ((asked == name) & (answered == name)).sum() / len(asked) for name in names}


def accuracy_alike(asked, answered, names):
    return {name: np.mean(asked == answered) for name in names}


def accuracy_counted(asked, answered, names):
    return {name: np.sum((asked == name) & (answered == name)) for name in names}


def accuracy_in_percent(asked, answered, names):
    return {name: 100 * (answered[asked == name] == name).mean() for name in names}


WRONG = {
    "class_generator": [
        Wrong(DrawsSums, "are added"),
        Wrong(DrawsAnything, "the label never reaches"),
        Wrong(DrawsOneOfEach, "the noise never reaches"),
        Wrong(DrawsByNumber, "multiplied with the label itself"),
        Wrong(DrawsBeside, "set beside z"),
        Wrong(DrawsFaintly, "nn.Embedding's default"),
        Wrong(DrawsWithTooFewRows, None),
    ],
    "two_heads": [
        Wrong(JudgesBySoftmax, "a softmax at the class head", public=True),
        Wrong(JudgesBySigmoid, "a sigmoid at the head"),
        Wrong(JudgesClassFirst, "exchanged"),
        Wrong(JudgesInARow, "the one number of the other head"),
        Wrong(JudgesStraight, "no LeakyReLU"),
        Wrong(JudgesInOneRow, None),
    ],
    "class_loss_by_hand": [
        Wrong(loss_twice, "softmax twice", public=True),
        Wrong(loss_naive, "overflows"),
        Wrong(loss_summed, "summed over the batch"),
        Wrong(loss_over_all, "averaged over the classes"),
        Wrong(loss_rising, "the sign"),
        Wrong(loss_down_the_batch, "down the batch"),
        Wrong(loss_of_labels, "the labels are compared with the labels", public=True),
        Wrong(loss_squared, None),
    ],
    "balanced_positions": [
        Wrong(positions_cut, "cut down"),
        Wrong(positions_drawn, "drawn by chance"),
        Wrong(positions_as_they_are, "nothing is balanced"),
        Wrong(positions_within, "within each class"),
        Wrong(positions_of_labels, "labels, not positions"),
        Wrong(positions_as_mask, None),
    ],
    "accuracy_of": [
        Wrong(accuracy_turned, "turned round"),
        Wrong(accuracy_of_all, "divided by all"),
        Wrong(accuracy_alike, "one accuracy over all"),
        Wrong(accuracy_counted, "how many"),
        Wrong(accuracy_in_percent, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


@pytest.mark.parametrize(("name", "right"), [("class_generator", Drawing), ("two_heads", Judging)])
def test_names_and_order_of_layers_do_not_matter(name, right, capsys):
    assert getattr(check, name)(right) is right
    assert capsys.readouterr().out.startswith("Right: ")
