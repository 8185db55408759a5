"""The games of lesson 07 in the plane: every remedy can be played, and sees what it should."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from gan_course.lessons.mixture_gan import (
    MIXTURES,
    REMEDIES,
    Mixture,
    Settings,
    batches,
    build,
    chosen_points,
    count_modes,
    new_doorman,
)
from gan_course.training.loop import train

TINY = Settings(num_seeds=2, hidden=(8,), batch_size=8, num_steps=3, num_samples=50, door_steps=3)


@pytest.mark.parametrize("name", REMEDIES)
def test_every_remedy_can_be_played(name):
    game = build(MIXTURES["ring"], REMEDIES[name], replace(TINY, num_steps=40))  # the average moves every tenth step
    before = game.points()
    history = train(game.step, game.batches, game.num_steps, game.callbacks)
    assert all(np.isfinite(history[loss]).all() for loss in ("loss_d", "loss_g"))
    assert game.points().shape == (2, 50, 2) and not np.array_equal(game.points(), before)


def test_every_batch_holds_what_the_turns_of_a_step_need():
    for name, width in {"GAN": 2, "WGAN-GP": 3}.items():
        remedy = REMEDIES[name]
        batch = next(batches(MIXTURES["grid"], remedy, TINY, np.random.default_rng(0)))
        turns = max(remedy.n_critic, 1)
        assert [array.shape for array in batch] == [(2 * turns, 8, 2), (2 * turns, 8, 2), (2 * turns, 8, 1)][:width]
        assert all(array.dtype == np.float32 for array in batch)
        distances = np.linalg.norm(batch[0][:, :, None] - MIXTURES["grid"].centres, axis=-1).min(axis=-1)
        assert distances.max() < 5 * MIXTURES["grid"].std


def test_each_seed_is_counted_by_itself():
    mixture = Mixture(np.array([[0.0, 0.0], [9.0, 0.0]]), std=1.0, limit=10)
    points = np.array([[[0.0, 0.0], [9.0, 1.0]], [[0.0, 4.0], [1.0, 0.0]]])
    assert count_modes(points, mixture) == [(2, 1.0), (1, 0.5)]


def test_the_points_of_every_seed_go_to_where_the_data_are():
    centre = np.array([[4.0, 0.0]], np.float32)
    settings = replace(TINY, hidden=(32, 32), batch_size=128, num_steps=900, num_samples=2000, learning_rate=5e-3)
    game = build(Mixture(centre, std=1.0, limit=5), REMEDIES["WGAN-GP"], settings)
    start = game.points()
    train(game.step, game.batches, game.num_steps, game.callbacks)
    before, after = (np.linalg.norm(points.mean(axis=1) - centre, axis=1) for points in (start, game.points()))
    assert (after < before / 3).all()


def test_a_doorman_that_knows_lets_only_good_points_pass():
    """His logits are given here: 0 right of the line, -50 left of it, where half of G's points lie."""
    game = build(MIXTURES["ring"], REMEDIES["GAN"], TINY)
    game.generator = lambda z: z
    points = chosen_points(
        lambda x: ms.Tensor(np.where(x.asnumpy()[..., :1] > 0, 0.0, -50.0)), game, np.random.default_rng(0)
    )
    assert points.shape == (2, 50, 2) and (points[..., 0] > 0).all()
    assert len(np.unique(points.reshape(-1, 2), axis=0)) == 100


class Wide(nn.Cell):
    """z -> 2 z: points from N(0, 4 I)."""

    def construct(self, z):
        return 2 * z


def test_what_a_trained_doorman_lets_pass_lies_like_the_real_points():
    """Points of N(c, s^2 I) are s sqrt(pi / 2) from c on average."""
    mixture = Mixture(np.array([[1.0, 0.0]], np.float32), std=1.0, limit=5)
    settings = replace(TINY, hidden=(32, 32), batch_size=128, num_samples=500, door_steps=300, door_rate=5e-3)
    game = build(mixture, REMEDIES["WGAN-GP"], settings)
    game.generator = Wide()
    chosen = chosen_points(new_doorman(mixture, game, settings), game, np.random.default_rng(0))
    distances = np.linalg.norm(chosen - mixture.centres, axis=-1).mean(axis=1)
    np.testing.assert_allclose(distances, np.sqrt(np.pi / 2), rtol=0.2)
