"""The variational autoencoder: shapes, ranges, size, reparameterisation, and where it starts."""

import mindspore as ms
import numpy as np
import pytest
from scipy.special import expit

from gan_course.models.vae import VAE, reparameterise

RNG = np.random.default_rng


@pytest.fixture
def model():
    return VAE(latent_dim=2, hidden=(7, 5), image_shape=(3, 4, 6))


@pytest.fixture
def images():
    return ms.Tensor(RNG(0).uniform(-1, 1, (5, 3, 4, 6)).astype(np.float32))


def normal(*shape):
    return ms.Tensor(RNG(1).standard_normal(shape, np.float32))


def test_shapes(model, images):
    mean, log_variance = model.encode(images)
    assert mean.shape == log_variance.shape == (5, 2)
    assert model.decode(mean).shape == model.generate(mean).shape == (5, 3, 4, 6)
    assert [output.shape for output in model(images, normal(5, 2))] == [(5, 3, 4, 6), (5, 2), (5, 2)]


def test_the_two_heads_differ(model, images):
    mean, log_variance = model.encode(images)
    assert not np.allclose(mean.asnumpy(), log_variance.asnumpy())


@pytest.mark.parametrize(("latent_dim", "hidden"), [(2, (7, 5)), (20, (512, 256)), (3, (4,))])
def test_parameter_count(latent_dim, hidden):
    model = VAE(latent_dim, hidden)
    widths = [784, *hidden]
    encoder = sum((a + 1) * b for a, b in zip(widths, widths[1:])) + 2 * (hidden[-1] + 1) * latent_dim
    widths = [latent_dim, *hidden[::-1], 784]
    decoder = sum((a + 1) * b for a, b in zip(widths, widths[1:]))
    assert sum(parameter.size for parameter in model.trainable_params()) == encoder + decoder


def test_reparameterise_is_mean_plus_standard_deviation_times_noise():
    mean, log_variance, epsilon = RNG(0).standard_normal((3, 4, 2))
    z = reparameterise(*(ms.Tensor(array, ms.float32) for array in (mean, log_variance, epsilon)))
    np.testing.assert_allclose(z.asnumpy(), mean + np.sqrt(np.exp(log_variance)) * epsilon, rtol=1e-5, atol=1e-6)


def test_reparameterised_noise_has_the_mean_and_variance_asked_for():
    epsilon = normal(100_000, 1)
    z = reparameterise(ms.Tensor([[3.0]]), ms.Tensor([[np.log(4.0)]], ms.float32), epsilon).asnumpy()
    assert z.mean() == pytest.approx(3, abs=5 * 2 / np.sqrt(100_000))
    assert z.var() == pytest.approx(4, abs=5 * 4 * np.sqrt(2 / 100_000))


def test_gradients_pass_through_mean_and_variance():
    mean, log_variance, epsilon = normal(4, 2), normal(4, 2) / 2, normal(4, 2)
    by_mean, by_log_variance = ms.grad(lambda *arguments: reparameterise(*arguments).sum(), (0, 1))(
        mean, log_variance, epsilon
    )
    np.testing.assert_allclose(by_mean.asnumpy(), 1)
    expected = 0.5 * np.exp(0.5 * log_variance.asnumpy()) * epsilon.asnumpy()
    np.testing.assert_allclose(by_log_variance.asnumpy(), expected, rtol=1e-5)


def test_generate_is_the_pixel_probability_on_the_scale_of_images(model):
    z = 5 * normal(6, 2)
    expected = 2 * expit(model.decode(z).asnumpy().astype(np.float64)) - 1
    np.testing.assert_allclose(model.generate(z).asnumpy(), expected, atol=1e-6)
    assert np.abs(model.generate(1e8 * z).asnumpy()).max() == 1


def test_construct_decodes_the_reparameterised_latent(model, images):
    epsilon = normal(5, 2)
    logits, mean, log_variance = model(images, epsilon)
    np.testing.assert_array_equal(logits.asnumpy(), model.decode(reparameterise(mean, log_variance, epsilon)).asnumpy())


def test_start_at_leaves_only_the_last_weights_between_the_decoder_and_the_mean_image(model):
    mean_image = RNG(0).uniform(-0.99, 0.99, (3, 4, 6))
    model.start_at(mean_image)
    last = model.decoder[-1]
    last.weight.set_data(ms.ops.zeros_like(last.weight))
    for picture in model.generate(normal(4, 2)).asnumpy():
        np.testing.assert_allclose(picture, mean_image, atol=1e-6)


def test_start_at_keeps_pixels_that_never_change_finite(model):
    mean_image = np.ones((3, 4, 6), np.float32)
    mean_image[:, :2] = -1
    model.start_at(mean_image)
    last = model.decoder[-1]
    assert np.isfinite(last.bias.asnumpy()).all()
    last.weight.set_data(ms.ops.zeros_like(last.weight))
    np.testing.assert_allclose(model.generate(normal(1, 2)).asnumpy()[0], mean_image, atol=2.1e-3)
