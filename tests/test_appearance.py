"""The numbers of how drawings look: in the order of known faults, and worked out by hand."""

from time import process_time

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation.appearance import (
    APPEARANCE_METRICS,
    appearance_estimates,
    appearance_metrics,
    appearance_of,
    flower_distances,
)
from gan_course.evaluation.bootstrap import resample
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.poses import pose_features
from gan_course.evaluation.spectrum import radial_spectra
from gan_course.evaluation.textures import bounded, clean_probabilities_of, texture_features

RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def training():
    return sunflowers(150)[0]


@pytest.fixture(scope="module")
def distances(training):
    return flower_distances(training)


@pytest.fixture(scope="module")
def fresh():
    return sunflowers(150, seed=740_003)[0]


def grain(images, sigma):
    return np.clip(images + sigma * np.random.default_rng(1).standard_normal(images.shape), -1, 1).astype(np.float32)


def blur(images, sigma):
    return gaussian_filter(images, (0, 0, sigma, sigma))


@pytest.mark.parametrize(("fault", "strengths"), [(grain, (0.1, 0.2, 0.4)), (blur, (0.7, 1.4, 2.8))])
def test_a_stronger_fault_is_further_away(distances, fresh, fault, strengths):
    numbers = [distances(images) for images in (fresh, *(fault(fresh, strength) for strength in strengths))]
    for metric in ("texture_kernel_distance", "spectral_distance"):
        values = [number[metric] for number in numbers]
        assert values == sorted(values) and values[1] > values[0] + 0.1 * abs(values[0]), metric
    shares = [number["share_clean"] for number in numbers]
    assert shares == sorted(shares, reverse=True) and shares[0] > 0.6 > 0.2 > shares[-1]


def test_a_faint_grain_that_the_poses_do_not_see_is_seen(distances, fresh):
    clean, grainy = distances(fresh), distances(grain(fresh, 0.15))
    assert abs(grainy["kernel_distance"] - clean["kernel_distance"]) < 0.005
    assert grainy["spectral_distance"] > 5 * clean["spectral_distance"]
    assert grainy["share_clean"] < 0.5 * clean["share_clean"]


def test_copies_are_as_near_as_can_be_so_look_at_their_neighbours(distances, training, fresh):
    copied, clean = distances(training), distances(fresh)
    assert copied["spectral_distance"] == pytest.approx(0, abs=1e-6)
    assert copied["texture_kernel_distance"] <= clean["texture_kernel_distance"]


def test_the_numbers_are_those_of_their_parts(training, fresh, distances):
    samples = grain(fresh[:40], 0.05)
    numbers = distances(samples)
    assert list(numbers) == ["kernel_distance", *APPEARANCE_METRICS]
    spectra = [radial_spectra(images).mean(axis=0) for images in (samples, training)]
    textures = [bounded(texture_features(images)) for images in (samples, training)]
    expected = {
        "kernel_distance": kernel_distance(pose_features(samples), pose_features(training)),
        "texture_kernel_distance": kernel_distance(*textures),
        "spectral_distance": np.sqrt(np.mean((spectra[0] - spectra[1]) ** 2)),
        "share_clean": np.mean(clean_probabilities_of(texture_features(samples)) > 0.8),
    }
    assert numbers == pytest.approx(expected, rel=1e-4, abs=1e-6)


def test_nan_pixels_give_nan(distances, fresh):
    spoilt = fresh[:4].copy()
    spoilt[0, 0, 0, 0] = np.nan
    assert all(np.isnan(value) for value in distances(spoilt).values())


def test_any_size_and_grey_can_be_measured():
    for size, gray in (((16, 16), True), ((40, 64), False)):
        images, _ = sunflowers(12, size, gray)
        numbers = flower_distances(images)(sunflowers(12, size, gray, seed=1)[0])
        assert all(np.isfinite(value) for value in numbers.values())


def test_intervals_hold_what_other_drawings_give(training):
    """Of ten sets of fresh drawings each interval should hold nearly all, were it around their mean."""
    real, again = appearance_of(training), resample(60, 100, RNG)
    sets = [appearance_of(part) for part in np.split(sunflowers(600, seed=740_004)[0], 10)]
    values = [appearance_metrics(part, real)["spectral_distance"] for part in sets]
    estimates = appearance_estimates(sets[0], real, again)
    assert list(estimates) == list(APPEARANCE_METRICS)
    for name, (value, low, high) in estimates.items():
        assert value == pytest.approx(appearance_metrics(sets[0], real)[name], rel=1e-5, abs=1e-6)
        assert low <= value <= high
    reach = estimates["spectral_distance"].high - estimates["spectral_distance"].value
    assert reach == pytest.approx(1.96 * np.std(values, ddof=1), rel=0.6)


def test_a_thousand_pictures_take_two_seconds_of_the_processor(distances, fresh):
    distances(fresh[:10])
    images = np.concatenate([fresh] * 7)[:1000]
    start = process_time()
    distances(images)
    assert process_time() - start < 4  # measured: about 1; the rest is room for a busy machine
