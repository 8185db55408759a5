"""Sunflowers: the set keeps its promises, and the drawings have the colours and the geometry of sunflowers."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from scipy.spatial.distance import pdist

from gan_course.data import sunflowers
from gan_course.data.drawing.painting import paint_blade, paint_ellipse, scatter_dots, smooth_noise
from gan_course.data.drawing.plants import direction, flatten, silhouette, spokes, vogel_spiral
from gan_course.data.drawing.scenery import sky
from gan_course.data.sunflowers import POSES, balanced_poses, draw_sunflower
from gan_course.errors import CourseError

sizes = st.tuples(st.integers(8, 40), st.integers(8, 40))
angles = st.floats(-3, 3)


@pytest.fixture(scope="module")
def colour_set():
    """120 small pictures and their poses, equally many of each."""
    return sunflowers(120, size=(32, 32), seed=4, shares=(1, 1, 1))


# The set


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 4), sizes, st.booleans(), st.integers(0, 2**40))
def test_shapes_types_and_range(n, size, gray, seed):
    images, poses = sunflowers(n, size, gray, seed)
    assert images.shape == (n, 1 if gray else 3, *size) and images.dtype == np.float32
    assert poses.shape == (n,) and poses.dtype == np.int32 and set(poses) <= set(range(len(POSES)))
    assert -1 <= images.min() < images.max() <= 1


def test_the_default_is_a_colour_set_of_64_by_64():
    images, _ = sunflowers(2)
    assert images.shape == (2, 3, 64, 64)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 4))
def test_a_larger_set_begins_with_the_smaller_one(seed, n):
    images, poses = sunflowers(4, (12, 10), seed=seed)
    fewer_images, fewer_poses = sunflowers(n, (12, 10), seed=seed)
    assert fewer_images.tobytes() == images[:n].tobytes() and fewer_poses.tobytes() == poses[:n].tobytes()


def test_another_seed_gives_other_pictures_in_another_order():
    one, other = (sunflowers(12, (8, 8), seed=seed) for seed in (0, 1))
    assert not (one[0] == other[0]).all(axis=(1, 2, 3)).any()
    assert not np.array_equal(one[1], other[1])


@given(st.lists(st.integers(0, 100), min_size=3, max_size=3).filter(any), st.integers(0, 2**32))
def test_every_beginning_of_a_set_keeps_to_the_shares(weights, seed):
    shares = np.array(weights) / sum(weights)
    poses = balanced_poses(np.random.default_rng(seed), 60, shares)
    counts = np.cumsum(poses[:, None] == np.arange(3), axis=0)
    assert np.abs(counts - np.arange(1, 61)[:, None] * shares).max() < 1.25
    assert not counts[-1][shares == 0].any()


def test_the_default_shares_are_60_30_and_10_percent():
    _, poses = sunflowers(40, (8, 8))
    np.testing.assert_allclose(np.bincount(poses), [24, 12, 4], atol=1)


def test_poses_are_shuffled():
    poses = balanced_poses(np.random.default_rng(0), 100, np.array([0.5, 0.5, 0]))
    assert 10 < np.count_nonzero(np.diff(poses)) < 99  # neither sorted nor strictly in turn


def test_no_two_are_alike(colour_set):
    images, _ = colour_set
    apart = pdist(images.reshape(len(images), -1)) / np.sqrt(images[0].size)  # root mean square of the difference
    assert apart.min() > 0.08


def test_gray_is_the_luma_of_the_colour_picture(colour_set):
    images, poses = colour_set
    gray, gray_poses = sunflowers(10, size=(32, 32), gray=True, seed=4, shares=(1, 1, 1))
    red, green, blue = images[:10].transpose(1, 0, 2, 3)
    np.testing.assert_allclose(gray[:, 0], 0.299 * red + 0.587 * green + 0.114 * blue, atol=1e-5)
    np.testing.assert_array_equal(gray_poses, poses[:10])


# The drawings


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), sizes, st.sampled_from(POSES))
def test_a_drawing_depends_on_its_generator_alone(seed, size, pose):
    one, other = (draw_sunflower(np.random.default_rng(seed), size, pose) for _ in range(2))
    assert one.shape == (*size, 3) and one.dtype == np.float32 and 0 <= one.min() and one.max() <= 1
    assert one.tobytes() == other.tobytes()


@pytest.mark.parametrize("pose", POSES)
def test_any_size_can_be_drawn(pose):
    for size in [(8, 8), (8, 120), (120, 8), (28, 28), (128, 160)]:
        assert np.isfinite(draw_sunflower(np.random.default_rng(0), size, pose)).all()


def test_who_writes_into_a_set_spoils_it_for_nobody_else():
    """A set is drawn once a process and kept."""
    images, poses = sunflowers(3, (8, 8), gray=False)
    before = images.copy(), poses.copy()
    images[:], poses[:] = 0, 9
    again = sunflowers(3, (8, 8), gray=False)
    np.testing.assert_array_equal(again[0], before[0])
    np.testing.assert_array_equal(again[1], before[1])


def test_petals_are_yellow_in_rgb_order(colour_set):
    images, _ = colour_set
    vivid = images.transpose(1, 0, 2, 3)[:, np.ptp(images, axis=1) > 0.9]  # far from grey
    red, green, blue = vivid[:, vivid[2] < vivid[1]].mean(axis=1)
    assert red > green > blue + 0.5


def test_skies_are_blue_in_rgb_order():
    rng = np.random.default_rng(0)
    red, green, blue = np.mean([sky(rng, 20, 20, 20) for _ in range(50)], axis=(0, 2, 3))
    assert blue > green > red


def yellowness(images):
    """Share of yellow pixels: red and green well above blue; `(N,)`."""
    red, green, blue = images.transpose(1, 0, 2, 3)
    return ((red - blue > 0.6) & (green - blue > 0.2)).mean(axis=(1, 2))


def test_a_face_fills_the_frame_and_a_slim_plant_does_not(colour_set):
    images, poses = colour_set
    face, slim = (yellowness(images[poses == k]) for k in (0, 1))
    assert np.median(face) > 3 * np.median(slim) > 0


def test_poses_can_be_told_apart_by_the_nearest_mean(colour_set):
    """A rule as simple as this beats guessing (1/3) by far on pictures that it has not seen."""
    images, poses = colour_set
    pixels = images.reshape(len(images), -1)
    seen = np.arange(len(images)) < 80
    means = np.stack([pixels[seen & (poses == k)].mean(axis=0) for k in range(3)])
    guesses = np.square(pixels[~seen, None] - means).sum(axis=2).argmin(axis=1)
    assert (guesses == poses[~seen]).mean() > 0.55


@pytest.mark.slow
def test_a_drawing_takes_15_ms():
    def seconds(seed):
        start = time.perf_counter()
        draw_sunflower(np.random.default_rng(seed), (64, 64), POSES[seed % 3])
        return time.perf_counter() - start

    assert np.median([seconds(seed) for seed in range(150)]) < 0.015


# The geometry


def test_florets_follow_each_other_at_the_golden_angle():
    _, turns = vogel_spiral(50)
    np.testing.assert_allclose(np.degrees(np.diff(turns)), 137.50776405, atol=1e-6)
    angle = np.diff(turns)[0]  # the whole turn is to the larger part as that is to the smaller
    np.testing.assert_allclose(2 * np.pi / (2 * np.pi - angle), (2 * np.pi - angle) / angle)


@given(st.integers(1, 500))
def test_every_floret_has_the_same_area(n):
    radii, _ = vogel_spiral(n)
    edges = np.sqrt(np.arange(n + 1) / n)  # rings of equal area: one floret in each
    assert (edges[:-1] < radii).all() and (radii < edges[1:]).all()


def test_no_angle_nearby_packs_florets_so_well():
    radii, turns = vogel_spiral(300)

    def least_distance(angle):
        return pdist(
            np.stack([radii * np.cos(np.arange(300) * angle), radii * np.sin(np.arange(300) * angle)], axis=1)
        ).min()

    assert all(
        least_distance(turns[1]) > least_distance(turns[1] + np.radians(off)) for off in (-2, -1, -0.3, 0.3, 1, 2)
    )


@given(angles, angles, st.lists(angles, min_size=1))
def test_spokes_are_unit_vectors_at_right_angles_to_the_axis(tilt, towards, around):
    facing = direction(tilt, towards)
    out = spokes(facing, np.array(around))
    np.testing.assert_allclose(np.linalg.norm(out, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(out @ facing, 0, atol=1e-6)


@given(st.floats(0, 1.5), angles)
def test_a_coin_is_foreshortened_by_the_cosine_of_its_tilt(tilt, towards):
    short, long = silhouette(direction(tilt, towards), 5, thickness=0)
    np.testing.assert_allclose([np.hypot(*short), np.hypot(*long)], [5 * np.cos(tilt), 5], rtol=1e-6)
    np.testing.assert_allclose(short @ long, 0, atol=1e-9)


def test_a_blade_seen_from_the_front_is_projected_as_it_is_and_edge_on_it_stays_visible():
    axes, across = flatten(np.array([[4.0, 0, 0]]), np.array([[0, 1.0, 0]]))
    np.testing.assert_array_equal([axes, across], [[[4, 0]], [[0, 1]]])
    axes, across = flatten(np.array([[4.0, 0, 0]]), np.array([[0, 0, 1.0]]))
    np.testing.assert_allclose(np.hypot(*across[0]), 0.3)


# The paint box


def covered(paint, *arguments, size=101):
    """Paint white on black; return the area in pixels and the canvas."""
    canvas = np.zeros((3, size, size), np.float32)
    paint(canvas, *arguments)
    return canvas[0].sum(), canvas


def test_an_ellipse_has_the_area_pi_a_b():
    white = np.ones(3, np.float32)
    area, _ = covered(paint_ellipse, np.array([50.2, 49.7]), np.array([24, 18.0]), np.array([-12, 16.0]), white)
    np.testing.assert_allclose(area, np.pi * 30 * 20, rtol=0.01)


def test_a_blade_has_the_area_under_its_outline():
    white, base, axis, across = np.ones(3, np.float32), np.array([10.0, 50]), np.array([80.0, 0]), np.array([0, 20.0])
    _, canvas = covered(paint_blade, base, axis, across, white, white)
    s = np.linspace(0, 1, 1001)
    half = (s + 0.3) * (1 - s**2 * (0.5 + 0.5 * s))
    painted = np.count_nonzero(canvas[0, :, 10:] > 0.4)  # even the shaded parts are brighter
    np.testing.assert_allclose(painted, 2 * 20 * 80 * trapezoid(half, s), rtol=0.03)


@given(st.floats(-200, 300), st.floats(-200, 300), st.floats(1, 50))
def test_paint_outside_the_canvas_is_left_out(x, y, size):
    white, centre = np.ones(3, np.float32), np.array([x, y])
    for paint, arguments in [
        (paint_ellipse, (centre, np.array([size, 0]), np.array([0, size]), white)),
        (paint_blade, (centre, np.array([size, size]), np.array([-1.0, 1]), white, white)),
        (scatter_dots, (centre[None], white[None], size / 10)),
    ]:
        area, canvas = covered(paint, *arguments, size=20)
        assert 0 <= canvas.min() and canvas.max() <= 1.5
        if max(abs(centre - 10)) > 10 + 3 * size:
            assert area == 0


def test_smooth_noise_is_standard_normal_and_smooth():
    rng = np.random.default_rng(0)
    noise = np.stack([smooth_noise(rng, 20, 30, (5, 5)) for _ in range(500)])
    np.testing.assert_allclose(noise.mean(axis=0), 0, atol=0.25)
    np.testing.assert_allclose(noise.std(axis=0), 1, atol=0.2)
    assert np.abs(np.diff(noise, axis=2)).mean() < 0.3  # neighbours in white noise differ by 1.13 on average


# Bad input


@pytest.mark.parametrize(
    ("arguments", "advice"),
    [
        ({"n": 0}, "n must be a whole number of at least 1"),
        ({"n": 2.5}, "n must be a whole number"),
        ({"n": True}, "n must be a whole number"),
        ({"seed": -1}, "seed must be a whole number of at least 0"),
        ({"size": (7, 64)}, "height must be a whole number of at least 8"),
        ({"size": (64, 3.5)}, "width must be a whole number"),
        ({"size": (64,)}, "size must be a height and a width"),
        ({"size": (64, 64, 3)}, "size must be a height and a width"),
        ({"size": 64}, "size must be a height and a width"),
        ({"shares": (1, 1)}, "shares must be 3 numbers"),
        ({"shares": (0, 0, 0)}, "shares must be 3 numbers"),
        ({"shares": (1, -1, 1)}, "shares must be 3 numbers"),
        ({"shares": (1, np.nan, 1)}, "shares must be 3 numbers"),
        ({"shares": "all"}, "shares must be 3 numbers"),
    ],
)
def test_bad_arguments_are_refused_with_advice(arguments, advice):
    with pytest.raises(CourseError, match=advice) as refusal:
        sunflowers(**{"n": 1, **arguments})
    assert "\n" not in str(refusal.value)


def test_an_unknown_pose_is_refused_with_a_list_of_the_known_ones():
    with pytest.raises(CourseError, match="choose one of face-on, slim, odd"):
        draw_sunflower(np.random.default_rng(0), pose="upside-down")
