"""References: no picture twice, all classes alike, chosen by chance."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.evaluation.precision_recall import squared_radii
from gan_course.evaluation.reference import balanced_reference, distinct


def pictures(count, seed=0):
    return np.random.default_rng(seed).uniform(-1, 1, (count, 1, 2, 2)).astype(np.float32)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=30))
def test_distinct_pictures_are_numpys_unique_ones_in_the_order_of_their_coming(numbers):
    images = pictures(7)[numbers]
    _, first = np.unique(images.reshape(len(images), -1), axis=0, return_index=True)
    assert distinct(images).tolist() == sorted(first)


def test_no_pictures_are_no_positions():
    assert distinct(pictures(0)).shape == (0,) and distinct(pictures(0)).dtype == np.int64


def test_mirrored_pictures_are_others_and_views_are_read_as_they_look():
    images = pictures(3)
    both = np.concatenate([images, images[..., ::-1]])
    assert distinct(both).tolist() == list(range(6))
    assert distinct(both[..., ::-1]).tolist() == list(range(6))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(0, 3), st.integers(0, 99))
def test_each_class_is_there_as_often_as_the_rarest_and_no_picture_twice(counts, more, seed):
    labels = np.repeat(np.arange(len(counts)) + 3, counts)
    images = pictures(len(labels))
    again = np.random.default_rng(seed).integers(len(labels), size=10 * more)  # repeats, as in balanced batches
    images, labels = np.concatenate([images, images[again]]), np.concatenate([labels, labels[again]])
    positions = balanced_reference(images, labels, np.random.default_rng(seed))
    assert np.bincount(labels[positions], minlength=3)[3:].tolist() == [min(counts)] * len(counts)
    assert len(distinct(images[positions])) == len(positions)


def test_pictures_and_their_order_are_chosen_by_chance():
    images, labels = pictures(400), np.arange(400) % 4 % 3  # class 0 is twice as frequent
    one, same, other = (balanced_reference(images, labels, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert one.tolist() == same.tolist() and set(one) != set(other) and len(one) == 300
    assert 20 < (labels[one[:90]] == 0).sum() < 40  # not class after class
    assert one[labels[one] == 0].mean() == pytest.approx(200, abs=25)  # not the first ones: their mean would be 100


def test_a_balanced_reference_leaves_no_ball_of_radius_zero():
    """Balanced by repetition, the rare class has none but such balls."""
    images, labels = pictures(60), np.array([0] * 50 + [1] * 10)
    flat = images.reshape(60, -1)
    repeated = np.concatenate([np.arange(50), np.resize(np.arange(50, 60), 50)])
    assert (squared_radii(flat[repeated]) == 0).sum() == 50
    assert squared_radii(flat[balanced_reference(images, labels, np.random.default_rng(0))]).min() > 0


@pytest.mark.parametrize(("images", "labels"), [(3, 2), (2, 3), (0, 0)])
def test_what_has_no_labels_is_refused(images, labels):
    with pytest.raises(ValueError, match=f"one label for each picture, not {labels} for {images}"):
        balanced_reference(pictures(images), np.zeros(labels, int), np.random.default_rng(0))
