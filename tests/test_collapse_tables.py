"""The tool that writes lesson 07's tables, tried with a few steps."""

import csv

import numpy as np
import pytest

import collapse_tables

NO_TIMES = {"seconds": "", "rejection_seconds": ""}


def read(path):
    with path.open() as file:
        return list(csv.DictReader(file))


def test_a_row_for_each_seed_and_one_remedy_can_be_run_again(tmp_path, monkeypatch):
    remedies = {name: collapse_tables.REMEDIES[name] for name in ("GAN", "packing, 4")}
    monkeypatch.setattr(collapse_tables, "REMEDIES", remedies)
    collapse_tables.main(["ring", "--smoke", "--out", str(tmp_path)])
    first = read(tmp_path / "07_ring.csv")
    assert [(row["remedy"], row["seed"]) for row in first] == [(name, seed) for name in remedies for seed in "01"]
    assert all(0 <= int(row["modes_captured"]) <= 8 and 0 <= float(row["high_quality"]) <= 1 for row in first)
    assert all(0 <= float(row["accepted_high_quality"]) <= 1 for row in first)
    clouds = np.load(tmp_path / "07_ring.npz")
    names = [name + kind for name in remedies for kind in ("", ", accepted")]
    assert {name: clouds[name].shape for name in clouds} == dict.fromkeys(names, (2500, 2))

    lines = (tmp_path / "07_ring.csv").read_text().splitlines(keepends=True)
    spoilt = [lines[0], *lines[1:3], lines[3].replace(",4,", ",9,", 1), lines[4]]  # 9 steps, in the other's row
    (tmp_path / "07_ring.csv").write_text("".join(spoilt))
    collapse_tables.main(["ring", "--smoke", "--only", "GAN", "--out", str(tmp_path)])
    again = read(tmp_path / "07_ring.csv")
    assert again[2].pop("steps") == "9" and first[2].pop("steps") == "4"  # not run again
    assert [{**row, **NO_TIMES} for row in again] == [{**row, **NO_TIMES} for row in first]


@pytest.mark.slow
def test_sunflowers_of_both_kinds(tmp_path):
    collapse_tables.main(["sunflowers", "--smoke", "--out", str(tmp_path)])
    rows = read(tmp_path / "07_sunflowers.csv")
    assert [row["run"] for row in rows] == ["DCGAN", "WGAN-GP"]
    for row in rows:
        shares = [float(row[f"mode_share_{pose}"]) for pose in ("face_on", "slim", "odd")]
        assert sum(shares) == pytest.approx(1, abs=1e-3)


def test_an_unknown_experiment_is_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        collapse_tables.main(["rnig"])
    assert stop.value.code == 2 and "choose from ring, grid, sunflowers" in capsys.readouterr().err
