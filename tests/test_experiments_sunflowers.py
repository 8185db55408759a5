"""Lesson 04's experiments, tried with a few steps."""

import imageio.v3 as iio
import pytest

from experiments import sunflowers
from experiments.tables import read_table


def test_a_table_and_a_picture_for_each_experiment(tmp_path, capsys, monkeypatch):
    settings = sunflowers.mlp_gan.published(0.1)
    monkeypatch.setattr(sunflowers, "EXPERIMENTS", {"drift": lambda: [("one run", settings, [0, 1])]})
    sunflowers.main(["drift", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    fresh, run = read_table(tmp_path / "04_drift.csv")
    assert abs(float(fresh["kernel_distance"])) < 0.02 and fresh["seed"] == ""
    assert (run["run"], run["seed"], run["step"]) == ("one run", "0", "2")
    assert float(run["kernel_distance"]) > 0.1
    shares = [float(run[f"mode_share_{pose}"]) for pose in ("face_on", "slim", "odd")]
    assert sum(shares) == pytest.approx(1, abs=1e-3)
    assert iio.imread(tmp_path / "04_drift.png").ndim == 2
