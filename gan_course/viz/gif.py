"""GIFs of training progress: frames from one fixed noise, more of them early, when most happens."""

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import imageio.v3 as iio
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_course.files import write_whole
from gan_course.viz.palette import reduce_colours
from gan_course.viz.pictures import save_picture
from gan_course.viz.stopwatch import Stopwatch

MAX_BYTES = 2_000_000
FRAME_MS, SHORT_MS, LAST_FRAME_MS = 250, 80, 2_500
NEARLY = 0.3
SHOWN_WIDTH = 600  # pixels on a page, at least
MARGIN, LEAST_ROOM = 4, 90  # pixels of the GIF, beside a caption and for it
TALL = 1.25  # times as high as wide: the caption goes beside it


def frame_steps(num_steps: int, num_frames: int) -> list[int]:
    """Steps at which to take a frame: 0, `num_steps`, and squares in between, so that early ones lie closer."""
    return sorted({round(num_steps * (i / (num_frames - 1)) ** 2) for i in range(num_frames)})


class GifRecorder:
    """A callback for `train` that takes a picture now and then, with the step and the losses as its caption.

    Args:
        draw: returns the picture now, uint8 `(H, W)` or `(H, W, 3)`, always of one size. It should use the same
            noise each time, so that what moves is the model.
        num_steps: length of the training.
        num_frames: frames wanted, at least 2; a short training gives fewer.
        names: which losses to tell; all by default.
    """

    def __init__(self, draw: Callable[[], np.ndarray], num_steps: int, num_frames: int = 40, names: Sequence[str] = ()):
        self.draw = draw
        self.names = names
        self.num_steps = num_steps
        self.steps = set(frame_steps(num_steps, num_frames))
        self.frames: list[np.ndarray] = []
        self.captions: list[str] = []
        self.steps_taken: list[int] = []
        self.seconds: list[float] = []  # of training, at each frame
        self.watch: Stopwatch | None = None

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        if self.watch is None:  # a training that goes on has frames already
            self.watch = Stopwatch(self.seconds[-1] if self.seconds else 0.0)
        seconds = self.watch()
        if step in self.steps and step not in self.steps_taken:  # a run may be gone on with at step 0
            self.steps_taken.append(step)
            self.seconds.append(seconds)
            shown = {name: value for name, value in losses.items() if not self.names or name in self.names}
            self.captions.append("  ".join([f"step {step}", *(f"{name} {value:.3g}" for name, value in shown.items())]))
            self.frames.append(self.draw())

    def save(self, path: Path, max_bytes: int = MAX_BYTES) -> int:
        """Write the GIF, and beside it a contact sheet of the same name as PNG; return the number of frames.

        Colours, then pixels, are given up until the GIF is at most `max_bytes` long.
        """
        path = Path(path)
        write_whole(path, encode_gif(self.frames, max_bytes, self.captions, frame_durations(self.frames)))
        save_picture(path.with_suffix(".png"), contact_sheet(stamp(self.frames, self.captions)))
        return len(self.frames)


def frame_durations(frames: Sequence[np.ndarray]) -> list[int]:
    """Milliseconds of each frame: few if it is nearly of one grey or nearly the next one, and many of the last.

    "Nearly" is less than `NEARLY` of the last frame's contrast, or of the median way from one frame to the next.
    """
    pictures = np.stack(frames).astype(np.float32)
    axes = tuple(range(1, pictures.ndim))
    contrast = pictures.std(axis=axes)
    change = np.abs(np.diff(pictures, axis=0)).mean(axis=axes)
    usual = np.median(change) if len(change) else 0.0
    short = (contrast[:-1] < NEARLY * contrast[-1]) | (change < NEARLY * usual)
    return [SHORT_MS if this else FRAME_MS for this in short] + [LAST_FRAME_MS]


def stamp(frames: Sequence[np.ndarray], captions: Sequence[str], font_size: float | None = None) -> list[np.ndarray]:
    """Put a caption below each picture, or beside it if it is tall, in as many lines as the longest one takes.

    Args:
        frames: uint8 `(H, W)` or `(H, W, 3)`, of one size.
        captions: parts of each are set apart by two spaces; a line breaks only between them.
        font_size: in pixels; by default a thirtieth of the longer side, from 9 to 14.
    """
    height, width = frames[0].shape[:2]
    beside = height > TALL * width
    room = max(height - width, LEAST_ROOM) if beside else width
    font = ImageFont.load_default(font_size or float(np.clip(max(height, width) // 30, 9, 14)))
    texts = [broken(caption, font, room - 2 * MARGIN) for caption in captions]
    lines = max(text.count("\n") + 1 for text in texts)
    strip = (room, height if beside else round((1.3 * lines + 0.2) * font.size))
    stamped = []
    for frame, text in zip(frames, texts, strict=True):
        ground = Image.new("L" if frame.ndim == 2 else "RGB", strip, "white")
        ImageDraw.Draw(ground).multiline_text((MARGIN, 0), text, fill="black", font=font, spacing=0.3 * font.size)
        stamped.append(np.concatenate([frame, np.asarray(ground)], axis=1 if beside else 0))
    return stamped


def broken(caption: str, font: ImageFont.FreeTypeFont, width: int) -> str:
    """The caption in lines of at most `width` pixels, unless one part alone is wider."""
    lines: list[str] = []
    for part in caption.split("  "):
        if lines and font.getlength(f"{lines[-1]}  {part}") <= width:
            lines[-1] += f"  {part}"
        else:
            lines.append(part)
    return "\n".join(lines)


def encode_gif(
    frames: list[np.ndarray],
    max_bytes: int = MAX_BYTES,
    captions: Sequence[str] = (),
    durations: Sequence[int] = (),
) -> bytes:
    """Frames of one size -> an endless GIF of at most `max_bytes`, coarser where it must be.

    Args:
        frames: uint8 `(H, W)` or `(H, W, 3)`.
        max_bytes: colours, then pixels, are given up until they suffice; the letters of the captions are not.
        captions: one a frame, see `stamp`; none by default.
        durations: milliseconds of each frame; all alike by default, and the last one longer.
    """
    images = [Image.fromarray(frame) for frame in frames]
    durations = list(durations) or [FRAME_MS // 2] * (len(frames) - 1) + [LAST_FRAME_MS]
    duration = durations if len(durations) > 1 else durations[0]  # Pillow takes no list for a single frame
    choices = (256, 64, 32, 16) if frames[0].ndim == 2 else (256, 64, 32)
    while True:
        shown = [np.asarray(image) for image in images]
        shown = np.stack(stamp(shown, captions) if captions else shown)
        for colours in choices:
            stream = io.BytesIO()
            iio.imwrite(stream, reduce_colours(shown, colours), extension=".gif", duration=duration, loop=0)
            if stream.tell() <= max_bytes:
                return stream.getvalue()
        if min(images[0].size) < 8:  # nothing is left to give up
            return stream.getvalue()
        smaller, choices = np.clip(np.sqrt(max_bytes / stream.tell()), 0.5, 0.9), choices[-1:]
        images = [image.resize((int(image.width * smaller), int(image.height * smaller))) for image in images]


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


def show_gif(path: Path, width: int = SHOWN_WIDTH):
    """A GIF for a notebook's output, stored in the notebook itself.

    Args:
        path: of the GIF.
        width: pixels on the page, at least `SHOWN_WIDTH`. The pixels of a picture of half that width or less are kept
            square.
    """
    from IPython.display import HTML

    width, natural = max(width, SHOWN_WIDTH), Image.open(path).width
    sharp = "; image-rendering: pixelated" if width >= 2 * natural else ""
    data = base64.b64encode(Path(path).read_bytes()).decode()
    return HTML(f'<img alt="{Path(path).stem}" style="width: {width}px{sharp}" src="data:image/gif;base64,{data}">')
