"""What lesson 02's checkers say."""

import pytest
from mindspore import ops
from wrong import Wrong, hold

from gan_course.checks import vae as check


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


WRONG = {
    "gaussian_kl": [
        Wrong(kl_mean, "the mean over everything"),
        Wrong(kl_variance, "taken for sigma^2"),
        Wrong(kl_minus, "the sign"),
        Wrong(kl_sum, "summed over the batch", public=True),
        Wrong(kl_of_numpy, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)
