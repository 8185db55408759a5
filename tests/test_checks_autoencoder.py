"""What lesson 01's checkers say."""

import numpy as np
import pytest
from mindspore import nn, ops
from wrong import Wrong, hold

from gan_course.checks import autoencoder as check


def mae_squared(rebuilt, images):
    return ops.square(rebuilt - images).mean()


def mae_signed(rebuilt, images):
    return ops.mean(rebuilt - images)


def mae_absolute_last(rebuilt, images):
    return ops.abs(ops.mean(images - rebuilt))


def mae_pixels_summed(rebuilt, images):
    return ops.abs(rebuilt - images).sum(axis=(1, 2, 3)).mean()


def mae_sum(rebuilt, images):
    return ops.abs(images - rebuilt).sum()


def mae_of_numpy(rebuilt, images):
    return np.abs(rebuilt.asnumpy() - images.asnumpy()).mean()


class LinearEncoder(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.a = nn.Dense(784, width)
        self.b = nn.Dense(width, latent_dim)

    def construct(self, images):
        return self.b(self.a(images.reshape(-1, 784)))


class ReluEncoder(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.net = nn.SequentialCell(nn.Flatten(), nn.Dense(784, width), nn.ReLU(), nn.Dense(width, latent_dim))

    def construct(self, images):
        return self.net(images)


class EncoderWithTheEndLocked(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.out = nn.Dense(width, latent_dim)
        self.hidden = nn.Dense(784, width)

    def construct(self, images):
        flat = images.view(images.shape[0], -1)
        return ops.tanh(self.out(ops.silu(self.hidden(flat))))


class EncoderAllSilu(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.net = nn.SequentialCell(
            nn.Flatten(), nn.Dense(784, width), nn.SiLU(), nn.Dense(width, latent_dim), nn.SiLU()
        )

    def construct(self, images):
        return self.net(images)


class EncoderNotFlat(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.net = nn.SequentialCell(nn.Dense(784, width), nn.SiLU(), nn.Dense(width, latent_dim))

    def construct(self, images):
        return self.net(images)


class EncoderInAList(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.layers = [nn.Dense(784, width), nn.SiLU(), nn.Dense(width, latent_dim)]

    def construct(self, images):
        x = images.reshape(images.shape[0], -1)
        for layer in self.layers:
            x = layer(x)
        return x


class DecoderBase(nn.Cell):
    """What the wrong decoders share; each has a `construct` of its own."""

    def __init__(self, latent_dim, width):
        super().__init__()
        self.hidden = nn.Dense(latent_dim, width)
        self.pixels = nn.Dense(width, 784)
        self.silu = nn.SiLU()


class DecoderUnbounded(DecoderBase):
    def construct(self, z):
        return self.pixels(self.silu(self.hidden(z))).reshape(-1, 1, 28, 28)


class DecoderSigmoid(DecoderBase):
    def construct(self, z):
        return ops.sigmoid(self.pixels(self.silu(self.hidden(z)))).reshape(-1, 1, 28, 28)


class DecoderFlat(DecoderBase):
    def construct(self, z):
        return ops.tanh(self.pixels(self.silu(self.hidden(z))))


class DecoderChannelsLast(DecoderBase):
    def construct(self, z):
        return ops.tanh(self.pixels(self.silu(self.hidden(z)))).reshape(-1, 28, 28, 1)


class DecoderSiluTwice(DecoderBase):
    def construct(self, z):
        return ops.tanh(self.silu(self.pixels(self.silu(self.hidden(z))))).reshape(z.shape[0], 1, 28, 28)


class DecoderOneLayer(nn.Cell):
    def __init__(self, latent_dim, width):
        super().__init__()
        self.pixels = nn.Dense(latent_dim, 784)

    def construct(self, z):
        return ops.tanh(self.pixels(z)).reshape(-1, 1, 28, 28)


def pca_not_centred(flat, k):
    return flat.mean(axis=0), np.linalg.svd(flat)[2][:k].T


def pca_weakest(flat, k):
    _, vectors = np.linalg.eigh(np.cov(flat.T))
    return flat.mean(axis=0), vectors[:, :k]


def pca_upside_down(flat, k):
    centred = flat - flat.mean(0)
    return flat.mean(0), np.linalg.eigh(centred.T @ centred)[1][:, -k:]


def pca_rows(flat, k):
    mean = flat.mean(axis=0)
    return mean, np.linalg.svd(flat - mean, full_matrices=False)[2][:k]


def pca_without_mean(flat, k):
    return np.linalg.svd(flat - flat.mean(axis=0), full_matrices=False)[2][:k].T


def pca_of_columns_of_vt(flat, k):
    mean = flat.mean(axis=0)
    return mean, np.linalg.svd(flat - mean, full_matrices=False)[2][:, :k]


def latents_of_one_spread(z, noise):
    return np.mean(z) + np.std(z) * noise


def latents_variance(z, noise):
    return z.mean(0) + np.var(z, axis=0) * noise


def latents_at_zero(z, noise):
    return noise * z.std(axis=0)


def latents_of_size_one(z, noise):
    return noise + z.mean(axis=0)


def latents_by_row(z, noise):
    return z.mean(axis=1) + z.std(axis=1) * noise


WRONG = {
    "mean_absolute_error": [
        Wrong(mae_squared, "squared"),
        Wrong(mae_signed, "makes up for"),
        Wrong(mae_absolute_last, "have cancelled already"),
        Wrong(mae_pixels_summed, "only the images are averaged"),
        Wrong(mae_sum, "the errors are summed"),
        Wrong(mae_of_numpy, None),
    ],
    "encoder": [
        Wrong(LinearEncoder, "one linear map"),
        Wrong(ReluEncoder, "a ReLU where SiLU"),
        Wrong(EncoderWithTheEndLocked, "lock z into [-1, 1]"),
        Wrong(EncoderAllSilu, "a SiLU at the end"),
        Wrong(EncoderNotFlat, None),
        Wrong(EncoderInAList, None),
    ],
    "decoder": [
        Wrong(DecoderUnbounded, "the tanh at the end is missing"),
        Wrong(DecoderSigmoid, "half of the scale", public=True),
        Wrong(DecoderFlat, "a flat list"),
        Wrong(DecoderChannelsLast, "channels last"),
        Wrong(DecoderSiluTwice, "nothing below -0.28"),
        Wrong(DecoderOneLayer, "the hidden layer is missing"),
    ],
    "principal_components": [
        Wrong(pca_not_centred, "not centred"),
        Wrong(pca_weakest, "the weakest directions"),
        Wrong(pca_upside_down, "weakest first"),
        Wrong(pca_rows, "directions are rows"),
        Wrong(pca_without_mean, "returns one thing"),
        Wrong(pca_of_columns_of_vt, None),
    ],
    "random_latents": [
        Wrong(latents_of_one_spread, "one mean and one spread"),
        Wrong(latents_variance, "the variance stands"),
        Wrong(latents_at_zero, "the mean is missing"),
        Wrong(latents_of_size_one, "the spread is missing"),
        Wrong(latents_by_row, "the mean of each image"),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


class EncoderOfAnotherHand(nn.Cell):
    """Right, with other names, another order of layers and SiLU by hand."""

    def __init__(self, latent_dim, width):
        super().__init__()
        self.second, self.start = nn.Dense(width, latent_dim), nn.Dense(784, width)

    def construct(self, images):
        h = self.start(ops.flatten(images))
        return self.second(h * ops.sigmoid(h))


def pca_of_eigh(flat, k):
    values, vectors = np.linalg.eigh(np.cov(flat, rowvar=False))
    return flat.mean(axis=0), -vectors[:, np.argsort(-values)[:k]]


@pytest.mark.parametrize("name, answer", [("encoder", EncoderOfAnotherHand), ("principal_components", pca_of_eigh)])
def test_other_ways_are_right_too(name, answer, capsys):
    assert getattr(check, name)(answer) is answer
