"""Lesson 08's card of models, tried with a few steps."""

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import scorecard
from experiments.tables import read_table
from gan_course.runs.folder import METRICS, write_json


@pytest.mark.slow
def test_a_card_of_all_models_when_all_are_there(tmp_path, capsys):
    scorecard.main(["vae", "gan", "dcgan", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    assert not (tmp_path / "08_models.csv").exists()
    before = (tmp_path / "08_models" / "gan" / "metrics.json").stat().st_mtime_ns
    scorecard.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)
    assert (tmp_path / "08_models" / "gan" / "metrics.json").stat().st_mtime_ns == before
    rows = read_table(tmp_path / "08_models.csv")
    card = {(row["set"], row["metric"]): float(row["value"]) for row in rows}
    for name in ("vae", "gan", "dcgan", "dcgan, not averaged", "acgan", "acgan, not averaged"):
        assert card["real", "kernel_distance"] < card[name, "kernel_distance"] < 10 * card["noise", "kernel_distance"]
    assert {name for name, metric in card if metric == "gan_train_accuracy"} == {"real", "acgan", "noise"}
    assert all(float(row["low"]) <= float(row["value"]) <= float(row["high"]) for row in rows)
    assert iio.imread(tmp_path / "08_models.png").shape[1] == 20 * 30 - 2


def test_what_is_best_and_last_is_drawn_once(tmp_path, monkeypatch):
    monkeypatch.setattr(scorecard, "load_networks", lambda experiment, path: None)
    for name, best_step in (("last", 20), ("earlier", 10)):
        (tmp_path / name).mkdir()
        write_json(tmp_path / name / METRICS, {"step": 20, "best_step": best_step})
    experiment = type("Stub", (), {"networks": {}, "samplers": {}})()
    for name in ("average", "generator"):
        experiment.samplers[name] = lambda count, rng: np.zeros(count)
    last, earlier = (scorecard.samples("a", experiment, tmp_path / name, 3) for name in ("last", "earlier"))
    assert list(last) == ["a", "a, not averaged"]
    assert list(earlier) == ["a, best", "a, not averaged, best", "a", "a, not averaged"]
