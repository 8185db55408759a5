"""Doublings as plain convolutions give what the transposed ones give, and unfolding as a layer what NumPy gives."""

import numpy as np
import pytest
from mindspore import Tensor, nn

from gan_course.data.folding import unfold
from gan_course.models.dcgan import Generator
from gan_course.models.inference import in_chunks
from gan_course.models.layers import UpsampleConv, conv_transpose
from gan_course.models.subpixel import Unfold, plain, without_transposed


def random_weights(network, seed=0):
    rng = np.random.default_rng(seed)
    for parameter in network.get_parameters():
        spread = 1 + 0.2 * rng.standard_normal(parameter.shape) if "moving_variance" in parameter.name else None
        value = rng.standard_normal(parameter.shape) if spread is None else np.abs(spread)
        parameter.set_data(Tensor(value.astype(np.float32)))
    return network.set_train(False)


@pytest.mark.parametrize("double", [conv_transpose, UpsampleConv])
def test_a_plain_doubling_is_the_transposed_one(double):
    layer = random_weights(double(3, 5))
    x = np.random.default_rng(1).standard_normal((2, 3, 4, 7)).astype(np.float32)
    expected = in_chunks(layer, x)
    assert expected.shape == (2, 5, 8, 14)
    np.testing.assert_allclose(in_chunks(plain(layer), x), expected, atol=1e-4)


@pytest.mark.parametrize("double", [conv_transpose, UpsampleConv])
@pytest.mark.parametrize("last_conv", [False, True])
def test_a_generator_without_transposed_convolutions_draws_the_same(double, last_conv):
    network = Generator(5, (3, 16, 8), 4, 2, double, residual=True, last_conv=last_conv)
    random_weights(network)
    z = np.random.default_rng(2).standard_normal((4, 5)).astype(np.float32)
    expected = in_chunks(network, z)
    replaced = without_transposed(network)
    assert replaced is network
    assert not [c for _, c in network.cells_and_names() if isinstance(c, nn.Conv2dTranspose | UpsampleConv)]
    np.testing.assert_allclose(in_chunks(network, z), expected, atol=1e-4)
    names = [parameter.name for parameter in network.get_parameters()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("factor", [1, 2, 3])
def test_unfolding_as_a_layer_is_that_of_numpy(factor):
    folded = np.random.default_rng(0).standard_normal((2, 2 * factor**2, 3, 4)).astype(np.float32)
    np.testing.assert_array_equal(in_chunks(Unfold(factor), folded), unfold(folded, factor))
