"""The blanks of the lessons: each marked, asked for, hinted at and checked as CONTRIBUTING says; and the way back.

Each test looks at all lessons and names those that do not hold to it.
"""

import ast
import re
from dataclasses import dataclass
from itertools import takewhile

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from gan_course.editions.working import MARKED, NOTEBOOKS, working_edition
from gan_course.lessons import LESSONS

NAMES = [name for lesson in LESSONS.values() for name in lesson.notebooks]
BLANK = {"schema_version": 3, "grade": False, "solution": True, "locked": False, "task": False}
CHECK = {"schema_version": 3, "grade": True, "solution": False, "locked": True, "task": False, "points": 1}
HINT = r"(?s)<details><summary>Hint</summary>\n\n.+\n\n</details>\s*$"
UNTIMED = ("Exercises", "References", "The numbers", "What the doctor says")


@dataclass(frozen=True)
class Blank:
    """A cell with marks, and what lies around it."""

    notebook: str
    cell: NotebookNode
    next: NotebookNode | None
    before: list[NotebookNode]  # the cells of text right before it

    @property
    def name(self):
        """What is written here: the first function or class of the cell, in snake case, as its checker is called."""
        tree = ast.parse(self.cell.source)
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", names[0]).lower() if names else ""

    def __str__(self):
        return f"{self.notebook}: {self.name or self.cell.source.splitlines()[0]}"


@pytest.fixture(scope="module")
def notebooks():
    """{name: reading edition} of every notebook of a lesson."""
    return {name: nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4) for name in NAMES}


@pytest.fixture(scope="module")
def blanks(notebooks):
    """All cells with a mark."""
    found = []
    for name, notebook in notebooks.items():
        cells = [*notebook.cells, None]
        for i, cell in enumerate(notebook.cells):
            if "SOLUTION" in cell.source:
                code_before = max((j for j in range(i) if cells[j].cell_type == "code"), default=-1)
                found.append(Blank(name, cell, cells[i + 1], cells[code_before + 1 : i]))
    return found


def solutions(source):
    return [solution for _, solution in re.findall(MARKED, source)]


def test_a_lesson_has_four_to_seven_blanks(blanks):
    counts = {lesson.notebook: 0 for lesson in LESSONS.values()}
    for blank in blanks:
        if blank.notebook in counts:  # one or two more may be among its experiments
            counts[blank.notebook] += 1
    assert not {name: count for name, count in counts.items() if not 4 <= count <= 7}


def test_marks_come_in_pairs_around_one_to_twelve_lines_a_blank(blanks):
    wrong = {}
    for blank in blanks:
        marks = re.findall(r"(?m)^[ \t]*### (?:BEGIN|END) SOLUTION$", blank.cell.source)
        lines = [line for solution in solutions(blank.cell.source) for line in solution.splitlines() if line.strip()]
        paired = len(marks) == 2 * len(solutions(blank.cell.source)) == blank.cell.source.count("SOLUTION")
        if not paired or not 1 <= len(lines) <= 12:
            wrong[str(blank)] = f"{len(marks)} marks, {len(lines)} lines"
    assert not wrong


def test_a_blank_is_the_body_of_a_function_so_that_the_unfilled_notebook_runs(blanks):
    wrong = []
    for blank in blanks:
        tree = ast.parse(re.sub(MARKED, r"\1...", blank.cell.source))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        inside = {stub for function in functions for stub in ast.walk(function) if is_stub(stub)}
        if not len(inside) == len(solutions(blank.cell.source)) == sum(map(is_stub, ast.walk(tree))):
            wrong.append(str(blank))
    assert not wrong


def is_stub(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and node.value.value is Ellipsis


def test_above_the_first_mark_stands_how_long_to_try(blanks):
    above = {str(blank): comments_at_the_end(blank.cell.source.split("### BEGIN SOLUTION")[0]) for blank in blanks}
    assert not {name: text for name, text in above.items() if not re.search(r"up to \d+ minutes?\b", text)}


def comments_at_the_end(source):
    """The last lines, as far as they are comments."""
    lines = source.rstrip().splitlines()[::-1]
    return "\n".join(takewhile(lambda line: line.strip().startswith("#"), lines))


def test_before_a_blank_stands_a_hint(blanks):
    assert not [str(b) for b in blanks if not b.before or not re.search(HINT, b.before[-1].source)]


def test_after_a_blank_comes_its_check(blanks):
    assert not [str(b) for b in blanks if b.next is None or f"check.{b.name}(" not in b.next.source]


def test_the_metadata_are_nbgraders(blanks):
    wrong = {}
    for blank in blanks:
        own = [cell.metadata.get("nbgrader") if cell else None for cell in (blank.cell, blank.next)]
        if own != [BLANK | {"grade_id": blank.name}, CHECK | {"grade_id": f"check_{blank.name}"}]:
            wrong[str(blank)] = own
    assert not wrong


def test_nothing_else_is_graded(notebooks, blanks):
    for name, notebook in notebooks.items():
        graded = [cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata]
        own = [blank.name for blank in blanks if blank.notebook == name]
        assert graded == [grade_id for blank in own for grade_id in (blank, f"check_{blank}")], name
        assert len(set(own)) == len(own), name


def test_a_section_says_its_minutes_and_how_hard_it_is_and_the_head_says_the_sum(notebooks):
    wrong = []
    for name in (lesson.notebook for lesson in LESSONS.values()):
        text = "\n".join(cell.source for cell in notebooks[name].cells if cell.cell_type == "markdown")
        sections = re.findall(r"(?m)^## (.+)\n+(.*)", text)
        said = {title: re.fullmatch(r"\*(\d+) min (?:●○○|●●○|●●●)\*", line) for title, line in sections}
        timed = {title: found for title, found in said.items() if not title.startswith(UNTIMED)}
        wrong += [f"{name}: {title}" for title, found in timed.items() if not found]
        total = re.search(r"\*\*Time\*\*: about (\d+) minutes,\s+of\s+which", text)
        if not total or int(total[1]) != sum(int(found[1]) for found in said.values() if found):
            wrong.append(f"{name}: {total and total[0]} against {[found and found[1] for found in said.values()]}")
    assert not wrong


def test_the_blanks_filled_give_the_lesson(notebooks):
    """What stood between the marks, written where the working edition has `...`, gives all lines but the marks."""
    for name, notebook in notebooks.items():
        working = working_edition(name, NOTEBOOKS, NAMES)  # where the lesson is: links stay, `results/` is `./results/`
        codes = [[cell.source for cell in some.cells if cell.cell_type == "code"] for some in (working, notebook)]
        assert len(codes[0]) == len(codes[1]), name
        for blanked, source in zip(*codes):
            lines, between = unmarked(source)
            assert not set(between) & set(blanked.splitlines()), f"{name}: {between}"
            assert fill(blanked, source).replace("./results/", "results/").splitlines() == lines, name


def unmarked(source):
    """All lines but the marks, and those between marks."""
    inside, lines, between = False, [], []
    for line in source.splitlines():
        if "SOLUTION" in line:
            inside = "BEGIN" in line
        else:
            lines.append(line)
            between += [line] if inside else []
    return lines, between


def fill(blanked, source):
    """Write the solutions of `source`, in order, where `blanked` has `...`."""
    ahead = iter(solutions(source))
    return re.sub(r"(?m)^[ \t]*\.\.\.$", lambda _: next(ahead).removesuffix("\n"), blanked)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_unfilled_it_runs_to_the_end_and_says_of_each_blank_that_it_is_empty(name, tmp_path, monkeypatch, blanks):
    monkeypatch.setenv("GAN_COURSE_PROFILE", "smoke")
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path / "outputs"))
    notebook = working_edition(name, tmp_path, [])
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(tmp_path)}}).execute()
    said = {
        cell.metadata.nbgrader.grade_id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    own = [blank.name for blank in blanks if blank.notebook == name]
    assert list(said) == [f"check_{blank}" for blank in own]
    assert not {name: text for name, text in said.items() if not text.startswith("Nothing here yet: ")}
