"""The spectrum against Parseval and patterns of a known period."""

import numpy as np
import pytest

from gan_course.evaluation.spectrum import checkerboard_share, power_spectrum

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
