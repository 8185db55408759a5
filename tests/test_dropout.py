"""Dropout of channels: shares, strength, and that masks follow from seed and step."""

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.models.dcgan import Discriminator
from gan_course.models.layers import ChannelDropout
from gan_course.training.dropout import renewing

ONES = ms.Tensor(np.ones((64, 50, 3, 2), np.float32))


def dropped(rate, seed=0, step=1):
    """What is left of ones in training."""
    layer = ChannelDropout(64, 50, rate).set_train()
    renewing(layer, seed)(step, {})
    return layer(ONES).asnumpy()


@given(st.floats(0.05, 0.9), st.integers(0, 2**32 - 1))
def test_the_right_share_is_switched_off_and_the_mean_stays(rate, seed):
    left = dropped(rate, seed)
    off = (left == 0).mean()
    assert off == pytest.approx(rate, abs=5 * (rate * (1 - rate) / (64 * 50)) ** 0.5)
    np.testing.assert_allclose(left[left > 0], 1 / (1 - rate), rtol=1e-5)


def test_whole_channels_are_switched_off_for_each_image_by_itself():
    left = dropped(0.5)
    assert (left == left[:, :, :1, :1]).all()
    shares = (left[:, :, 0, 0] == 0).mean(axis=1)
    assert shares.std() > 0.02 and len({row.tobytes() for row in left}) == 64


def test_masks_follow_from_seed_and_step_alone():
    np.testing.assert_array_equal(dropped(0.5), dropped(0.5))
    assert (dropped(0.5) != dropped(0.5, step=2)).any() and (dropped(0.5) != dropped(0.5, seed=1)).any()


def test_outside_training_everything_passes():
    layer = ChannelDropout(64, 50, 0.5).set_train(False)
    renewing(layer, 0)(1, {})
    np.testing.assert_array_equal(layer(ONES[:3]).asnumpy(), ONES[:3].asnumpy())


def test_a_compiled_network_sees_the_new_masks():
    network = Discriminator((1, 8, 8), 4, 1, dropout=0.5, batch_size=3).set_train()
    renew, images = renewing(network, 0), ms.Tensor(np.ones((3, 1, 8, 8), np.float32))
    compiled = ms.jit(network.construct)
    answers = []
    for step in (1, 2, 1):
        renew(step, {})
        answers.append(compiled(images).asnumpy())
    np.testing.assert_array_equal(answers[0], answers[2])
    assert (answers[0] != answers[1]).any()


def test_masks_are_nothing_to_learn():
    network = Discriminator((1, 8, 8), 4, 2, dropout=0.5, batch_size=3)
    masks = [parameter for parameter in network.get_parameters() if parameter.name.endswith("mask")]
    assert [mask.shape for mask in masks] == [(3, 4, 1, 1), (3, 8, 1, 1)]
    assert not any(mask.requires_grad for mask in masks)
