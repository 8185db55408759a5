"""The classifier of poses, on drawings that it has not seen and on what are no drawings."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.poses import (
    POSES,
    WEIGHTS,
    area_average,
    classify_poses,
    load_pose_classifier,
    pose_features,
    pose_probabilities,
    pose_probabilities_of,
    small_grays,
)
from scripts import train_poses


@pytest.fixture(scope="module")
def flowers():
    return sunflowers(300, seed=730_003, shares=(1, 1, 1))


def test_nineteen_of_twenty_fresh_drawings_are_named_rightly(flowers):
    images, poses = flowers
    right = classify_poses(images) == poses
    assert right.mean() >= 0.95
    assert min(right[poses == pose].mean() for pose in range(3)) >= 0.9


def test_grey_is_seen_as_colour(flowers):
    gray, _ = sunflowers(15, gray=True, seed=730_003, shares=(1, 1, 1))
    np.testing.assert_allclose(pose_probabilities(gray), pose_probabilities(flowers[0][:15]), atol=1e-4)


@pytest.mark.parametrize("size", [(28, 28), (32, 32), (100, 64), (48, 96)])
def test_other_sizes_are_named_as_well(size):
    images, poses = sunflowers(30, size, gray=True, seed=730_004, shares=(1, 1, 1))
    assert (classify_poses(images) == poses).mean() >= 0.9


def test_an_answer_does_not_depend_on_the_company(flowers):
    images = flowers[0][:20]
    together = pose_probabilities(images)
    alone = np.concatenate([pose_probabilities(image[None]) for image in images])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(together, pose_probabilities(images, chunk=7), atol=1e-5)
    np.testing.assert_allclose(together[::-1], pose_probabilities(images[::-1]), atol=1e-5)


def test_answers_are_positions_and_probabilities(flowers):
    poses, probabilities = classify_poses(flowers[0][:5]), pose_probabilities(flowers[0][:5])
    assert poses.shape == (5,) and poses.dtype == np.int32
    assert probabilities.shape == (5, 3) and probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(poses, probabilities.argmax(axis=1))
    assert classify_poses(np.zeros((0, 1, 64, 64), np.float32)).shape == (0,)


def test_it_is_confident_of_drawings_and_not_of_noise(flowers):
    noise = np.random.default_rng(0).uniform(-1, 1, (50, 1, 64, 64)).astype(np.float32)
    assert np.median(pose_probabilities(flowers[0][:60]).max(axis=1)) > 0.9
    confidence = pose_probabilities(noise).max(axis=1)
    assert np.median(confidence) < 0.7 and (confidence > 0.8).mean() < 0.1


@pytest.mark.parametrize("shape", [(64, 64), (1, 64, 64), (2, 2, 64, 64), (2, 64, 64, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="images must be"):
        classify_poses(np.zeros(shape, np.float32))


def test_the_network_sees_averages_of_two_by_two_pixels():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 1, 64, 64)).astype(np.float32)
    expected = images.reshape(3, 1, 32, 2, 32, 2).mean(axis=(3, 5))
    np.testing.assert_allclose(small_grays(images), expected, atol=1e-6)


@pytest.mark.parametrize("length", [8, 31, 48, 100])
def test_area_average_weighs_pixels_by_their_overlap(length):
    fine = np.random.default_rng(0).uniform(-1, 1, length).astype(np.float32)
    expected = fine.repeat(32).reshape(32, length).mean(axis=1)  # a common multiple of both lengths
    np.testing.assert_allclose(area_average(length, 32) @ fine, expected, atol=1e-6)


def test_a_constant_stays_constant_at_any_size():
    for size in ((8, 8), (31, 50), (64, 64), (97, 70)):
        np.testing.assert_allclose(small_grays(np.full((1, 3, *size), 0.3)), 0.3, rtol=1e-5)


def test_weights_are_small_and_installed_with_the_package():
    assert WEIGHTS.stat().st_size < 200_000
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert "**/*.npz" in project["tool"]["setuptools"]["package-data"]["*"]


def test_training_writes_weights_that_can_be_read(tmp_path, capsys):
    path = tmp_path / "poses.npz"
    train_poses.main(["--smoke", "--out", str(path)], standalone_mode=False)
    said = capsys.readouterr().out
    assert all(name in said for name in (*POSES, "95 % interval"))
    shapes = [[parameter.shape for parameter in load_pose_classifier(p).get_parameters()] for p in (path, WEIGHTS)]
    assert shapes[0] == shapes[1]


def test_spoilt_pictures_keep_range_and_targets_stay_probabilities():
    rng = np.random.default_rng(0)
    images, targets = rng.uniform(-1, 1, (40, 1, 32, 32)).astype(np.float32), np.eye(3, dtype=np.float32)[[0, 1] * 20]
    before = images.copy()
    spoilt, soft = train_poses.spoil(images, targets, rng)
    assert spoilt.shape == images.shape and spoilt.dtype == np.float32 and np.abs(spoilt).max() <= 1
    np.testing.assert_allclose(soft.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(soft[10:], targets[10:])  # 6 of 40 mixed, 4 strange
    np.testing.assert_allclose(soft[6:10], 1 / 3, rtol=1e-6)
    np.testing.assert_array_equal(images, before)


def test_probabilities_can_be_had_from_features(flowers):
    images = flowers[0][:60]
    np.testing.assert_allclose(pose_probabilities_of(pose_features(images)), pose_probabilities(images), atol=1e-5)


def test_grey_weighs_colours_as_the_drawings_do():
    colour = np.array([0.1, 0.5, -0.3], np.float32).reshape(1, 3, 1, 1).repeat(8, axis=2).repeat(8, axis=3)
    np.testing.assert_allclose(small_grays(colour), 0.299 * 0.1 + 0.587 * 0.5 - 0.114 * 0.3, rtol=1e-5)


@pytest.mark.parametrize(("shape", "middle"), [((40, 101), np.s_[..., 30:70]), ((100, 40), np.s_[..., 30:70, :])])
def test_only_the_middle_square_counts(shape, middle):
    images = np.random.default_rng(0).uniform(-1, 1, (2, 1, *shape)).astype(np.float32)
    np.testing.assert_array_equal(small_grays(images), small_grays(images[middle]))
