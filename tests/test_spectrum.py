"""The spectrum against Parseval, patterns of a known period, and filters of a known response."""

import numpy as np
import pytest

from gan_course.evaluation.spectrum import (
    ROUNDING,
    checkerboard_share,
    power_spectrum,
    radial_spectra,
    ring_averages,
    spectral_distance,
)

ROWS, COLUMNS = np.mgrid[:32, :48]


def noise(n=200, channels=1):
    return np.random.default_rng(0).standard_normal((n, channels, 32, 48), np.float32)


def test_the_powers_add_up_to_the_mean_square():
    images = 3 + noise(channels=3)
    expected = images.var(axis=(2, 3)).mean()
    assert power_spectrum(images).sum() == pytest.approx(expected, rel=1e-5)


def test_a_wave_has_its_power_at_its_frequency():
    wave = np.cos(2 * np.pi * (3 * ROWS / 32 + 5 * COLUMNS / 48))[None, None]
    expected = np.zeros((32, 48))
    expected[3, 5] = expected[-3, -5] = 1 / 4
    np.testing.assert_allclose(power_spectrum(wave), expected, atol=1e-12)


@pytest.mark.parametrize("period", [2, 4])
def test_noise_has_no_checkerboard(period):
    assert checkerboard_share(noise(), period) == pytest.approx(1, abs=0.15)


def test_a_checkerboard_is_seen_at_its_period():
    """Noise has the power 1 / (H W) at each frequency; the board adds its mean square to one of the three peaks."""
    board = np.where((ROWS + COLUMNS) % 2, 0.1, -0.1)
    share = checkerboard_share(noise() + board, period=2)
    assert share == pytest.approx(1 + 0.1**2 * 32 * 48 / 3, rel=0.15)


def test_pixels_that_differ_in_brightness_by_place_are_a_pattern_of_that_period():
    """One bright pixel in 4x4 has the amplitude 1 / 16 at each of the frequencies."""
    stamp = np.where((ROWS % 4 == 0) & (COLUMNS % 4 == 0), 1, 0)
    assert checkerboard_share(noise() + stamp, period=4) == pytest.approx(1 + 32 * 48 / 16**2, rel=0.1)
    assert checkerboard_share(noise() + np.where(COLUMNS % 4 < 2, 1, -1), period=2) == pytest.approx(1, abs=0.2)


@pytest.mark.parametrize("period", [0, 1, 3, 5, 16])
def test_a_period_that_does_not_fit_is_refused(period):
    with pytest.raises(ValueError, match="does not fit pictures of 32x48"):
        checkerboard_share(noise(2), period)


def test_one_picture_without_its_axes_is_refused():
    with pytest.raises(ValueError, match=r"\(N, C, H, W\)"):
        power_spectrum(noise(1)[0])


def test_a_quarter_of_the_shorter_side_is_the_longest_period():
    assert checkerboard_share(noise(), period=8) == pytest.approx(1, abs=0.15)


@pytest.mark.parametrize(("row", "column"), [(14, 24), (16, 22), (14, 22), (14, 23), (18, 22), (1, 0)])
def test_what_is_two_waves_off_a_peak_counts_neither_as_peak_nor_as_its_neighbour(row, column):
    """Nor what is next to the mean, which is no peak."""
    wave = np.cos(2 * np.pi * (row * ROWS / 32 + column * COLUMNS / 48))
    assert checkerboard_share(noise() + wave) == pytest.approx(checkerboard_share(noise()), rel=1e-3)


NEXT_TO = {  # the three peaks of period 2, and the waves next to each; every wave has a mirror image across the peak
    (16, 24): [(15, 24), (16, 23), (15, 23), (17, 23)],
    (16, 0): [(15, 0), (16, 1), (15, 1), (17, 1)],
    (0, 24): [(1, 24), (0, 23), (1, 23), (31, 23)],
}


@pytest.mark.parametrize(("peak", "near"), [(peak, near) for peak in NEXT_TO for near in NEXT_TO[peak]])
def test_all_eight_neighbours_of_a_peak_weigh_alike(peak, near):
    """A board of 1 and -1 has the power 1 at one of 3 peaks; a cos(...) has a^2 / 4 at 2 of their 24 neighbours."""
    board, wave = (np.cos(2 * np.pi * (row * ROWS / 32 + column * COLUMNS / 48)) for row, column in (peak, near))
    share = checkerboard_share((board + 2 * wave)[None, None])
    assert share == pytest.approx((1 / 3) / (2 * 1 / 24))


@pytest.mark.parametrize("variance", [0.01, 0.25])
def test_white_noise_has_its_variance_at_every_fineness(variance):
    spectra = radial_spectra(np.sqrt(variance) * noise(channels=3))
    assert spectra.shape == (200, 23)  # to the corner, sqrt(16^2 + 16^2) waves, which is one frequency alone
    np.testing.assert_allclose(spectra[:, 4:-1].mean(axis=0), 10 * np.log10(variance), atol=0.3)


def test_half_the_contrast_is_six_decibels_less_at_every_fineness():
    images = noise()
    halved = radial_spectra(images) - radial_spectra(images / 2)
    np.testing.assert_allclose(halved[:, :-1], 10 * np.log10(4), atol=0.01)
    distance = spectral_distance(radial_spectra(images / 2), radial_spectra(images))
    assert distance == pytest.approx(10 * np.log10(4), abs=0.01)


def test_a_wave_is_in_the_ring_of_its_length():
    """12 waves over 32 rows, and 18 over 48 columns, are equally fine: ring 12, the eleventh from 0."""
    for wave in (np.cos(2 * np.pi * 12 * ROWS / 32), np.cos(2 * np.pi * 18 * COLUMNS / 48)):
        spectrum = radial_spectra(wave[None, None])[0]
        assert spectrum.argmax() == 11 and np.sort(spectrum)[-2] < 10 * np.log10(ROUNDING) + 0.1


def test_blur_takes_from_fine_rings_what_its_transfer_function_says():
    """A wave-wise product: averaging a pixel with its right neighbour leaves cos^2(pi f) of the power at f a pixel."""
    images = noise(400)
    blurred = (images + np.roll(images, 1, axis=3)) / 2
    waves = np.stack([np.cos(2 * np.pi * k * COLUMNS / 48) for k in (6, 12, 18)])[:, None]
    lost = radial_spectra(waves) - radial_spectra((waves + np.roll(waves, 1, axis=3)) / 2)
    for row, k in zip(lost, (6, 12, 18), strict=True):
        assert row[round(k * 32 / 48) - 1] == pytest.approx(-20 * np.log10(np.cos(np.pi * k / 48)), abs=0.01)
    change = radial_spectra(blurred).mean(axis=0) - radial_spectra(images).mean(axis=0)
    assert change[1] > -0.3 and (np.diff(change[[1, 6, 11, 16, 21]]) < -0.5).all()


def test_a_set_has_no_distance_from_itself_and_little_from_its_like():
    one, other = (radial_spectra(half) for half in np.split(noise(400), 2))
    assert spectral_distance(one, one) == 0
    expected = np.sqrt((one.var(axis=0, ddof=1) / 200 + other.var(axis=0, ddof=1) / 200).mean())
    assert spectral_distance(one, other) == pytest.approx(expected, rel=0.5)


def test_a_flat_picture_has_what_rounding_leaves():
    rounded = np.round(127.5 * noise(20)) / 127.5 - noise(20)
    flat = radial_spectra(np.full((1, 1, 32, 48), 0.3))
    np.testing.assert_allclose(flat[:, 4:], radial_spectra(rounded)[:, 4:].mean() - 10 * np.log10(2), atol=0.3)


@pytest.mark.parametrize("size", [(8, 8), (9, 9), (28, 28), (8, 31), (64, 64), (128, 160), (33, 17)])
def test_every_ring_has_frequencies_and_every_frequency_but_the_mean_a_ring(size):
    averages = ring_averages(*size)
    np.testing.assert_allclose(averages.sum(axis=0), 1, rtol=1e-5)
    outside = np.flatnonzero(averages.sum(axis=1) == 0)
    waves = np.hypot(np.fft.fftfreq(size[0])[:, None], np.fft.rfftfreq(size[1])).ravel() * min(size)
    assert (waves[outside] < 0.5).all()


def test_many_pictures_are_looked_at_as_one_by_one():
    images = noise(150, channels=3)
    alone = np.concatenate([radial_spectra(image[None]) for image in images])
    np.testing.assert_allclose(radial_spectra(images), alone, atol=1e-3)
    assert radial_spectra(images[:0]).shape == (0, alone.shape[1])


def test_spectra_of_other_sizes_and_of_no_pictures_are_refused():
    one = radial_spectra(noise(2))
    for other in (radial_spectra(np.zeros((2, 1, 16, 16))), one[:0], one[0]):
        with pytest.raises(ValueError, match="cannot compare spectra"):
            spectral_distance(one, other)
    with pytest.raises(ValueError, match=r"\(N, C, H, W\)"):
        radial_spectra(noise(1)[0])
