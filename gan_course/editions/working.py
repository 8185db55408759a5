"""The working edition of a lesson: its notebook without outputs, and with blanks where the student writes.

The marks of a blank are nbgrader's, so that nbgrader makes the same blanks of the same notebooks.
"""

import os
import re
from pathlib import Path
from urllib.parse import quote

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, Preprocessor
from nbformat import NotebookNode

from gan_course.errors import CourseError

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"  # the reading edition
MARKED = r"(?ms)^([ \t]*)### BEGIN SOLUTION[^\n]*\n(.*?)^[ \t]*### END SOLUTION[^\n]*"  # indentation, solution
LINK = r'(\]\(|(?:src|href)=")(?![a-z+]+:|[/#])([^)\s"]+)'  # relative, in Markdown or HTML
FILE = r"""(?<=["'])(?=(?:pictures|results)/)"""  # before a path in code

FILL = """\
**This is your copy to work in**; [the reading edition]({reading}) has everything filled in and shown. Run it cell by
cell (Shift-Enter). Where a cell says `...`, write: the next cell says whether you are right, and if not, which mistake
it was; when you have changed an answer, run both cells. A blank that is empty or wrong stops nothing, since the lesson
goes on with the package's own code."""
RUN = """\
**This is your copy to work in**; [the reading edition]({reading}) shows what comes out. Run it cell by cell
(Shift-Enter)."""


class ClearSolutions(Preprocessor):
    """Replaces what stands between the marks, and the marks, by `...`, as nbgrader's preprocessor of this name does."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        cell.source = re.sub(MARKED, r"\1...", cell.source)
        return cell, resources


class LeadBack(Preprocessor):
    """Lets relative links, and files that code reads, lead from elsewhere to the reading edition's folder.

    It reads resources["reading"], the way there, and resources["beside"], the notebooks to which links stay.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        reading, beside = resources["reading"], resources["beside"]

        def led_back(link: re.Match) -> str:
            opening, target = link.groups()
            stays = target.split("#")[0].removesuffix(".ipynb") in beside
            return link[0] if stays else f"{opening}{quote(reading)}/{target}"

        if cell.cell_type == "code":
            cell.source = re.sub(FILE, lambda _: f"{reading}/", cell.source)
        else:
            cell.source = re.sub(LINK, led_back, cell.source)
        return cell, resources


class SayHow(Preprocessor):
    """Begins with a cell that says how to work, and where the reading edition is."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        text = FILL if count_blanks(nb) else RUN
        reading = quote(f"{resources['reading']}/{resources['name']}.ipynb")
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(text.format(reading=reading), id="working-edition"))
        return nb, resources


def count_blanks(notebook: NotebookNode) -> int:
    """How many cells wait for the student, by nbgrader's metadata."""
    return sum(cell.metadata.get("nbgrader", {}).get("solution", False) for cell in notebook.cells)


def read_lesson(name: str) -> NotebookNode:
    """The reading edition of a notebook.

    Raises:
        CourseError: it is not there.
    """
    path = NOTEBOOKS / f"{name}.ipynb"
    if not path.is_file():
        raise CourseError(f"there is no {path}: install the course from its own folder, as `make` does")
    return nbformat.read(path, as_version=4)


def working_edition(name: str, folder: Path, beside: list[str]) -> NotebookNode:
    """The working edition of the notebook `name`, such as "02_vae".

    Args:
        name: of the notebook.
        folder: where it will lie.
        beside: the notebooks that will lie there too, whatever else does.

    Raises:
        CourseError: there is no such notebook.
    """
    notebook = read_lesson(name)
    resources = {"name": name, "reading": way_back(folder), "beside": beside}
    for preprocessor in (ClearOutputPreprocessor(), ClearSolutions(), LeadBack(), SayHow()):
        notebook, resources = preprocessor.preprocess(notebook, resources)
    return notebook


def way_back(folder: Path) -> str:
    """The way from `folder` to the reading edition, such as ../notebooks, with slashes on every system."""
    try:
        return Path(os.path.relpath(NOTEBOOKS, folder.resolve())).as_posix()
    except ValueError:  # another drive of Windows
        return NOTEBOOKS.as_posix()
