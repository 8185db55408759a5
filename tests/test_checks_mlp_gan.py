"""What lesson 04's checkers say."""

import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold

from gan_course.checks import mlp_gan as check
from gan_course.models.layers import batch_norm_1d, dense, leaky_relu


def scaled_to_one(pixels):
    return (pixels / 255).astype(np.float32)[:, np.newaxis]


def scaled_in_uint8(pixels):
    return np.expand_dims((pixels * 2 - 255) / 255, 1).astype("float32")


def scaled_channel_last(pixels):
    return (pixels.astype(np.float32) / 127.5 - 1)[..., None]


def scaled_without_channel(pixels):
    return pixels.astype(np.float32) / 127.5 - 1


def scaled_in_double(pixels):
    return (pixels / 255 * 2 - 1)[:, None]


def scaled_upside_down(pixels):
    return 1 - pixels[:, None].astype(np.float32) / 127.5


class Drawing(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    def __init__(self, latent_dim, width, image_shape):
        super().__init__()
        self.shape = image_shape
        self.out = dense(2 * width, int(np.prod(image_shape)))
        self.b = dense(width, 2 * width)
        self.a = dense(latent_dim, width)
        self.bn = self.norm(2 * width)

    norm = staticmethod(batch_norm_1d)

    def flat(self, z):
        return self.out(ops.relu(self.bn(self.b(ops.relu(self.a(z))))))

    def construct(self, z):
        return ops.tanh(self.flat(z)).reshape(-1, *self.shape)


class DrawsUnbounded(Drawing):
    def construct(self, z):
        return self.flat(z).reshape(-1, *self.shape)


class DrawsFromZero(Drawing):
    def construct(self, z):
        return nn.Sigmoid()(self.flat(z)).reshape(-1, *self.shape)


class DrawsWithEps(Drawing):
    def norm(self, width):
        return nn.BatchNorm1d(width, 0.8)


class DrawsWithTorchsMomentum(Drawing):
    def norm(self, width):
        return nn.BatchNorm1d(width, momentum=0.1)


class DrawsChannelsLast(Drawing):
    def construct(self, z):
        channels, height, width = self.shape
        return ops.tanh(self.flat(z)).reshape(-1, height, width, channels)


class DrawsLists(Drawing):
    def construct(self, z):
        return ops.tanh(self.flat(z))


class DrawsUnevenly(Drawing):
    def flat(self, z):
        return self.out(self.bn(ops.relu(self.b(ops.relu(self.a(z))))))


class Judging(nn.Cell):
    """Right, and what the wrong ones below begin with."""

    def __init__(self, image_shape, width):
        super().__init__()
        self.layers = nn.CellList(
            [dense(int(np.prod(image_shape)), width * 2), dense(width * 2, width), dense(width, 1)]
        )

    def bend(self, h):
        return leaky_relu(h)

    def construct(self, images):
        h = images.reshape(images.shape[0], -1)
        return self.layers[2](self.bend(self.layers[1](self.bend(self.layers[0](h)))))


class JudgesInProbabilities(Judging):
    def construct(self, images):
        return ops.sigmoid(super().construct(images))


class JudgesBySoftmax(Judging):
    def construct(self, images):
        return ops.softmax(super().construct(images))


class JudgesWithRelu(Judging):
    def bend(self, h):
        return ops.relu(h)


class JudgesWithTorchsSlope(Judging):
    def bend(self, h):
        return nn.LeakyReLU(0.01)(h)


class JudgesFlat(Judging):
    def construct(self, images):
        return super().construct(images).squeeze(1)


class JudgesPicturesUnflattened(Judging):
    def construct(self, images):
        return self.layers[0](images)


def nearest_fake(fakes, reals):
    table = np.array([[np.sqrt(((f - r) ** 2).sum()) for f in fakes] for r in reals])
    return table.argmin(1), table.min(1)


def nearest_squared(fakes, reals):
    table = ((fakes[:, None] - reals[None]) ** 2).sum(axis=(2, 3, 4))
    return table.argmin(1), table.min(1)


def nearest_by_size(fakes, reals):
    table = np.abs(fakes[:, None] - reals[None]).sum(axis=(2, 3, 4))
    return table.argmin(1), table.min(1)


def nearest_by_mean(fakes, reals):
    table = np.sqrt(((fakes[:, None] - reals[None]) ** 2).mean(axis=(2, 3, 4)))
    return table.argmin(1), table.min(1)


def nearest_the_farthest(fakes, reals):
    table = np.linalg.norm((fakes[:, None] - reals[None]).reshape(len(fakes), len(reals), -1), axis=2)
    return table.argmax(1), table.max(1)


def nearest_overall(fakes, reals):
    table = np.linalg.norm((fakes[:, None] - reals[None]).reshape(len(fakes), len(reals), -1), axis=2)
    return table.argmin(), table.min()


def share_of_the_schoolbook(hits):
    p, n = hits.sum() / len(hits), len(hits)
    return p, p - 1.96 * (p * (1 - p) / n) ** 0.5, p + 1.96 * (p * (1 - p) / n) ** 0.5


def share_of_one_sigma(hits):
    p, n = np.mean(hits), len(hits)
    middle, reach = p + 1 / (2 * n), np.sqrt(p * (1 - p) / n + 1 / (4 * n**2))
    return p, (middle - reach) / (1 + 1 / n), (middle + reach) / (1 + 1 / n)


def share_undivided(hits, z=1.96):
    p, n = np.mean(hits), len(hits)
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    return p, p + z**2 / (2 * n) - reach, p + z**2 / (2 * n) + reach


def share_without_the_four(hits, z=1.96):
    p, n = np.mean(hits), len(hits)
    reach = z * np.sqrt(p * (1 - p) / n + z**2 / n**2)
    return p, (p + z**2 / (2 * n) - reach) / (1 + z**2 / n), (p + z**2 / (2 * n) + reach) / (1 + z**2 / n)


def share_alone(hits):
    return hits.mean()


WRONG = {
    "scaled": [
        Wrong(scaled_to_one, "the range is [0, 1]", public=True),
        Wrong(scaled_in_uint8, "uint8 has run over"),
        Wrong(scaled_channel_last, "the channel comes last"),
        Wrong(scaled_without_channel, "the axis of the channel is missing"),
        Wrong(scaled_in_double, "float64"),
        Wrong(scaled_upside_down, None),
    ],
    "small_generator": [
        Wrong(DrawsUnbounded, "no tanh"),
        Wrong(DrawsFromZero, "a sigmoid at the end"),
        Wrong(DrawsWithEps, "the second argument is eps", public=True),
        Wrong(DrawsWithTorchsMomentum, "momentum is 0.1"),
        Wrong(DrawsChannelsLast, "the channels come last"),
        Wrong(DrawsLists, "still flat lists"),
        Wrong(DrawsUnevenly, None),
    ],
    "small_discriminator": [
        Wrong(JudgesInProbabilities, "a sigmoid at the end"),
        Wrong(JudgesBySoftmax, "a softmax over a single number"),
        Wrong(JudgesWithRelu, "ReLU stands where D has LeakyReLU"),
        Wrong(JudgesWithTorchsSlope, "the slope of LeakyReLU is 0.01"),
        Wrong(JudgesFlat, "lost an axis"),
        Wrong(JudgesPicturesUnflattened, None),
    ],
    "nearest": [
        Wrong(nearest_fake, "turned round"),
        Wrong(nearest_squared, "squared"),
        Wrong(nearest_by_size, "without their sign"),
        Wrong(nearest_by_mean, "the mean over the pixels"),
        Wrong(nearest_the_farthest, "the farthest"),
        Wrong(nearest_overall, None),
    ],
    "share_with_interval": [
        Wrong(share_of_the_schoolbook, "the schoolbook"),
        Wrong(share_of_one_sigma, "z is 1"),
        Wrong(share_undivided, "divided by 1 + z^2 / n"),
        Wrong(share_without_the_four, "the 4 is missing"),
        Wrong(share_alone, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


@pytest.mark.parametrize(("name", "right"), [("small_generator", Drawing), ("small_discriminator", Judging)])
def test_names_and_order_of_layers_do_not_matter(name, right, capsys):
    assert getattr(check, name)(right) is right
    assert capsys.readouterr().out.startswith("Right: ")
