"""What pictures hold at each frequency: how far two sets differ there, and the checkerboards that doubling leaves."""

import numpy as np
from scipy.fft import rfft2

ROUNDING = (2 / 255) ** 2 / 12  # the variance that 256 levels from -1 to 1 leave: less power than that, nobody sees


def power_spectrum(images: np.ndarray) -> np.ndarray:
    """The mean power at each frequency, `(H, W)`, of pictures `(N, C, H, W)`.

    Entry (k, l) stands for k waves over the height and l over the width, as in `numpy.fft.fft2`; it is
    |FFT|^2 / (H W)^2, so that all entries together are the mean square of the pixels. The mean of each picture and
    channel is taken off first.

    Raises:
        ValueError: another number of axes.
    """
    if images.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), not {images.shape}")
    images = images.astype(np.float64)
    images = images - images.mean(axis=(2, 3), keepdims=True)
    return (np.abs(np.fft.fft2(images, norm="forward")) ** 2).mean(axis=(0, 1))


def checkerboard_share(images: np.ndarray, period: int = 2) -> float:
    """The part of the contrast that repeats every `period` pixels, relative to what lies around it; 1 means none.

    It is the mean power at the frequencies that are multiples of 1 / period (in height, in width, or both), divided
    by the mean power at their neighbours, one wave more or less. Layers that double leave a pattern of period 2, and
    an earlier doubling one of period 4 (Odena, Dumoulin & Olah 2016, "Deconvolution and checkerboard artifacts").
    Real pictures have no such peaks: print theirs beside it.

    Args:
        images: `(N, C, H, W)`; `period` must divide H and W, which are at least 4 times as large.
        period: pixels, from 2.

    Raises:
        ValueError: a period that does not divide the sides.
    """
    power = power_spectrum(images)
    height, width = power.shape
    if period < 2 or height % period or width % period or min(height, width) < 4 * period:
        raise ValueError(f"a period of {period} does not fit pictures of {height}x{width}")
    peaks, around = [], []
    for row in range(0, height, height // period):
        for column in range(0, width, width // period):
            if row == column == 0:
                continue  # the mean
            peaks.append(power[row, column])
            near = [(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]
            around += [power[i % height, j % width] for i, j in near]
    return float(np.mean(peaks) / np.mean(around))


def radial_spectra(images: np.ndarray) -> np.ndarray:
    """How much of each picture is how fine, in decibels: float32 `(N, R)`, from coarse to fine.

    Ring r of R holds the frequencies of about r waves over the shorter side (r from 1; the last are in the corners of
    the spectrum, diagonal and finer than half a wave a pixel). Its number is 10 log10 of the mean of |FFT|^2 / (H W)
    over the ring and the channels, plus `ROUNDING`: white noise of variance v has 10 log10 v everywhere, and a
    picture at half the contrast 6 dB less. Generators leave their marks there (Durall et al. 2020, "Watch your
    up-convolution", whose azimuthal average this is).

    Args:
        images: `(N, C, H, W)`, of any size.

    Raises:
        ValueError: another number of axes.
    """
    if images.ndim != 4:
        raise ValueError(f"images must be (N, C, H, W), not {images.shape}")
    averages = ring_averages(*images.shape[2:])
    powers = [power_of(images[start : start + 100]) @ averages for start in range(0, len(images), 100)]
    return 10 * np.log10(np.concatenate([np.zeros((0, averages.shape[1]), np.float32), *powers]) + ROUNDING)


def power_of(images: np.ndarray) -> np.ndarray:
    """|FFT|^2 / (H W) of each picture, the mean of its channels: `(N, C, H, W)` -> `(N, H * (W // 2 + 1))`."""
    power = np.abs(rfft2(images.astype(np.float32), norm="ortho")) ** 2
    return power.mean(axis=1).reshape(len(images), -1)


def ring_averages(height: int, width: int) -> np.ndarray:
    """The matrix that averages the frequencies of `rfft2`, flat, over R rings: `(height * (width // 2 + 1), R)`."""
    waves = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)) * min(height, width)
    rings = np.arange(1, round(waves.max()) + 1)  # without the mean, which is no contrast
    members = (np.abs(waves.ravel()[:, None] - rings) <= 0.5).astype(np.float32)
    return members / members.sum(axis=0)


def spectral_distance(spectra: np.ndarray, others: np.ndarray) -> float:
    """How far apart two sets are in decibels: the root mean square, over the rings, of the difference of their means.

    Around 0.1 or 0.2 where both sets hold hundreds of drawings from one source. It is blind to where things are, to
    copies, and to what varies around the mean.

    Args:
        spectra: `radial_spectra` of one set, `(N, R)`, N at least 1.
        others: of the other, of pictures of the same size, `(M, R)`, M at least 1.

    Raises:
        ValueError: no pictures, or of different sizes.
    """
    if spectra.ndim != 2 or spectra.shape[1:] != others.shape[1:] or min(len(spectra), len(others)) < 1:
        raise ValueError(f"cannot compare spectra {spectra.shape} with {others.shape}")
    difference = spectra.mean(axis=0, dtype=np.float64) - others.mean(axis=0, dtype=np.float64)
    return float(np.sqrt((difference**2).mean()))
