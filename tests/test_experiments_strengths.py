"""How strong a fault must be, and other games than the museum's: the experiments, with trainings left out."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import other_games, strengths
from gan_course.data import mnist
from gan_course.lessons.museum import HEALTHY, SETTINGS, Settings, find_game
from gan_course.lessons.museum.play import half_size
from gan_course.lessons.museum.severity import read_runs


def test_digits_made_coarse_are_near_and_confident_and_noise_is_neither():
    coarse = half_size(mnist("test")[0][:500]) / 127.5 - 1
    noise = np.random.default_rng(0).uniform(-1, 1, coarse.shape)
    near, far = strengths.quality(coarse), strengths.quality(noise)
    assert 100 * near["distance"] < far["distance"] and near["share_confident"] > 0.95 > 0.05 > far["share_confident"]
    assert strengths.quality(np.full_like(noise, np.nan))["distance"] == np.inf


@pytest.mark.parametrize("name", ["healthy", "data_from_zero"])
def test_samples_are_judged_in_the_range_of_the_healthy_game(name):
    game = find_game(name)
    pixels = np.array([0.0, 51.0, 255.0])
    np.testing.assert_allclose(strengths.as_healthy(game.scale(pixels), game), [-1, -0.6, 1], atol=1e-12)


def test_one_training_serves_all_strengths_of_a_fault_of_the_drawing():
    settings = replace(SETTINGS["smoke"], num_train=640, num_steps=2, num_samples=4, hidden=(8, 8), latent_dim=4)
    rows = strengths.healthy_run("healthy", settings, seed=30)()
    assert [(row.get("game", ""), row.get("strength", "")) for row in rows] == [
        ("", ""),
        *(("moving_noise", strength) for strength in ("0.001", "0.01", "0.1", "1")),
        *(("training_mode", strength) for strength in ("50", "10", "2", "1")),
    ]
    changes = [float(row["sampling_change"]) for row in rows]
    assert changes[:5] == [0] * 5 and min(changes[5:]) > 0
    assert len(strengths.healthy_run("healthy", settings, seed=39)()) == 1


def test_the_table_grows_and_is_told_in_lines(tmp_path, monkeypatch, capsys):
    signs = {"steps": 1000, "variety": 0.9, "distance": 50.0, "class_accuracy": 0.1, "share_confident": 0.8}
    monkeypatch.setattr(strengths, "trained", lambda game, settings, seed: (game, None))
    monkeypatch.setattr(
        strengths, "measured", lambda game, *_: [signs | {"distance": 50.0 * (game != HEALTHY["healthy"]) + 50}][0]
    )
    strengths.main(["healthy", "collapse", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_runs(tmp_path / strengths.TABLE)
    assert len(rows) == 10 + 5 * 4 + 5 * 4 * 2  # healthy, collapse, two faults of the drawing
    said = capsys.readouterr().out
    strengths.main(["--read", "--out", str(tmp_path)], standalone_mode=False)
    assert capsys.readouterr().out.strip() in said
    assert "2.00 (2.00 to 2.00)" in said


def test_a_fault_is_planted_where_it_belongs():
    kind = other_games.KINDS["acgan"]
    settings = replace(kind.settings, counts=(60, 60, 60, 60), base_channels=2, num_samples=8, evaluate_every=1)
    whole = other_games.planted("acgan", settings, "", 0)
    shuffled = other_games.planted("acgan", settings, "wrong_labels", 0)
    lifted = other_games.planted("acgan", settings, "data_from_zero", 0)
    sharp = other_games.planted("acgan", settings, "double_softmax", 0)
    assert (whole.batches.arrays[1] != shuffled.batches.arrays[1]).any()
    assert whole.images.min() == -1 and lifted.images.min() == 0
    assert sharp.step is not whole.step


def test_every_planted_fault_is_known():
    planted = {fault for kind in other_games.KINDS.values() for fault in kind.faults}
    assert planted - other_games.RATES.keys() == {"data_from_zero", "saturating_loss", "wrong_labels", "double_softmax"}
    assert isinstance(strengths.SETTINGS["class"], Settings)


def test_what_the_doctor_says_of_other_games_is_told_in_lines():
    row = {"seed": 50, "steps": 2000, "variety": 0.9}
    rows = [row | {"game": "dcgan", "fault": ""}, row | {"game": "dcgan", "fault": "collapse", "variety": 0.1}]
    said = other_games.report(rows)
    assert "1 nothing" in said and "1 collapse" in said and "0 of 1 healthy runs called ill" in said
