"""Runs to be shown: where they are, and what each has left for a page."""

import io
import json
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

from gan_course.errors import CourseError
from gan_course.runs.folder import CONFIG, FILM, RECORDING
from gan_course.viz.recording import DOCUMENT, MAX_BYTES, Recording, encode, read_document, read_recording

SHEET = r"[A-Za-z0-9][A-Za-z0-9_-]*\.webp"  # a name alone: a document may be anybody's


class Shown(NamedTuple):
    """What a page shows of a run."""

    document: dict[str, Any]  # what recording.json holds
    files: dict[str, bytes]  # the pictures that it names


def find_runs(folders: Iterable[Path]) -> list[Path]:
    """The folders of all runs in these folders, each once, in the order of their names.

    Raises:
        CourseError: one of them is no folder.
    """
    found: dict[Path, None] = {}
    for folder in folders:
        if not folder.is_dir():
            raise CourseError(f"{folder} is no folder: name runs, or folders that hold runs")
        found.update(dict.fromkeys(runs_in(folder)))
    return list(found)


def runs_in(folder: Path) -> Iterator[Path]:
    """Folders of runs at or below a folder; a recording that lies alone is a run, too."""
    for path, folders, files in os.walk(folder):
        folders.sort()
        here = Path(path)
        alone = DOCUMENT in files and here.name != RECORDING
        if alone or (here / RECORDING / DOCUMENT).is_file() or {CONFIG, FILM} <= set(files):
            yield here


def shown(run: Path) -> Shown:
    """What there is to show of a run: its recording, or one made of what an older run left.

    Raises:
        CourseError: there is nothing, or it is damaged.
    """
    place = place_of(run)
    if place is None:
        return shown_of(recording_in(run))
    document = read_document(place)
    try:
        names = file_names(document)
        return Shown(document, {name: (place / name).read_bytes() for name in names})
    except (OSError, KeyError, TypeError, ValueError, AttributeError):
        raise CourseError(f"the recording in {place} is damaged: make it again") from None


def place_of(run: Path) -> Path | None:
    """Where the recording of a run lies, if it left one."""
    return next((place for place in (run / RECORDING, run) if (place / DOCUMENT).is_file()), None)


def recording_in(run: Path) -> Recording:
    """The recording of a run, all of it; one made of what an older run left."""
    place = place_of(run)
    if place is not None:
        return read_recording(place)
    from gan_course.runs.recording import recording_of  # imports MindSpore

    return recording_of(run)


def shown_of(recording: Recording, max_bytes: int = MAX_BYTES) -> Shown:
    """The same of a recording in memory, in at most so many bytes."""
    files, document = encode(recording, max_bytes)
    return Shown(json.loads(json.dumps(document)), files)  # as a file would hold it: lists for tuples


def file_names(document: dict[str, Any]) -> list[str]:
    """The picture files that a document names.

    Raises:
        ValueError: one would lie outside of its folder, there are not as many frames as steps, or a number is infinite.
    """
    frames = document["frames"]
    names = [sheet["file"] for sheet in frames["sheets"]]
    names += [place["file"] for place in document.get("pictures", {}).values()]
    counts = [int(sheet["count"]) for sheet in frames["sheets"]]
    if not all(re.fullmatch(SHEET, name) for name in names):
        raise ValueError("a picture has no plain name")
    if sum(counts) != len(frames["steps"]) or not counts or min(counts) < 1:
        raise ValueError("not as many frames as steps")
    json.dumps(document, allow_nan=False)
    return names


def still(run: Shown) -> bytes:
    """The last frame, as WebP.

    Raises:
        OSError: its sheet is damaged.
    """
    frames = run.document["frames"]
    sheet = frames["sheets"][-1]
    row, column = divmod(sheet["count"] - 1, sheet["columns"])
    left, top = column * frames["width"], row * frames["height"]
    stream = io.BytesIO()
    with Image.open(io.BytesIO(run.files[sheet["file"]])) as image:
        frame = image.crop((left, top, left + frames["width"], top + frames["height"]))
        frame.save(stream, "webp", lossless=max(frame.size) <= 400, quality=80)
    return stream.getvalue()
