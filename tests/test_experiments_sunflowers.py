"""Lesson 04's experiments, tried with a few steps, and what they measure against cases whose answer is known."""

from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import sunflowers
from experiments.tables import read_table
from gan_course.data.sources import Sunflowers
from gan_course.lessons import mlp_gan
from gan_course.training.history import History

SMALL = replace(
    mlp_gan.published(0.1, data=Sunflowers(64), hidden_g=(8, 8), hidden_d=(8, 4)), num_steps=4, evaluate_every=2
)


def test_a_table_curves_pictures_and_a_film_for_each_experiment(tmp_path, monkeypatch):
    monkeypatch.setattr(sunflowers, "EXPERIMENTS", {"drift": lambda: [sunflowers.Variant("one run", SMALL, (0, 1))]})
    sunflowers.main(["drift", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    *known, first, last = read_table(tmp_path / "04_drift.csv")
    fresh, grained, one = known
    assert abs(float(fresh["kernel_distance"])) < 0.02 and fresh["seed"] == ""
    assert float(fresh["variety"]) == pytest.approx(1, abs=0.1)
    assert float(grained["variety"]) == pytest.approx(float(fresh["variety"]), abs=0.05)  # grain is no variety
    assert float(one["variety"]) < 0.3
    assert [(row["run"], row["seed"], row["step"], row["epoch"]) for row in (first, last)] == [
        ("one run", "0", "2", "1"),
        ("one run", "0", "4", "2"),
    ]
    shares = [float(last[f"mode_share_{pose}"]) for pose in ("face_on", "slim", "odd")]
    assert sum(shares) == pytest.approx(1, abs=1e-3) and float(last["kernel_distance"]) > 0.1
    assert iio.imread(tmp_path / "04_drift.png").ndim == 2
    assert len(iio.imread(tmp_path / "04_drift.gif")) == 2


def test_curves_are_told_by_their_differences_and_shares():
    history = History()
    for step, (loss_d, loss_g) in enumerate([(9.0, 9.0), (1.0, 0.4), (1.2, 0.7), (1.0, 1.1)], start=1):
        history.record(step, loss_d=loss_d, loss_g=loss_g)
    row = sunflowers.of_history(history, before=1, now=4)
    assert row["change_d"] == pytest.approx(0.2) and row["change_g"] == pytest.approx(0.35)
    assert row["g_below_d"] == pytest.approx(2 / 3, abs=1e-4) and row["g_below_half_d"] == pytest.approx(
        1 / 3, abs=1e-4
    )


def test_losses_of_a_run_take_the_place_of_its_older_ones(tmp_path):
    history = History()
    for step in range(1, 21):
        history.record(step, loss_d=float(step), loss_g=1.0)
    for seed, every in ((0, 10), (1, 5), (1, 10)):
        sunflowers.keep_losses(tmp_path / "losses.csv", {"run": "SGD", "seed": seed}, history, every)
    rows = read_table(tmp_path / "losses.csv")
    assert [(row["seed"], row["step"], float(row["loss_d"])) for row in rows] == [
        ("0", "10", 10.0),
        ("0", "20", 20.0),
        ("1", "10", 10.0),
        ("1", "20", 20.0),
    ]


def test_standardised_pictures_have_mean_zero_and_deviation_one_where_d_sees_them(monkeypatch):
    seen = {}
    monkeypatch.setattr(sunflowers, "gan_step", lambda augment, **players: seen.update(augment=augment) or players)
    experiment = sunflowers.build_standardised(SMALL)
    images = seen["augment"](experiment.images)
    assert set(experiment.step) == {"generator", "discriminator", "optimizer_g", "optimizer_d"}
    assert (images.mean(), images.std()) == (pytest.approx(0, abs=1e-4), pytest.approx(1, abs=1e-4))
    np.testing.assert_allclose(
        images * experiment.images.std() + experiment.images.mean(), experiment.images, atol=1e-5
    )


def test_small_weights_are_small_and_leave_batch_normalisation_alone():
    cells = sunflowers.build_small(SMALL).cells
    parameters = {
        p.name: p.asnumpy() for name in ("generator", "discriminator") for p in cells[name].trainable_params()
    }
    weights = np.concatenate([value.ravel() for name, value in parameters.items() if name.endswith("weight")])
    assert (weights.mean(), weights.std()) == (pytest.approx(0, abs=1e-3), pytest.approx(0.01, rel=0.05))
    assert not any(value.any() for name, value in parameters.items() if name.endswith("bias"))
    assert all((value == 1).all() for name, value in parameters.items() if name.endswith("gamma"))
    assert sum(name.endswith("gamma") for name in parameters) == 1
