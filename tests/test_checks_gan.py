"""What lesson 03's checkers say."""

import numpy as np
import pytest
from mindspore import ops
from wrong import Wrong, hold

from gan_course.checks import gan as check
from gan_course.training.losses import discriminator_loss


def minus_log_sigmoid(logits):
    return (ops.relu(-logits) + ops.log(1 + ops.exp(-ops.abs(logits)))).mean()


def d_exchanged(real, fake):
    return minus_log_sigmoid(-real) + minus_log_sigmoid(fake)


def d_all_real(real, fake):
    return minus_log_sigmoid(real) + minus_log_sigmoid(fake)


def d_averaged(real, fake):
    return 0.5 * (minus_log_sigmoid(real) + minus_log_sigmoid(-fake))


def d_value(real, fake):
    return ops.log(ops.sigmoid(real)).mean() + ops.log(1 - ops.sigmoid(fake)).mean()


def d_two_sigmoids(real, fake):
    ones, zeros = ops.ones_like(real), ops.zeros_like(fake)
    real, fake = ops.sigmoid(real), ops.sigmoid(fake)
    return ops.binary_cross_entropy_with_logits(real, ones) + ops.binary_cross_entropy_with_logits(fake, zeros)


def d_half_a_game(real, fake):
    return minus_log_sigmoid(real)


def d_smoothed(real, fake):
    return discriminator_loss(real, fake, real_target=0.9)


def g_found_out(fake):
    return minus_log_sigmoid(-fake)


def g_by_the_formula(fake):
    return ops.log(1 - ops.sigmoid(fake)).mean()


def g_minus(fake):
    return ops.log(ops.sigmoid(fake)).mean()


def g_two_sigmoids(fake):
    return minus_log_sigmoid(ops.sigmoid(fake))


def g_for_each(fake):
    return -ops.log(ops.sigmoid(fake))


def best_of_g(p_data, p_g):
    return p_g / (p_g + p_data)


def best_density(p_data, p_g):
    return p_data


def best_ratio(p_data, p_g):
    return p_data / p_g


def best_decision(p_data, p_g):
    return (p_data > p_g).astype(float)


def best_rounded(p_data, p_g):
    return np.round(p_data / (p_data + p_g), 1)


def dots_of_four(images):
    bright = np.pad(images[:, 0] > 0, ((0, 0), (1, 1), (1, 1)))
    near = bright[:, :-2, 1:-1] | bright[:, 2:, 1:-1] | bright[:, 1:-1, :-2] | bright[:, 1:-1, 2:]
    return (bright[:, 1:-1, 1:-1] & ~near).sum(axis=(1, 2))


def dots_rolled(images):
    bright = images > 0
    steps = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if (i, j) != (0, 0)]
    near = sum(np.roll(bright, step, axis=(2, 3)).astype(int) for step in steps)
    return (bright & (near == 0)).sum(axis=(1, 2, 3))


def blocks(bright):
    padded = np.pad(bright, ((0, 0), (0, 0), (1, 1), (1, 1))).astype(int)
    height, width = bright.shape[2:]
    return sum(padded[:, :, i : i + height, j : j + width] for i in range(3) for j in range(3))


def dots_never(images):
    return ((images > 0) & (blocks(images > 0) == 0)).sum(axis=(1, 2, 3))


def dots_above_half(images):
    return ((images > 0.5) & (blocks(images > 0.5) == 1)).sum(axis=(1, 2, 3))


def dots_in_all(images):
    return ((images > 0) & (blocks(images > 0) == 1)).sum()


def dots_of_pairs(images):
    return ((images > 0) & (blocks(images > 0) <= 2)).sum(axis=(1, 2, 3))


WRONG = {
    "discriminator_loss": [
        Wrong(d_exchanged, "the targets have changed places"),
        Wrong(d_all_real, "the target 1 as well"),
        Wrong(d_averaged, "the mean of the two halves"),
        Wrong(d_value, "this is V"),
        Wrong(d_two_sigmoids, "a sigmoid comes before the loss", public=True),
        Wrong(d_half_a_game, "the fakes are missing"),
        Wrong(d_smoothed, None),
    ],
    "generator_loss": [
        Wrong(g_found_out, "to be found out"),
        Wrong(g_by_the_formula, "flat where D is"),
        Wrong(g_minus, "the sign"),
        Wrong(g_two_sigmoids, "a sigmoid comes before the loss", public=True),
        Wrong(g_for_each, None),
    ],
    "best_answer": [
        Wrong(best_of_g, "the share of the fakes"),
        Wrong(best_density, "no probability"),
        Wrong(best_ratio, "in proportion"),
        Wrong(best_decision, "yes or no"),
        Wrong(best_rounded, None),
    ],
    "white_dots": [
        Wrong(dots_of_four, "at the corners"),
        Wrong(dots_rolled, "comes in on the other"),
        Wrong(dots_never, "its own neighbour"),
        Wrong(dots_above_half, "mid-grey is taken for 0.5"),
        Wrong(dots_in_all, "one sum for all images"),
        Wrong(dots_of_pairs, None),
    ],
}


@pytest.mark.parametrize("name", WRONG)
def test_no_wrong_answer_passes(name, monkeypatch, capsys):
    hold(getattr(check, name), WRONG[name], monkeypatch, capsys)
