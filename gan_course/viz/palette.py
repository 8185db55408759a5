"""A palette for a whole film: few colours, the same in every frame, so that none flickers."""

import warnings

import numpy as np
from PIL import Image
from scipy.cluster.vq import kmeans2

MOST_PIXELS = 33_000  # that k-means looks at
NEAR = 8  # of 255


def reduce_colours(frames: np.ndarray, colours: int) -> np.ndarray:
    """Frames `(N, H, W)` or `(N, H, W, 3)` in at most so many colours, the same in all."""
    if frames.ndim == 3:
        step = 255 / (colours - 1)
        return (np.round(frames / step) * step).round().astype(np.uint8)
    palette = palette_of(np.concatenate(frames[np.linspace(0, len(frames) - 1, 8).astype(int)]), colours)
    reduced = [Image.fromarray(frame).quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    return np.stack([np.asarray(image.convert("RGB")) for image in reduced])


def palette_of(picture: np.ndarray, colours: int) -> Image.Image:
    """An image whose palette suits a picture `(H, W, 3)`: spread over all its colours, then moved to where they lie.

    The first alone paints a blue sky violet; five rounds of k-means bring most of that back, and leave rare colours.
    """
    pixels = picture.reshape(-1, 3)
    kinds = one_of_each(pixels)
    first = Image.fromarray(kinds[None]).quantize(colours, method=Image.Quantize.MAXCOVERAGE)
    centres = np.array(first.getpalette(), float).reshape(-1, 3)[:colours]
    few = pixels[:: max(1, len(pixels) // MOST_PIXELS)].astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # no pixel may be near a rare colour, which then stays
        centres, _ = kmeans2(few, centres, iter=5, minit="matrix")
    return image_of(np.round(centres).astype(np.uint8))


def one_of_each(pixels: np.ndarray) -> np.ndarray:
    """The first of all pixels `(N, 3)` that agree in the high five bits of each colour: rare ones stay among them."""
    red, green, blue = (pixels.astype(int) >> 3).T
    _, first = np.unique(red << 10 | green << 5 | blue, return_index=True)
    return pixels[first]


def join_palettes(first: Image.Image, second: Image.Image) -> Image.Image:
    """The colours of both, 255 at most: a GIF wants one for what stays as it is.

    Of the second, colours that are nearly one of the first are left out: Pillow looks at six bits of each colour when
    it takes the nearest, and would take them instead.
    """
    kept, more = (np.array(palette.getpalette(), int).reshape(-1, 3) for palette in (first, second))
    apart = np.abs(more[:, None] - kept[None]).max(axis=2).min(axis=1)
    return image_of(np.concatenate([kept, more[apart > NEAR]])[:255].astype(np.uint8))


def image_of(colours: np.ndarray) -> Image.Image:
    """An image of one pixel with a palette of these colours, uint8 `(N, 3)`."""
    palette = Image.new("P", (1, 1))
    palette.putpalette(colours.ravel().tolist())
    return palette
