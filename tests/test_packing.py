"""Packing: pictures of one pack side by side in the channels, and a gradient for each of them."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn

from gan_course.models.dcgan import Discriminator
from gan_course.models.packing import Packed


class FirstMinusRest(nn.Cell):
    """Channel 0 minus the other channels, summed: it knows the places in a pack apart."""

    def construct(self, x):
        flat = x.reshape(x.shape[0], -1)
        width = flat.shape[1] // 3
        return (flat[:, :width] - flat[:, width : 2 * width] + 10 * flat[:, 2 * width :]).sum(axis=1, keepdims=True)


@pytest.mark.parametrize("shape", [(2,), (1, 4, 4)])
def test_neighbours_in_the_batch_share_a_pack(shape):
    images = np.random.default_rng(0).standard_normal((6, *shape), np.float32)
    sums = images.reshape(6, -1).sum(axis=1)
    expected = [[sums[0] - sums[1] + 10 * sums[2]], [sums[3] - sums[4] + 10 * sums[5]]]
    logits = Packed(FirstMinusRest(), size=3)(Tensor(images))
    np.testing.assert_allclose(logits.asnumpy(), expected, rtol=1e-4, atol=1e-5)


def test_a_pack_of_one_is_the_discriminator_itself():
    discriminator = Discriminator((1, 8, 8), 4, 2, normalise=False)
    images = Tensor(np.random.default_rng(0).standard_normal((4, 1, 8, 8), np.float32))
    packed = Packed(discriminator, size=1)(images)
    np.testing.assert_array_equal(packed.asnumpy(), discriminator(images).asnumpy())


class Show(nn.Cell):
    """What a packed discriminator gets to see."""

    def construct(self, x):
        return x


@pytest.mark.parametrize("shape", [(2,), (3, 4, 5)])
def test_a_pack_is_its_pictures_joined_along_their_channels(shape):
    images = np.random.default_rng(0).standard_normal((6, *shape), np.float32)
    packs = Packed(Show(), size=2)(Tensor(images)).asnumpy()
    expected = [np.concatenate([images[first], images[first + 1]], axis=0) for first in (0, 2, 4)]
    np.testing.assert_array_equal(packs, expected)


def test_another_axis_can_count_the_examples():
    points = np.arange(24, dtype=np.float32).reshape(2, 6, 2)
    packs = Packed(Show(), size=3, axis=1)(Tensor(points)).asnumpy()
    expected = [[np.concatenate(cloud[first : first + 3]) for first in (0, 3)] for cloud in points]
    np.testing.assert_array_equal(packs, expected)


def test_every_picture_of_a_pack_gets_its_own_gradient():
    images = Tensor(np.ones((3, 2), np.float32))
    packed = Packed(FirstMinusRest(), size=3)

    def total(x):
        return packed(x).sum()

    np.testing.assert_array_equal(ms.grad(total)(images).asnumpy(), [[1, 1], [-1, -1], [10, 10]])
