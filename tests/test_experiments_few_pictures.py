"""How many pictures: what tells copies from new pictures, and a trial of the whole."""

from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import few_pictures
from experiments.tables import read_table
from gan_course.data.sources import Sunflowers


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Sets of 8 and 20 drawings, as if these were all."""
    monkeypatch.setattr(few_pictures, "COUNTS", (8, 20))
    few_pictures.drawings.cache_clear()
    few_pictures.reference.cache_clear()
    yield
    few_pictures.drawings.cache_clear()
    few_pictures.reference.cache_clear()


def test_copies_lie_at_distance_0_and_drawings_of_nobody_as_near_to_either_set():
    training = few_pictures.drawings(0)[:20]
    fresh = few_pictures.drawings(few_pictures.FRESH_SEED)
    copied = few_pictures.measure(training[:, :, :, ::-1], 20, smoke=True)  # mirrored, too
    assert (copied["nearest_ratio"], copied["share_nearer"]) == (0, 1)
    assert 0.8 < few_pictures.measure(fresh, 20, smoke=True)["nearest_ratio"] < 1.25


def test_moving_puts_grey_at_the_border_and_keeps_the_rest():
    images = few_pictures.drawings(0)[:6]
    moved = few_pictures.moved(images, 8, np.random.default_rng(0))
    assert moved.shape == images.shape
    for image, other in zip(images, moved):
        ways = [
            np.roll(np.pad(image, ((0, 0), (8, 8), (8, 8))), (down, right), axis=(1, 2))[:, 8:-8, 8:-8]
            for down in range(-8, 9)
            for right in range(-8, 9)
        ]
        assert any(np.array_equal(way, other) for way in ways)
    assert few_pictures.moved(images, 0, np.random.default_rng(0)) is images


def test_with_and_without_diffaugment_for_each_number_of_pictures():
    settings = list(few_pictures.variants().values())
    assert [one.data.count for one in settings] == [8, 8, 20, 20]
    assert [one.shift > 0 for one in settings] == [True, False] * 2
    assert len({replace(one, data=Sunflowers(), shift=0) for one in settings}) == 1  # all else is the same


@pytest.mark.slow
def test_a_trial(tmp_path, monkeypatch):
    tiny = {"base_channels": 2, "base_channels_d": 2, "batch_size": 4}
    variants = {name: replace(settings, **tiny) for name, settings in few_pictures.variants().items()}
    monkeypatch.setattr(few_pictures, "variants", lambda: variants)
    monkeypatch.setattr(few_pictures, "SHOWN", 4)
    few_pictures.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "05_few_pictures.csv")
    assert [row["run"] for row in rows[:2]] == ["fresh drawings, 8", "fresh drawings, 20"]
    assert [(row["run"], row["step"]) for row in rows[2:]] == [(name, step) for name in variants for step in "02"]
    assert all(0 < float(row["d_held_out"]) < 1 and row["texture_kernel_distance"] for row in rows[2:])
    assert iio.imread(tmp_path / "05_few_pictures.png").shape == (5 * 66 - 2, 4 * 66 - 2, 3)
    assert iio.imread(tmp_path / "05_few_nearest.png").shape == (4 * 66 - 2, 4 * 66 - 2, 3)
