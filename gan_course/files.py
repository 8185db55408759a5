"""Write a file whole or not at all: whatever happens meanwhile, its name shows the older content or the new one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

UNFINISHED = ".unfinished"  # after the name of a file that is being written, and stays there if the process is killed


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write; at the end of the block it is on the disk, and takes the place of `path`.

    Where the block or the disk fails, `path` stays as it was, and the half file goes: it would keep a full disk full.

    Raises:
        OSError: the disk is full, or the folder cannot be written or is gone; with the file's name.
    """
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        with unfinished.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())  # else a power cut may leave the new name with nothing in it
        os.replace(unfinished, path)
    except BaseException as error:
        with suppress(OSError):  # a folder that became read-only keeps it
            unfinished.unlink()
        if isinstance(error, OSError) and error.errno:  # a full disk does not say which file
            raise OSError(error.errno, error.strerror, str(path)) from error
        raise
    flush_folder(path.parent)


def write_whole(path: Path, content: bytes | str) -> None:
    """Write bytes, or text in UTF-8, by `replacing`."""
    with replacing(path) as file:
        file.write(content.encode() if isinstance(content, str) else content)


def check_writable(folder: Path) -> None:
    """Try to write a little into a folder, which exists.

    Raises:
        OSError: it cannot be done, or the disk is full.
    """
    probe = folder / ".writable"
    try:
        probe.write_bytes(bytes(4096))  # no bytes at all would fit on a full disk
    finally:
        probe.unlink(missing_ok=True)


def flush_folder(folder: Path) -> None:
    """Make the names of a folder's files survive a power cut, where the system can do that."""
    if os.name == "nt":  # keeps them by itself, and opens no folders
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
