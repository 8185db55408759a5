"""Decks as web pages, by nbconvert's exporter of slides and a template of our own. They need no network."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbconvert import SlidesExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from gan_course.errors import CourseError
from gan_course.formulas import put_back, take_out
from gan_course.slides.deck import deck_of

HERE = Path(__file__).parent
STATIC = "slides"  # the folder beside the decks that holds what all of them load


def write_decks(notebooks: Sequence[Path], folder: Path) -> list[Path]:
    """Write a deck, NAME.html, for each notebook, and beside them `slides/` with reveal.js; return the decks' paths.

    They open from the file system: arrows or space to go, `s` for the speaker's notes, `f` for the full screen.

    Args:
        notebooks: those of lessons, with outputs.
        folder: where the decks go; made if it is not there.

    Raises:
        CourseError: a notebook is not there, cannot be read or has no slides.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(HERE / "static", folder / STATIC, dirs_exist_ok=True)
    return [write_deck(notebook, folder) for notebook in notebooks]


def write_deck(notebook: Path, folder: Path) -> Path:
    """Write the deck of one notebook."""
    try:
        content = nbformat.read(notebook, as_version=4)
    except (OSError, nbformat.reader.NotJSONError, nbformat.validator.NotebookValidationError):
        raise CourseError(f"{notebook} is no notebook that can be read: name one in notebooks/") from None
    deck = deck_of(content, notebook.parent)
    if not deck.cells:
        raise CourseError(f"no cell of {notebook} is on a slide: give cells a slide type, as docs/teaching tells")
    path = folder / f"{notebook.stem}.html"
    path.write_text(to_html(deck, title_of(deck)), encoding="utf-8")
    return path


def title_of(deck: NotebookNode) -> str:
    """The first heading, as plain text."""
    return next((cell.source.lstrip("# ") for cell in deck.cells if cell.source.startswith("#")), "Slides")


def to_html(deck: NotebookNode, title: str) -> str:
    """The page of a deck. HTML within Markdown is shown as text, and formulas are MathML."""
    formulas = []
    for cell in deck.cells:
        if cell.metadata.part.kind != "printed":
            cell.source = take_out(cell.source, formulas)
    exporter = SlidesExporter(template_name="template", extra_template_basedirs=[str(HERE)])
    exporter.register_filter("escaped_markdown", escaped_markdown)
    html, _ = exporter.from_notebook_node(deck, {"title": title, "static": STATIC})
    return put_back(html, formulas)


def escaped_markdown(markdown: str) -> str:
    """HTML of Markdown; whatever looks like HTML in it stays text, and links lead nowhere that runs code."""
    return MarkdownWithMath(IPythonRenderer(escape=True, exclude_anchor_links=True)).render(markdown)
