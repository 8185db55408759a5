"""The games of lesson 07 in the plane: every remedy can be played, and sees what it should."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn

from gan_course.lessons import mixture_gan
from gan_course.lessons.mixture_gan import (
    MIXTURES,
    REMEDIES,
    Mixture,
    Remedy,
    Settings,
    accepted_points,
    adam,
    batches,
    build,
    count_modes,
    discriminator_of,
    new_discriminator,
    new_generator,
    rejection_discriminator,
)
from gan_course.training.history import History
from gan_course.training.loop import train
from gan_course.training.players import two_players

TINY = Settings(num_seeds=2, hidden=(8,), batch_size=8, num_steps=3, num_samples=50, rejection_steps=3)
RING = MIXTURES["ring"]


def weights(cell):
    return [parameter.asnumpy().copy() for parameter in cell.trainable_params()]


@pytest.mark.parametrize("name", REMEDIES)
def test_every_remedy_can_be_played(name):
    game = build(RING, REMEDIES[name], replace(TINY, num_steps=40))  # the average moves every tenth step
    before = game.points()
    history = train(game.step, game.batches, game.num_steps, game.callbacks)
    assert all(np.isfinite(history[loss]).all() for loss in ("loss_d", "loss_g"))
    assert game.points().shape == (2, 50, 2) and not np.array_equal(game.points(), before)


def test_costly_remedies_get_fewer_steps_and_packs_fewer_answers():
    settings = replace(TINY, num_steps=30)
    games = {name: build(RING, remedy, settings) for name, remedy in REMEDIES.items()}
    assert {name: game.num_steps for name, game in games.items()} == {
        "GAN": 30,
        "packing, 4": 30,
        "unrolled, 5": 7,
        "WGAN-GP": 10,
        "relativistic": 10,
    }
    seen = {name: next(game.batches)[0].shape[:2] for name, game in games.items()}
    assert seen.pop("packing, 4") == (2, 4 * 8) and seen.pop("WGAN-GP") == (3 * 2, 8)  # 8 packs of 4; 3 updates
    assert set(seen.values()) == {(2, 8)}
    points = Tensor(np.zeros((2, 8, 2), np.float32))
    answers = {name: game.discriminator(points).shape for name, game in games.items()}
    assert answers.pop("packing, 4") == (2, 2, 1) and set(answers.values()) == {(2, 8, 1)}


@pytest.mark.parametrize(("n_critic", "updates_d"), [(0, 100), (3, 300)])
def test_each_optimiser_has_a_rate_for_each_of_its_updates_down_to_a_hundredth(n_critic, updates_d):
    """MindSpore would fail beyond the end of a list of rates, and a longer list would not come down."""
    players = {}
    spy = Remedy(lambda given, num_seeds: players.update(given), n_critic=n_critic, cost=2)
    build(RING, spy, replace(TINY, num_steps=200))
    for name, updates in {"optimizer_g": 100, "optimizer_d": updates_d}.items():
        rates = players[name].learning_rate.learning_rate.asnumpy()
        assert len(rates) == updates and rates[0] == pytest.approx(1e-3)
        assert rates[updates // 2] == pytest.approx(1e-3 * 1.01 / 2) and rates[-1] == pytest.approx(1e-5, rel=0.1)


def test_players_may_have_rates_of_their_own_more_turns_of_g_and_rates_that_stay():
    players = {}
    spy = Remedy(lambda given, num_seeds: players.update(given), n_critic=2, n_generator=3)
    settings = replace(TINY, num_steps=10, learning_rate_d=0.5, final_rate=1.0)
    game = build(RING, spy, settings)
    for name, rate, updates in (("optimizer_g", 1e-3, 30), ("optimizer_d", 0.5, 20)):
        np.testing.assert_allclose(
            players[name].learning_rate.learning_rate.asnumpy(), np.full(updates, rate), rtol=1e-6
        )
    assert [part.shape[0] for part in next(game.batches)] == [TINY.num_seeds * (2 + 3 - 1)] * 3


def test_without_averaging_the_points_are_those_of_g_itself():
    players = {}

    def make_step(given, num_seeds):
        players.update(given)
        return mixture_gan.plain(given, num_seeds)

    game = build(RING, Remedy(make_step), replace(TINY, num_steps=10, average_decay=0.0))
    train(game.step, game.batches, game.num_steps, game.callbacks)
    assert game.generator is not players["generator"]
    for pair in zip(weights(game.generator), weights(players["generator"])):
        np.testing.assert_array_equal(*pair)


def test_adam_goes_as_far_as_its_rates_and_beta_say():
    """The first step of Adam is the rate times the sign; the second, from g = 1 and then -3, is done by hand."""
    weight = ms.Parameter(Tensor([0.0, 1.0]), name="w")
    optimizer = adam(0.1, 0.25, 10)([weight])
    optimizer((Tensor([1.0, -2.0]),))
    np.testing.assert_allclose(weight.asnumpy(), [-0.1, 1.1], rtol=1e-5)
    optimizer((Tensor([-3.0, -2.0]),))
    rate = 0.001 + 0.099 * (1 + np.cos(np.pi / 10)) / 2
    m = (0.25 * 0.75 * 1 + 0.75 * -3) / (1 - 0.25**2)
    v = (0.999 * 0.001 * 1 + 0.001 * 9) / (1 - 0.999**2)
    np.testing.assert_allclose(weight.asnumpy(), [-0.1 - rate * m / np.sqrt(v), 1.1 + rate], rtol=1e-4)


def test_a_seed_gives_the_same_networks_and_another_one_others():
    first, same, other = (new_generator(TINY, seed) for seed in (0, 0, 1))
    assert all(np.array_equal(*pair) for pair in zip(weights(first), weights(same)))
    assert not np.array_equal(weights(first)[0], weights(other)[0])
    assert not np.array_equal(weights(first)[0][0], weights(first)[0][1])
    game, again = (build(RING, REMEDIES["GAN"], TINY, seed=3) for _ in range(2))
    np.testing.assert_array_equal(game.points(), again.points())
    for mine, theirs in zip(next(game.batches), next(again.batches)):
        np.testing.assert_array_equal(mine, theirs)


def test_the_discriminator_as_a_function_of_its_weights():
    discriminator = new_discriminator(TINY, 0, pack_size=1)
    points = Tensor(np.random.default_rng(0).standard_normal((2, 5, 2), np.float32))
    other = [Tensor(2 * weight) for weight in weights(discriminator)]
    found = discriminator_of(points, *other).asnumpy()
    for parameter, value in zip(discriminator.trainable_params(), other):
        parameter.set_data(value)
    np.testing.assert_array_equal(found, discriminator(points).asnumpy())


def test_batches_hold_points_of_the_mixture_and_noise_for_every_update():
    settings = replace(TINY, batch_size=500, latent_dim=3)
    real, z = next(batches(MIXTURES["grid"], settings, np.random.default_rng(0)))
    assert real.shape == (2, 500, 2) and z.shape == (2, 500, 3)
    real, z, epsilon = batch = next(batches(MIXTURES["grid"], settings, np.random.default_rng(0), turns=3))
    assert [array.shape for array in batch] == [(6, 500, 2), (6, 500, 3), (6, 500, 1)]
    assert all(array.dtype == np.float32 and len(np.unique(array[:, 0])) == array[:, 0].size for array in batch)
    offsets = real[:, :, None] - MIXTURES["grid"].centres
    distances = np.linalg.norm(offsets, axis=-1).min(axis=-1)
    assert (distances**2).mean() == pytest.approx(2 * 0.05**2, rel=0.1)
    assert abs(z.mean()) < 0.05 and z.std() == pytest.approx(1, abs=0.05)
    assert epsilon.min() >= 0 and epsilon.max() < 1 and epsilon.std() == pytest.approx(np.sqrt(1 / 12), rel=0.05)


def gradient_of_g(num_seeds):
    """The gradient of G that the unrolled remedy finds for the first `num_seeds` of two networks."""
    settings = replace(TINY, hidden=(4,))
    networks = new_generator(settings, 0), new_discriminator(settings, 0, pack_size=1)
    arrays = [weights(network) for network in networks]
    networks = [new_generator(replace(settings, num_seeds=num_seeds), 0)]
    networks.append(new_discriminator(replace(settings, num_seeds=num_seeds), 0, pack_size=1))
    for network, values in zip(networks, arrays):
        for parameter, value in zip(network.trainable_params(), values):
            parameter.set_data(Tensor(value[:num_seeds]))
    players = two_players(
        *networks, lambda parameters: nn.SGD(parameters, learning_rate=1.0), adam(0.01, 0.5, num_updates=2)
    )
    rng = np.random.default_rng(1)
    real, z = (Tensor(rng.standard_normal((2, 8, 2), np.float32)[:num_seeds]) for _ in range(2))
    mixture_gan.unrolled(players, num_seeds)(real, z)
    return [old[:num_seeds] - new for old, new in zip(arrays[0], weights(networks[0]))]


def test_two_seeds_look_ahead_as_each_does_alone():
    """The loss is a mean over the seeds: the gradient of each is halved, but not by how far D is followed."""
    for both, alone in zip(gradient_of_g(2), gradient_of_g(1)):
        np.testing.assert_allclose(2 * both[:1], alone, rtol=1e-3, atol=1e-5)


def test_each_seed_is_counted_by_itself():
    mixture = Mixture(np.array([[0.0, 0.0], [9.0, 0.0]]), std=1.0, limit=10)
    points = np.array([[[0.0, 0.0], [9.0, 1.0]], [[0.0, 4.0], [1.0, 0.0]]])
    assert count_modes(points, mixture) == [(2, 1.0, 0.0), (1, 0.5, pytest.approx(np.log(2)))]


def test_the_points_of_every_seed_go_to_where_the_data_are():
    centre = np.array([[4.0, 0.0]], np.float32)
    settings = replace(TINY, hidden=(32, 32), batch_size=128, num_steps=900, num_samples=2000, learning_rate=5e-3)
    game = build(Mixture(centre, std=1.0, limit=5), REMEDIES["WGAN-GP"], settings)
    start = game.points()
    train(game.step, game.batches, game.num_steps, game.callbacks)
    before, after = (np.linalg.norm(points.mean(axis=1) - centre, axis=1) for points in (start, game.points()))
    assert (after < before / 3).all()


def test_a_discriminator_that_knows_accepts_good_points_only():
    """Its logits are given here: 0 right of the line, -50 left of it, where half of G's points lie."""
    game = build(RING, REMEDIES["GAN"], TINY)
    game.generator = lambda z: z
    points = accepted_points(
        lambda x: Tensor(np.where(x.asnumpy()[..., :1] > 0, 0.0, -50.0)), game, np.random.default_rng(0)
    )
    assert points.shape == (2, 50, 2) and (points[..., 0] > 0).all()
    assert len(np.unique(points.reshape(-1, 2), axis=0)) == 100


class Wide(nn.Cell):
    """z -> 2 z: points from N(0, 4 I)."""

    def construct(self, z):
        return 2 * z


def test_accepted_points_of_a_trained_discriminator_lie_like_the_real_ones():
    """Points of N(c, s^2 I) are s sqrt(pi / 2) from c on average."""
    mixture = Mixture(np.array([[1.0, 0.0]], np.float32), std=1.0, limit=5)
    settings = replace(TINY, hidden=(32, 32), batch_size=128, num_samples=500, rejection_steps=300, rejection_rate=5e-3)
    game = build(mixture, REMEDIES["WGAN-GP"], settings)
    game.generator = Wide()
    discriminator = rejection_discriminator(mixture, game, settings)
    points = accepted_points(discriminator, game, np.random.default_rng(0))
    distances = np.linalg.norm(points - mixture.centres, axis=-1).mean(axis=1)
    np.testing.assert_allclose(distances, np.sqrt(np.pi / 2), rtol=0.2)


def test_rejection_sampling_leaves_the_generator_as_it_is_and_sees_points_undamped():
    game = build(RING, REMEDIES["GAN"], TINY)
    before = weights(game.generator), weights(game.discriminator)
    discriminator = rejection_discriminator(RING, game, TINY)
    assert not discriminator.damped and discriminator.frequencies == mixture_gan.FREQUENCIES
    for old, cell in zip(before, (game.generator, game.discriminator)):
        assert all(np.array_equal(*pair) for pair in zip(old, weights(cell)))


def test_a_discriminator_that_was_stopped_accepts_nothing(monkeypatch):
    monkeypatch.setattr(mixture_gan, "train", lambda *arguments, **options: History())
    with pytest.raises(KeyboardInterrupt):
        rejection_discriminator(RING, build(RING, REMEDIES["GAN"], TINY), TINY)
