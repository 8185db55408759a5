"""Losses against NumPy, SciPy and numerical integration."""

import mindspore as ms
import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import expit, log_softmax, softmax, xlog1py, xlogy

from gan_course.training.losses import (
    as_probabilities,
    bernoulli_nll,
    cross_entropy,
    gaussian_kl,
    mean_absolute_error,
)


def tensor(values):
    return ms.Tensor(np.asarray(values), ms.float32)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_mean_absolute_error_is_numpys(rng):
    one, other = rng.uniform(-1, 1, (2, 4, 3, 5, 5))
    assert mean_absolute_error(tensor(one), tensor(other)).item() == pytest.approx(np.abs(one - other).mean(), rel=1e-6)


def test_mean_absolute_error_runs_from_zero_to_two():
    black, white = -np.ones((2, 1, 3, 3)), np.ones((2, 1, 3, 3))
    assert mean_absolute_error(tensor(white), tensor(white)).item() == 0
    assert mean_absolute_error(tensor(black), tensor(white)).item() == 2


def test_probabilities_of_black_grey_and_white():
    np.testing.assert_array_equal(as_probabilities(tensor([-1, 0, 1])).asnumpy(), [0, 0.5, 1])


def test_bernoulli_nll_is_scipys_summed_over_pixels_and_averaged_over_images(rng):
    logits, x = 4 * rng.standard_normal((6, 2, 3, 3)), rng.uniform(0, 1, (6, 2, 3, 3))
    p = expit(logits)
    expected = -(xlogy(x, p) + xlog1py(1 - x, -p)).sum(axis=(1, 2, 3)).mean()
    assert bernoulli_nll(tensor(logits), tensor(x)).item() == pytest.approx(expected, rel=1e-5)


def test_bernoulli_nll_of_binary_pixels_is_the_log_probability_of_the_image(rng):
    logits, x = rng.standard_normal((1, 1, 4, 4)), rng.integers(0, 2, (1, 1, 4, 4))
    expected = -stats.bernoulli(expit(logits)).logpmf(x).sum()
    assert bernoulli_nll(tensor(logits), tensor(x)).item() == pytest.approx(expected, rel=1e-5)


def test_bernoulli_nll_of_an_undecided_decoder_is_log_2_a_pixel(rng):
    x = rng.uniform(0, 1, (3, 1, 5, 5))
    assert bernoulli_nll(tensor(np.zeros_like(x)), tensor(x)).item() == pytest.approx(25 * np.log(2), rel=1e-6)


def test_bernoulli_nll_stays_finite_for_sure_decoders():
    logits = tensor([[[[100.0, -100.0]]]])
    assert bernoulli_nll(logits, tensor([[[[1.0, 0.0]]]])).item() == 0
    assert bernoulli_nll(logits, tensor([[[[0.0, 1.0]]]])).item() == pytest.approx(200)
    gradient = ms.grad(bernoulli_nll)(logits, tensor([[[[0.0, 1.0]]]])).asnumpy()
    np.testing.assert_allclose(gradient, [[[[1, -1]]]])


def test_the_gradient_of_bernoulli_nll_is_sigmoid_minus_pixel_over_the_batch_size(rng):
    logits, x = 4 * rng.standard_normal((6, 1, 3, 3)), rng.uniform(0, 1, (6, 1, 3, 3))
    gradient = ms.grad(bernoulli_nll)(tensor(logits), tensor(x)).asnumpy()
    np.testing.assert_allclose(gradient, (expit(logits) - x) / 6, atol=1e-6)


@pytest.mark.parametrize(("mean", "variance"), [(0.0, 1.0), (1.5, 0.2), (-2.0, 3.0), (0.3, 1e-3)])
def test_gaussian_kl_is_the_integral(mean, variance):
    q, p = stats.norm(mean, np.sqrt(variance)), stats.norm(0, 1)

    def integrand(z):
        return q.pdf(z) * (q.logpdf(z) - p.logpdf(z))

    expected, _ = integrate.quad(integrand, *q.interval(1 - 1e-14))
    assert gaussian_kl(tensor([[mean]]), tensor([[np.log(variance)]])).item() == pytest.approx(expected, abs=1e-5)


def test_gaussian_kl_is_what_samples_say(rng):
    mean, log_variance = rng.standard_normal((2, 3))
    sigma = np.exp(log_variance / 2)
    z = mean + sigma * rng.standard_normal((200_000, 3))
    differences = (stats.norm.logpdf(z, mean, sigma) - stats.norm.logpdf(z)).sum(axis=1)
    five_sigma = 5 * differences.std() / np.sqrt(len(z))
    assert gaussian_kl(tensor([mean]), tensor([log_variance])).item() == pytest.approx(
        differences.mean(), abs=five_sigma
    )


def test_gaussian_kl_sums_over_latents_and_averages_over_images(rng):
    mean, log_variance = rng.standard_normal((2, 4, 3))
    single = [
        [gaussian_kl(tensor([[m]]), tensor([[v]])).item() for m, v in zip(*rows)] for rows in zip(mean, log_variance)
    ]
    expected = np.sum(single, axis=1).mean()
    assert gaussian_kl(tensor(mean), tensor(log_variance)).item() == pytest.approx(expected, rel=1e-5)


def test_gaussian_kl_of_the_prior_is_zero():
    zeros = tensor(np.zeros((5, 4)))
    assert gaussian_kl(zeros, zeros).item() == 0


def test_cross_entropy_is_scipys(rng):
    logits, targets = 5 * rng.standard_normal((6, 4)), rng.dirichlet(np.ones(4), 6)
    expected = -(targets * log_softmax(logits, axis=1)).sum(axis=1).mean()
    assert cross_entropy(tensor(logits), tensor(targets)).item() == pytest.approx(expected, rel=1e-5)


def test_cross_entropy_of_known_labels_is_their_log_probability(rng):
    logits, labels = rng.standard_normal((6, 4)), np.array([0, 3, 1, 1, 2, 0])
    expected = -sum(stats.multinomial(1, p).logpmf(np.eye(4)[k]) for p, k in zip(softmax(logits, axis=1), labels)) / 6
    assert cross_entropy(tensor(logits), tensor(np.eye(4)[labels])).item() == pytest.approx(expected, rel=1e-5)


def test_cross_entropy_knows_its_ends():
    targets = tensor(np.eye(4))
    assert cross_entropy(tensor(np.zeros((4, 4))), targets).item() == pytest.approx(np.log(4), rel=1e-5)
    assert cross_entropy(tensor(200 * np.eye(4)), targets).item() == 0
    assert cross_entropy(tensor(-200 * np.eye(4)), targets).item() == pytest.approx(200 + np.log(3))


def test_a_softmax_too_many_keeps_the_cross_entropy_up():
    """However sure the network is: p is at most e / (e + K - 1)."""
    sure, targets = softmax(200 * np.eye(4), axis=1), tensor(np.eye(4))
    assert cross_entropy(tensor(sure), targets).item() == pytest.approx(-np.log(np.e / (np.e + 3)), rel=1e-5)
