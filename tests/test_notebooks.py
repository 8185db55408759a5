"""The notebooks as they are committed: run from top to bottom in the `class` profile, short, and whole.

Each test looks at all of them and names those that do not hold to it.
"""

import re
from dataclasses import fields
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import nbformat
import pytest

from gan_course.lessons import LESSONS, TRAINED, load_lesson
from gan_course.viz.tables import settings_table

ROOT = Path(__file__).resolve().parents[1]
LESSON_NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
NOTEBOOKS = LESSON_NOTEBOOKS + sorted(ROOT.glob("notebooks/solutions/*.ipynb"))
CHECKED = "nbval-check-output"


@pytest.fixture(scope="module")
def cells():
    """{name: all cells} of every notebook, read and validated once."""
    found = {}
    for path in NOTEBOOKS:
        content = nbformat.read(path, as_version=4)
        nbformat.validate(content)
        found[path.stem] = content.cells
    return found


@pytest.fixture(scope="module")
def code_cells(cells):
    return {name: [cell for cell in some if cell.cell_type == "code"] for name, some in cells.items()}


@pytest.fixture(scope="module")
def checked_cells(code_cells):
    """Those whose outputs nbval compares."""
    return {name: [cell for cell in some if CHECKED in tags_of(cell)] for name, some in code_cells.items()}


def tags_of(cell):
    return cell.metadata.get("tags", [])


def text_of(output):
    return output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))


def test_printed_lines_fit_on_a_projector(code_cells):
    """110 characters; tables are laid out by `viz.tables.aligned`, sentences by `textwrap.fill`."""
    streams = {
        name: [o.text for c in some for o in c.outputs if o.output_type == "stream"]
        for name, some in code_cells.items()
    }
    widest = {
        name: max((len(line) for text in texts for line in text.splitlines()), default=0)
        for name, texts in streams.items()
    }
    assert not {name: width for name, width in widest.items() if width > 110}


def test_there_is_a_notebook_a_picture_and_answers_for_every_lesson():
    lessons = [lesson for lesson in LESSONS.values() if lesson.notebook]
    notebooks = [name for lesson in lessons for name in lesson.notebooks]
    assert [path.stem for path in LESSON_NOTEBOOKS] == notebooks
    assert [path.stem for path in NOTEBOOKS[len(notebooks) :]] == [f"{lesson.notebook}_solutions" for lesson in lessons]
    assert all((ROOT / "notebooks" / "pictures" / f"{lesson.notebook}.png").exists() for lesson in lessons)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(notebooks/{name}.ipynb)" in readme for name in notebooks)


def test_every_cell_ran_once_in_order(code_cells):
    counts = {name: [cell.execution_count for cell in some] for name, some in code_cells.items()}
    assert counts == {name: list(range(1, len(some) + 1)) for name, some in code_cells.items()}


def test_no_output_is_an_error_or_a_warning(code_cells):
    outputs = [(name, output) for name, some in code_cells.items() for cell in some for output in cell.outputs]
    assert outputs
    assert not [name for name, output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert not [(name, text_of(output)) for name, output in outputs if "[WARNING]" in text_of(output)]


def test_what_is_shown_was_trained_and_not_taken_from_an_earlier_training(code_cells):
    """Execute notebooks with GAN_COURSE_OUTPUTS set to an empty folder."""
    texts = [(name, text_of(output)) for name, some in code_cells.items() for cell in some for output in cell.outputs]
    assert not [(name, text) for name, text in texts if "(anew=True" in text]


def test_a_few_outputs_are_compared_and_they_say_something(checked_cells):
    assert not {name: len(some) for name, some in checked_cells.items() if not 4 <= len(some) <= 8}
    checked = [(name, cell) for name, some in checked_cells.items() for cell in some]
    texts = [(name, cell.source, [text_of(output).strip() for output in cell.outputs]) for name, cell in checked]
    assert not [(name, source) for name, source, said in texts if not said or not all(said)]


def test_no_other_tags(cells):
    assert {tag for some in cells.values() for cell in some for tag in tags_of(cell)} == {CHECKED}


def test_cells_are_short(code_cells):
    lengths = {name: [len(cell.source.splitlines()) for cell in some] for name, some in code_cells.items()}
    assert not {name: some for name, some in lengths.items() if median(some) > 8 or max(some) > 20}
    lines = [(name, line) for name, some in code_cells.items() for cell in some for line in cell.source.splitlines()]
    assert not [(name, line) for name, line in lines if len(line) > 110]


def test_notebooks_stay_small():
    assert not [path.stem for path in NOTEBOOKS if path.stat().st_size >= 1_500_000]


def test_nothing_tells_of_the_machine_it_ran_on():
    found = {}
    for path in NOTEBOOKS:
        text = re.sub(r'"image/png": "[^"]*"|base64,[A-Za-z0-9+/=]*', "", path.read_text(encoding="utf-8"))
        found[path.stem] = re.findall(r"/(?:home|root|work|tmp|Users)/\S*|[A-Z]:\\\\\S*", text)
    assert not {name: paths for name, paths in found.items() if paths}


def test_links_lead_somewhere(cells):
    broken = []
    for path in NOTEBOOKS:
        prose = "\n".join(cell.source for cell in cells[path.stem] if cell.cell_type == "markdown")
        targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
        broken += [(path.stem, t) for t in targets if not (path.parent / unquote(t.split("#")[0])).exists()]
    assert not broken


def test_outputs_come_from_the_class_profile_of_today(code_cells):
    """The settings printed by the first cell of one of a lesson's notebooks are those that the package has now."""
    lessons = [name for name in TRAINED if LESSONS[name].notebook]
    firsts = {name: [code_cells[notebook][0] for notebook in LESSONS[name].notebooks] for name in lessons}
    printed = {
        name: [text_of(output).strip() for cell in some for output in cell.outputs] for name, some in firsts.items()
    }
    classes = {name: load_lesson(name).SETTINGS["class"] for name in lessons}
    assert not [name for name in lessons if not any(text == as_printed(classes[name], text) for text in printed[name])]


def as_printed(settings, text):
    """These settings as the text shows some: in one line, or as a table of those that it names."""
    if "Settings(" in text:
        return repr(settings)
    known = {field.name for field in fields(settings)}
    return settings_table(settings, *[name for line in text.splitlines() if (name := line.partition(" ")[0]) in known])
