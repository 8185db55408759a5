"""The working edition, and a student's copies: what is blank, where links lead, and that nothing written is lost."""

import os
import re
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from refusals import assert_refused, contents

from gan_course.cli import work
from gan_course.editions import copies, working

ROOT = Path(__file__).resolve().parents[1]
KL = """\
def kl(mean, log_variance):
    # up to 5 minutes: (N, d) -> one number
    ### BEGIN SOLUTION
    return answer
    ### END SOLUTION
"""
NET = """\
class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        ### BEGIN SOLUTION
        self.layer = nn.Dense(2, 3)

        self.act = nn.ReLU()
        ### END SOLUTION

    def construct(self, x):
\t### BEGIN SOLUTION
\treturn self.act(self.layer(x))
\t### END SOLUTION
Net()"""
TEXT = """\
# A lesson
![a picture](pictures/a.png) and <img src="pictures/b.png" alt="b"> in [a table](results/README.md#top), not
[there](https://example.org/a), nor [below](#below). More in [01b](01b_more.ipynb#part), [02](02_else.ipynb),
[the map](../docs/architecture.md).
"""
READ = """open("results/a.csv"), np.load(f'results/{name}.npz'), "new pictures/old", results["pictures"], "pictures" """
BLANK = {"nbgrader": {"grade_id": "kl", "solution": True}}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lesson in two notebooks, run; everything happens in its folder."""
    folder = tmp_path / "course" / "notebooks"
    folder.mkdir(parents=True)
    outputs = [new_output("stream", text="0.5")]
    first = [new_markdown_cell(TEXT), new_code_cell(KL, metadata=BLANK, outputs=outputs, execution_count=1)]
    nbformat.write(new_notebook(cells=[*first, new_code_cell(READ)]), folder / "01_first.ipynb")
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), folder / "01b_more.ipynb")
    monkeypatch.setattr(working, "NOTEBOOKS", folder)
    monkeypatch.setattr(work, "READABLE", {"first": ["01_first", "01b_more"]})
    monkeypatch.chdir(folder.parent)
    return folder.parent


def edit(path, change):
    """Let somebody change a notebook's cells, and save it."""
    notebook = nbformat.read(path, as_version=4)
    change(notebook.cells)
    nbformat.write(notebook, path)


def revise(course, text="# A better lesson"):
    edit(course / "notebooks" / "01_first.ipynb", lambda cells: cells[0].update(source=text))


def fill_in(path):
    edit(path, lambda cells: cells[2].update(source=cells[2].source.replace("...", "return 1")))


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def cleared(source):
    return working.ClearSolutions().preprocess_cell(new_code_cell(source), {}, 0)[0].source


def test_a_marked_part_is_blank_at_the_indentation_of_its_mark():
    assert cleared(KL) == "def kl(mean, log_variance):\n    # up to 5 minutes: (N, d) -> one number\n    ...\n"
    lines = cleared(NET).splitlines()
    assert lines[:4] == ["class Net(nn.Cell):", "    def __init__(self):", "        super().__init__()", "        ..."]
    assert lines[4:] == ["", "    def construct(self, x):", "\t...", "Net()"]


def test_without_marks_nothing_is_blank():
    assert cleared("x = 1  # BEGIN SOLUTION\n...\n") == "x = 1  # BEGIN SOLUTION\n...\n"


def test_the_working_edition_has_blanks_and_no_outputs_and_leaves_its_source_alone(course):
    before = contents(course)
    notebook = working.working_edition("01_first", course / "work", ["01_first", "01b_more"])
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert code[0].source.endswith("    ...\n") and code[0].metadata == BLANK
    assert contents(course) == before


def test_it_begins_with_how_to_work_and_the_way_to_the_reading_edition(course):
    first, second = (
        working.working_edition(name, course / "work", []).cells[0].source for name in ("01_first", "01b_more")
    )
    assert "[the reading edition](../notebooks/01_first.ipynb)" in first and "`...`" in first
    assert "[the reading edition](../notebooks/01b_more.ipynb)" in second and "`...`" not in second


def test_links_and_files_lead_to_where_they_lay(course):
    text, _, code = working.working_edition("01_first", course / "work", ["01_first", "01b_more"]).cells[1:]
    expected = TEXT.replace("pictures/", "../notebooks/pictures/").replace("results/", "../notebooks/results/")
    expected = expected.replace("(02_else", "(../notebooks/02_else").replace("../docs", "../notebooks/../docs")
    assert text.source == expected
    assert code.source == re.sub(r"""(["'])results/""", r"\1../notebooks/results/", READ)


def test_every_link_of_every_lesson_leads_somewhere(tmp_path):
    for notebooks in work.READABLE.values():
        for name in notebooks:
            copies.keep_copy(name, tmp_path, notebooks)
    for path in tmp_path.glob("*.ipynb"):
        cells = nbformat.read(path, as_version=4).cells
        texts = {
            kind: "\n".join(cell.source for cell in cells if cell.cell_type == kind) for kind in ("markdown", "code")
        }
        links = [target for _, target in re.findall(working.LINK, texts["markdown"])]
        files = re.findall(r"""["']([^"'{}\n]*/(?:results|pictures)/[^"'{}\n]*)["']""", texts["code"])
        assert links
        assert not [target for target in links + files if not (tmp_path / target.split("#")[0]).exists()], path.name


def test_an_odd_folder_is_led_back_from_as_well(course):
    (course / "my work" / "deep").mkdir(parents=True)
    notebook = working.working_edition("01_first", Path("my work/deep"), [])
    assert "](../../notebooks/01_first.ipynb)" in notebook.cells[0].source


def test_all_lessons_are_copied_and_a_second_call_changes_nothing(course, command):
    code, out, err = command("work")
    assert (code, err) == (0, "")
    assert out.splitlines() == ["work/01_first.ipynb: new", "work/01b_more.ipynb: new"]
    before = contents()
    assert command("work", "first") == (0, out.replace("new", "as before"), "")
    assert contents() == before
    assert {path.name for path in Path("work").iterdir()} == {"01_first.ipynb", "01b_more.ipynb"}


def test_a_copy_that_was_only_run_is_replaced_by_a_newer_lesson(course, command):
    """Running the last cell in JupyterLab adds an empty one."""
    command("work")
    path = Path("work/01_first.ipynb")
    edit(path, lambda cells: [cell.update(outputs=[new_output("stream", text="1")]) for cell in cells[2:]])
    edit(path, lambda cells: cells.append(new_code_cell("")))
    before = path.read_bytes()
    command("work")
    assert path.read_bytes() == before  # the same lesson: there is no need
    revise(course)
    _, out, _ = command("work")
    assert out.splitlines()[0] == f"{path}: replaced by the newer lesson; nothing of yours was in it"
    assert "# A better lesson" in sources(path) and len(list(Path("work").iterdir())) == 2


def test_a_changed_copy_stays_to_the_byte_and_the_newer_lesson_comes_beside_it(course, command):
    command("work")
    mine = Path("work/01_first.ipynb")
    fill_in(mine)
    before = mine.read_bytes()
    assert command("work")[1].startswith("work/01_first.ipynb: as before\n")
    revise(course)
    _, out, _ = command("work")
    assert out.splitlines()[0] == "work/01_first_2.ipynb: the newer lesson; your 01_first.ipynb stays as it is"
    assert command("work")[1].splitlines()[0] == "work/01_first_2.ipynb: as before"
    revise(course, "# Better still")  # the second copy is unchanged: it is replaced
    assert "01_first_2.ipynb: replaced" in command("work")[1]
    assert "# Better still" in sources("work/01_first_2.ipynb")
    fill_in(Path("work/01_first_2.ipynb"))
    revise(course, "# Best")
    assert "01_first_3.ipynb: the newer lesson; your 01_first_2.ipynb stays" in command("work")[1]
    assert mine.read_bytes() == before


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells[1].update(source=cells[1].source + "my note"),
        lambda cells: cells.append(new_code_cell("mine()")),
        lambda cells: cells.pop(),
        lambda cells: cells.append(cells.pop(1)),
    ],
    ids=["a note", "a new cell", "a cell less", "another order"],
)
def test_any_other_change_of_a_source_counts_too(course, command, change):
    command("work")
    edit(Path("work/01_first.ipynb"), change)
    before = Path("work/01_first.ipynb").read_bytes()
    revise(course)
    command("work")
    assert Path("work/01_first.ipynb").read_bytes() == before and Path("work/01_first_2.ipynb").exists()


@pytest.mark.parametrize("text", ["", "{", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "{}"])
def test_what_is_no_copy_is_the_students(course, command, text):
    Path("work").mkdir()
    Path("work/01_first.ipynb").write_text(text)
    assert "01_first_2.ipynb: the newer lesson" in command("work")[1]
    assert Path("work/01_first.ipynb").read_text() == text


def test_a_copy_is_whole_or_not_there(course, command, monkeypatch):
    command("work")
    before = contents()
    revise(course)
    before |= {
        path: path.read_bytes() for path in before if path.name == "01_first.ipynb" and "notebooks" in path.parts
    }

    def refuse(handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gan_course.files.os.fsync", refuse)
    assert_refused(command("work"), "cannot write into work (No space left on device): choose another --out")
    assert contents() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gna"], "there is no lesson 'gna': choose one of first"),
        (["first", "more"], "more"),
        (["--out", "notebooks"], "notebooks holds the reading edition: choose another --out"),
        (["--out", "notebooks/mine"], "holds the reading edition"),
        (["--out", "file"], "cannot write into file (File exists): choose another --out"),
        (["--out", "file/below"], "choose another --out"),
    ],
    ids=" ".join,
)
def test_bad_arguments_are_refused_and_nothing_is_made(course, command, arguments, message):
    Path("file").write_text("precious")
    before = contents()
    assert_refused(command("work", *arguments), message)
    assert contents() == before


def test_a_course_without_its_notebooks_says_so(course, command):
    os.remove("notebooks/01_first.ipynb")
    assert_refused(command("work"), "install the course from its own folder")


def test_make_lab_makes_the_copies_and_then_opens_them_to_this_machine_only():
    done = subprocess.run(["make", "-n", "lab"], cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.replace("\\\n", "").splitlines()
    copied, opened = (
        next(i for i, line in enumerate(lines) if what in line) for what in ("gan-course work", "jupyterlab")
    )
    assert copied < opened and "--ip=127.0.0.1" in lines[opened] and "/lab/tree/work" in lines[opened]


def test_the_help_names_every_lesson_with_a_notebook(command):
    _, out, _ = command("work", "--help")
    assert all(name in out for name in work.READABLE)
