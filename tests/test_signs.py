"""Signs of curves and images against formulas and pictures whose variety is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from gan_course.evaluation.signs import history_signs, image_signs, mean_distance
from gan_course.training.history import History


def record(steps, **values):
    history = History()
    for step in range(1, steps + 1):
        history.record(step, **values)
    return history


def images(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=50))
def test_the_update_gap_is_not_negative_where_d_answers_alike(logits):
    answers = expit(np.array(logits))
    signs = history_signs(record(60, loss_g=-np.log(answers).mean(), d_fake=answers.mean()))
    assert signs["update_gap"] >= -1e-6


def test_chance_is_read_from_the_first_class_loss():
    history = record(100, class_real=0.2)
    history.record(1, class_real=np.log(4))
    assert history_signs(history)["class_chance"] == pytest.approx(1 / 4)


def test_mean_distance_is_about_what_images_show():
    some = images(40, 1, 8, 8)
    assert mean_distance(some) == pytest.approx(np.sqrt(2), rel=0.05)  # unrelated noise
    assert mean_distance(0.1 * some + 0.5) == pytest.approx(mean_distance(some), rel=1e-3)
    assert mean_distance(np.repeat(some[:1], 9, axis=0)) == pytest.approx(0, abs=1e-9)
    assert mean_distance(np.ones((5, 1, 4, 4))) == 0


def test_signs_of_images():
    signs = image_signs(images(40, 1, 8, 8), images(60, 1, 8, 8, seed=1) / 2 + 0.5)
    assert 0 <= signs["real_min"] < 0.05 and 0.95 < signs["real_max"] <= 1
    assert signs["variety"] == pytest.approx(1, rel=0.1)
    assert image_signs(None, None) == {}


@pytest.mark.parametrize(("steps", "last"), [(40, 40), (300, 50), (1000, 100), (1009, 100)])
def test_curves_are_means_of_their_last_tenth_of_fifty_steps_at_least(steps, last):
    history = History()
    for step in range(1, steps + 1):
        history.record(step, loss=float(step))
    signs = history_signs(history)
    assert signs == {"steps": steps, "loss": pytest.approx(np.arange(steps - last + 1, steps + 1).mean())}


def test_the_update_gap_is_g_loss_plus_the_log_of_d_fake():
    assert history_signs(record(60, loss_g=3.0, d_fake=0.5))["update_gap"] == pytest.approx(3 - np.log(2))
    assert history_signs(record(60, loss_g=3.0, d_fake=0.0))["update_gap"] == pytest.approx(3 - 30 * np.log(10))
    assert "update_gap" not in history_signs(record(60, loss_g=3.0))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_the_first_step_that_is_not_finite_is_a_sign_and_the_means_are_none(bad):
    history = record(20, loss_d=1.0, loss_g=1.0)
    history.record(15, loss_g=bad)
    history.record(12, loss_d=bad)
    assert history_signs(history) == {"steps": 20, "not_finite_step": 12}


def test_neighbours_on_a_circle_are_as_far_apart_as_their_chord():
    """Waves of four phases: each is 90 degrees from the next, the last from the first; after scaling sqrt(2) apart."""
    x = 2 * np.pi * np.arange(16) / 16
    waves = np.stack([np.cos(x + phase) for phase in np.pi / 2 * np.arange(4)]).reshape(4, 1, 4, 4)
    assert mean_distance(5 + 3 * waves) == pytest.approx(np.sqrt(2), rel=1e-5)
    assert mean_distance(waves[[0, 2]]) == pytest.approx(2, rel=1e-5)  # opposite


def test_variety_is_the_ratio_of_both_distances():
    some, real = images(30, 1, 4, 4), images(40, 1, 4, 4, seed=1)
    halved = some.copy()
    halved[1::2] = halved[::2]  # of each two neighbours every second pair is equal
    signs = image_signs(halved, real)
    assert signs["variety"] == pytest.approx(mean_distance(halved) / mean_distance(real), rel=1e-5)
    assert signs["variety"] == pytest.approx(0.5, rel=0.15)


def test_of_real_images_the_first_thousand_are_compared_and_all_are_looked_through_for_their_range():
    real = np.concatenate([images(1000, 1, 2, 2), np.full((500, 1, 2, 2), 7.0, np.float32)])
    assert image_signs(None, real)["real_max"] == 7
    some = images(10, 1, 2, 2, seed=3)
    assert image_signs(some, real)["variety"] == image_signs(some, real[:1000])["variety"]


def test_broken_samples_have_no_variety():
    broken = images(4, 1, 2, 2)
    broken[3, 0, 1, 1] = np.nan
    signs = image_signs(broken, images(5, 1, 2, 2))
    assert signs.keys() == {"real_min", "real_max", "not_finite_samples"}
    assert image_signs(images(4, 1, 2, 2), None) == {}


def test_real_images_that_are_all_alike_leave_a_large_variety_and_no_division_by_zero():
    some = images(9, 1, 2, 2)
    assert image_signs(some, np.ones((5, 1, 2, 2)))["variety"] == pytest.approx(1e6 * mean_distance(some))
