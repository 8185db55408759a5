"""Train steps against gradients taken by central differences in NumPy."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn
from scipy.special import expit, softmax, xlog1py, xlogy

from gan_course.models.autoencoder import Autoencoder
from gan_course.models.vae import VAE
from gan_course.training.steps.supervised import autoencoder_step, classifier_step, vae_loss, vae_step

SHAPE = (1, 2, 3)
IMAGES = np.random.default_rng(0).uniform(-1, 1, (4, *SHAPE)).astype(np.float32)
EPSILON = np.random.default_rng(1).standard_normal((4, 2), np.float32)
LEARNING_RATE = 0.5


def tiny(network, seed=0):
    ms.set_seed(seed)
    return network(latent_dim=2, hidden=(5, 3), image_shape=SHAPE)


def values(model):
    return {parameter.name: parameter.asnumpy().astype(np.float64) for parameter in model.get_parameters()}


def dense(parameters, name, x):
    return x @ parameters[f"{name}.weight"].T + parameters[f"{name}.bias"]


def two_activated_layers(parameters, name, x):
    for layer in ("0", "2"):
        h = dense(parameters, f"{name}.{layer}", x)
        x = h * expit(h)
    return x


def decoded(parameters, z):
    return dense(parameters, "decoder.1", two_activated_layers(parameters, "decoder.0", z))


def mae_in_numpy(parameters):
    x = IMAGES.reshape(4, -1).astype(np.float64)
    z = dense(parameters, "encoder.1", two_activated_layers(parameters, "encoder.0", x))
    return np.abs(np.tanh(decoded(parameters, z)) - x).mean()


def vae_losses_in_numpy(parameters):
    x = IMAGES.reshape(4, -1).astype(np.float64)
    h = two_activated_layers(parameters, "encoder", x)
    mean, log_variance = dense(parameters, "mean_head", h), dense(parameters, "log_variance_head", h)
    p, target = expit(decoded(parameters, mean + np.exp(log_variance / 2) * EPSILON)), (x + 1) / 2
    nll = -(xlogy(target, p) + xlog1py(1 - target, -p)).sum() / 4
    kl = (np.exp(log_variance) + mean**2 - 1 - log_variance).sum() / 8
    return nll, kl


def after_one_sgd_step(loss, parameters, width=1e-6):
    """Every parameter minus the learning rate times its central difference."""
    updated = {}
    for name, array in parameters.items():
        gradient = np.zeros_like(array)
        for position in np.ndindex(array.shape):
            middle = array[position]
            array[position] = middle + width
            above = loss(parameters)
            array[position] = middle - width
            below = loss(parameters)
            array[position] = middle
            gradient[position] = (above - below) / (2 * width)
        updated[name] = array - LEARNING_RATE * gradient
    return updated


def assert_close(found, expected):
    assert found.keys() == expected.keys()
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], atol=2e-5, err_msg=name)


def test_an_autoencoder_step_goes_down_the_gradient_of_the_mean_absolute_error():
    model = tiny(Autoencoder)
    before = values(model)
    losses = autoencoder_step(model, nn.SGD(model.trainable_params(), LEARNING_RATE))(ms.Tensor(IMAGES))
    assert {name: loss.item() for name, loss in losses.items()} == {
        "mae": pytest.approx(mae_in_numpy(before), rel=1e-5)
    }
    assert_close(values(model), after_one_sgd_step(mae_in_numpy, before))


@pytest.mark.parametrize("beta", [1.0, 4.0])
def test_a_vae_step_goes_down_the_gradient_of_nll_plus_beta_kl(beta):
    model = tiny(VAE)
    before = values(model)
    nll, kl = vae_losses_in_numpy(before)
    unjitted = [loss.item() for loss in vae_loss(model, ms.Tensor(IMAGES), ms.Tensor(EPSILON), beta)]
    step = vae_step(model, nn.SGD(model.trainable_params(), LEARNING_RATE), beta)
    losses = {name: loss.item() for name, loss in step(ms.Tensor(IMAGES), ms.Tensor(EPSILON)).items()}
    assert losses == pytest.approx({"loss": nll + beta * kl, "nll": nll, "kl": kl}, rel=1e-5)
    assert list(losses.values()) == pytest.approx(unjitted, rel=1e-6)

    def loss(parameters):
        nll, kl = vae_losses_in_numpy(parameters)
        return nll + beta * kl

    assert_close(values(model), after_one_sgd_step(loss, before))


def test_without_a_beta_the_vae_lowers_the_negative_elbo():
    model = tiny(VAE)
    expected = pytest.approx(sum(vae_losses_in_numpy(values(model))), rel=1e-5)
    assert vae_loss(model, ms.Tensor(IMAGES), ms.Tensor(EPSILON))[0].item() == expected
    step = vae_step(model, nn.SGD(model.trainable_params(), LEARNING_RATE))
    assert step(ms.Tensor(IMAGES), ms.Tensor(EPSILON))["loss"].item() == expected


@pytest.mark.parametrize("beta", [0.0, 1.0, 2.5])
def test_the_vae_loss_is_nll_plus_beta_kl(beta):
    model = tiny(VAE)
    losses = [loss.item() for loss in vae_loss(model, ms.Tensor(IMAGES), ms.Tensor(EPSILON), beta)]
    nll, kl = vae_losses_in_numpy(values(model))
    assert losses == pytest.approx([nll + beta * kl, nll, kl], rel=1e-5)


def trained(network, make_step, *batch):
    """First and last losses, and the parameters after Adam."""
    model = tiny(network)
    step = make_step(model, nn.Adam(model.trainable_params(), 0.01))
    losses = [{name: loss.item() for name, loss in step(*map(ms.Tensor, batch)).items()} for _ in range(40)]
    return losses[0], losses[-1], {name: array.tobytes() for name, array in values(model).items()}


CASES = [(Autoencoder, autoencoder_step, (IMAGES,), "mae"), (VAE, vae_step, (IMAGES, EPSILON), "loss")]


@pytest.mark.parametrize(("network", "make_step", "batch", "name"), CASES)
def test_the_loss_falls_and_the_same_seed_gives_the_same_bits(network, make_step, batch, name):
    first, last, parameters = trained(network, make_step, *batch)
    assert last[name] < 0.9 * first[name]
    assert trained(network, make_step, *batch) == (first, last, parameters)


def test_another_seed_gives_another_network():
    one, other = values(tiny(VAE, seed=0)), values(tiny(VAE, seed=1))
    assert all(not np.array_equal(one[name], other[name]) for name in one if name.endswith("weight"))


def test_a_classifier_step_follows_p_minus_t():
    """The gradient of the cross-entropy with respect to logits x W^T + b is (p - t)^T x / N and the mean of p - t."""
    ms.set_seed(0)
    model = nn.Dense(in_channels=3, out_channels=4)
    x, targets = (
        np.random.default_rng(0).standard_normal((6, 3), np.float32),
        np.eye(4, dtype=np.float32)[[0, 3, 1] * 2],
    )
    before = values(model)
    step = classifier_step(model, nn.SGD(model.trainable_params(), learning_rate=LEARNING_RATE))
    loss = step(ms.Tensor(x), ms.Tensor(targets))["cross_entropy"].item()
    p = softmax(x @ before["weight"].T + before["bias"], axis=1)
    assert loss == pytest.approx(-np.log(p[targets == 1]).mean(), rel=1e-5)
    error = (p - targets) / len(x)
    np.testing.assert_allclose(model.weight.asnumpy(), before["weight"] - LEARNING_RATE * error.T @ x, atol=1e-6)
    np.testing.assert_allclose(model.bias.asnumpy(), before["bias"] - LEARNING_RATE * error.sum(axis=0), atol=1e-6)
