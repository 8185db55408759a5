"""Batches: every example once, arrays aligned, and a state that goes on exactly."""

import json
from itertools import islice

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.data import Batches
from gan_course.data.batches import with_mirror_images
from gan_course.data.folding import fold
from gan_course.data.levels import in_units_of, scaled
from gan_course.errors import CourseError


@st.composite
def sizes(draw):
    """N and a batch size that fits."""
    num_examples = draw(st.integers(1, 40))
    return num_examples, draw(st.integers(1, num_examples))


@given(sizes(), st.integers(0, 2**32 - 1), st.integers(1, 4))
def test_an_epoch_visits_no_example_twice_and_leaves_out_less_than_a_batch(size, seed, num_epochs):
    num_examples, batch_size = size
    batches = Batches(np.arange(num_examples), batch_size=batch_size, seed=seed)
    assert batches.batches_per_epoch == num_examples // batch_size
    for _ in range(num_epochs):
        seen = np.concatenate([batch for (batch,) in islice(batches, batches.batches_per_epoch)])
        assert len(set(seen.tolist())) == len(seen) > num_examples - batch_size


@given(sizes(), st.integers(0, 2**32 - 1))
def test_arrays_stay_aligned(size, seed):
    num_examples, batch_size = size
    numbers = np.arange(num_examples)
    images = np.stack([numbers, -numbers], axis=1)[:, :, None]
    for some, labels in islice(Batches(images, numbers, batch_size=batch_size, seed=seed), 5):
        assert some.shape == (batch_size, 2, 1) and labels.shape == (batch_size,)
        np.testing.assert_array_equal(some[:, 0, 0], labels)
        np.testing.assert_array_equal(some[:, 1, 0], -labels)


@given(sizes(), st.integers(0, 100), st.sampled_from([None, 3]), st.integers(0, 9))
def test_a_restored_state_goes_on_exactly(size, position, latent_dim, other_seed):
    num_examples, batch_size = size
    arguments = {"batch_size": batch_size, "latent_dim": latent_dim}
    original = Batches(np.arange(num_examples), seed=0, **arguments)
    for _ in range(position):
        next(original)
    state = json.loads(json.dumps(original.state()))
    expected = list(islice(original, 7))

    other = Batches(np.arange(num_examples), seed=other_seed, **arguments)
    next(other)
    other.restore(state)
    assert other.state() == state
    assert_same_batches(list(islice(other, 7)), expected)


def test_taking_a_state_changes_nothing_and_later_batches_do_not_change_it():
    watched, free = (Batches(np.arange(10), batch_size=3, seed=1, latent_dim=2) for _ in range(2))
    for _ in range(8):
        state = watched.state()
        copy = json.dumps(state)
        batch = next(watched)
        assert json.dumps(state) == copy
        assert_same_batches([batch], [next(free)])


def test_the_same_seed_gives_the_same_batches_and_another_seed_others():
    first, second, third = (
        list(islice(Batches(np.arange(1000), batch_size=100, seed=seed, latent_dim=4), 25)) for seed in (5, 5, 6)
    )
    assert_same_batches(first, second)
    assert not np.array_equal(first[0][0], third[0][0])
    assert not np.array_equal(first[0][1], third[0][1])


def test_each_epoch_has_a_new_order():
    batches = Batches(np.arange(1000), batch_size=1000, seed=0)
    orders = {next(batches)[0].tobytes() for _ in range(5)}
    assert len(orders) == 5 and np.arange(1000).tobytes() not in orders


def test_noise_does_not_change_the_order_of_the_data():
    plain = Batches(np.arange(50), batch_size=7, seed=3)
    noisy = Batches(np.arange(50), batch_size=7, seed=3, latent_dim=9)
    for (without,), (with_noise, _) in islice(zip(plain, noisy), 20):
        np.testing.assert_array_equal(without, with_noise)


def test_noise_is_standard_normal():
    batches = Batches(np.arange(100), batch_size=100, seed=0, latent_dim=20)
    z = np.concatenate([noise for _, noise in islice(batches, 100)])
    assert z.dtype == np.float32 and z.shape == (10_000, 20)
    five_sigma = 5 / np.sqrt(len(z))
    np.testing.assert_allclose(z.mean(axis=0), 0, atol=five_sigma)
    np.testing.assert_allclose(np.cov(z, rowvar=False), np.eye(20), atol=np.sqrt(2) * five_sigma)


@pytest.mark.parametrize(
    ("arrays", "batch_size"),
    [((), 1), ((np.zeros(3), np.zeros(4)), 1), ((np.zeros(3),), 4), ((np.zeros(3),), 0), ((np.zeros(0),), 1)],
)
def test_impossible_batches_are_refused(arrays, batch_size):
    with pytest.raises((ValueError, CourseError)):
        Batches(*arrays, batch_size=batch_size, seed=0)


def assert_same_batches(one, other):
    assert len(one) == len(other)
    for batch, twin in zip(one, other):
        assert len(batch) == len(twin)
        assert all(array.tobytes() == copy.tobytes() for array, copy in zip(batch, twin))


def test_whatever_else_is_drawn_comes_from_the_state_and_leaves_the_rest_as_it_was():
    def pair(rng):
        return rng.random((3, 1), np.float32), rng.integers(0, 9, 3)

    plain, more = (Batches(np.arange(12), batch_size=3, seed=3, latent_dim=2, draw=draw) for draw in (None, pair))
    (first, z), (also_first, also_z, epsilon, number) = next(plain), next(more)
    assert_same_batches([(first, z)], [(also_first, also_z)])
    assert epsilon.shape == (3, 1) and number.shape == (3,)
    state = more.state()
    following = [next(more) for _ in range(6)]
    assert len({batch[2].tobytes() for batch in following}) == 6
    more.restore(state)
    assert_same_batches([next(more) for _ in range(6)], following)


def test_mirror_images_have_left_and_right_exchanged():
    images = np.arange(12).reshape(2, 1, 2, 3)
    np.testing.assert_array_equal(with_mirror_images(images)[2:, 0], [[[2, 1, 0], [5, 4, 3]], [[8, 7, 6], [11, 10, 9]]])
    np.testing.assert_array_equal(with_mirror_images(images)[:2], images)


def test_levels_become_the_same_bits_whenever_they_are_scaled():
    """All 256 levels; mirrored, folded and in batches, as x / 127.5 - 1 of the whole would have been before."""
    levels = np.random.default_rng(0).permutation(np.arange(2 * 4 * 8 * 4 * 2, dtype=np.uint8)).reshape(8, 1, 8, 8)
    assert len(np.unique(levels)) == 256
    before = levels.astype(np.float32) / np.float32(127.5) - np.float32(1)
    assert scaled(levels).tobytes() == before.tobytes() and scaled(before) is before
    late, early = (
        Batches(fold(with_mirror_images(pictures), 2), np.arange(16), batch_size=3, seed=7, latent_dim=2)
        for pictures in (levels, before)
    )
    assert_same_batches(list(islice(late, 12)), list(islice(early, 12)))


def test_images_go_back_to_the_units_of_levels():
    levels = np.arange(256, dtype=np.uint8)
    np.testing.assert_allclose(in_units_of(levels, scaled(levels)), levels, atol=1e-4)
    assert in_units_of(scaled(levels), levels) is levels
