"""Networks on large arrays in parts: the answers are those of the whole, and nothing is left changed."""

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mindspore import nn

from gan_course.models.inference import generate, in_chunks


@given(st.integers(1, 20), st.integers(1, 25))
def test_chunks_are_joined_to_what_the_whole_would_give(count, size):
    a = np.arange(3 * count, dtype=np.float32).reshape(count, 3)
    b = np.ones((count, 1), np.float32)
    np.testing.assert_array_equal(in_chunks(lambda x, y: 2 * x + y, a, b, size=size), 2 * a + 1)


def test_no_chunk_is_larger_than_asked():
    lengths = []
    in_chunks(lambda x: lengths.append(len(x)) or x, np.zeros((10, 2), np.float32), size=4)
    assert lengths == [4, 4, 2]


def test_a_tuple_of_tensors_becomes_a_tuple_of_arrays():
    x = np.arange(5, dtype=np.float32)
    double, square = in_chunks(lambda x: (2 * x, x * x), x, size=2)
    np.testing.assert_array_equal(double, 2 * x)
    np.testing.assert_array_equal(square, x * x)


def test_one_number_a_chunk_becomes_an_array_of_them():
    sums = in_chunks(lambda x: x.sum(), np.arange(6, dtype=np.float32), size=2)
    np.testing.assert_array_equal(sums, [1, 5, 9])


def test_nothing_asked_is_nothing_answered_in_the_right_shape():
    answers = in_chunks(nn.Dense(3, 5), np.zeros((0, 3), np.float32))
    assert answers.shape == (0, 5) and answers.dtype == np.float32
    doubled, labels = in_chunks(lambda x, y: (2 * x, y), np.zeros((0, 1, 4), np.float32), np.zeros(0, np.int32))
    assert doubled.shape == (0, 1, 4) and labels.shape == (0,) and labels.dtype == np.int32


def test_a_thousand_rows_are_seen_at_a_time_and_two_hundred_by_a_generator():
    lengths = []

    class Spy(nn.Cell):
        def construct(self, x):
            lengths.append((len(x), self.training))
            return x

    in_chunks(Spy().set_train(False), np.zeros((1001, 1), np.float32))
    generate(Spy().set_train(True), np.zeros((201, 1), np.float32))
    assert lengths == [(1000, False), (1, False), (200, False), (1, False)]


@pytest.mark.parametrize("training", [True, False])
def test_drawing_leaves_mode_and_averages_as_they_were(training):
    network = nn.BatchNorm1d(2).set_train(training)
    x = np.random.default_rng(0).normal(3, 2, (50, 2)).astype(np.float32)
    np.testing.assert_allclose(generate(network, x), x / np.sqrt(1 + 1e-5), rtol=1e-5)  # averages still 0 and 1
    assert network.training == training
    assert network.moving_mean.asnumpy().tolist() == [0, 0]


def test_the_mode_comes_back_after_an_error():
    class Broken(nn.Cell):
        def construct(self, x):
            raise RuntimeError("broken")

    network = Broken().set_train(True)
    with pytest.raises(RuntimeError, match="broken"):
        generate(network, np.zeros((1, 1), np.float32))
    assert network.training


def test_arguments_stay_aligned():
    """Row i of each input meets row i of the others in every part."""
    table = in_chunks(lambda x, y: ms.ops.stack([x, y], 1), np.arange(7.0), np.arange(7.0) + 10, size=3)
    np.testing.assert_array_equal(table, np.stack([np.arange(7.0), np.arange(7.0) + 10], axis=1))
