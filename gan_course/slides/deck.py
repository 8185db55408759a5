"""From a lesson's notebook to that of its deck: what its cells' metadata put on slides, and what to say to it.

`slideshow.slide_type` is `slide` for a cell that begins one, `fragment` for one that comes with the next key, `-` for
one that comes with the cell before, and `notes` for the speaker; cells without it are on no slide. `slide.text` stands
in for a cell's own text, or above its outputs, and a line `---` in it begins another slide, with the next of several
figures; `slide.code` shows the code. `alt` says in words what a cell's figures show.

The prose that a `text` stands in for becomes the speaker's notes: what comes before its heading or its prediction reads
the slide before, the rest leads to this one.
"""

import re
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from gan_course.slides.figures import Figure, figure_in, figures_of

LEADS_ON = r"(?m)^(?:#|\*\*(?:Predict|Why)\b)"  # where prose turns to what comes next
HEADING = r"#+ [^\n]*"
PICTURE = r"(?m)^!\[([^\]]*)\]\(([^)\s]+)\)$"
UNSAID = r"(?ms)^#+ [^\n]*|<details>.*?</details>|!\[[^\]]*\]\([^)]*\)"  # headings, hints for the blanks, pictures
MARK = r"(?m)^[ \t]*### (?:BEGIN|END) SOLUTION\n?"
SQUARE = 1.7  # a figure that is less wide, to its height, stands beside the text
WIDTH, HEIGHT = 1990, 430  # of printed text: characters a line, and lines, times pixels of its size
LARGEST, SMALLEST = 36, 18  # pixels, of printed text; a slide is 720 high
BESIDE_FIGURE = 28  # pixels, where a figure needs the room


class Part(NamedTuple):
    """A piece of a slide."""

    kind: str  # "heading", "text", "printed", "figure" or "notes"
    text: str = ""
    figure: Figure | None = None


def deck_of(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """The deck as a notebook: a cell a part, with `slideshow`, and `part` for the template, in its metadata.

    Args:
        notebook: the lesson.
        folder: where it lies, with the pictures that its slides name.

    Raises:
        CourseError: a picture cannot be read.
    """
    slides, fragments = [], 0
    for cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "skip")
        if kind == "skip":
            continue
        before, groups = parts_of(cell, kind, folder)
        if slides:
            slides[-1] += [(part, 0) for part in before]
        for number, group in enumerate(groups):
            if not slides or number or kind in ("slide", "subslide"):
                slides.append([])
                fragments = 0
            fragments += kind == "fragment" and not number
            slides[-1] += [(part, fragments) for part in group]
    cells = [cell for slide in slides if slide for cell in cells_of(slide)]
    return nbformat.v4.new_notebook(cells=cells, metadata=notebook.metadata)


def parts_of(cell: NotebookNode, kind: str, folder: Path) -> tuple[list[Part], list[list[Part]]]:
    """What a cell adds to the slide before, and what it puts on its own: a list a slide."""
    own = cell.metadata.get("slide", {})
    if cell.cell_type == "code":
        code = [Part("text", f"```python\n{re.sub(MARK, '', cell.source)}\n```")] if own.get("code") else []
        first, *others = (text_parts(text, folder) for text in own.get("text", "").split("\n---\n"))
        outputs = output_parts(cell)
        with_first, rest = (outputs[:1], outputs[1:]) if others else (outputs, [])
        return [], [first + code + with_first, *(text + [part] for text, part in zip(others, rest))]
    if "text" not in own and kind != "notes":
        return [], [text_parts(cell.source, folder)]
    leads_on = re.search(LEADS_ON, cell.source)
    turn = leads_on.start() if leads_on else len(cell.source)
    before, after = notes(cell.source[:turn]), notes(cell.source[turn:])
    if kind == "notes":
        return before, []
    first, *others = (text_parts(text, folder) for text in own["text"].split("\n---\n"))
    return before, [first + after, *others]


def notes(prose: str) -> list[Part]:
    """Prose for the speaker, without what is of no use to one."""
    kept = re.sub(UNSAID, "", prose).strip()
    return [Part("notes", kept)] if kept else []


def text_parts(markdown: str, folder: Path) -> list[Part]:
    """Heading, texts and pictures of a slide, in order."""
    markdown = markdown.strip()
    heading = re.match(HEADING, markdown)
    parts = [Part("heading", heading[0])] if heading else []
    texts = re.split(PICTURE, markdown[heading.end() if heading else 0 :])  # text, alt, file, text, ...
    for i in range(0, len(texts), 3):
        parts += [Part("text", texts[i].strip())] if texts[i].strip() else []
        if i + 2 < len(texts):
            parts.append(Part("figure", figure=figure_in(folder / texts[i + 2], texts[i + 1])))
    return parts


def output_parts(cell: NotebookNode) -> list[Part]:
    """What a cell printed, in one piece, and its figures."""
    printed = "".join(
        output.get("text") or (output.output_type == "execute_result" and output.data.get("text/plain", "")) or ""
        for output in cell.outputs
        if "text/html" not in output.get("data", {})
    )
    figures = [figure for output in cell.outputs for figure in figures_of(output, cell.metadata.get("alt", ""))]
    text = [Part("printed", printed.rstrip("\n"))] if printed.strip() else []
    return [Part("figure", figure=figure) for figure in figures] + text


def cells_of(slide: list[tuple[Part, int]]) -> list[NotebookNode]:
    """The cells of a slide, from its parts and the number of keys after which each comes."""
    layout, cells = layout_of([part for part, _ in slide]), []
    largest = LARGEST if layout == "words" else BESIDE_FIGURE
    for part, fragment in slide:
        first = not cells
        shown = {"kind": part.kind, "fragment": fragment, "layout": layout, "size": size_of(part.text, largest)}
        if part.figure:
            shown |= {"figure": part.figure._asdict()}
        kind = "slide" if first else "notes" if part.kind == "notes" else "-"
        metadata = {"slideshow": {"slide_type": kind}, "part": shown}
        cells.append(nbformat.v4.new_markdown_cell(part.text, metadata=metadata))
    return cells


def layout_of(parts: list[Part]) -> str:
    """`title`, `words` without a figure, `beside` for one squarish figure to the right of the text, or `below`."""
    figures = [part.figure for part in parts if part.figure]
    if parts[0].text.startswith("# "):
        return "title"
    if not figures:
        return "words"
    has_text = any(part.kind == "text" for part in parts)
    return "beside" if has_text and len(figures) == 1 and figures[0].ratio < SQUARE else "below"


def size_of(text: str, largest: int) -> int:
    """Pixels of printed text, so that all of it fits on a slide, where 18 are enough for lines of 110 characters."""
    lines = text.splitlines() or [""]
    return max(SMALLEST, min(largest, WIDTH // max(1, *map(len, lines)), HEIGHT // len(lines)))
