"""The failure museum: each exhibit is one change, prints it truly, and behaves otherwise than its healthy game."""

import ast
import inspect
from dataclasses import fields, replace

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor

from gan_course.lessons.museum import EXHIBITS, HEALTHY, SETTINGS, build, difference, exhibits, find_game, play
from gan_course.lessons.museum.play import Settings, draw_samples, fifty_of, half_size, make_players

TINY = Settings(latent_dim=2, hidden=(3, 4), num_samples=4)


def pair_of(name):
    """A healthy game, and the one of an exhibit."""
    return HEALTHY[EXHIBITS[name].healthy], find_game(name)


def players_of(game):
    """Small networks and their optimisers, the same for every game."""
    return make_players(game, TINY, np.random.default_rng(0))


def tensor(*shape, seed=0):
    return Tensor(np.random.default_rng(seed).standard_normal(shape, np.float32))


@pytest.mark.parametrize("name", EXHIBITS)
def test_an_exhibit_differs_in_one_thing_and_one_line(name):
    healthy, game = pair_of(name)
    changed = [field.name for field in fields(game) if getattr(game, field.name) != getattr(healthy, field.name)]
    assert len(changed) == 1
    before, after = difference(name).splitlines()
    assert before.startswith("- ") and after.startswith("+ ") and before[2:] != after[2:]


def test_the_lines_that_are_printed_are_the_bodies_of_the_functions():
    for function, line in exhibits.LINES.items():
        (definition,) = ast.parse(inspect.getsource(function)).body
        assert list(map(ast.dump, definition.body)) == list(map(ast.dump, ast.parse(line).body)), line


def test_every_function_of_the_museum_that_an_exhibit_replaces_has_its_line():
    for name, exhibit in EXHIBITS.items():
        pair = [getattr(game, exhibit.field) for game in pair_of(name)]
        own = [value for value in pair if getattr(value, "__module__", "") == exhibits.__name__]
        assert all(value in exhibits.LINES for value in own) and len(own) in (0, 2)


@pytest.mark.parametrize(
    ("name", "player", "healthy_change", "broken_change"),
    [
        ("d_wins", "g", 1e-3, 1e-6),  # Adam's first step is as long as its rate, whatever the gradient
        ("collapse", "g", 1e-3, 3e-2),
        ("not_finite", "d", 0.5, 50),  # plain descent: the rate times the gradient, here 1
    ],
)
def test_a_rate_is_what_the_first_update_moves_by(name, player, healthy_change, broken_change):
    for game, change in zip(pair_of(name), (healthy_change, broken_change)):
        optimizer = players_of(game)[f"optimizer_{player}"]
        weights = optimizer.parameters[0]
        before = weights.asnumpy().copy()
        optimizer(tuple(ms.ops.ones_like(parameter) for parameter in optimizer.parameters))
        assert before - weights.asnumpy() == pytest.approx(change, rel=0.1)


def test_d_updates_g():
    moves = []
    for game in pair_of("d_updates_g"):
        players = players_of(game)
        weights = players["generator"].trainable_params()
        before = [value.asnumpy().copy() for value in weights]
        optimizer = players["optimizer_d"]
        optimizer(tuple(ms.ops.ones_like(parameter) for parameter in optimizer.parameters))
        moves.append(sum(not np.array_equal(old, value.asnumpy()) for old, value in zip(before, weights)))
    assert moves == [0, len(weights)]


def test_data_from_zero():
    ends = [game.scale(np.array([0.0, 255.0])).tolist() for game in pair_of("data_from_zero")]
    assert ends == [[-1, 1], [0, 1]]


def test_moving_noise():
    first, second = ([game.noise((4, 2)) for game in pair_of("moving_noise")] for _ in range(2))
    assert np.array_equal(first[0], second[0]) and not np.array_equal(first[1], second[1])


def test_training_mode():
    """A batch of one minus its own mean is 0, so that noise makes no difference, and the running averages move."""
    for game, broken in zip(pair_of("training_mode"), (False, True)):
        generator = players_of(game)["generator"]
        average = next(value for value in generator.get_parameters() if value.name.endswith("moving_variance"))
        before = average.asnumpy().copy()
        samples = draw_samples(generator, game, TINY)
        assert np.allclose(samples, samples[:1], atol=1e-7) == broken
        assert np.array_equal(average.asnumpy(), before) != broken
        assert generator.training


def test_wrong_labels():
    labels = np.arange(100) % 10
    given = [game.labels(labels, np.random.default_rng(0)) for game in pair_of("wrong_labels")]
    assert np.array_equal(given[0], labels)
    assert np.array_equal(np.sort(given[1]), np.sort(labels)) and (given[1] == labels).mean() < 0.3


def test_mixed_batch():
    """Only in a mixed batch what D says of the real images depends on the fake ones."""
    real, fakes = tensor(8, 1, 14, 14), [tensor(8, 1, 14, 14, seed=seed) for seed in (1, 2)]
    for game, depends in zip(pair_of("mixed_batch"), (False, True)):
        discriminator = players_of(game)["discriminator"]
        logits = [game.discriminate(discriminator, real, fake)[0].asnumpy() for fake in fakes]
        assert logits[0].shape == (8, 1) and np.allclose(*logits, rtol=1e-3) != depends


@pytest.mark.parametrize("num_classes", [3, 10])
def test_double_softmax(num_classes):
    """Of answers that are right and sure the loss is 0, and -log(e / (e + K - 1)) where they pass a softmax before."""
    logits, labels = Tensor(100 * np.eye(num_classes, dtype=np.float32)), Tensor(np.arange(num_classes, dtype=np.int32))
    losses = [float(game.loss_class(logits, labels)) for game in pair_of("double_softmax")]
    assert losses == pytest.approx([0, np.log(np.e + num_classes - 1) - 1], abs=1e-5)


def test_saturating_loss():
    losses = [float(game.loss_g(Tensor(np.zeros((4, 1), np.float32)))) for game in pair_of("saturating_loss")]
    assert losses == pytest.approx([np.log(2), -np.log(2)])


def test_large_epsilon():
    """A variance v comes out of batch normalisation as v / (v + eps)."""
    inputs = 0.5 * tensor(200, 3)
    variance = inputs.asnumpy().var(axis=0)
    for game, epsilon in zip(pair_of("large_epsilon"), (1e-5, 0.8)):
        outputs = game.norm(3).set_train()(inputs).asnumpy()
        assert outputs.var(axis=0) == pytest.approx(variance / (variance + epsilon), rel=1e-3)


def built(name):
    return build(replace(TINY, exhibit=name, num_train=640), seed=0)


def first_losses(experiment):
    """What the first step returns, as numbers."""
    losses = experiment.step(*map(Tensor, next(experiment.batches)))
    return {name: float(value) for name, value in losses.items()}


def test_the_step_takes_the_losses_and_the_batches_of_its_game():
    """The two games begin with the same networks and images."""
    mixed, saturating = (first_losses(built(name)) for name in ("mixed_batch", "saturating_loss"))
    assert mixed["loss_g"] > 0 > saturating["loss_g"]
    assert mixed["loss_d"] != pytest.approx(saturating["loss_d"], rel=1e-6)


def test_the_step_takes_the_class_loss_of_its_game():
    """Of logits that are sure, and mostly wrong, the loss behind another softmax is at most log(e + K - 1)."""
    experiment = built("double_softmax")
    bias = experiment.cells["discriminator"].class_head.bias
    bias.set_data(Tensor(100 * np.eye(10, dtype=np.float32)[0]))
    assert 2 < first_losses(experiment)["class_real"] <= np.log(np.e + 9)


def test_the_batches_hold_the_data_of_their_game():
    labels = [built(name).batches.arrays[1] for name in ("double_softmax", "wrong_labels")]
    assert (labels[0] == labels[1]).mean() < 0.3
    assert [built(name).batches.arrays[0].min() for name in ("healthy", "data_from_zero")] == [-1, 0]


def test_half_size_takes_means_of_four_pixels():
    images = np.full((1, 1, 28, 28), -1, np.float32)
    images[0, 0, 0, :2] = 1
    small = half_size(images)
    assert small.shape == (1, 1, 14, 14)
    assert small[0, 0, 0, 0] == pytest.approx(127.5) and small.sum() == pytest.approx(127.5)


def test_fifty_images_stand_in_columns_of_one_digit():
    labels = np.random.default_rng(0).permutation(np.arange(200) % 10)
    shown = fifty_of(labels[:, None].astype(float), labels)
    assert np.array_equal(shown.reshape(5, 10), np.tile(np.arange(10), (5, 1)))


@pytest.mark.parametrize("name", ["healthy", "double_softmax", "not_finite"])
def test_a_game_leaves_what_the_notebook_shows(name):
    played = play(name, replace(SETTINGS["smoke"], num_steps=16, num_samples=20))
    assert len(played.frames) >= 1 and played.frames[0].shape == (2 * 16 - 2, 10 * 16 - 2)
    assert played.real.shape == (50, 1, 14, 14)
    assert bool(played.stopped) == (name == "not_finite")
    assert ("class_real" in played.signs) == (name == "double_softmax")
