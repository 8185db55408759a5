"""Classes from a table: a CSV file with the columns file and label, in place of sub-folders."""

import csv
import io
import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from gan_course.data.folders import Listing, natural
from gan_course.errors import CourseError

FILE_NAMES = {"file", "filename", "file_name", "path", "image", "picture"}  # what a header may call the columns
LABEL_NAMES = {"label", "class", "category"}
LONGEST = 100  # letters of a label, which becomes a part of names of files


def sorted_by(table: Path, listing: Listing, directory: Path) -> Listing:
    """The files of `listing` under the labels that `table` gives them, in the order of label and name.

    What is in one of the two alone, or has no label, is skipped, with the reason.

    Raises:
        CourseError: as `read_labels`.
    """
    labels = read_labels(table)
    files, skipped = [], list(listing.skipped)
    for _, path in listing.files:
        name = path.relative_to(directory).as_posix()
        if label := labels.pop(same_letters(name), ""):
            files.append((label, path))
        elif os.path.realpath(path) != os.path.realpath(table):
            skipped.append((name, f"has no label in {table.name}"))
    skipped += [(name, f"named in {table.name}, and not there") for name in labels]
    files.sort(key=lambda item: (natural(item[0]), natural(item[1])))
    return Listing(files, skipped)


def read_labels(table: Path) -> dict[str, str]:
    """What a CSV file says: path inside the folder -> label.

    It is UTF-8, its columns parted by commas, semicolons or tabs. Without a header the columns are file and label.

    Raises:
        CourseError: the file cannot be read, has other columns, names a picture twice, or none.
    """
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CourseError(f"cannot read {table} ({error.strerror}): give a CSV file with columns file,label") from None
    except UnicodeDecodeError:
        raise CourseError(f"{table} is not in UTF-8: save it as CSV UTF-8") from None
    labels: dict[str, str] = {}
    try:
        for line, name, label in rows(text, table):
            if name in labels:
                raise CourseError(f"{table} names {name} again in line {line}: keep one row for each file")
            if len(label) > LONGEST:
                raise CourseError(f"{table} has a label of {len(label)} letters in line {line}: at most {LONGEST}")
            labels[name] = label
    except csv.Error as error:
        raise CourseError(f"{table} is no CSV file ({error}): give one with columns file,label") from None
    if not labels:
        raise CourseError(f"{table} names no picture: give each a row file,label")
    return labels


def rows(text: str, table: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, file and label of each row that is not empty."""
    first = text.lstrip().partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    columns = None
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if columns is None:
            columns = named_columns(cells)
            if columns:
                continue
            columns = (0, 1)
            if len(cells) != 2:
                raise CourseError(f"{table} does not say which columns count: begin it with the line file,label")
        cells += [""] * (max(columns) + 1 - len(cells))  # a row that ends early has no label
        name, label = (cells[column] for column in columns)
        yield reader.line_num, same_letters(name.replace("\\", "/").removeprefix("./")), label


def named_columns(header: list[str]) -> tuple[int, int] | None:
    """Which columns hold file and label, if this row is a header that says so."""
    names = [cell.casefold() for cell in header]
    found = [[i for i, name in enumerate(names) if name in known] for known in (FILE_NAMES, LABEL_NAMES)]
    return (found[0][0], found[1][0]) if all(found) else None


def same_letters(name: str) -> str:
    """One spelling of accents: macOS writes an e and an accent where others write one letter."""
    return unicodedata.normalize("NFC", name)
