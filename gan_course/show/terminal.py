"""Pictures in a terminal: in each character the upper half has one colour and the lower half another.

Terminals that draw real pixels (sixel) are rare, and how to ask for it differs between them; colours of 24 bits are
nearly everywhere.
"""

import shutil
import sys
from time import perf_counter
from typing import TextIO

import numpy as np
from PIL import Image
from tqdm import tqdm

from gan_course.show.replay import SECONDS, paced
from gan_course.show.watching import Callback, harmless
from gan_course.viz.grids import Grid, grid_of
from gan_course.viz.pace import Pace
from gan_course.viz.recording import Recording

SHARE, PAUSE = 0.03, 0.5  # of the training's time; seconds
LEAST_SCALE = 0.4  # below it digits cannot be told apart: fewer of them are shown instead
OTHER_LINES = 3  # of the terminal: what is told above the picture, the progress bar, and the line of the cursor


def in_terminal(experiment, film, history) -> Callback:
    """An audience (`show.watching.Audience`) at the terminal; where stdout is none, it sees nothing."""
    if not sys.stdout.isatty():
        return lambda step, losses: None
    painter, pace = Painter(sys.stdout), Pace(perf_counter(), SHARE, PAUSE)

    def callback(step: int, losses: dict[str, float]) -> None:
        """Paint the first picture and the last one, and others as time allows."""
        start = perf_counter()
        if painter.num_lines and step < experiment.num_steps and not pace.is_due(start):
            return
        picture = experiment.draw()
        painter.paint(picture, grid_of(picture, experiment.images.shape[2:]), f"step {step:,}")
        pace.took(start, perf_counter())

    return harmless(callback)


def replay_in_terminal(recording: Recording, seconds: float = SECONDS) -> None:
    """Paint the frames of a recording; nothing where stdout is no terminal."""
    painter = Painter(sys.stdout)
    for index in paced(recording, seconds) if sys.stdout.isatty() else ():
        painter.paint(recording.frames[index], recording.grid, f"step {recording.steps[index]:,}")


class Painter:
    """Paints pictures above the progress bar, each in place of the last one."""

    def __init__(self, stream: TextIO):
        self.stream, self.size = stream, shutil.get_terminal_size()
        self.num_lines = 0  # of what stands there

    def paint(self, picture: np.ndarray, grid: Grid | None, words: str) -> None:
        """Write over what was painted last; the progress bar moves out of the way."""
        lines = [words, *half_blocks(fitted(picture, grid, self.size.columns, 2 * (self.size.lines - OTHER_LINES)))]
        upwards = f"\x1b[{self.num_lines}F" if self.num_lines else ""
        with tqdm.external_write_mode(file=self.stream):
            self.stream.write(upwards + "".join(f"\x1b[K{line}\n" for line in lines))
            self.stream.flush()
        self.num_lines = len(lines)


def fitted(picture: np.ndarray, grid: Grid | None, width: int, height: int) -> np.ndarray:
    """A picture in so many pixels at most, uint8 `(h, w, 3)` with an even h.

    It is enlarged a whole number of times where there is room. Where it would have to become smaller than LEAST_SCALE,
    only as many whole cells of its grid are shown as fit.
    """
    if grid and min(width / picture.shape[1], height / picture.shape[0]) < LEAST_SCALE:
        picture = picture[: fitting(height, grid.cell_height, grid), : fitting(width, grid.cell_width, grid)]
    image = Image.fromarray(picture).convert("RGB")
    scale = min(width / image.width, height / image.height)
    if scale >= 1:
        size, how = (image.width * int(scale), image.height * int(scale)), Image.Resampling.NEAREST
    else:
        size, how = (max(1, int(image.width * scale)), max(1, int(image.height * scale))), Image.Resampling.BOX
    pixels = np.asarray(image.resize(size, how))
    return np.pad(pixels, [(0, len(pixels) % 2), (0, 0), (0, 0)], mode="edge")


def fitting(room: int, cell: int, grid: Grid) -> int:
    """Pixels of a picture, along one side, whose whole cells fit into `room` at LEAST_SCALE; one cell at least."""
    count = max(1, int((room / LEAST_SCALE + grid.gap) // (cell + grid.gap)))
    return count * (cell + grid.gap) - grid.gap


def half_blocks(pixels: np.ndarray) -> list[str]:
    """Pixels, uint8 `(h, w, 3)` with an even h -> h / 2 lines of w characters with 24-bit colours."""
    lines = []
    for upper, lower in zip(pixels[::2].tolist(), pixels[1::2].tolist()):
        line, before = "", None
        for colours in zip(upper, lower):
            if colours != before:
                (r, g, b), (under_r, under_g, under_b) = before = colours
                line += f"\x1b[38;2;{r};{g};{b};48;2;{under_r};{under_g};{under_b}m"
            line += "▀"
        lines.append(f"{line}\x1b[0m")
    return lines
