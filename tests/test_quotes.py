"""The numbers that the lessons' prose quotes stand in the outputs that it names."""

from decimal import Decimal

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from scripts.quotes import NOTEBOOKS, faults, propose, prose_numbers, says

LESSONS = [*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(NOTEBOOKS.glob("solutions/*.ipynb"))]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_prose_quotes_what_the_outputs_print(path):
    """After a new execution, `python -m scripts.quotes` lists what prose must say anew."""
    assert faults(nbformat.read(path, as_version=4)) == []


def notebook_of(text, printed, **metadata):
    """A cell that prints, and a text below it."""
    output = new_output("stream", name="stdout", text=printed)
    return new_notebook(
        cells=[
            new_code_cell("print(...)", outputs=[output], id="made"),
            new_markdown_cell(text, id="text", metadata=metadata),
        ]
    )


def test_numbers_of_prose():
    text = (
        "It takes 1,200 steps (equation 3) to 0.91, so 91 % of $x = 512$ `batch=64` in 2014, section 2.3, 64x64, or 7."
    )
    assert prose_numbers(text) == ["1,200", "0.91", "91 %"]


def test_text_below_a_heading_is_prose_and_references_are_none():
    text = "Of 16 numbers.\n\n## 8 modes\n\n*25 min ●●○*\n\nWe saw 0.15.\n\n## References\n\nScience 313, 504"
    assert prose_numbers(text) == ["16", "0.15"]


@pytest.mark.parametrize(
    ("printed", "quoted"),
    [("0.1542", "0.154"), ("0.912", "91 %"), ("91.2", "91 %"), ("1200", "1,200"), ("-0.25", "0.2"), ("-0.25", "0.3")],
)
def test_a_quotation_is_rounded(printed, quoted):
    assert says(Decimal(printed), quoted)


@pytest.mark.parametrize(
    ("printed", "quoted"), [("0.1542", "0.155"), ("0.912", "92 %"), ("91.2", "0.91"), ("12", "1.2")]
)
def test_another_number_is_not_quoted(printed, quoted):
    assert not says(Decimal(printed), quoted)


def test_every_number_is_marked():
    assert faults(notebook_of("We saw 0.15.", "0.154")) == ["text: 0.15 is not marked"]
    assert faults(notebook_of("We saw 0.15.", "0.154", quotes={"made": ["0.15"]})) == []
    assert faults(notebook_of("The paper has 0.15.", "nothing", stated=["0.15"])) == []


def test_an_output_that_changed_is_noticed():
    assert faults(notebook_of("We saw 0.15.", "0.2", quotes={"made": ["0.15"]})) == [
        "text: cell made does not print 0.15"
    ]
    assert faults(notebook_of("We saw 0.15.", "0.15", quotes={"gone": ["0.15"]})) == [
        "text: cell gone does not print 0.15"
    ]


def test_a_mark_without_its_number_is_noticed():
    assert faults(notebook_of("We saw it.", "0.15", quotes={"made": ["0.15"]})) == [
        "text: 0.15 is marked, and not in the text"
    ]


def test_marks_are_proposed():
    notebook = notebook_of("We saw 0.15 and 0.3.", "0.154")
    assert propose(notebook) == ["text: 0.3"]
    assert notebook.cells[1].metadata == {"quotes": {"made": ["0.15"]}}
