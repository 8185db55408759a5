"""The published ACGAN against what its layers, counted by hand, must be."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.errors import CourseError
from gan_course.models.acgan_published import LABEL_REACH, Discriminator, Generator, initialise_as_keras
from gan_course.models.inference import generate
from gan_course.models.layers import conv_transpose_3x3

SHAPE = (1, 16, 24)


def count(network):
    return sum(parameter.size for parameter in network.trainable_params())


def test_the_layers_have_as_many_numbers_as_the_published_ones():
    def norms(*widths):
        return 2 * sum(widths)

    start = 256 * 2 * 3
    generator = 4 * 10 + 11 * start + norms(256, 128, 64) + 9 * (256 * 128 + 128 * 64 + 64) + 128 + 64 + 1
    assert count(Generator(10, 4, SHAPE)) == generator
    convs = 9 * (16 + 16 * 32 + 32 * 64 + 64 * 128) + 16 + 32 + 64 + 128
    heads = (128 * 2 * 3 + 1) * (1 + 4)
    assert count(Discriminator(4, SHAPE, 5)) == convs + norms(32, 64) + heads


def test_pictures_have_their_shape_and_both_heads_answer():
    z, labels = np.ones((5, 10), np.float32), np.arange(5, dtype=np.int32) % 4
    images = generate(Generator(10, 4, SHAPE), z, labels)
    assert images.shape == (5, *SHAPE) and np.abs(images).max() <= 1
    real, classes = Discriminator(4, SHAPE, 5).set_train()(ms.Tensor(images))
    assert real.shape == (5, 1) and classes.shape == (5, 4)


def test_sides_that_8_does_not_divide_are_refused():
    with pytest.raises(CourseError, match="multiples of 8"):
        Generator(10, 4, (1, 28, 28))


def test_weights_begin_as_in_keras():
    network = initialise_as_keras(Generator(100, 4, (1, 32, 32)), np.random.default_rng(0))
    values = {parameter.name: parameter.asnumpy() for parameter in network.trainable_params()}
    table = values.pop("embedding.embedding_table")
    assert 0.9 * LABEL_REACH < np.abs(table).max() <= LABEL_REACH
    for name, value in values.items():
        if value.ndim == 1:
            assert (value == name.endswith("gamma")).all(), name
    dense = values["start.weight"]  # (4096, 100): Glorot's variance is 2 / (inputs + outputs)
    assert dense.var() == pytest.approx(2 / (100 + 4096), rel=0.02)
    kernel = values["doubles.0.weight"]  # (256, 128, 3, 3)
    assert kernel.var() == pytest.approx(2 / (9 * (256 + 128)), rel=0.02)


def test_a_transposed_convolution_stamps_three_by_three():
    layer = conv_transpose_3x3(1, 1)
    layer.weight.set_data(ms.Tensor(np.ones((1, 1, 3, 3), np.float32)))
    layer.bias.set_data(ms.Tensor(np.zeros(1, np.float32)))
    one = np.zeros((1, 1, 4, 4), np.float32)
    one[0, 0, 1, 1] = 1
    stamped = layer(ms.Tensor(one)).asnumpy()[0, 0]
    assert stamped.shape == (8, 8) and stamped.sum() == 9
    rows, columns = np.nonzero(stamped)
    assert np.ptp(rows) == np.ptp(columns) == 2
    assert layer(ms.Tensor(np.ones((1, 1, 4, 4), np.float32))).asnumpy().max() == 4  # where four stamps meet
