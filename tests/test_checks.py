"""The checkers all together: how many wrong answers they are held to, and that each belongs to a blank.

What each checker says is tested in the file of its lesson, `test_checks_*.py`.
"""

import ast
import re
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from gan_course.checks.answer import Question, answer, outputs
from gan_course.lessons import LESSONS

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wrongs():
    """{checker: wrong answers to it} over all files of tests; a checker is known by its module and name."""
    found = {}
    for path in sorted(ROOT.glob("tests/test_checks_*.py")):
        module = import_module(path.stem)
        for name, answers in module.WRONG.items():
            checker = getattr(module.check, name)
            found.setdefault((checker.__module__, checker.__name__), []).extend(answers)
    return found


@pytest.fixture(scope="module")
def asked():
    """{(notebook, name of a blank): its checker}, by what the notebook imports as `check`."""
    found = {}
    for name in (name for lesson in LESSONS.values() for name in lesson.notebooks):
        cells = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
        checks = re.findall(r"(?m)^from gan_course\.checks import (\w+) as check$", text)
        for blank in re.findall(r"\bcheck\.(\w+)\(", text):
            checker = getattr(import_module(f"gan_course.checks.{checks[0]}"), blank)
            found[name, blank] = checker.__module__, checker.__name__
    return found


def checkers():
    """Every function of `gan_course/checks/` that asks a question, by module and name."""
    for path in sorted(ROOT.glob("gan_course/checks/*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and any(is_answer(inner) for inner in ast.walk(node)):
                yield f"gan_course.checks.{path.stem}", node.name


def is_answer(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "answer"


def test_there_are_120_wrong_answers_of_which_100_are_named_and_10_come_from_public_code(wrongs):
    answers = [wrong for some in wrongs.values() for wrong in some]
    named = [wrong for wrong in answers if wrong.says]
    public = [wrong for wrong in answers if wrong.public]
    counts = len(answers), len(named), len(public)
    print("wrong answers, named, public:", *counts)
    assert all(count >= least for count, least in zip(counts, (120, 100, 10))), counts


def test_no_wrong_answer_is_counted_twice(wrongs):
    for checker, some in wrongs.items():
        assert len({wrong.answer for wrong in some}) == len(some), checker


def test_every_blank_has_three_wrong_answers(asked, wrongs):
    assert asked
    assert not {blank: checker for blank, checker in asked.items() if len(wrongs.get(checker, [])) < 3}


def test_every_checker_has_a_blank(asked):
    assert not set(checkers()) - set(asked.values())


@pytest.mark.parametrize(("value", "points"), [(1, True), (2, False), (None, False)])
def test_while_nbgrader_grades_it_hears_on_stderr_what_is_not_right(value, points, monkeypatch, capsys):
    """And what is built on the blank goes on with the right one."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")

    def ours():
        return 1

    def yours():
        return value

    question = Question(ours, outputs(()), right="as it should be.")
    assert answer(yours, question) is (yours if points else ours)
    said = capsys.readouterr()
    assert (said.err == "") == points and (said.out == "") != points
