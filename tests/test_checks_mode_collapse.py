"""What lesson 07's checkers say."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import Tensor, nn, ops
from wrong import Wrong, hold

from gan_course.checks import mode_collapse as check


# Counting modes
def distances(points, centres):
    return np.sqrt(((points[:, None, :] - centres[None, :, :]) ** 2).sum(-1))


def modes_without_quality(points, centres, std):
    d = distances(points, centres)
    return len(set(d.argmin(1).tolist())), float((d.min(1) < 3 * std).mean())


def modes_one_std(points, centres, std):
    d = distances(points, centres)
    good = d.min(1) < std
    return len(set(d.argmin(1)[good].tolist())), good.mean()


def modes_squared(points, centres, std):
    d = ((points[:, None] - centres) ** 2).sum(-1)
    good = d.min(1) <= 3 * std
    return len(np.unique(d.argmin(1)[good])), good.mean()


def modes_variance(points, centres, std):
    d = distances(points, centres)
    good = d.min(1) <= 3 * std**2
    return len(np.unique(d.argmin(1)[good])), good.mean()


def modes_in_squares(points, centres, std):
    near = (np.abs(points[:, None] - centres) <= 3 * std).all(-1)
    return int(near.any(0).sum()), float(near.any(1).mean())


def modes_share(points, centres, std):
    near = distances(points, centres) <= 3 * std
    return int(near.any(0).sum()), near.any(0).mean()


def modes_array(points, centres, std):
    near = distances(points, centres) <= 3 * std
    return near.any(1), near.any(0)


# Packing
def packs_exchanged(points, size):
    return points.reshape(size, len(points) // size * 2)


def packs_three_axes(points, size):
    return points.reshape(len(points) // size, size, 2)


def packs_torn(points, size):
    return ops.transpose(points, (1, 0)).reshape(-1, size * 2)


def packs_far_apart(points, size):
    count = len(points) // size
    return ops.cat([points[i * count : (i + 1) * count] for i in range(size)], axis=1)


def packs_of_copies(points, size):
    return ops.cat([points] * size, axis=1)


def packs_numpy(points, size):
    return points.asnumpy().reshape(-1, size * 2)


# The critic
def critic_loss_turned(real_scores, fake_scores):
    return real_scores.mean() - fake_scores.mean()


def critic_loss_of_logits(real_scores, fake_scores):
    real = ops.binary_cross_entropy_with_logits(real_scores, ops.ones_like(real_scores))
    return real + ops.binary_cross_entropy_with_logits(fake_scores, ops.zeros_like(fake_scores))


def critic_loss_summed(real_scores, fake_scores):
    return (fake_scores - real_scores).sum()


def critic_loss_of_fakes(real_scores, fake_scores):
    return ops.mean(fake_scores)


def critic_loss_absolute(real_scores, fake_scores):
    return -ops.abs(real_scores.mean() - fake_scores.mean())


def critic_loss_not_averaged(real_scores, fake_scores):
    return fake_scores - real_scores


# Between real and fake
def mixed(epsilon, real, fake):
    epsilon = Tensor(np.asarray(epsilon, np.float32))
    return real * epsilon + fake * (1 - epsilon)


def between_normal(real, fake, rng):
    return mixed(rng.standard_normal((1, real.shape[1], 1), np.float32), real, fake)


def between_normal_of_mindspore(real, fake, rng):
    epsilon = ops.randn(real.shape[0], real.shape[1], 1)  # as in public programs
    return epsilon * real + (1 - epsilon) * fake


def between_one_for_all(real, fake, rng):
    return mixed(rng.uniform(), real, fake)


def between_rectangle(real, fake, rng):
    return mixed(rng.random(real.shape, np.float32), real, fake)


def between_middle(real, fake, rng):
    return (real + fake) / 2


def between_minus_one(real, fake, rng):
    return mixed(2 * rng.random((*real.shape[:2], 1)) - 1, real, fake)


def between_flat(real, fake, rng):
    return mixed(rng.random((real.shape[1], 1)), real[0], fake[0])


# The penalty
def slope(critic, mixed):
    return ms.grad(lambda x: critic(x).sum())(mixed)


def penalty_one_length(critic, mixed):
    return (slope(critic, mixed).norm() - 1) ** 2


def penalty_of_squares(critic, mixed):
    return (((slope(critic, mixed) ** 2).sum(-1) - 1) ** 2).mean()


def penalty_by_coordinate(critic, mixed):
    return ((slope(critic, mixed).abs() - 1) ** 2).mean()


def penalty_cancelling(critic, mixed):
    return (ops.sqrt((slope(critic, mixed) ** 2).sum(-1)) - 1).mean()


def penalty_of_the_mean(critic, mixed):
    gradient = ms.grad(lambda x: critic(x).mean())(mixed)
    return ((ops.sqrt((gradient**2).sum(-1)) - 1) ** 2).mean()


def penalty_one_sided(critic, mixed):
    length = ops.sqrt((slope(critic, mixed) ** 2).sum(-1))
    return (ops.maximum(length - 1, ms.Tensor(0.0)) ** 2).mean()


def penalty_cut_off(critic, mixed):
    gradient = ops.stop_gradient(slope(critic, mixed))
    return ((ops.sqrt((gradient**2).sum(-1)) - 1) ** 2).mean()


def penalty_of_scores(critic, mixed):
    return ((critic(mixed) - 1) ** 2).mean()


# Rejection
def accept_by_the_highest(logits, rng, quantile=0.995):
    return rng.uniform(size=len(logits)) < np.exp(logits - np.max(logits))


def accept_without_m(logits, rng, quantile=0.995):
    return rng.random(logits.shape) < np.minimum(1, np.exp(logits))


def accept_by_sigmoid(logits, rng, quantile=0.995):
    return rng.random(len(logits)) < 1 / (1 + np.exp(-logits))


def accept_the_worst(logits, rng, quantile=0.995):
    return rng.random(len(logits)) < np.exp(np.quantile(logits, quantile) - logits)


def accept_by_percentile(logits, rng, quantile=0.995):
    return rng.random(len(logits)) < np.exp(np.minimum(logits - np.percentile(logits, quantile), 0))


def accept_above(logits, rng, quantile=0.995):
    return logits > np.quantile(logits, quantile)


def accept_by_one_number(logits, rng, quantile=0.995):
    return np.exp(np.minimum(logits - np.quantile(logits, quantile), 0)) > rng.random()


def accept_probabilities(logits, rng, quantile=0.995):
    return np.exp(np.minimum(logits - np.quantile(logits, quantile), 0))


WRONG = {
    "captured_modes": [
        Wrong(modes_without_quality, "nearest to some point is counted"),
        Wrong(modes_one_std, "one standard deviation in place of three"),
        Wrong(modes_squared, "the squared distance is held against 3 std"),
        Wrong(modes_variance, "three variances"),
        Wrong(modes_in_squares, "a square around a centre"),
        Wrong(modes_share, "the share of the modes"),
        Wrong(lambda points, centres, std: (0.5, 3), None),
        Wrong(modes_array, None),
    ],
    "packs": [
        Wrong(packs_exchanged, "there are N / size packs"),
        Wrong(packs_three_axes, "an axis of their own"),
        Wrong(packs_torn, "belong side by side"),
        Wrong(packs_far_apart, "lie N / size apart"),
        Wrong(packs_of_copies, "again and again"),
        Wrong(packs_numpy, None),
    ],
    "critic_loss": [
        Wrong(critic_loss_turned, "the sign is turned round"),
        Wrong(critic_loss_of_logits, "with a sigmoid in it"),
        Wrong(critic_loss_summed, "must not grow with its size"),
        Wrong(critic_loss_of_fakes, "only the fakes"),
        Wrong(critic_loss_absolute, "the wrong way round is praised"),
        Wrong(critic_loss_not_averaged, None),
    ],
    "between": [
        Wrong(between_normal, "from N(0, 1)", public=True),
        Wrong(between_normal_of_mindspore, "from N(0, 1)", public=True),
        Wrong(between_one_for_all, "one epsilon for the whole batch"),
        Wrong(between_rectangle, "fill a rectangle"),
        Wrong(between_middle, "always the middle"),
        Wrong(between_minus_one, "from -1 to 1"),
        Wrong(between_flat, None),
    ],
    "gradient_penalty": [
        Wrong(penalty_one_length, "one length for the whole batch"),
        Wrong(penalty_of_squares, "the root is missing"),
        Wrong(penalty_by_coordinate, "each coordinate of the gradient"),
        Wrong(penalty_cancelling, "cancel out"),
        Wrong(penalty_of_the_mean, "N times too small"),
        Wrong(penalty_one_sided, "only slopes above 1"),
        Wrong(penalty_cut_off, "no gradient comes through"),
        Wrong(penalty_of_scores, None),
    ],
    "accept": [
        Wrong(accept_by_the_highest, "M is the highest logit"),
        Wrong(accept_without_m, "M is missing"),
        Wrong(accept_by_sigmoid, "the sigmoid of the logit"),
        Wrong(accept_the_worst, "the better points are thrown out"),
        Wrong(accept_by_percentile, "counts to 100"),
        Wrong(accept_above, "nothing is drawn"),
        Wrong(accept_by_one_number, "one random number for all"),
        Wrong(accept_probabilities, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)


def test_the_same_answers_in_other_words_pass(capsys):
    def slopes_of_a_cell(critic, mixed):
        return ((ms.grad(critic)(mixed).norm(dim=-1) - 1) ** 2).mean()

    def uniform_of_mindspore(real, fake, rng):
        epsilon = ops.rand(*real.shape[:-1], 1)
        return fake + epsilon * (real - fake)

    def by_logarithms(logits, rng, quantile=0.995):
        return np.log(rng.random(len(logits))) < logits - np.quantile(logits, quantile)

    def critic_of_cells(real_scores, fake_scores):
        return nn.L1Loss()(fake_scores, 0 * fake_scores - 50) - nn.L1Loss()(real_scores, 0 * real_scores - 50)

    for asked, yours in (
        (check.gradient_penalty, slopes_of_a_cell),
        (check.between, uniform_of_mindspore),
        (check.accept, by_logarithms),
        (check.critic_loss, critic_of_cells),
    ):
        assert asked(yours) is yours, capsys.readouterr().out
