"""The phrase book: every line of MindSpore on the page is executed, section by section, and its assertions hold.

A section's lines run in their order: the blocks below **Given** and **MindSpore**, and the second column of its tables.
Those of PyTorch and Keras are not run, but they must be Python.
"""

import ast
import linecache
import re
import sys
import types
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "phrase_book.md").read_text(encoding="utf-8")
LANGUAGES = ["MindSpore", "PyTorch", "Keras"]
HEAD, *SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)
BLOCK = r"^\*\*(?P<label>\w+)\*\*\n```python\n(?P<code>.*?)```$"
PIECE = re.compile(rf"{BLOCK}|^\|(?P<row>[^\n]*)\|$", re.MULTILINE | re.DOTALL)


def title(section):
    return section.partition("\n")[0]


def pieces(section, language):
    """Code of a section in one of the languages, in order; what is `Given` belongs to all."""
    for piece in PIECE.finditer(section):
        if piece["label"] in ("Given", language):
            yield piece["code"]
        elif piece["row"] and (code := in_cell(piece["row"], language)):
            yield code


def in_cell(row, language):
    """The code of a table's row in the column of `language`, if that cell is code and nothing else."""
    cells = [cell.strip() for cell in row.split("|")]
    column = LANGUAGES.index(language) + 1
    code = re.fullmatch(r"`([^`]+)`", cells[column]) if column < len(cells) else None
    return code and code[1]


def run(code, namespace, name):
    """Execute a piece; `ms.jit` reads the source of a function, so it must be found like that of a notebook's cell."""
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    exec(compile(code, name, "exec"), namespace)


@pytest.mark.parametrize("section", SECTIONS, ids=title)
def test_every_line_of_mindspore_does_what_the_page_says(section, monkeypatch):
    module = types.ModuleType("phrase_book")  # MindSpore looks for the module of a function that it compiles
    monkeypatch.setitem(sys.modules, "phrase_book", module)
    namespace = vars(module)
    for number, code in enumerate([*pieces(HEAD, "MindSpore"), *pieces(section, "MindSpore")]):
        run(code, namespace, f"<{title(section)}, piece {number}>")


@pytest.mark.parametrize("section", SECTIONS, ids=title)
def test_each_section_says_it_in_all_three(section):
    for language in LANGUAGES:
        said = list(pieces(section, language))
        assert said, f"nothing of {language}"
        for code in said:
            ast.parse(code)


def test_what_is_claimed_is_asserted():
    """All sections but the first rows of a table end in a block that asserts something."""
    silent = [title(section) for section in SECTIONS if "assert" not in "".join(pieces(section, "MindSpore"))]
    assert silent == ["Parameters"] or not silent


def test_a_wrong_line_would_be_noticed():
    with pytest.raises(AssertionError):
        run("assert 1 == 2", {}, "<wrong>")
    assert in_cell(" zeros | `ops.zeros(3)` | `torch.zeros(3)` | none ", "PyTorch") == "torch.zeros(3)"
    assert in_cell(" zeros | `ops.zeros(3)` | `torch.zeros(3)` | none ", "Keras") is None


def test_the_list_at_the_top_names_every_section():
    listed = re.findall(r"^- \[(.+?)\]\(#(.+?)\)$", HEAD, flags=re.MULTILINE)
    assert [name for name, _ in listed] == [title(section) for section in SECTIONS]
    assert [anchor for _, anchor in listed] == [title(section).lower().replace(" ", "-") for section in SECTIONS]
