"""Lesson 07's experiments, tried with a few steps."""

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import mode_collapse
from experiments.tables import RESULTS, read_table
from gan_course.training.history import History

NO_TIMES = {"seconds": "", "rejection_seconds": ""}


def test_a_row_for_each_seed_and_one_remedy_can_be_run_again(tmp_path, monkeypatch):
    remedies = {name: mode_collapse.REMEDIES[name] for name in ("GAN", "packing, 4")}
    monkeypatch.setattr(mode_collapse, "REMEDIES", remedies)
    mode_collapse.main(["ring", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    first = read_table(tmp_path / "07_ring.csv")
    assert [(row["remedy"], row["seed"]) for row in first] == [(name, seed) for name in remedies for seed in "01"]
    assert first[0].keys() == read_table(RESULTS / "07_ring.csv")[0].keys()  # which the lesson reads
    assert all(0 <= int(row["modes_captured"]) <= 8 and 0 <= float(row["high_quality"]) <= 1 for row in first)
    assert all(0 <= float(row["accepted_high_quality"]) <= 1 for row in first)
    clouds = np.load(tmp_path / "07_ring.npz")
    names = [name + kind for name in remedies for kind in ("", ", accepted")]
    assert {name: clouds[name].shape for name in clouds} == dict.fromkeys(names, (2500, 2))
    film = iio.imread(tmp_path / "07_ring.gif")
    assert film.shape[0] == 5 and film.shape[2] == 900  # before the first and after each of four steps

    lines = (tmp_path / "07_ring.csv").read_text().splitlines(keepends=True)
    spoilt = [lines[0], *lines[1:3], lines[3].replace(",4,", ",9,", 1), lines[4]]  # 9 steps, in the other's row
    (tmp_path / "07_ring.csv").write_text("".join(spoilt))
    mode_collapse.main(["ring", "--smoke", "--only", "GAN", "--out", str(tmp_path)], standalone_mode=False)
    again = read_table(tmp_path / "07_ring.csv")
    assert again[2].pop("steps") == "9" and first[2].pop("steps") == "4"  # not run again
    assert [{**row, **NO_TIMES} for row in again] == [{**row, **NO_TIMES} for row in first]

    monkeypatch.setattr(mode_collapse, "measure", lambda *arguments: pytest.fail("a remedy was run again"))
    mode_collapse.main(["ring", "--smoke", "--out", str(tmp_path)], standalone_mode=False)


def test_a_run_that_was_stopped_is_in_no_table(tmp_path, monkeypatch):
    monkeypatch.setattr(mode_collapse, "train", lambda *arguments, **options: History())
    with pytest.raises(KeyboardInterrupt):
        mode_collapse.mixture_table("ring", "GAN", smoke=True, folder=tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_sunflowers_of_both_kinds(tmp_path):
    mode_collapse.main(["sunflowers", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "07_sunflowers.csv")
    assert [row["run"] for row in rows] == ["DCGAN", "WGAN-GP"]
    assert rows[0].keys() == read_table(RESULTS / "07_sunflowers.csv")[0].keys()
    for row in rows:
        shares = [float(row[f"mode_share_{pose}"]) for pose in ("face_on", "slim", "odd")]
        assert sum(shares) == pytest.approx(1, abs=1e-3)
