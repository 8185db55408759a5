"""A student's copies of the lessons: a newer lesson replaces a copy only while nobody has written into it.

A copy says in its own metadata which lesson it was made from and what was written, each as a hash of the sources of
its cells. It has been changed if its cells are others than were written. Outputs do not count, since they can be had
again, and neither do empty cells: JupyterLab adds one behind the last cell when that is run.
"""

import hashlib
import json
import os
from itertools import count, takewhile
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from gan_course.editions.working import read_lesson, working_edition
from gan_course.files import write_whole

KEY = "gan_course"  # in a notebook's metadata: {"lesson": hash, "written": hash}


class Copy(NamedTuple):
    """A file in the place of a copy; one that cannot be read, or is no copy, is the student's."""

    path: Path
    lesson: str | None
    changed: bool


def keep_copy(name: str, folder: Path, beside: list[str]) -> str:
    """See to it that `folder` has a copy of the notebook `name` as the lesson is today; say what was done.

    It is NAME.ipynb, or NAME_2.ipynb and so on beside copies that were changed. Arguments as for `working_edition`.

    Raises:
        CourseError: there is no such notebook.
        OSError: it cannot be written.
    """
    lesson = fingerprint(read_lesson(name))
    paths = (folder / f"{name}{'' if number == 1 else f'_{number}'}.ipynb" for number in count(1))
    copies = [read_copy(path) for path in takewhile(os.path.lexists, paths)]
    for copy in copies:
        if copy.lesson == lesson:
            return f"{copy.path}: as before"
    unchanged = next((copy.path for copy in copies if not copy.changed), None)
    path = unchanged or folder / (f"{name}_{len(copies) + 1}.ipynb" if copies else f"{name}.ipynb")
    write(working_edition(name, folder, beside), lesson, path)
    if unchanged:
        return f"{path}: replaced by the newer lesson; nothing of yours was in it"
    return f"{path}: the newer lesson; your {copies[-1].path.name} stays as it is" if copies else f"{path}: new"


def read_copy(path: Path) -> Copy:
    """What a file in the place of a copy says of itself."""
    try:
        notebook = nbformat.read(path, as_version=4)
        said = notebook.metadata[KEY]
        return Copy(path, said["lesson"], changed=said["written"] != fingerprint(notebook))
    except Exception:  # half a file, a folder, a notebook of somebody's own: whatever it is, it stays
        return Copy(path, None, changed=True)


def write(notebook: NotebookNode, lesson: str, path: Path) -> None:
    """Write a copy that knows what it is, whole or not at all."""
    notebook.metadata[KEY] = {"lesson": lesson, "written": fingerprint(notebook)}
    write_whole(path, nbformat.writes(notebook) + "\n")


def fingerprint(notebook: NotebookNode) -> str:
    """A hash of kind and source of all cells that are not empty."""
    cells = [(cell.cell_type, cell.source) for cell in notebook.cells if cell.source.strip()]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
