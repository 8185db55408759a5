"""Decks of the lessons: short, whole, legible, and without a network."""

import re
from base64 import b64encode
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from PIL import Image
from refusals import assert_refused

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS
from gan_course.slides.deck import deck_of, size_of
from gan_course.slides.write import STATIC, write_decks

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = [ROOT / "notebooks" / f"{lesson.notebook}.ipynb" for lesson in LESSONS.values() if lesson.notebook]
VOID = {"img", "meta", "link", "br", "hr"}


class Page(HTMLParser):
    """What a deck loads, the words of its slides, and its figures."""

    def __init__(self, text):
        super().__init__()
        self.loaded, self.alts, self.slides, self.sections, self.tags, self.within = [], [], [], [], [], []
        self.attributes = set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        named = dict(attributes)
        self.tags.append(tag)
        self.attributes |= named.keys()
        self.loaded += [named[key] for key in ("src", "srcset", "data", "poster") if key in named]
        self.loaded += [named["href"]] if tag == "link" else []
        if tag == "section":
            self.slides.append("")
            self.sections.append(named.get("class"))
        if tag == "img":
            self.alts.append(named.get("alt"))
        if tag not in VOID:
            self.within.append(tag)

    def handle_endtag(self, tag):
        while tag not in VOID and self.within.pop() != tag:
            pass

    def handle_data(self, data):
        if "section" in self.within and "aside" not in self.within:
            self.slides[-1] += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The decks of all lessons."""
    folder = tmp_path_factory.mktemp("decks")
    assert write_decks(NOTEBOOKS, folder) == [folder / f"{path.stem}.html" for path in NOTEBOOKS]
    return folder


@pytest.fixture(scope="module")
def pages(folder):
    return {path.stem: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.html"))}


def deck(*cells, folder=ROOT, **first):
    """The deck of cells, of which the first begins a slide with `first` as metadata."""
    cells[0].metadata |= {"slideshow": {"slide_type": "slide"}} | first
    return deck_of(nbformat.v4.new_notebook(cells=list(cells)), folder).cells


def kinds(cells):
    return [cell.metadata.part.kind for cell in cells]


def picture(width=4, height=2):
    """A PNG in base64."""
    content = BytesIO()
    Image.new("L", (width, height)).save(content, "PNG")
    return b64encode(content.getvalue()).decode()


def test_a_deck_has_at_most_twenty_slides(pages):
    assert len(pages) == 9
    assert not {name: len(page.slides) for name, page in pages.items() if not 12 <= len(page.slides) <= 20}


def test_every_slide_has_a_heading_and_something_below_it(pages):
    for name, page in pages.items():
        headings = [tag for tag in page.tags if tag in ("h1", "h2")]
        assert headings == ["h1"] + ["h2"] * (len(page.slides) - 1), name
        assert page.sections[0] == "title" and set(page.sections[1:]) <= {"words", "beside", "below"}, name


def test_nothing_is_loaded_but_what_lies_beside_the_deck(pages, folder):
    for name, page in pages.items():
        files = {target for target in page.loaded if not target.startswith("data:image/")}
        assert files and all(re.fullmatch(rf"{STATIC}/[a-z]+\.(css|js)", target) for target in files), name
        assert all((folder / target).is_file() for target in files), name


def test_what_lies_beside_loads_nothing_else(folder):
    """Of the style sheets: no import, and no URL but data."""
    for path in (folder / STATIC).glob("*.css"):
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text and not re.findall(r"url\((?!['\"]?data:)[^)]*\)", text), path.name
    licences = (folder / STATIC / "LICENSES.txt").read_text(encoding="utf-8")
    assert "reveal.js" in licences and "Hakim El Hattab" in licences and "Permission is hereby granted" in licences


def test_every_figure_says_what_it_shows(pages):
    for name, page in pages.items():
        assert len(page.alts) >= 8 and all(alt and len(alt) > 15 for alt in page.alts), (name, page.alts)


def test_formulas_are_mathml(pages):
    for name, page in pages.items():
        words = "".join(page.slides)
        assert "$" not in words and "\\" not in words.replace("\\n", ""), name
    assert sum(page.tags.count("math") for page in pages.values()) > 100
    assert not any("mjx" in tag for page in pages.values() for tag in page.tags)


def test_a_deck_is_small(folder):
    assert not {path.name: size for path in folder.glob("*.html") if (size := path.stat().st_size) > 2_500_000}


def test_code_is_left_out_but_where_it_is_asked_for():
    def cell():
        return nbformat.v4.new_code_cell("a = 1\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION")

    assert kinds(deck(cell())) == []
    (shown,) = deck(cell(), slide={"code": True})
    assert shown.source == "```python\na = 1\nb = 2\n\n```" and kinds([shown]) == ["text"]


def test_a_cell_without_a_slide_type_is_left_out():
    cells = deck(nbformat.v4.new_markdown_cell("## One"), nbformat.v4.new_markdown_cell("not shown"))
    assert [cell.source for cell in cells] == ["## One"]


def test_the_prose_that_a_text_stands_in_for_is_for_the_speaker():
    second = nbformat.v4.new_markdown_cell("That was one.\n\n## Two\n\nProse.\n\n<details>a hint</details>")
    second.metadata |= {"slideshow": {"slide_type": "slide"}, "slide": {"text": "## Two\n\nShort."}}
    cells = deck(nbformat.v4.new_markdown_cell("## One"), second)
    assert kinds(cells) == ["heading", "notes", "heading", "text", "notes"]
    assert [cell.source for cell in cells] == ["## One", "That was one.", "## Two", "Short.", "Prose."]
    assert [cell.metadata.slideshow.slide_type for cell in cells] == ["slide", "notes", "slide", "-", "notes"]


def test_a_line_in_a_text_begins_another_slide():
    cells = deck(nbformat.v4.new_markdown_cell("prose"), slide={"text": "## One\n\nfirst\n\n---\n\n## Two"})
    starts = [cell.source for cell in cells if cell.metadata.slideshow.slide_type == "slide"]
    assert starts == ["## One", "## Two"]


def test_the_second_of_two_figures_gets_a_slide_of_its_own_where_the_text_says_so():
    outputs = [nbformat.v4.new_output("display_data", {"image/png": picture(size, 3)}) for size in (8, 9)]
    cells = deck(nbformat.v4.new_code_cell("", outputs=outputs), slide={"text": "## One\n\n---\n\n## Two"})
    assert kinds(cells) == ["heading", "figure", "heading", "figure"]
    assert [cell.metadata.slideshow.slide_type for cell in cells] == ["slide", "-", "slide", "-"]


def test_what_comes_with_a_key_comes_together():
    later = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("stream", text="a\n")])
    later.metadata["slideshow"] = {"slide_type": "fragment"}
    more = nbformat.v4.new_markdown_cell("more", metadata={"slideshow": {"slide_type": "-"}})
    cells = deck(nbformat.v4.new_markdown_cell("## One\n\nask"), later, more)
    assert [cell.metadata.part.fragment for cell in cells] == [0, 0, 1, 1]


def test_the_picture_of_a_training_while_it_ran_and_controls_are_no_figures():
    live = nbformat.v4.new_output("display_data", {"image/png": picture()}, metadata={"image/png": {"width": 900}})
    bar = nbformat.v4.new_output("display_data", {"text/plain": "yours: 100%|#| 400/400"})
    controls = nbformat.v4.new_output(
        "display_data", {"application/vnd.jupyter.widget-view+json": {}, "text/plain": "Run this cell"}
    )
    still = nbformat.v4.new_output("display_data", {"image/png": picture(), "text/plain": "<Figure>"})
    cells = deck(nbformat.v4.new_code_cell("", outputs=[live, bar, controls, still]), alt="a square")
    assert kinds(cells) == ["figure"] and cells[0].metadata.part.figure.alt == "a square"


def test_a_squarish_figure_stands_beside_the_text_and_a_wide_one_below(tmp_path):
    Image.new("L", (30, 20)).save(tmp_path / "square.png")
    Image.new("L", (60, 20)).save(tmp_path / "wide.png")
    for name, layout in {"square": "beside", "wide": "below"}.items():
        cells = deck(nbformat.v4.new_markdown_cell(f"## A\n\ntext\n\n![what]({name}.png)"), folder=tmp_path)
        assert cells[0].metadata.part.layout == layout


def test_printed_text_is_as_large_as_its_lines_let_it_be():
    assert size_of("short", 28) == 28 and size_of("x" * 110, 36) == 18
    assert 18 < size_of("x" * 90, 28) < 28
    assert 0.602 * 90 * size_of("x" * 90, 28) <= 1200  # DejaVu Sans Mono: 0.602 em a character
    assert 17 * 1.3 * size_of("short\n" * 17, 36) <= 720 - 34 - 50 - 20 - 44  # lines of 1.3 em, below a heading


def test_hostile_text_is_shown_as_text(tmp_path):
    hostile = '<script>alert(1)</script> "quotes" <img src=x onerror=alert(1)> \u202eright to left'
    printed = nbformat.v4.new_output("stream", text=f"</pre>{hostile}")
    html = f'<img alt="x" onerror="alert(1)" src="data:image/png;base64,{picture()}"><script>alert(1)</script>'
    film = nbformat.v4.new_output("execute_result", {"text/html": html}, execution_count=1)
    metadata = {"slideshow": {"slide_type": "slide"}, "alt": f'"><b>{hostile}'}
    cells = [
        nbformat.v4.new_markdown_cell(
            f"# {hostile}\n\n{hostile} [link](javascript:alert)", metadata={"slideshow": {"slide_type": "slide"}}
        ),
        nbformat.v4.new_code_cell(
            "", outputs=[printed, film], metadata=metadata | {"slide": {"text": f"## {hostile}"}}
        ),
        nbformat.v4.new_markdown_cell(hostile, metadata={"slideshow": {"slide_type": "notes"}}),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
    (path,) = write_decks([tmp_path / "x.ipynb"], tmp_path / "out")
    text = path.read_text(encoding="utf-8")
    page = Page(text)
    assert page.tags.count("script") == 3 and page.tags.count("img") == 1 and "b" not in page.tags
    assert page.alts == [f'"><b>{hostile}'] and hostile in page.slides[0] and f"</pre>{hostile}" in page.slides[1]
    assert "<title>&lt;script&gt;" in text and not [name for name in page.attributes if name.startswith("on")]
    assert 'href="javascript' not in text


def test_a_picture_that_is_not_there_is_named(tmp_path):
    cell = nbformat.v4.new_markdown_cell(
        "# A\n\n![x](pictures/gone.png)", metadata={"slideshow": {"slide_type": "slide"}}
    )
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "x.ipynb")
    with pytest.raises(CourseError, match="gone.png"):
        write_decks([tmp_path / "x.ipynb"], tmp_path / "out")


@pytest.mark.parametrize("content", [None, "no JSON", '{"cells": []}'])
def test_what_is_no_lesson_is_one_sentence(tmp_path, content):
    if content:
        (tmp_path / "x.ipynb").write_text(content)
    with pytest.raises(CourseError, match="x.ipynb"):
        write_decks([tmp_path / "x.ipynb"], tmp_path / "out")


def test_the_command_takes_numbers_and_names_and_says_where_the_decks_are(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = command("slides", "08", "museum", "--out", "talk")
    paths = [str(Path("talk") / f"{name}.html") for name in ("08_judging_samples", "09_failure_museum")]
    assert (code, out.splitlines(), err) == (0, paths, "")
    assert all(Path(path).is_file() for path in paths) and (Path("talk") / STATIC / "reveal.js").is_file()


def test_the_command_refuses_what_it_does_not_know(command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert_refused(command("slides", "10"), "there is no lesson '10'")
    Path("file").touch()
    assert_refused(command("slides", "01", "--out", "file"), "choose another --out")
