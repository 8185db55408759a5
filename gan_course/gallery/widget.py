"""Players in a notebook: outputs that carry everything inside them, and need neither kernel nor network."""

import base64
import copy
from pathlib import Path
from typing import Any

from gan_course.gallery.pages import render
from gan_course.gallery.runs import Shown, recording_in, shown, shown_of, still
from gan_course.gallery.static import PLAYER_SCRIPTS, text_of
from gan_course.viz.recording import Recording

MOST_BYTES = 600_000  # of the pictures and words of a player: a notebook is to stay small
HEIGHT, TALLER = 620, 760  # CSS pixels of a player, and of two


def show_player(run: Recording | Path | str, width: int = 900, max_bytes: int = MOST_BYTES) -> "Player":
    """A player of one run, for the last line of a cell.

    Args:
        run: its recording, or its folder.
        width: CSS pixels that it takes at most.
        max_bytes: of its pictures and words; they get coarser until that holds. The output is a third longer.

    Raises:
        CourseError: the folder holds nothing to show.
    """
    return Player([fitting(run, max_bytes)], width, HEIGHT)


def compare(first: Recording | Path | str, second: Recording | Path | str, width: int = 1100) -> "Player":
    """Two runs side by side on one axis, of steps or of seconds; see `show_player`."""
    return Player([fitting(run, MOST_BYTES) for run in (first, second)], width, TALLER)


def fitting(run: Recording | Path | str, max_bytes: int) -> Shown:
    """A run in so many bytes."""
    if isinstance(run, Recording):
        return shown_of(run, max_bytes)
    found = shown(Path(run))
    fits = sum(map(len, found.files.values())) <= max_bytes
    return found if fits else shown_of(recording_in(Path(run)), max_bytes)


class Player:
    """What a notebook shows as the value of a cell: a page in a frame; where a viewer leaves it out, a still."""

    def __init__(self, runs: list[Shown], width: int, height: int):
        self.runs, self.width, self.height = runs, width, height

    def _repr_html_(self) -> str:
        page = render(
            "widget.html",
            title=", ".join(str(run.document["name"]) for run in self.runs),
            documents=[with_pictures(run) for run in self.runs],
            style=text_of("player.css"),
            scripts=[*map(text_of, PLAYER_SCRIPTS), text_of("page.js")],
        )
        return render(
            "frame.html",
            page=page,
            stills=[address(still(run)) for run in self.runs],
            names=[str(run.document["name"]) for run in self.runs],
            width=self.width,
            height=self.height,
        )


def with_pictures(run: Shown) -> dict[str, Any]:
    """The document of a run with its pictures in place of their files."""
    document = copy.deepcopy(run.document)
    for place in [*document["frames"]["sheets"], *document.get("pictures", {}).values()]:
        place["file"] = address(run.files[place["file"]])
    return document


def address(picture: bytes) -> str:
    """A WebP as an address that holds it all."""
    return "data:image/webp;base64," + base64.b64encode(picture).decode()
