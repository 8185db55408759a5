"""What a player needs of a training: frames, curves, numbers and words, in one folder of at most three megabytes.

The folder holds `recording.json` and sheets of pictures, as WebP. The format has a version; a reader takes what it
knows and leaves the rest.
"""

import json
import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from gan_course.errors import CourseError
from gan_course.files import write_whole
from gan_course.viz.grids import Grid
from gan_course.viz.sprites import cut, decode, encode_webp, sheets

FORMAT, VERSION = "gan-course recording", 1
DOCUMENT = "recording.json"
MAX_BYTES = 3_000_000
MAX_POINTS = 300  # of a curve
GROUPS = ("mode_share", "class_accuracy")  # beginnings of names whose numbers are bars of one chart
QUALITIES = (None, 90, 80, 65, 50, 35, 20)  # of WebP; None: without loss

Curve = tuple[list[int], list[float | None]]  # steps and values
Bars = tuple[list[int], dict[str, list[float | None]]]  # steps, and heights by label


@dataclass
class Recording:
    """A training to be looked at again."""

    name: str  # what tells it from others
    title: str  # of the lesson
    lesson: str
    frames: np.ndarray  # from one fixed noise, uint8 (N, H, W) or (N, H, W, 3)
    steps: list[int]  # of the frames
    seconds: list[float]  # of training, at each frame; none where nobody knows
    num_steps: int
    steps_per_epoch: float | None = None
    curves: dict[str, Curve] = field(default_factory=dict)  # losses, thinned
    lines: dict[str, float] = field(default_factory=dict)  # heights of the losses known beforehand, by label
    numbers: dict[str, Curve] = field(default_factory=dict)  # evaluations
    bars: dict[str, Bars] = field(default_factory=dict)  # groups of evaluations
    words: list[tuple[int, str]] = field(default_factory=list)  # what the doctor says from a step on
    metrics: dict[str, Any] = field(default_factory=dict)  # at the end
    config: dict[str, Any] = field(default_factory=dict)
    grid: Grid | None = None
    alt: str = "Pictures that the model draws, always from the same noise"  # of a frame, for who cannot see it
    pictures: dict[str, np.ndarray] = field(default_factory=dict)  # "real", "nearest": as a frame; "walk": (M, h, w)


def write_recording(folder: Path, recording: Recording, max_bytes: int = MAX_BYTES) -> int:
    """Write it into `folder`, which is made, in place of an earlier one; return its bytes.

    The pictures keep every bit where there is room, else they get coarser; where even that does not do, the walk goes,
    then every second frame.
    """
    files, document = encode(recording, max_bytes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DOCUMENT).unlink(missing_ok=True)  # a writer that is stopped must not leave old words with new pictures
    for old in folder.glob("*.webp"):
        old.unlink()
    for name, content in files.items():
        write_whole(folder / name, content)
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / DOCUMENT, text)
    return sum(map(len, files.values())) + len(text.encode())


def encode(recording: Recording, max_bytes: int) -> tuple[dict[str, bytes], dict[str, Any]]:
    """The picture files by name, and the document that names them."""
    room = 0.95 * max_bytes  # the rest is for the document
    while True:
        for quality in QUALITIES:
            if expected_bytes(recording, quality) > 1.2 * room:  # large pictures take a minute to encode: ask a few
                continue
            files, places = encode_pictures(recording, quality)
            if sum(map(len, files.values())) <= room:
                return files, document_of(recording, places)
        if len(recording.frames) <= 2:
            files, places = encode_pictures(recording, QUALITIES[-1])
            return files, document_of(recording, places)
        recording = thinner(recording)


def expected_bytes(recording: Recording, quality: int | None) -> float:
    """About how many bytes all pictures take, from one frame in eight."""
    groups = [recording.frames, recording.pictures.get("walk", recording.frames[:0])]
    sizes = [[len(encode_webp(frame, quality)) for frame in frames[len(frames) % 8 // 2 :: 8]] for frames in groups]
    return sum(len(frames) * float(np.mean(found)) for frames, found in zip(groups, sizes) if found)


def encode_pictures(recording: Recording, quality: int | None) -> tuple[dict[str, bytes], dict[str, Any]]:
    """All picture files by name, and what the document says of each group of them."""
    files, frames = {}, []
    for number, (sheet, count, columns) in enumerate(sheets(recording.frames)):
        file = f"frames-{number}.webp"
        files[file] = encode_webp(sheet, quality)
        frames.append({"file": file, "count": count, "columns": columns})
    places: dict[str, Any] = {"frames": frames}
    for name, picture in recording.pictures.items():
        file = f"{name}.webp"
        height, width = picture.shape[-3:-1] if recording.frames.ndim == 4 else picture.shape[-2:]
        places[name] = {"file": file, "width": width, "height": height, "alt": ALTS.get(name, name)}
        if name == "walk":
            [(picture, count, columns)] = sheets(picture[: walk_room(picture)])
            places[name] |= {"count": count, "columns": columns}
        files[file] = encode_webp(picture, quality)
    return files, places


ALTS = {
    "real": "Real pictures, laid out as the others are",
    "nearest": "For each picture of the last frame, the training picture nearest to it",
    "walk": "A walk through the latent space, which ends where it begins",
}


def walk_room(frames: np.ndarray) -> int:
    """How many frames of a walk fit on one sheet."""
    sheet, count, columns = next(sheets(frames))
    return count


def thinner(recording: Recording) -> Recording:
    """The same without its walk; without one, with every second frame and the last one."""
    if "walk" in recording.pictures:
        rest = {name: picture for name, picture in recording.pictures.items() if name != "walk"}
        return replace(recording, pictures=rest)
    last = len(recording.frames) - 1
    kept = sorted({*range(0, last, 2), last})
    seconds = [recording.seconds[i] for i in kept] if recording.seconds else []
    steps = [recording.steps[i] for i in kept]
    return replace(recording, frames=recording.frames[kept], steps=steps, seconds=seconds)


def document_of(recording: Recording, places: dict[str, Any]) -> dict[str, Any]:
    """What `recording.json` holds."""
    height, width = recording.frames.shape[1:3]
    content = {
        "format": FORMAT,
        "version": VERSION,
        "name": recording.name,
        "title": recording.title,
        "lesson": recording.lesson,
        "num_steps": recording.num_steps,
        "steps_per_epoch": recording.steps_per_epoch,
        "frames": {
            "steps": recording.steps,
            "seconds": [round(seconds, 2) for seconds in recording.seconds],
            "width": width,
            "height": height,
            "colour": recording.frames.ndim == 4,
            "alt": recording.alt,
            "sheets": places.pop("frames"),
        },
        "grid": recording.grid and recording.grid._asdict(),
        "curves": {name: as_object(curve) for name, curve in recording.curves.items()},
        "lines": recording.lines,
        "numbers": {name: as_object(curve) for name, curve in recording.numbers.items()},
        "bars": {name: as_object(bars) for name, bars in recording.bars.items()},
        "words": [{"step": step, "text": text} for step, text in recording.words],
        "metrics": recording.metrics,
        "config": recording.config,
        "pictures": places,
    }
    return short(content)


def as_object(curve: Curve | Bars) -> dict[str, Any]:
    """Steps and values by name."""
    return dict(zip(("steps", "values"), curve, strict=True))


def short(content: Any) -> Any:
    """The same with six digits a number, and None for what is no number, since JSON has no NaN."""
    if isinstance(content, dict):
        return {str(name): short(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [short(value) for value in content]
    if isinstance(content, float | np.floating):
        return float(f"{content:.6g}") if math.isfinite(content) else None
    return int(content) if isinstance(content, np.integer) else content


def read_document(folder: Path) -> dict[str, Any]:
    """What `recording.json` in `folder` says.

    Raises:
        CourseError: there is none, a damaged one, or one of a later version of the course.
    """
    try:
        content = json.loads((folder / DOCUMENT).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CourseError(f"{folder} holds no recording: train a run with gan-course train LESSON --out RUN") from None
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise CourseError(f"{folder / DOCUMENT} is damaged: make the recording again")
    if content.get("version") != VERSION:
        raise CourseError(f"{folder / DOCUMENT} is of another version of the course: read it with that one")
    return content


def read_recording(folder: Path) -> Recording:
    """What `write_recording` wrote.

    Raises:
        CourseError: there is none, a damaged one, or one of a later version of the course.
    """
    document = read_document(folder)
    try:
        return recording_from(document, folder)
    except (OSError, AttributeError, KeyError, TypeError, ValueError):
        raise CourseError(f"the recording in {folder} is damaged: make it again") from None


def recording_from(document: dict[str, Any], folder: Path) -> Recording:
    """Put a recording together of its document and the files of `folder`."""
    frames = document["frames"]
    colour = frames["colour"]

    def pictures_of(place: dict[str, Any]) -> np.ndarray:
        """One picture, or the frames of a sheet. Its name is taken as a name alone: a document may be anybody's."""
        picture = decode((folder / Path(place["file"]).name).read_bytes(), colour)
        return cut(picture, place["count"], place["columns"]) if "count" in place else picture

    return Recording(
        **{name: document[name] for name in ("name", "title", "lesson", "num_steps", "steps_per_epoch", "lines")},
        frames=np.concatenate([pictures_of(sheet) for sheet in frames["sheets"]]),
        steps=frames["steps"],
        seconds=frames["seconds"],
        curves={name: (curve["steps"], curve["values"]) for name, curve in document["curves"].items()},
        numbers={name: (curve["steps"], curve["values"]) for name, curve in document["numbers"].items()},
        bars={name: (bars["steps"], bars["values"]) for name, bars in document["bars"].items()},
        words=[(word["step"], word["text"]) for word in document["words"]],
        metrics=document["metrics"],
        config=document["config"],
        grid=Grid(**document["grid"]) if document["grid"] else None,
        alt=frames["alt"],
        pictures={name: pictures_of(place) for name, place in document["pictures"].items()},
    )


def thinned(steps: np.ndarray, values: np.ndarray, most: int = MAX_POINTS) -> Curve:
    """A curve of at most so many points: means over stretches of one length, each at its last step."""
    stretch = max(1, -(-len(values) // most))
    starts = np.arange(0, len(values), stretch)
    lengths = np.diff([*starts, len(values)])
    means = np.add.reduceat(np.asarray(values, float), starts) / lengths if len(values) else np.array([])
    return np.asarray(steps)[starts + lengths - 1].tolist(), means.tolist()
