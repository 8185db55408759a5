"""The game in slow motion: who learns in whose turn."""

from functools import partial

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from gan_course.data import Batches
from gan_course.lessons.turns import turns
from gan_course.models.mlp_gan import Discriminator, Generator
from gan_course.training.players import two_players

POINTS = np.random.default_rng(0).standard_normal((64, 2)).astype(np.float32)


def new_game():
    ms.set_seed(0)
    generator, discriminator = Generator(4, (8,), (2,), bounded=False), Discriminator((2,), (8,))
    adam = partial(nn.Adam, learning_rate=1e-2)
    return two_players(generator, discriminator, adam, adam), Batches(POINTS, batch_size=16, seed=0, latent_dim=4)


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.get_parameters()]


def same(before, after):
    return all(np.array_equal(*pair) for pair in zip(before, after))


@pytest.mark.parametrize(("button", "still"), [("D only", "generator"), ("G only", "discriminator"), ("both", None)])
def test_in_a_turn_of_one_the_other_stands_still(button, still):
    players, batches = new_game()
    before = {name: weights(players[name]) for name in ("generator", "discriminator")}
    turns(**players, batches=batches, num_steps=2)[button]()
    assert {name: same(before[name], weights(players[name])) for name in before} == {
        name: name == still for name in before
    }
