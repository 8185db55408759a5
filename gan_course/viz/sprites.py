"""Many pictures of one size in few files: sheets of WebP, which a browser reads as it does a photograph."""

import io
from collections.abc import Iterator

import numpy as np
from PIL import Image

MOST_SIDE = 4096  # pixels of a sheet: larger ones are slow to unpack, and no WebP has more than 16,383


def sheets(frames: np.ndarray) -> Iterator[tuple[np.ndarray, int, int]]:
    """Frames laid out row by row without gaps, black where a sheet is not full, in as few sheets as hold them.

    Args:
        frames: uint8 `(N, H, W)` or `(N, H, W, 3)`, at most `MOST_SIDE` a side.

    Yields:
        a sheet, uint8 `(rows * H, columns * W)`, with a last axis of 3 for colour; how many frames are on it; columns.
    """
    height, width = frames.shape[1:3]
    most_columns, most_rows = MOST_SIDE // width, MOST_SIDE // height
    for start in range(0, len(frames), most_columns * most_rows):
        part = frames[start : start + most_columns * most_rows]
        columns = min(most_columns, max(-(-len(part) // most_rows), round(np.sqrt(len(part) * height / width)), 1))
        rows = -(-len(part) // columns)
        sheet = np.zeros((rows * columns, *frames.shape[1:]), np.uint8)
        sheet[: len(part)] = part
        sheet = sheet.reshape(rows, columns, *frames.shape[1:]).swapaxes(1, 2)  # (rows, H, columns, W[, 3])
        yield sheet.reshape(rows * height, columns * width, *frames.shape[3:]), len(part), columns


def cut(sheet: np.ndarray, count: int, columns: int) -> np.ndarray:
    """The frames of a sheet, `(count, H, W)` or `(count, H, W, 3)`: undoes `sheets`."""
    rows = -(-count // columns)
    height, width = sheet.shape[0] // rows, sheet.shape[1] // columns
    frames = sheet.reshape(rows, height, columns, width, *sheet.shape[2:]).swapaxes(1, 2)
    return frames.reshape(rows * columns, height, width, *sheet.shape[2:])[:count]


def encode_webp(picture: np.ndarray, quality: int | None) -> bytes:
    """uint8 `(H, W)` or `(H, W, 3)` as WebP; without loss where the quality, from 0 to 100, is None."""
    stream = io.BytesIO()
    lossless = quality is None
    Image.fromarray(picture).save(stream, "webp", lossless=lossless, quality=70 if lossless else quality, method=4)
    return stream.getvalue()


def decode(content: bytes, colour: bool) -> np.ndarray:
    """A picture file, uint8 `(H, W)`, or `(H, W, 3)` for colour."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB" if colour else "L"))
