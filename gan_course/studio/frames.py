"""The pictures of a recording, ready for a film: cut to some cells, enlarged without blur where they are small."""

from typing import NamedTuple

import numpy as np
from PIL import Image

from gan_course.errors import CourseError
from gan_course.viz.recording import Recording

SHARP_CELL, SHARP_FRAME = 32, 300  # pixels: where cells, or frames without any, are at most so large, pixels are seen


class Frames(NamedTuple):
    """The pictures of one recording."""

    pictures: np.ndarray  # uint8 (N, H, W) or (N, H, W, 3)
    sharp: bool  # each pixel stays a square: digits; else the picture is smooth: photographs

    def fitted(self, width: int, height: int) -> tuple[int, int]:
        """Width and height of a picture in so much room: sharp ones are enlarged by whole factors only."""
        own_height, own_width = self.pictures.shape[1:3]
        factor = min(width / own_width, height / own_height)
        if self.sharp and factor > 1:
            factor = int(factor)
        return max(round(own_width * factor), 1), max(round(own_height * factor), 1)

    def picture(self, index: int, size: tuple[int, int], block: int = 1) -> Image.Image:
        """A picture enlarged, or made smaller, to `size` (width, height).

        Args:
            index: which.
            size: as `fitted` gives it.
            block: pixels of the size of the picture are given up: what is left are squares of so many pixels, times the
                factor of a sharp picture.
        """
        picture = Image.fromarray(self.pictures[index]).convert("RGB")
        if self.sharp and size[0] >= picture.width:
            if block > 1:
                picture = picture.reduce(block)
                block *= size[0] // self.pictures.shape[2]
                return blown_up(picture, block, size)
            return picture.resize(size, Image.Resampling.NEAREST)
        coarse = (-(-size[0] // block), -(-size[1] // block))
        return blown_up(picture.resize(coarse, Image.Resampling.LANCZOS), block, size)


def blown_up(picture: Image.Image, factor: int, size: tuple[int, int]) -> Image.Image:
    """Each pixel a square of `factor` pixels, cut to `size`."""
    large = picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.NEAREST)
    return large.crop((0, 0, *size))


def frames_of(recording: Recording, columns: int | None = None, rows: int | None = None) -> Frames:
    """The pictures of a recording, of its grid only the first so many columns and rows.

    Args:
        recording: with at least one frame.
        columns: of cells; all by default.
        rows: of cells; as many as columns by default.

    Raises:
        CourseError: columns or rows are wanted of frames that have none.
    """
    pictures, grid = without_colour(recording.frames), recording.grid
    if grid is None:
        if columns or rows:
            raise CourseError(f"the frames of {recording.name!r} have no columns and rows: leave these options out")
        return Frames(pictures, max(pictures.shape[1:3]) <= SHARP_FRAME)
    shown_columns = min(columns or grid.columns, grid.columns)
    shown_rows = min(rows or columns or grid.rows, grid.rows)
    width = shown_columns * (grid.cell_width + grid.gap) - grid.gap
    height = shown_rows * (grid.cell_height + grid.gap) - grid.gap
    pictures = pictures[:, :height, :width]
    repeats = repeats_of(pictures[-1])
    cell = max(grid.cell_width, grid.cell_height) // repeats
    return Frames(pictures[:, ::repeats, ::repeats], cell <= SHARP_CELL)


def without_colour(pictures: np.ndarray) -> np.ndarray:
    """Greys `(N, H, W)` where `(N, H, W, 3)` hold no colour, as in an older run's film; else the same."""
    grey = pictures.ndim == 4 and (pictures == pictures[..., :1]).all()
    return pictures[..., 0] if grey else pictures


def repeats_of(picture: np.ndarray) -> int:
    """How many times, up to four, each pixel of a picture was repeated across and down; a little noise is let pass."""
    for repeats in (4, 3, 2):
        height, width = (side // repeats * repeats for side in picture.shape[:2])
        few = picture[:height:repeats, :width:repeats]
        again = few.repeat(repeats, axis=0).repeat(repeats, axis=1).astype(int)
        if few.std() > 4 and np.abs(again - picture[:height, :width]).mean() < 2:
            return repeats
    return 1
