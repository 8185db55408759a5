"""From pictures to the bytes of a GIF, a WebP or an MP4, the same bytes each time."""

import io
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image

from gan_course.errors import CourseError
from gan_course.studio.timeline import TICK_MS

Pictures = Iterable[Image.Image]


def encode_gif(pictures: Pictures, durations: list[int], loop: int, palette: Image.Image) -> bytes:
    """A GIF in the colours of `palette`; `loop` as in `film`."""
    first, *rest = (picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures)
    times = {} if loop == 1 else {"loop": max(loop - 1, 0)}  # a GIF counts what comes after the first time
    stream = io.BytesIO()
    # "optimize" leaves out what stays as it was: half of the bytes.
    first.save(stream, "gif", save_all=True, append_images=rest, duration=durations, optimize=True, **times)
    return stream.getvalue()


def encode_webp(pictures: Pictures, durations: list[int], loop: int, quality: int) -> bytes:
    """A WebP of a quality from 0 to 100; `loop` as in `film`."""
    first, *rest = pictures
    stream = io.BytesIO()
    options = {"quality": quality, "method": 1, "kmax": 0}  # no frames that stand alone: half of the time
    first.save(stream, "webp", save_all=True, append_images=rest, duration=durations, loop=loop, **options)
    return stream.getvalue()


def encode_mp4(pictures: Pictures, durations: list[int], quality: int) -> bytes:
    """An MP4 (H.264) of a constant rate factor from 0, best, to 51; a player repeats it or not, as it likes.

    Its pictures are shown for a tick each, and repeated for as long as each is to stay.
    """
    ffmpeg = import_ffmpeg()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film.mp4"  # H.264 in MP4 cannot be written into a pipe
        writer = None
        for picture, milliseconds in zip(pictures, durations):
            if writer is None:
                writer = ffmpeg.write_frames(
                    str(path),
                    picture.size,
                    fps=1000 / TICK_MS,
                    codec="libx264",
                    pix_fmt_out="yuv420p",  # what every player and slide program reads
                    macro_block_size=2,
                    quality=None,
                    ffmpeg_log_level="error",
                    output_params=[*f"-crf {quality}".split(), *MP4_OPTIONS],
                )
                writer.send(None)
            content = picture.tobytes()
            for _ in range(milliseconds // TICK_MS):
                writer.send(content)
        writer.close()
        return path.read_bytes()


MP4_OPTIONS = (
    *("-preset", "veryfast"),
    *("-threads", "2"),  # as many everywhere: the bytes depend on it
    *("-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1"),  # no version, no date
    *("-movflags", "+faststart"),  # starts before all of it is read
)


def import_ffmpeg():
    """The module `imageio_ffmpeg`, which brings a program of its own along.

    Raises:
        CourseError: it is not installed.
    """
    try:
        import imageio_ffmpeg
    except ImportError:
        raise CourseError(
            f"an MP4 needs imageio-ffmpeg: install it with {sys.executable} -m pip install -c constraints.txt "
            "imageio-ffmpeg, or let the film's name end in .gif or .webp"
        ) from None
    return imageio_ffmpeg
