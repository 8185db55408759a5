"""What lesson 02's checkers say."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import ops
from wrong import Wrong, hold

from gan_course.checks import vae as check
from gan_course.training.losses import bernoulli_nll


def z_variance(mean, log_variance, epsilon):
    return mean + ops.exp(log_variance) * epsilon


def z_logarithm(mean, log_variance, epsilon):
    return mean + log_variance * epsilon


def z_own_noise(mean, log_variance, epsilon):
    return mean + ops.exp(0.5 * log_variance) * ops.standard_normal(mean.shape)


def z_of_numpy(mean, log_variance, epsilon):
    sigma = ms.Tensor(np.sqrt(np.exp(log_variance.asnumpy())))
    return mean + sigma * epsilon


def z_detached(mean, log_variance, epsilon):
    return ops.stop_gradient(mean + ops.exp(log_variance / 2) * epsilon)


def z_root_of_logarithm(mean, log_variance, epsilon):
    return mean + ops.sqrt(log_variance) * epsilon


def nll_mean(logits, x):
    return (ops.relu(logits) - logits * x + ops.log(1 + ops.exp(-ops.abs(logits)))).mean()


def nll_sum(logits, x):
    return (ops.relu(logits) - logits * x + ops.log(1 + ops.exp(-ops.abs(logits)))).sum()


def nll_minus(logits, x):
    p = ops.clamp(ops.sigmoid(logits), 1e-30, 1)
    return (x * ops.log(p) + (1 - x) * ops.log(1 - p)).sum() / x.shape[0]


def nll_plain(logits, x):
    p = 1 / (1 + ops.exp(-logits))
    return -ops.sum(x * ops.log(p) + (1 - x) * ops.log(1 - p)) / len(x)


def nll_two_sigmoids(logits, x):
    logits = ops.sigmoid(logits)
    return (ops.relu(logits) - logits * x + ops.log(1 + ops.exp(-ops.abs(logits)))).sum() / len(x)


def nll_white(logits, x):
    return (x * ops.softplus(-logits)).sum() / len(x)


def nll_without_minus(logits, x):
    return (ops.relu(logits) - logits * x + ops.log(1 + ops.exp(ops.abs(logits)))).sum() / len(x)


def nll_scaled(logits, x):
    return bernoulli_nll(logits, (x + 1) / 2)


def kl_mean(mean, log_variance):
    return (0.5 * (ops.exp(log_variance) + mean**2 - 1 - log_variance)).mean()


def kl_variance(mean, log_variance):
    return 0.5 * (log_variance + mean**2 - 1 - ops.log(log_variance)).sum() / len(mean)


def kl_minus(mean, log_variance):
    return 0.5 * (1 + log_variance - mean**2 - ops.exp(log_variance)).sum() / len(mean)


def kl_sum(mean, log_variance):
    return 0.5 * ops.sum(ops.exp(log_variance) + ops.square(mean) - 1 - log_variance)


def kl_of_numpy(mean, log_variance):
    return float(kl_mean(mean, log_variance).asnumpy())


def nll_without_bars(logits, x):
    return (ops.relu(logits) - logits * x + ops.log(1 + ops.exp(-logits))).sum() / len(x)


def kl_of_sigma(mean, log_variance):
    return 0.5 * (ops.exp(0.5 * log_variance) + mean**2 - 1 - log_variance).sum() / len(mean)


def kl_of_each(mean, log_variance):
    return 0.5 * (ops.exp(log_variance) + mean**2 - 1 - log_variance).sum(axis=1)


WRONG = {
    "reparameterise": [
        Wrong(z_variance, "exp(log sigma^2) is the variance"),
        Wrong(z_logarithm, "the logarithm itself"),
        Wrong(z_own_noise, "noise of its own"),
        Wrong(z_of_numpy, "no gradient comes to sigma"),
        Wrong(z_detached, "no gradient comes to mu or sigma"),
        Wrong(z_root_of_logarithm, None),
    ],
    "bernoulli_nll": [
        Wrong(nll_mean, "the mean over the pixels", public=True),
        Wrong(nll_sum, "summed over the batch"),
        Wrong(nll_plain, "right for small logits"),
        Wrong(nll_two_sigmoids, "two sigmoids", public=True),
        Wrong(nll_white, "only the white pixels"),
        Wrong(nll_without_minus, "has lost its minus"),
        Wrong(nll_without_bars, "the bars of |l|"),
        Wrong(nll_scaled, None),
        Wrong(nll_minus, None),
    ],
    "gaussian_kl": [
        Wrong(kl_mean, "the mean over everything"),
        Wrong(kl_variance, "taken for sigma^2"),
        Wrong(kl_minus, "the sign"),
        Wrong(kl_sum, "summed over the batch", public=True),
        Wrong(kl_of_sigma, "sigma stands where sigma^2"),
        Wrong(kl_of_each, None),
        Wrong(kl_of_numpy, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def nll_of_the_framework(logits, x):
    return ops.binary_cross_entropy_with_logits(logits, x, reduction="sum") / x.shape[0]


def test_another_way_is_right_too():
    assert check.bernoulli_nll(nll_of_the_framework) is nll_of_the_framework
