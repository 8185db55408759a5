"""The games of lesson 07 in the plane: every remedy can be played, and sees what it should."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest

from gan_course.lessons.mixture_gan import MIXTURES, REMEDIES, Mixture, Settings, batches, build, count_modes
from gan_course.training.loop import train

TINY = Settings(num_seeds=2, hidden=(8,), batch_size=8, num_steps=3, num_samples=50)


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
        batch = next(batches(MIXTURES["grid"], remedy, TINY, 3, np.random.default_rng(0)))
        turns = max(remedy.n_critic, 1)
        assert [array.shape for array in batch] == [(2 * turns, 8, 2), (2 * turns, 8, 2), (2 * turns, 8, 1)][:width]
        assert all(array.dtype == np.float32 for array in batch)
        distances = np.linalg.norm(batch[0][:, :, None] - MIXTURES["grid"].centres, axis=-1).min(axis=-1)
        assert distances.max() < 5 * MIXTURES["grid"].std


def test_noise_on_what_d_sees_fades_and_reaches_real_and_fake_alike():
    remedy, one = REMEDIES["fading noise"], Mixture(np.zeros((1, 2), np.float32), std=0.0, limit=1)
    settings, rng = replace(TINY, batch_size=1000), np.random.default_rng(0)
    levels = []
    for (real, z), _ in zip(batches(one, remedy, settings, 10, rng), range(12)):
        assert real.dtype == z.dtype == np.float32 and z.shape[-1] == settings.latent_dim + 2
        levels.append((real.std(), z[..., settings.latent_dim :].std()))
    np.testing.assert_allclose(*np.transpose(levels), rtol=0.1)
    np.testing.assert_allclose(levels[0], remedy.noise, rtol=0.1)
    assert np.array_equal(levels[6:], np.zeros((6, 2)))  # gone after 60 % of the steps, and for good


def test_each_seed_is_counted_by_itself():
    mixture = Mixture(np.array([[0.0, 0.0], [9.0, 0.0]]), std=1.0, limit=10)
    points = np.array([[[0.0, 0.0], [9.0, 1.0]], [[0.0, 4.0], [1.0, 0.0]]])
    assert count_modes(points, mixture) == [(2, 1.0), (1, 0.5)]


def test_the_points_of_every_seed_go_to_where_the_data_are():
    mixture = Mixture(np.array([[2.0, 0.0]], np.float32), std=1.0, limit=5)
    settings = replace(TINY, hidden=(32, 32), batch_size=128, num_steps=300, num_samples=2000)
    game = build(mixture, REMEDIES["GAN"], settings)
    train(game.step, game.batches, game.num_steps, game.callbacks)
    np.testing.assert_allclose(game.points().mean(axis=1), [[2, 0], [2, 0]], atol=0.35)


def test_a_d_that_knows_lets_only_good_points_pass():
    """The logits of D are given here: 0 right of the line, -50 left of it, where half of G's points lie."""
    game = build(MIXTURES["ring"], REMEDIES["GAN"], TINY)
    game.generator = lambda z: z
    game.discriminator = lambda points: ms.Tensor(np.where(points.asnumpy()[..., :1] > 0, 0.0, -50.0))
    points = game.chosen_points(np.random.default_rng(0))
    assert points.shape == (2, 50, 2) and (points[..., 0] > 0).all()
    assert len(np.unique(points.reshape(-1, 2), axis=0)) == 100
