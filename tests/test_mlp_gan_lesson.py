"""Lesson mlp-gan: any pictures go in, every file of a run comes out."""

import json
from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest
from gan_course.run import run
from PIL import Image

from gan_course.errors import CourseError
from gan_course.lessons import mlp_gan

TINY = replace(mlp_gan.SETTINGS["smoke"], size=(16, 16), num_train=8, batch_size=4, num_steps=6)


@pytest.fixture(autouse=True)
def tiny(monkeypatch):
    monkeypatch.setattr(mlp_gan, "SETTINGS", {"smoke": TINY})


@pytest.fixture
def photos(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(5):
        pixels = np.random.default_rng(number).integers(0, 256, (30, 24, 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.jpg")
    return folder


def test_a_folder_of_photographs_gives_every_file(photos, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    metrics = run("mlp-gan", "smoke", {"data": str(photos), "gray": False}, 0, out, False)
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names >= {"progress.gif", "samples.png", "losses.png", "history.csv", "metrics.json", "config.json"}
    assert "checkpoints/last.npz" in names and metrics["step"] == 6
    assert json.loads((out / "config.json").read_text())["settings"]["data"] == str(photos)
    assert len(iio.imread(out / "progress.gif")) == 7  # before the first step, and after each


@pytest.mark.parametrize(("mirror", "count"), [(True, 16), (False, 8)])
def test_mirror_images_double_the_set(mirror, count):
    experiment = mlp_gan.build(replace(TINY, mirror=mirror))
    (training,) = experiment.batches.arrays
    assert len(training) == count
    if mirror:
        np.testing.assert_array_equal(training[8:], training[:8, :, :, ::-1])


def test_the_drawn_sunflowers_are_counted_by_pose(tmp_path):
    metrics = run("mlp-gan", "smoke", {"num_samples": 50}, 0, tmp_path, False)
    shares = [metrics[f"mode_share_{pose}"] for pose in ("face_on", "slim", "odd")]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert all((share * 50) == pytest.approx(round(share * 50), abs=1e-3) for share in shares)
    assert 0 <= metrics["share_confident"] <= 1


def test_a_folder_with_less_than_a_batch_is_refused(photos):
    with pytest.raises(CourseError, match="has 5 pictures and needs at least 32"):
        mlp_gan.build(replace(TINY, data=str(photos), batch_size=32))


def test_sgd_and_adam_share_the_names_of_the_cells():
    names = [set(mlp_gan.build(replace(TINY, adam=adam)).cells) for adam in (True, False)]
    assert names[0] == names[1] == {"generator", "discriminator", "optimizer_g", "optimizer_d", "average"}


@pytest.mark.parametrize(("gray", "adam", "part"), [(True, False, 1), (False, False, 1 / 3), (False, True, 1)])
def test_plain_gradient_descent_is_slower_on_larger_pictures(gray, adam, part):
    experiment = mlp_gan.build(replace(TINY, size=(64, 64), gray=gray, adam=adam, learning_rate_g=0.25))
    assert experiment.cells["optimizer_g"].learning_rate.asnumpy() == pytest.approx(0.25 * part)
