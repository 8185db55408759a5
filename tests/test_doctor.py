"""The training doctor: when it speaks, and how often it was right in the museum."""

import numpy as np
import pytest

import doctor_table
from gan_course.evaluation.doctor import HEALTHY, TOO_SHORT, diagnose, examine
from gan_course.evaluation.symptoms import ENOUGH_STEPS
from gan_course.lessons.museum import EXHIBITS
from gan_course.lessons.museum import HEALTHY as HEALTHY_GAMES
from gan_course.training.history import History
from tables import RESULTS

GOOD = {"loss_d": 1.3, "loss_g": 0.8, "d_real": 0.55, "d_fake": 0.45, "accuracy_d": 0.7}


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


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_first_step_that_is_not_finite_is_told(bad):
    history = record(20, **GOOD)
    history.record(12, loss_d=bad)
    history.record(15, loss_g=bad)
    assert "at step 12:" in diagnose(history)
    assert "NaN" in diagnose(record(**GOOD), samples=np.full((2, 1, 4, 4), bad))


@pytest.fixture(scope="module")
def rows():
    return doctor_table.read_rows(RESULTS / doctor_table.TABLE)


def test_the_table_is_whole(rows):
    wanted = [(name, seed) for name in [*HEALTHY_GAMES, *EXHIBITS] for seed in doctor_table.seeds_of(name)]
    assert [(row["game"], row["seed"]) for row in rows] == wanted


def test_on_seeds_not_used_for_tuning_the_doctor_is_right(rows):
    hits, faults, alarms, healthy = doctor_table.rates(rows, doctor_table.OTHER_SEEDS)
    assert faults >= 5 * len(EXHIBITS) and hits >= 0.9 * faults
    assert healthy >= 20 and alarms <= healthy / 20


def test_rates_count_what_the_doctor_names_first_on_the_seeds_asked_for():
    """Two of three faults named right, one of them behind another; one of two healthy runs named at all."""
    rows = [
        {"game": "collapse", "seed": 14, "steps": 2000, "variety": 0.1},
        {"game": "collapse", "seed": 15, "steps": 2000, "variety": 0.9},
        {"game": "large_epsilon", "seed": 14, "steps": 2000, "variety": 0.1, "largest_epsilon": 0.8},
        {"game": "healthy", "seed": 14, "steps": 2000, "variety": 0.1},
        {"game": "healthy", "seed": 15, "steps": 2000, "variety": 0.9},
        {"game": "healthy", "seed": 5, "steps": 2000, "variety": 0.1},
    ]
    assert doctor_table.rates(rows, range(14, 21)) == (2, 3, 1, 2)
    assert doctor_table.rates(rows, range(5, 7)) == (0, 0, 1, 1)
    text = "\n".join(doctor_table.report(rows))
    assert "2 of 3 planted faults named right, 95 % interval 0.09 to 0.99" in text  # Clopper and Pearson: 0.975^(1/3)
    assert "0 of 0 planted faults named right, none played" in text


def test_the_tool_writes_the_same_signs_that_it_reads(tmp_path, capsys):
    out = str(tmp_path)
    doctor_table.main(["healthy", "data_from_zero", "--smoke", "--out", out])
    first, second = doctor_table.read_rows(tmp_path / doctor_table.TABLE)
    assert (first["game"], first["seed"], first["steps"]) == ("healthy", 14, 8)
    assert second["real_min"] == 0
    assert "data_from_zero   1 data_from_zero" in capsys.readouterr().out
    doctor_table.main(["--read", "--out", out])
    assert "1 of 1 planted faults named right" in capsys.readouterr().out
