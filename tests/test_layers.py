"""Layers against NumPy."""

import mindspore as ms
import numpy as np
import pytest
from scipy.signal import correlate
from scipy.special import expit

from gan_course.models.layers import (
    LeakyReLU,
    SiLU,
    UpsampleConv,
    batch_norm_2d,
    conv,
    conv_transpose,
    dense,
    leaky_relu,
    mlp,
    silu,
)


@pytest.mark.parametrize("slope", [0.0, 0.01, 0.2, 0.9])
def test_leaky_relu_is_the_larger_of_x_and_slope_x(slope):
    x = np.linspace(-5, 5, 101, dtype=np.float32)
    expected = np.maximum(x, np.float32(slope) * x)
    np.testing.assert_allclose(leaky_relu(ms.Tensor(x), slope).asnumpy(), expected, rtol=1e-6)
    np.testing.assert_allclose(LeakyReLU(slope)(ms.Tensor(x)).asnumpy(), expected, rtol=1e-6)


def test_leaky_relu_slopes_by_two_tenths_unless_told():
    np.testing.assert_allclose(LeakyReLU()(ms.Tensor([-1.0, 0.0, 1.0])).asnumpy(), [-0.2, 0, 1], rtol=1e-6)


def test_silu_is_x_times_its_sigmoid_and_finite_far_out():
    x = np.array([-1e4, -100, -3, -0.5, 0, 0.5, 3, 100, 1e4], np.float32)
    np.testing.assert_allclose(silu(ms.Tensor(x)).asnumpy(), x * expit(x), rtol=1e-5, atol=1e-30)
    np.testing.assert_array_equal(SiLU()(ms.Tensor(x)).asnumpy(), silu(ms.Tensor(x)).asnumpy())


def test_dense_is_a_matrix_product_plus_bias():
    layer, x = dense(3, 5), np.random.default_rng(0).standard_normal((4, 3), np.float32)
    expected = x @ layer.weight.asnumpy().T + layer.bias.asnumpy()
    np.testing.assert_allclose(layer(ms.Tensor(x)).asnumpy(), expected, rtol=1e-5, atol=1e-6)


def test_conv_is_a_correlation_over_zeros_at_the_edges_plus_bias():
    layer, x = conv(2, 3, kernel_size=4, stride=2, padding=1), np.random.default_rng(0).standard_normal((5, 2, 8, 6))
    weight, bias = layer.weight.asnumpy(), np.array([1, -2, 3], np.float32)
    layer.bias.set_data(ms.Tensor(bias))
    padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
    full = [[correlate(image, kernel, "valid")[0] for kernel in weight] for image in padded]
    expected = np.array(full)[:, :, ::2, ::2] + bias[:, None, None]
    assert expected.shape == (5, 3, 4, 3)
    np.testing.assert_allclose(layer(ms.Tensor(x.astype(np.float32))).asnumpy(), expected, rtol=1e-4, atol=1e-5)


def test_a_transposed_convolution_stamps_patches_that_overlap_by_half():
    layer, x = conv_transpose(2, 3), np.random.default_rng(0).standard_normal((5, 2, 4, 3), np.float32)
    weight, bias = layer.weight.asnumpy(), np.array([1, -2, 3], np.float32)
    layer.bias.set_data(ms.Tensor(bias))
    expected = np.zeros((5, 3, 10, 8)) + bias[:, None, None]
    for top in range(4):
        for left in range(3):
            patch = np.einsum("nc,cokl->nokl", x[:, :, top, left], weight)
            expected[:, :, 2 * top : 2 * top + 4, 2 * left : 2 * left + 4] += patch
    assert layer(ms.Tensor(x)).shape == (5, 3, 8, 6)
    np.testing.assert_allclose(layer(ms.Tensor(x)).asnumpy(), expected[:, :, 1:-1, 1:-1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(1, 1), (4, 3), (7, 8)])
def test_upsample_conv_is_a_convolution_of_doubled_pixels(shape):
    layer, plain = UpsampleConv(2, 3), conv(2, 3, kernel_size=3, padding=1)
    rng = np.random.default_rng(0)
    weight, bias = rng.standard_normal((3, 2, 3, 3), np.float32), rng.standard_normal(3, np.float32)
    x, pull = rng.standard_normal((5, 2, *shape), np.float32), rng.standard_normal((5, 3, 1, 1), np.float32)
    for own in (layer.conv, plain):
        own.weight.set_data(ms.Tensor(weight))
        own.bias.set_data(ms.Tensor(bias))
    doubled = ms.Tensor(x.repeat(2, axis=2).repeat(2, axis=3))
    np.testing.assert_allclose(layer(ms.Tensor(x)).asnumpy(), plain(doubled).asnumpy(), rtol=1e-4, atol=1e-5)

    def gradients(network, images):
        def pulled(images):
            return (ms.Tensor(pull) * network(images) ** 2).sum()

        return ms.grad(pulled, 0, network.trainable_params())(images)

    of_x, of_parameters = gradients(layer, ms.Tensor(x))
    of_doubled, expected = gradients(plain, doubled)
    blocks = of_doubled.asnumpy().reshape(5, 2, shape[0], 2, shape[1], 2)
    np.testing.assert_allclose(of_x.asnumpy(), blocks.sum(axis=(3, 5)), rtol=1e-3, atol=1e-3)
    for mine, theirs in zip(of_parameters, expected):
        np.testing.assert_allclose(mine.asnumpy(), theirs.asnumpy(), rtol=1e-3, atol=1e-3)


def test_batch_norm_2d_makes_each_channel_standard_while_training():
    layer = batch_norm_2d(3).set_train()
    x = 5 + 2 * np.random.default_rng(0).standard_normal((4, 3, 6, 5), np.float32)
    mean, variance = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    np.testing.assert_allclose(layer(ms.Tensor(x)).asnumpy(), (x - mean) / np.sqrt(variance + 1e-5), atol=1e-4)
    np.testing.assert_allclose(layer.moving_mean.asnumpy(), 0.1 * mean.ravel(), rtol=1e-4)
    layer.set_train(False)
    new_mean, new_variance = layer.moving_mean.asnumpy(), layer.moving_variance.asnumpy()
    expected = (x - new_mean[:, None, None]) / np.sqrt(new_variance[:, None, None] + 1e-5)
    np.testing.assert_allclose(layer(ms.Tensor(x)).asnumpy(), expected, rtol=1e-4, atol=1e-4)


def test_mlp_has_an_activation_after_each_dense_layer():
    network, x = mlp(3, 6, 2), np.random.default_rng(0).standard_normal((4, 3), np.float32)
    expected = x
    parameters = [parameter.asnumpy() for parameter in network.get_parameters()]
    for weight, bias in zip(parameters[::2], parameters[1::2]):
        h = expected @ weight.T + bias
        expected = h * expit(h)
    np.testing.assert_allclose(network(ms.Tensor(x)).asnumpy(), expected, rtol=1e-5, atol=1e-6)


def test_mlp_has_a_weight_and_a_bias_for_each_pair_of_widths():
    shapes = [parameter.shape for parameter in mlp(3, 6, 2).get_parameters()]
    assert shapes == [(6, 3), (6,), (2, 6), (2,)]
