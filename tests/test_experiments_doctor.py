"""How often the training doctor is right: the table of its signs, and what is counted in it."""

import numpy as np
import pytest

from experiments import doctor
from experiments.tables import RESULTS, ROOT
from gan_course.lessons.museum import EXHIBITS, HEALTHY, Play
from gan_course.lessons.museum.severity import read_runs
from gan_course.training.history import History


@pytest.fixture(scope="module")
def rows():
    return read_runs(RESULTS / doctor.TABLE)


def test_the_table_is_whole(rows):
    wanted = [(name, seed) for name in [*HEALTHY, *EXHIBITS] for seed in doctor.seeds_of(name)]
    assert [(row["game"], row["seed"]) for row in rows] == wanted


def test_on_seeds_not_used_for_tuning_the_doctor_is_right(rows):
    hits, faults, alarms, healthy = doctor.rates(rows, doctor.OTHER_SEEDS)
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
    assert doctor.rates(rows, range(14, 21)) == (2, 3, 1, 2)
    assert doctor.rates(rows, range(5, 7)) == (0, 0, 1, 1)
    text = "\n".join(doctor.report(rows))
    assert "2 of 3 planted faults named right, 95 % interval 0.09 to 0.99" in text  # Clopper and Pearson: 0.975^(1/3)
    assert "0 of 0 planted faults named right, none played" in text


def test_the_rates_that_are_quoted_are_those_of_the_table(rows):
    rates = doctor.rate_lines(rows, doctor.OTHER_SEEDS)
    readme = " ".join((ROOT / "notebooks" / "results" / "README.md").read_text(encoding="utf-8").split())
    assert all(" ".join(line.split()) in readme for line in rates)


def played(name, settings, seed, steps=None):
    history = History()
    history.record(steps or settings.num_steps, loss_g=1.0)
    signs = {"steps": 1000, "variety": 0.123456789 if name == "collapse" else 0.9}
    return Play(history, [], np.zeros(0), signs, stopped="")


def test_a_game_is_played_once_and_the_table_read_without_any(tmp_path, monkeypatch, capsys):
    games = []

    def play(name, settings, seed):
        games.append((name, seed))
        return played(name, settings, seed)

    monkeypatch.setattr(doctor, "play", play)
    doctor.main(["collapse", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    doctor.main(["collapse", "healthy", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    assert games == [("collapse", 14), ("healthy", 14)]
    assert read_runs(tmp_path / doctor.TABLE) == [  # in the order of the museum
        {"game": "healthy", "seed": 14, "steps": 1000, "variety": 0.9},
        {"game": "collapse", "seed": 14, "steps": 1000, "variety": 0.123457},
    ]
    capsys.readouterr()
    doctor.main(["--read", "--out", str(tmp_path)], standalone_mode=False)
    assert "1 of 1 planted faults named right" in capsys.readouterr().out
    assert len(games) == 2


def test_a_game_that_was_stopped_is_not_in_the_table(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "play", lambda *arguments: played(*arguments, steps=3))
    with pytest.raises(SystemExit) as stop:
        doctor.main(["healthy", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    assert stop.value.code == 130 and not (tmp_path / doctor.TABLE).exists()
