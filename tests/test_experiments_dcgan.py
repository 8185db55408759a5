"""Lesson 05's experiments, tried with a few steps."""

from dataclasses import replace

import imageio.v3 as iio
import pytest

from experiments import dcgan
from experiments.tables import RESULTS, read_table
from gan_course.data.sources import Sunflowers


@pytest.fixture
def small(monkeypatch):
    """One variant of each comparison with narrow networks, which takes a second or two."""
    tiny = {"base_channels": 2, "base_channels_d": 2, "batch_size": 4}
    for comparison, pictures in {"start_variants": {}, "depth_variants": {"data": Sunflowers(8)}}.items():
        first = next(iter(getattr(dcgan, comparison)().values()))
        variants = {"one": replace(first, **tiny, **pictures)}
        monkeypatch.setattr(dcgan, comparison, lambda variants=variants: variants)


@pytest.mark.slow
def test_tables_and_pictures_of_each_experiment(small, tmp_path, capsys):
    dcgan.main(["starts", "depth", "flowers", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    real, run = read_table(tmp_path / "05_depth.csv")
    assert (run["run"], run["seed"], run["step"]) == ("one", "0", "2")
    assert abs(float(real["kernel_distance"])) < 0.02 < 0.1 < float(run["kernel_distance"])
    (start,) = read_table(tmp_path / "05_starts.csv")
    assert start["run"] == "one" and 0 < float(start["classifier_confidence"]) < 1
    (large,) = read_table(tmp_path / "05_flowers.csv")
    assert large["size"] == "32x64" and int(large["step"]) == 2
    for name in ("starts", "depth", "flowers"):  # the lesson reads these columns
        shown, made = (read_table(folder / f"05_{name}.csv")[0].keys() for folder in (RESULTS, tmp_path))
        assert not {column for column in shown - made if not column.startswith("best_")}
    for name in ("depth", "flowers"):
        assert iio.imread(tmp_path / f"05_{name}.png").ndim == 3
    assert iio.imread(tmp_path / "05_starts.png").ndim == 2
    assert iio.imread(tmp_path / "05_flowers.gif").shape[1:] == (3 * 34, 3 * 66, 3)  # nine of the pictures


def test_memory_stands_on_the_ground_of_an_empty_process(tmp_path, monkeypatch):
    monkeypatch.setattr(dcgan, "peak_megabytes", lambda code, *arguments: 300.0 + sum(arguments))
    dcgan.main(["memory", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "05_memory.csv")
    assert [int(row["batch_size"]) for row in rows] == [0, *dcgan.BATCH_SIZES]
    assert int(rows[1]["peak_megabytes"]) - int(rows[0]["peak_megabytes"]) == 1 + 128 + 160


def test_the_step_whose_memory_is_measured_runs():
    peak = dcgan.peak_megabytes(dcgan.TWO_STEPS, 2, 32, 64)
    assert peak > dcgan.peak_megabytes("import numpy")
