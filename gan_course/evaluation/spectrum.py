"""Checkerboards: how much of a picture's contrast lies at the frequencies that doubling can leave behind."""

import numpy as np


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
