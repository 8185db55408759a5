"""The training doctor: what its signs mean, when it speaks, and how often it was right in the museum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, log_softmax, softmax

import doctor_table
from gan_course.evaluation import doctor
from gan_course.evaluation.doctor import (
    ENOUGH_STEPS,
    HEALTHY,
    TOO_SHORT,
    diagnose,
    examine,
    history_signs,
    image_signs,
    mean_distance,
    recognise,
)
from gan_course.lessons.museum import EXHIBITS
from gan_course.lessons.museum import HEALTHY as HEALTHY_GAMES
from gan_course.training.history import History

GOOD = {"loss_d": 1.3, "loss_g": 0.8, "d_real": 0.55, "d_fake": 0.45, "accuracy_d": 0.7}
GOOD_CLASSES = GOOD | {"class_real": 0.2, "accuracy_class_real": 0.95}
SIGNS_OF = {
    "not_finite": {"not_finite_step": 7.0},
    "data_from_zero": {"real_min": 0.0, "real_max": 1.0},
    "large_epsilon": {"largest_epsilon": 0.8},
    "d_updates_g": {"shared_parameters": 4.0},
    "moving_noise": {"redraw_change": 3.0},
    "training_mode": {"sampling_change": 0.1},
    "mixed_batch": {"d_fake": 0.01, "loss_g": 0.5, "jensen_gap": -4.0},
    "wrong_labels": {"accuracy_class_real": 0.1, "class_chance": 0.1},
    "double_softmax": {"accuracy_class_real": 0.95, "class_real": 1.5, "class_chance": 0.1},
    "saturating_loss": {"loss_g": -0.3, "d_fake": 0.2},
    "d_wins": {"accuracy_d": 1.0, "d_fake": 0.001, "loss_g": 7.0},
    "collapse": {"variety": 0.1},
}


def record(steps=ENOUGH_STEPS, **values):
    history = History()
    for step in range(1, steps + 1):
        history.record(step, **values)
    return history


def images(*shape, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, shape).astype(np.float32)


def test_silent_on_what_is_healthy_or_was_not_measured():
    real = images(50, 1, 8, 8)
    assert examine(record(**GOOD), images(50, 1, 8, 8, seed=1), real) == {}
    assert examine(record(mae=0.1)) == examine(History()) == {}
    assert diagnose(record(**GOOD)) == diagnose(record(5, mae=0.1)) == HEALTHY


def test_a_short_training_gets_no_verdict_unless_something_is_wrong_at_once():
    assert diagnose(record(ENOUGH_STEPS - 1, **GOOD)) == TOO_SHORT
    assert diagnose(record(ENOUGH_STEPS, **GOOD)) == HEALTHY
    assert "[0, 1]" in diagnose(record(5, **GOOD), real=np.eye(8, dtype=np.float32)[None, None])


@pytest.mark.parametrize("name", SIGNS_OF)
def test_each_fault_is_named_by_its_sign_alone(name):
    found = recognise({"steps": 2000} | SIGNS_OF[name])
    assert list(found) == [name]
    assert found[name].endswith(".") and len(found[name]) > 60


def test_there_is_a_symptom_for_every_exhibit_and_a_sign_here_for_every_symptom():
    symptoms = {symptom.__name__ for symptom in doctor.SYMPTOMS}
    assert EXHIBITS.keys() <= symptoms
    assert symptoms == SIGNS_OF.keys()


@pytest.mark.parametrize("name", ["mixed_batch", "wrong_labels", "double_softmax", "collapse", "d_wins"])
def test_a_short_training_is_not_judged_by_its_curves_and_samples(name):
    assert recognise({"steps": 30} | SIGNS_OF[name]) == {}


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_first_step_that_is_not_finite_is_told(bad):
    history = record(20, **GOOD)
    history.record(12, loss_d=bad)
    history.record(15, loss_g=bad)
    assert history_signs(history)["not_finite_step"] == 12
    assert "at step 12:" in diagnose(history)
    assert "NaN" in diagnose(record(**GOOD), samples=np.full((2, 1, 4, 4), bad))


@given(st.lists(st.floats(-30, 30), min_size=1, max_size=50))
def test_the_jensen_gap_is_not_negative_where_d_answers_alike(logits):
    answers = expit(np.array(logits))
    signs = history_signs(record(60, loss_g=-np.log(answers).mean(), d_fake=answers.mean()))
    assert signs["jensen_gap"] >= -1e-6


@pytest.mark.parametrize("num_classes", [3, 4, 10])
def test_the_floor_of_the_class_loss_is_that_of_a_softmax_of_a_softmax(num_classes):
    sure = softmax(1e3 * np.eye(num_classes), axis=1)  # the surest logits behind a softmax: 1 and zeros
    floor = -log_softmax(sure, axis=1).diagonal().mean()
    signs = {"steps": 2000, "class_chance": 1 / num_classes, "accuracy_class_real": 0.95}
    assert list(recognise(signs | {"class_real": 1.001 * floor})) == ["double_softmax"]
    assert f"above {floor:.2f}" in recognise(signs | {"class_real": 1.001 * floor})["double_softmax"]
    assert recognise(signs | {"class_real": 0.8 * floor}) == {}


def test_chance_is_read_from_the_first_class_loss():
    history = record(**GOOD_CLASSES)
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


@pytest.fixture(scope="module")
def rows():
    return doctor_table.read_rows(doctor_table.RESULTS / doctor_table.TABLE)


def test_the_table_is_whole(rows):
    wanted = [(name, seed) for name in [*HEALTHY_GAMES, *EXHIBITS] for seed in doctor_table.seeds_of(name)]
    assert [(row["game"], row["seed"]) for row in rows] == wanted


def test_on_seeds_not_used_for_tuning_the_doctor_is_right(rows):
    hits, faults, alarms, healthy = doctor_table.rates(rows, doctor_table.OTHER_SEEDS)
    assert faults >= 5 * len(EXHIBITS) and hits >= 0.9 * faults
    assert healthy >= 20 and alarms <= healthy / 20


def test_the_rates_in_the_docs_are_those_of_the_table(rows):
    source = doctor_table.DOCTOR.read_text(encoding="utf-8")
    assert doctor_table.with_rates(source, rows) == source


def test_the_rates_go_into_the_docs_of_the_doctor():
    faults = [{"game": name, "seed": 14, "steps": 2000} | SIGNS_OF[name] for name in EXHIBITS]
    healthy = [
        {
            "game": "healthy",
            "seed": seed,
            "steps": 2000,
        }
        for seed in (5, 14, 15, 16)
    ]
    healthy = [row | {"variety": 1 - 0.9 * (row["seed"] == 14)} for row in healthy]
    source = doctor_table.DOCTOR.read_text(encoding="utf-8")
    written = doctor_table.with_rates(source, faults + healthy)
    assert "12 of 12 planted faults named right" in written and "1 of 3 healthy runs called ill" in written
    assert doctor_table.with_rates(written, faults + healthy) == written


def test_the_tool_writes_the_same_signs_that_it_reads(tmp_path, capsys):
    out = str(tmp_path)
    doctor_table.main(["healthy", "data_from_zero", "--smoke", "--out", out])
    first, second = doctor_table.read_rows(tmp_path / doctor_table.TABLE)
    assert (first["game"], first["seed"], first["steps"]) == ("healthy", 14, 8)
    assert second["real_min"] == 0
    assert "data_from_zero   1 data_from_zero" in capsys.readouterr().out
    doctor_table.main(["--read", "--out", out])
    assert "1 of 1 planted faults named right" in capsys.readouterr().out
