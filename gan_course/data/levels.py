"""Pictures as levels of 8 bits: a quarter of the memory, for folders of many thousands, until a batch is wanted."""

import numpy as np


def scaled(pictures: np.ndarray) -> np.ndarray:
    """Levels, uint8 from 0 to 255, as float32 in [-1, 1]: x / 127.5 - 1. Any other array is given back as it is."""
    if pictures.dtype != np.uint8:
        return pictures
    images = pictures.astype(np.float32)
    images /= np.float32(127.5)  # in place: no third array of this size
    images -= np.float32(1)
    return images


def in_units_of(pictures: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Images in [-1, 1], in the units of `pictures`: unrounded levels from 0 to 255 where these are levels."""
    return (images + 1) * np.float32(127.5) if pictures.dtype == np.uint8 else images
