"""Lay the lessons out for nbgrader: a folder a notebook in teaching/source/, with the files that it shows or reads.

    make teach

The sources are made anew each time: change a lesson in notebooks/, not there.
"""

import re
import shutil
from pathlib import Path

import nbformat

from gan_course.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
FILE = r"""(?:results|pictures)/[^"')\s]+"""  # what a notebook names of its folder; {...} stands for any name


def main() -> None:
    """Lay out all lessons, and say how to go on."""
    source = ROOT / "teaching" / "source"
    names = [name for lesson in LESSONS.values() for name in lesson.notebooks]
    for name in names:
        lay_out(name, source / name)
    print(f"{len(names)} assignments in {source.relative_to(ROOT)}; for instance:")
    for step in ("generate_assignment", "autograde", "generate_feedback"):
        print(f"  .venv-teach/bin/nbgrader {step} 02_vae")


def lay_out(name: str, folder: Path) -> None:
    """Make `folder`, and copy the notebook `name` into it with what it names of pictures and results."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(NOTEBOOKS / f"{name}.ipynb", folder)
    for file in files_of(NOTEBOOKS / f"{name}.ipynb"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(NOTEBOOKS / file, folder / file)


def files_of(notebook: Path) -> set[Path]:
    """What a notebook names of pictures and results beside it, relative to its folder."""
    text = "\n".join(cell.source for cell in nbformat.read(notebook, as_version=4).cells)
    named = {re.sub(r"\{[^}]*\}", "*", pattern) for pattern in re.findall(FILE, text)}
    return {path.relative_to(NOTEBOOKS) for pattern in named for path in NOTEBOOKS.glob(pattern)}


if __name__ == "__main__":
    main()
