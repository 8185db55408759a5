"""Lesson mlp-gan: any pictures go in, every file of a run comes out."""

import json
from dataclasses import replace

import imageio.v3 as iio
import numpy as np
import pytest
from PIL import Image
from tiny import tiny_settings, train_tiny

from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.errors import CourseError
from gan_course.lessons import mlp_gan

TINY = tiny_settings("mlp-gan", size=(16, 16), data=Sunflowers(8), batch_size=4, num_steps=6)


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
    metrics = train_tiny("mlp-gan", out, data=Folder(photos), gray=False, size=(16, 16), batch_size=4, num_steps=6)
    names = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert names >= {"progress.gif", "samples.png", "losses.png", "history.csv", "metrics.json", "config.json"}
    assert "checkpoints/last.npz" in names and metrics["step"] == 6
    assert json.loads((out / "config.json").read_text())["settings"]["data"] == str(photos)
    assert len(iio.imread(out / "progress.gif")) == 7  # before the first step, and after each


@pytest.mark.parametrize(("mirror", "count"), [(True, 16), (False, 8)])
def test_mirror_images_double_the_set(mirror, count):
    (training,) = mlp_gan.build(replace(TINY, mirror=mirror)).batches.arrays
    assert len(training) == count
    if mirror:
        np.testing.assert_array_equal(training[8:], training[:8, :, :, ::-1])


def test_the_drawn_sunflowers_are_counted_by_pose():
    metrics = mlp_gan.build(replace(TINY, num_samples=50)).evaluate()
    shares = [metrics[f"mode_share_{pose}"] for pose in ("face_on", "slim", "odd")]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert all((share * 50) == pytest.approx(round(share * 50), abs=1e-3) for share in shares)
    assert 0 <= metrics["share_confident"] <= 1


def test_less_than_a_batch_is_refused(photos):
    with pytest.raises(CourseError, match="has 5 pictures and needs at least 32"):
        mlp_gan.build(replace(TINY, data=Folder(photos), batch_size=32))
    with pytest.raises(CourseError, match="sunflowers:8 are too few for a batch of 32"):
        mlp_gan.build(replace(TINY, batch_size=32))


def test_sgd_and_adam_share_the_names_of_the_cells():
    names = [set(mlp_gan.build(replace(TINY, adam=adam)).cells) for adam in (True, False)]
    assert names[0] == names[1] == {"generator", "discriminator", "optimizer_g", "optimizer_d", "average"}


@pytest.mark.parametrize(
    ("size", "gray", "adam", "part"),
    [
        ((64, 64), True, False, 1),
        ((64, 64), False, False, 1 / 3),
        ((64, 64), False, True, 1),
        ((32, 32), True, False, 1),
        ((128, 64), True, False, 1 / 2),
    ],
)
def test_plain_gradient_descent_is_slower_on_larger_pictures(size, gray, adam, part):
    settings = mlp_gan.for_pictures(replace(TINY, adam=adam, learning_rate_g=0.25), Sunflowers(4), size, gray)
    optimizer = mlp_gan.build(settings).cells["optimizer_g"]
    assert optimizer.learning_rate.asnumpy() == pytest.approx(0.25 * part)
    assert settings.num_steps == TINY.num_steps


def test_pictures_are_grey_unless_said_otherwise():
    assert [mlp_gan.for_pictures(TINY, source).gray for source in (Digits(), Sunflowers())] == [True, True]
    assert not mlp_gan.for_pictures(TINY, Sunflowers(), gray=False).gray
    assert mlp_gan.for_pictures(TINY, Digits()).size == (28, 28)


def test_the_published_experiment_makes_whole_passes_over_256_pictures():
    """Eight batches of 32 an epoch, and one rate for both players."""
    assert mlp_gan.published(0.2, num_epochs=3).num_steps == 3 * 256 // 32
    experiment = mlp_gan.build(mlp_gan.published(0.2, num_epochs=3, data=Sunflowers(64), size=(8, 8)))
    assert experiment.num_steps == 3 * 64 // 32
    rates = [experiment.cells[f"optimizer_{player}"].learning_rate.asnumpy() for player in "gd"]
    assert rates == [pytest.approx(0.2), pytest.approx(0.2)] and "average" not in experiment.cells
