"""GIFs of training progress: frames from one fixed noise, more of them early, when most happens."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_course.viz.pictures import save_picture

CAPTION_HEIGHT = 18
MAX_BYTES = 2_000_000
FRAME_MS, LAST_FRAME_MS = 150, 2_000


def frame_steps(num_steps: int, num_frames: int) -> list[int]:
    """Steps at which to take a frame: 0, `num_steps`, and squares in between, so that early ones lie closer."""
    return sorted({round(num_steps * (i / (num_frames - 1)) ** 2) for i in range(num_frames)})


class GifRecorder:
    """A callback for `train` that takes a picture now and then and stamps it with the step and the losses.

    Args:
        draw: returns the picture now, uint8 `(H, W)` or `(H, W, 3)`, always of one size. It should use the same
            noise each time, so that what moves is the model.
        num_steps: length of the training.
        num_frames: frames wanted, at least 2; a short training gives fewer.
        names: which losses to stamp; all by default.
    """

    def __init__(self, draw: Callable[[], np.ndarray], num_steps: int, num_frames: int = 40, names: Sequence[str] = ()):
        self.draw = draw
        self.names = names
        self.steps = set(frame_steps(num_steps, num_frames))
        self.frames: list[np.ndarray] = []

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        if step in self.steps:
            shown = {name: value for name, value in losses.items() if not self.names or name in self.names}
            text = "  ".join([f"step {step}", *(f"{name} {value:.3g}" for name, value in shown.items())])
            self.frames.append(stamp(self.draw(), text))

    def save(self, path: Path, max_bytes: int = MAX_BYTES) -> int:
        """Write the GIF, and beside it a contact sheet of the same name as PNG; return the number of frames.

        Colours, then pixels, are given up until the GIF is at most `max_bytes` long.
        """
        path = Path(path)
        path.write_bytes(encode_gif(self.frames, max_bytes))
        save_picture(path.with_suffix(".png"), contact_sheet(self.frames))
        return len(self.frames)


def stamp(picture: np.ndarray, text: str) -> np.ndarray:
    """Put a line of text below a picture: uint8 `(H + CAPTION_HEIGHT, W[, 3])`."""
    strip = Image.new("L" if picture.ndim == 2 else "RGB", (picture.shape[1], CAPTION_HEIGHT), "white")
    ImageDraw.Draw(strip).text((4, 2), text, fill="black", font=ImageFont.load_default(12))
    return np.concatenate([picture, np.asarray(strip)])


def encode_gif(frames: list[np.ndarray], max_bytes: int = MAX_BYTES) -> bytes:
    """Frames of one size -> an endless GIF of at most `max_bytes`, coarser where it must be."""
    images = [Image.fromarray(frame) for frame in frames]
    durations = [FRAME_MS] * (len(frames) - 1) + [LAST_FRAME_MS]
    while True:
        for colours in (256, 64, 32):
            stream = io.BytesIO()
            reduced = reduce_colours(np.stack(images), colours)
            iio.imwrite(stream, reduced, extension=".gif", duration=durations, loop=0)
            if stream.tell() <= max_bytes:
                return stream.getvalue()
        if min(images[0].size) < 8:  # nothing is left to give up
            return stream.getvalue()
        images = [image.resize((image.width * 3 // 4, image.height * 3 // 4)) for image in images]


def reduce_colours(frames: np.ndarray, colours: int) -> np.ndarray:
    """Frames `(N, H, W)` or `(N, H, W, 3)` in at most so many colours, the same in all, so that none flickers."""
    if frames.ndim == 3:
        step = 255 / (colours - 1)
        return (np.round(frames / step) * step).round().astype(np.uint8)
    some = np.concatenate(frames[np.linspace(0, len(frames) - 1, 8).astype(int)])
    palette = Image.fromarray(some).quantize(colours, method=Image.Quantize.MAXCOVERAGE)
    return np.stack(
        [
            np.asarray(Image.fromarray(f).quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB"))
            for f in frames
        ]
    )


def contact_sheet(frames: list[np.ndarray], columns: int = 4, rows: int = 3) -> np.ndarray:
    """Up to `columns * rows` frames, first and last among them, side by side on white."""
    chosen = np.unique(np.linspace(0, len(frames) - 1, columns * rows).round().astype(int))
    height, width = frames[0].shape[:2]
    tiles = [np.pad(frames[i], [(4, 4), (4, 4), (0, 0)][: frames[i].ndim], constant_values=255) for i in chosen]
    blank = np.full_like(tiles[0], 255)
    tiles += [blank] * (-len(tiles) % columns)
    return np.concatenate(
        [np.concatenate(tiles[i : i + columns], axis=1) for i in range(0, len(tiles), columns)], axis=0
    )


def show_gif(path: Path, width: int | None = None):
    """A GIF for a notebook's output, stored in the notebook itself; `width` in pixels on the page, edges kept sharp."""
    from IPython.display import HTML

    data = base64.b64encode(Path(path).read_bytes()).decode()
    style = f"width: {width}px; image-rendering: pixelated" if width else ""
    return HTML(f'<img alt="{Path(path).stem}" style="{style}" src="data:image/gif;base64,{data}">')
