"""Faults that grow: the last strength is the museum's own, below it something between it and the healthy game."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor

from gan_course.lessons.museum import HEALTHY, find_game
from gan_course.lessons.museum.ladders import game_at
from gan_course.lessons.museum.play import Settings, draw_samples, make_players

TINY = Settings(latent_dim=2, hidden=(3, 4), num_samples=4)


def tensor(*shape, seed=0):
    return Tensor(np.random.default_rng(seed).standard_normal(shape, np.float32))


def test_black_is_lifted_and_white_stays():
    ends = [game_at("data_from_zero", lift).scale(np.array([0.0, 255.0])) for lift in (0.3, 1)]
    np.testing.assert_allclose(ends, [[-0.7, 1], [0, 1]], atol=1e-12)


def test_half_fresh_noise_is_normal_and_moves_by_its_share():
    """Of z = sqrt(1 - s) a + sqrt(s) b two draws have a correlation of 1 - s."""
    noise = game_at("moving_noise", 0.1).noise
    first, second = noise((20_000, 2)), noise((20_000, 2))
    assert first.std() == pytest.approx(1, abs=0.02)
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] == pytest.approx(0.9, abs=0.01)


def test_a_batch_of_one_is_the_exhibit_and_a_larger_one_varies():
    variety = []
    for count in (1, 4):
        game = game_at("training_mode", count)
        generator = make_players(game, TINY, np.random.default_rng(0))["generator"]
        variety.append(draw_samples(generator, game, TINY).std(axis=0).max())
    assert variety[0] < 1e-6 < variety[1]


@pytest.mark.parametrize(("share", "wrong"), [(0.2, 0.18), (1, 0.9)])
def test_a_share_of_labels_is_shuffled_and_a_tenth_of_these_right_by_chance(share, wrong):
    labels = np.arange(20_000) % 10
    given = game_at("wrong_labels", share).labels(labels, np.random.default_rng(0))
    assert (given != labels).mean() == pytest.approx(wrong, abs=0.01)
    assert np.array_equal(np.bincount(given), np.bincount(labels))


def test_d_holds_so_many_arrays_of_g():
    for count in (1, 4):
        players = make_players(game_at("d_updates_g", count), TINY, np.random.default_rng(0))
        of_g = {id(weight) for weight in players["generator"].trainable_params()}
        assert sum(id(weight) in of_g for weight in players["optimizer_d"].parameters) == count


def test_in_mixed_batches_each_picture_gets_its_own_answer():
    """Of a D that looks at one picture at a time, the answers do not depend on how the batches were mixed."""
    real, fake = tensor(16, 1, seed=1), tensor(16, 1, seed=2)
    for share in (1 / 4, 1):
        answers = game_at("mixed_batch", share).discriminate(lambda x: 2 * x, real, fake)
        for answer, asked in zip(answers, (real, fake)):
            np.testing.assert_allclose(answer.asnumpy(), 2 * asked.asnumpy())


def test_half_of_each_batch_is_of_the_other_kind_at_the_end():
    seen = []

    def discriminator(images):
        seen.append(float(images.mean()))
        return images

    for share in (1 / 2, 1):
        game_at("mixed_batch", share).discriminate(discriminator, ms.ops.ones((16, 1)), ms.ops.zeros((16, 1)))
    assert seen == [0.75, 0.25, 0.5, 0.5]


def test_a_sharpened_softmax_comes_near_the_right_loss():
    """Of sure and right answers the loss behind a softmax times c is log(1 + 9 exp(-c))."""
    sure, labels = Tensor(100 * np.eye(10, dtype=np.float32)), Tensor(np.arange(10, dtype=np.int32))
    for factor in (10, 2, 1):
        loss = float(game_at("double_softmax", factor).loss_class(sure, labels))
        assert loss == pytest.approx(np.log1p(9 * np.exp(-factor)), rel=1e-3, abs=1e-5)
    assert loss == pytest.approx(float(find_game("double_softmax").loss_class(sure, labels)), rel=1e-5)


def test_the_losses_are_mixed_by_their_shares():
    logits = Tensor(np.zeros((4, 1), np.float32))
    losses = [float(game_at("saturating_loss", share).loss_g(logits)) for share in (0.25, 0.5, 1)]
    assert losses == pytest.approx([0.5 * np.log(2), 0, -np.log(2)], abs=1e-6)


def test_an_epsilon_is_the_layers_own_and_its_momentum_that_of_the_exhibit():
    norm, exhibit = game_at("large_epsilon", 0.1).norm(3), find_game("large_epsilon").norm(3)
    assert norm.eps == pytest.approx(0.1) and norm.momentum == exhibit.momentum
    assert HEALTHY["healthy"].norm(3).eps == pytest.approx(1e-5)
