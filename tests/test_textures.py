"""The classifier of textures, on drawings that it has not seen, clean and with faults."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from gan_course.data.sunflowers import POSES, sunflowers
from gan_course.evaluation import textures
from gan_course.evaluation.textures import (
    FAULTS,
    WEIGHTS,
    clean_probabilities_of,
    load_texture_classifier,
    small_colours,
    texture_features,
)
from scripts import faults, train_textures

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def flowers():
    return sunflowers(150, seed=740_003)[0]


def share_clean(images):
    return (clean_probabilities_of(texture_features(images)) > 0.8).mean()


def test_fresh_drawings_are_clean_in_colour_and_in_grey(flowers):
    gray, _ = sunflowers(150, gray=True, seed=740_003)
    assert share_clean(flowers) > 0.7 and share_clean(gray) > 0.55


def faulty(flowers):
    left, right = np.split(flowers, 2, axis=3)
    yield "grain", flowers + 0.25 * RNG.standard_normal(flowers.shape)
    yield "blur", gaussian_filter(flowers, (0, 0, 2, 2))
    yield "two halves", np.concatenate([left, np.roll(right, 1, axis=0)], axis=3)
    yield "red and blue exchanged", flowers[:, ::-1]
    yield "pale", 0.3 * flowers
    yield "a grid", flowers + 0.3 * (np.arange(64) % 4 == 0) - 0.075
    yield "noise", RNG.uniform(-1, 1, flowers.shape)
    yield "one grey", np.zeros_like(flowers)


def test_hardly_any_picture_with_a_fault_is_clean(flowers):
    shares = {name: share_clean(np.clip(images, -1, 1).astype(np.float32)) for name, images in faulty(flowers)}
    assert max(shares.values()) < 0.25, shares


def test_grey_is_seen_as_three_equal_channels(flowers):
    gray, _ = sunflowers(8, gray=True, seed=740_003)
    np.testing.assert_allclose(texture_features(gray), texture_features(gray.repeat(3, axis=1)), rtol=1e-4, atol=1e-5)


def test_an_answer_does_not_depend_on_the_company(flowers):
    images = flowers[:20]
    alone = np.concatenate([texture_features(image[None]) for image in images])
    for others in (texture_features(images), texture_features(images, chunk=7), texture_features(images[::-1])[::-1]):
        np.testing.assert_allclose(others, alone, rtol=1e-3, atol=1e-4)


def test_features_and_probabilities_have_a_row_a_picture(flowers):
    features = texture_features(flowers[:5])
    assert features.shape == (5, 64) and features.dtype == np.float32
    clean = clean_probabilities_of(features)
    assert clean.shape == (5,) and (clean >= 0).all() and (clean <= 1 + 1e-6).all()
    assert texture_features(flowers[:0]).shape == (0, 64)


def test_bounded_features_keep_their_order_and_their_sign_and_are_themselves_near_nothing():
    features = np.array([-1e6, -1, -0.001, 0, 0.001, 1, 3, 1e6])
    values = textures.bounded(features)
    assert (np.diff(values) > 0).all() and np.abs(values).max() < 1
    np.testing.assert_allclose(values[5:7], [1 / 2, 3 / 4])
    np.testing.assert_allclose(values[2:5], features[2:5], atol=1e-5)


@pytest.mark.parametrize("shape", [(64, 64), (1, 64, 64), (2, 2, 64, 64), (2, 64, 64, 3)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="images must be"):
        texture_features(np.zeros(shape, np.float32))


def test_the_network_sees_the_middle_square_in_colour():
    images = RNG.uniform(-1, 1, (3, 3, 128, 160)).astype(np.float32)
    expected = images[..., 16:144].reshape(3, 3, 64, 2, 64, 2).mean(axis=(3, 5))
    np.testing.assert_allclose(small_colours(images), expected, atol=1e-6)
    exact = images[:, :, :64, :64]
    np.testing.assert_array_equal(small_colours(exact), exact)


def test_weights_are_small():
    assert WEIGHTS.stat().st_size < 150_000


def test_training_writes_weights_that_can_be_read(tmp_path, capsys):
    path = tmp_path / "textures.npz"
    train_textures.main(["--smoke", "--out", str(path)], standalone_mode=False)
    said = capsys.readouterr().out
    assert all(name in said for name in ("no fault", *FAULTS))
    shapes = [[p.shape for p in load_texture_classifier(file).get_parameters()] for file in (path, WEIGHTS)]
    assert shapes[0] == shapes[1]


def test_a_spoilt_batch_keeps_its_range_and_names_what_was_done_to_it():
    images, poses = RNG.uniform(-1, 1, (50, 3, 64, 64)).astype(np.float32), np.arange(50, dtype=np.int32) % 3
    before = images.copy()
    spoilt, targets = train_textures.spoil(images, poses, np.random.default_rng(0))
    assert spoilt.shape == images.shape and spoilt.dtype == np.float32 and np.abs(spoilt).max() <= 1
    assert targets.shape == (50, len(POSES) + len(FAULTS))
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(targets[:20, :3], np.eye(3)[poses[:20]])
    assert targets[20:, :3].max() == 0 and set(np.unique(targets[20:])) == {0, 0.5, 1}
    np.testing.assert_array_equal(images, before)


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_changes_a_picture_and_repeats_with_its_generator(name, flowers):
    image, other = flowers[:2]
    once, again = (train_textures.with_fault(name, image, np.random.default_rng(1), other) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    assert once.shape == image.shape and np.isfinite(once).all() and not np.allclose(once, image)


@pytest.mark.parametrize("name", sorted(set(FAULTS) - {"colour"}))
def test_a_grey_picture_with_a_fault_stays_grey_unless_its_noise_is_coloured(name, flowers):
    """A mixture turns the other picture grey as well, or grey halves would tell it."""
    image = train_textures.gray(flowers[0])
    spoilt = [train_textures.with_fault(name, image, np.random.default_rng(seed), flowers[1]) for seed in range(6)]
    is_gray = [np.allclose(picture, picture[:1]) for picture in spoilt]
    assert all(is_gray) if name not in ("grain", "weave", "nothing") else any(is_gray)


def test_blocks_average_their_pixels():
    image = RNG.uniform(-1, 1, (3, 8, 12))
    means = image.reshape(3, 2, 4, 3, 4).mean(axis=(2, 4))
    np.testing.assert_allclose(faults.blocks(image, 4), means.repeat(4, axis=1).repeat(4, axis=2))


def test_shuffled_pieces_are_the_same_pixels_and_keep_their_colours():
    image = RNG.uniform(-1, 1, (3, 16, 16))
    pixels = [picture.reshape(3, -1).T for picture in (image, faults.shuffled(image, 4, np.random.default_rng(0)))]
    np.testing.assert_array_equal(*(part[np.lexsort(part.T)] for part in pixels))
    assert not np.array_equal(*pixels)


def test_names_are_those_of_the_functions():
    assert all(callable(getattr(faults, name)) for name in textures.FAULTS)
