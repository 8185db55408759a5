"""The notebooks as they are committed: run from top to bottom in the `class` profile, short, and whole."""

import re
from pathlib import Path
from statistics import median
from urllib.parse import unquote

import nbformat
import pytest

from gan_course.lessons import LESSONS, TRAINED, load_lesson

ROOT = Path(__file__).resolve().parents[1]
LESSON_NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
NOTEBOOKS = LESSON_NOTEBOOKS + sorted(ROOT.glob("notebooks/solutions/*.ipynb"))
CHECKED = "nbval-check-output"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def cells(path):
    content = nbformat.read(path, as_version=4)
    nbformat.validate(content)
    return content.cells


@pytest.fixture
def code_cells(cells):
    return [cell for cell in cells if cell.cell_type == "code"]


def text_of(output):
    return output.get("text", "") + str(output.get("data", {}).get("text/plain", ""))


def test_there_is_a_notebook_a_picture_and_answers_for_every_lesson():
    lessons = [lesson for lesson in LESSONS.values() if lesson.notebook]
    notebooks = [name for lesson in lessons for name in lesson.notebooks]
    assert [path.stem for path in LESSON_NOTEBOOKS] == notebooks
    assert [path.stem for path in NOTEBOOKS[len(notebooks) :]] == [f"{lesson.notebook}_solutions" for lesson in lessons]
    assert all((ROOT / "notebooks" / "pictures" / f"{lesson.notebook}.png").exists() for lesson in lessons)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"(notebooks/{name}.ipynb)" in readme for name in notebooks)


def test_every_cell_ran_once_in_order(code_cells):
    assert [cell.execution_count for cell in code_cells] == list(range(1, len(code_cells) + 1))


def test_no_output_is_an_error_or_a_warning(code_cells):
    outputs = [output for cell in code_cells for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error" or output.get("name") == "stderr"]
    assert not [text_of(output) for output in outputs if "[WARNING]" in text_of(output)]


def test_a_few_outputs_are_compared_and_they_say_something(code_cells):
    checked = [cell for cell in code_cells if CHECKED in cell.metadata.get("tags", [])]
    assert 4 <= len(checked) <= 8
    assert all(text_of(output).strip() for cell in checked for output in cell.outputs)
    assert all(cell.outputs for cell in checked)


def test_no_other_tags(cells):
    assert {tag for cell in cells for tag in cell.metadata.get("tags", [])} <= {CHECKED}


def test_cells_are_short(code_cells):
    lengths = [len(cell.source.splitlines()) for cell in code_cells]
    assert median(lengths) <= 8 and max(lengths) <= 25


def test_a_notebook_stays_small(path):
    assert path.stat().st_size < 1_500_000


def test_nothing_tells_of_the_machine_it_ran_on(path):
    text = re.sub(r'"image/png": "[^"]*"|base64,[A-Za-z0-9+/=]*', "", path.read_text(encoding="utf-8"))
    assert not re.findall(r"/(?:home|root|work|tmp|Users)/\S*|[A-Z]:\\\\\S*", text)


def test_links_lead_somewhere(path, cells):
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", prose) if "://" not in target]
    assert not [target for target in targets if not (path.parent / unquote(target.split("#")[0])).exists()]


@pytest.mark.parametrize("name", [name for name in TRAINED if LESSONS[name].notebook])
def test_outputs_come_from_the_class_profile_of_today(name):
    """The settings printed by the first cell are those that the package has now."""
    content = nbformat.read(ROOT / "notebooks" / f"{LESSONS[name].notebook}.ipynb", as_version=4)
    first = next(cell for cell in content.cells if cell.cell_type == "code")
    assert text_of(first.outputs[-1]) == repr(load_lesson(name).SETTINGS["class"])
