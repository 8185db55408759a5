"""PNG for the outputs of a notebook: large enough to see the pixels, and few bytes."""

import io

import numpy as np
from PIL import Image

MOST_SIDE = 600  # pixels; larger pictures are made smaller


def enlarged(picture: np.ndarray, side: int, coarseness: int = 1) -> Image.Image:
    """As many whole times as fit into a square, so that every pixel stays a square; smaller only where it must be.

    Args:
        picture: uint8 `(H, W)` or `(H, W, 3)`.
        side: of the square, in pixels.
        coarseness: of 2 or more to show squares of so many pixels as one, which takes fewer bytes.
    """
    image = Image.fromarray(picture).convert("RGB")
    scale = side // max(image.size) or min(1, MOST_SIDE / max(image.size))
    size = round(image.width * scale), round(image.height * scale)
    if coarseness > 1:
        image = image.resize((image.width // coarseness, image.height // coarseness), Image.Resampling.BOX)
    return image.resize(size, Image.Resampling.NEAREST if scale >= 1 or coarseness > 1 else Image.Resampling.BICUBIC)


def encode(picture: Image.Image, colours: int = 256, smallest: bool = False) -> bytes:
    """PNG with at most so many colours; quickly, or in as few bytes as it can be."""
    stream = io.BytesIO()
    few = picture.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few.save(stream, "png", compress_level=9 if smallest else 1)
    return stream.getvalue()
