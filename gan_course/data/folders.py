"""The files of a folder that may be pictures, by class: each sub-folder is one, with all that lies below it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from gan_course.errors import CourseError

JUNK = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx"}  # what systems leave in folders
TRAINING, OTHER_SPLITS = {"train", "training"}, {"test", "testing", "val", "valid", "validation"}


@dataclass
class Listing:
    """What a folder holds.

    Attributes:
        files: (class name, path), in natural order: 2 before 10.
        skipped: (path inside the folder, why) of what is no file.
    """

    files: list[tuple[str, Path]] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)


def list_files(directory: Path) -> Listing:
    """Every file below `directory` that is not hidden and no system's own.

    Links are followed, each folder is read once. Of folders `train` and `test` (or `val`) it is `train` that counts.

    Raises:
        CourseError: the folder cannot be read.
    """
    directory = Path(directory)
    try:
        entries = sorted(directory.iterdir(), key=natural)
    except OSError as error:
        raise CourseError(f"cannot read {directory} ({error.strerror}): give a folder with pictures") from None
    folders = {entry.name.lower(): entry for entry in entries if entry.is_dir() and not is_junk(entry)}
    splits = folders.keys() & (TRAINING | OTHER_SPLITS)
    if splits == folders.keys() and len(splits & TRAINING) == 1 and len(splits) > 1:
        (training,) = splits & TRAINING
        listing = list_files(folders[training])
        others = (f"{folders[name].name}/" for name in sorted(splits - TRAINING))
        listing.skipped += [(name, f"{folders[training].name}/ is what is learnt from") for name in others]
        return listing
    listing, seen = Listing(), {os.path.realpath(directory)}
    for entry in entries:
        inside = is_folder(entry)
        name = entry.name if inside else directory.resolve().name
        listing.files += [(name, path) for path in files_below(entry, seen, listing.skipped, directory)]
    listing.files.sort(key=lambda item: (natural(item[0]), natural(item[1])))
    return listing


def files_below(entry: Path, seen: set[str], skipped: list[tuple[str, str]], top: Path) -> Iterator[Path]:
    """A file, or all files of a folder; adds to `seen` and `skipped`."""
    if is_junk(entry):
        return
    if not is_folder(entry):
        if entry.is_file():
            yield entry
        else:
            reason = "a link that leads nowhere" if entry.is_symlink() else "no file"
            skipped.append((entry.relative_to(top).as_posix(), reason))
        return
    place = os.path.realpath(entry)
    if place in seen:
        skipped.append((entry.relative_to(top).as_posix(), "a link to a folder that is read already"))
        return
    seen.add(place)
    try:
        inside = list(entry.iterdir())
    except OSError as error:
        skipped.append((entry.relative_to(top).as_posix(), error.strerror))
        return
    for other in inside:
        yield from files_below(other, seen, skipped, top)


def is_folder(path: Path) -> bool:
    """Whether it is a folder, or a link to one; a link to itself is neither."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_junk(path: Path) -> bool:
    """Whether it is hidden, such as `.ipynb_checkpoints` and `._x.jpg`, or a system's own."""
    return path.name.startswith(".") or path.name.lower() in JUNK


def natural(name: str | Path) -> list[str | int]:
    """A key that sorts 2 before 10."""
    parts = re.split(r"([0-9]+)", name if isinstance(name, str) else name.as_posix())
    return [int(part) if part.isdecimal() else part for part in parts]
