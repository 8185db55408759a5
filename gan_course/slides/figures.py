"""Figures of a slide: those of a cell's outputs and those that its text names, as data within the page."""

import base64
import mimetypes
import re
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode
from PIL import Image

from gan_course.errors import CourseError

FILM = r'src="data:(image/[a-z]+);base64,([A-Za-z0-9+/=]+)"'  # as `viz.gif.show_gif` writes it
SHARP = "image-rendering: pixelated"


class Figure(NamedTuple):
    """A picture, what it shows in words, and how to enlarge it."""

    source: str  # data:image/png;base64,...
    alt: str
    ratio: float  # of its width to its height
    sharp: bool = False  # whether its pixels stay square


def figures_of(output: NotebookNode, alt: str) -> list[Figure]:
    """The figure of an output, if it is one: a picture, or a film in HTML, of which nothing else is taken.

    The picture of a training while it ran, which has a width of its own, is none.
    """
    data = output.get("data", {})
    if "image/png" in data:
        panel = output.metadata.get("image/png")
        return [] if panel else [figure("image/png", data["image/png"], alt)]
    html = data.get("text/html", "")
    return [figure(*film, alt, SHARP in html) for film in re.findall(FILM, html)]


def figure_in(path: Path, alt: str) -> Figure:
    """The figure in a file.

    Raises:
        CourseError: it cannot be read.
    """
    try:
        content = base64.b64encode(path.read_bytes()).decode()
    except OSError:
        raise CourseError(f"a slide shows {path}, which cannot be read: correct its name in the notebook") from None
    return figure(mimetypes.guess_type(path)[0], content, alt)


def figure(kind: str, content: str, alt: str, sharp: bool = False) -> Figure:
    """A figure of base64 text; a PNG as WebP without loss, where that is smaller."""
    data = base64.b64decode(content)
    image = Image.open(BytesIO(data))
    if kind == "image/png":
        shorter = BytesIO()
        image.save(shorter, "WEBP", lossless=True)
        kind, data = min((kind, data), ("image/webp", shorter.getvalue()), key=lambda pair: len(pair[1]))
    return Figure(f"data:{kind};base64,{base64.b64encode(data).decode()}", alt, image.width / image.height, sharp)
