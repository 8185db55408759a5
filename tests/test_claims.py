"""The page of the sources: its numbers are those of tables and lessons; claims have verdicts, which are counted."""

import importlib
import re

import pytest

from scripts import claims
from scripts.claims import MARKS, renewed, value_of, written

PAGE = claims.PAGE.read_text(encoding="utf-8")
VERDICTS = ("Built", "Holds", "Holds in part", "Does not hold here", "Not tried")
SECTIONS = dict(re.findall(r"^## (.+)\n((?:(?!^## ).*\n)*)", PAGE, flags=re.MULTILINE))


def claims_of(section):
    """Its claims, each in a line that begins in bold."""
    return re.findall(r"^\*\*.+$", section, flags=re.MULTILINE)


def test_the_page_says_the_numbers_of_today():
    """Else: `python -m scripts.claims --renew`, and read again what the page says of them."""
    assert renewed(PAGE) == PAGE


def test_every_claim_has_a_verdict():
    for claim in sum(map(claims_of, SECTIONS.values()), []):
        assert re.search(rf"\*\* .*→ \*({'|'.join(VERDICTS)})\*", claim), claim


@pytest.mark.parametrize("row", re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \| (.+) \|$", PAGE, flags=re.MULTILINE))
def test_verdicts_are_counted(row):
    title, anchor, counts = row
    (section,) = [text for name, text in SECTIONS.items() if name.lower().replace(",", "").replace(" ", "-") == anchor]
    found = [re.search(r"→ \*(.+?)\*", claim)[1] for claim in claims_of(section)]
    assert counts == " | ".join(str(found.count(verdict)) for verdict in VERDICTS), title


def test_every_source_is_counted():
    assert len(SECTIONS) == len(re.findall(r"^\| \[", PAGE, flags=re.MULTILINE)) == 5


def test_every_fraction_and_share_that_came_out_is_marked():
    """Behind the claim itself, in bold, which may have numbers of its author's; settings stand in backticks."""
    marked = {match["text"].splitlines()[-1]: match["marks"].splitlines() for match in MARKS.finditer(PAGE)}
    for claim in sum(map(claims_of, SECTIONS.values()), []):
        came_out = re.sub(r"`[^`]*`|\]\([^)]*\)", "", claim.split("** ", 1)[1])
        numbers = re.findall(r"(?<![\d.])-?\d[\d,]*\.\d+%?|\d+%", came_out)
        marks = [mark.split(": ")[0] for mark in marked.get(claim, [])]
        settings = {"0.01", "0.05", "0.10", "0.20", "0.25", "0.9", "0.5"}  # of what was run
        assert [number for number in numbers if number not in marks and number not in settings] == [], claim


def test_links_and_files_are_there():
    for link in re.findall(r"\]\((.+?)\)", PAGE):
        path, _, fragment = link.partition("#")
        assert (claims.PAGE.parent / path).exists() if path else fragment, link
    tables = set(re.findall(r"`(\d\d_\w+\.csv)`", PAGE))
    assert tables and all((claims.NOTEBOOKS / "results" / table).exists() for table in tables)


def test_every_command_is_there():
    results = (claims.NOTEBOOKS / "results" / "README.md").read_text(encoding="utf-8")
    called = re.findall(r"`python -m (experiments\.\w+)([\w ]*)`", PAGE)
    assert len(called) > 5
    for module, names in called:
        assert f"-m {module}" in results
        importlib.import_module(module).main.make_context(module, names.split())  # refuses what it does not know


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_the_page_is_found(page):
    assert "sources.md)" in (claims.ROOT / page).read_text(encoding="utf-8")


@pytest.fixture
def tables(tmp_path, monkeypatch):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "a.csv").write_text("run,seed,share,empty\nx,0,0.25,\nx,1,0.5,\ny,0,1234.5,\n")
    cell = {"id": "c", "outputs": [{"text": ["fake: 3.63 and -4\n", "real 1,000\n"]}]}
    (tmp_path / "b.ipynb").write_text(f'{{"cells": [{cell}]}}'.replace("'", '"'))
    monkeypatch.setattr(claims, "NOTEBOOKS", tmp_path)


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("a.csv run=x seed=1 share", 0.5),
        ("a.csv run=x mean share", 0.375),
        ("a.csv max share", 1234.5),
        ("a.csv count seed", 3),
        ('b.ipynb c "fake:"', 3.63),
        ('b.ipynb c "fake:" 2', -4),
        ("b.ipynb c real", 1000),
    ],
)
def test_a_mark_names_a_number(source, value):
    assert value_of(source) == value


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize(
    "source", ["a.csv run=x share", "a.csv run=z mean share", "a.csv run=x empty", "b.ipynb d fake"]
)
def test_a_mark_that_names_none_or_several_is_refused(source):
    with pytest.raises(ValueError, match="numbers for"):
        value_of(source)


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (0.0385, "0.04", "0.04"),
        (0.255, "3 %", "26 %"),
        (0.5, "17%", "50%"),
        (1234.5, "1,000", "1,234"),
        (58.9, "1.0%", "58.9%"),
    ],
)
def test_a_number_is_written_as_the_one_before(value, like, text):
    assert written(value, like) == text


@pytest.mark.usefixtures("tables")
def test_numbers_are_renewed_in_their_order_and_whole():
    marks = "0.2%: a.csv run=x seed=1 share\n0.2: a.csv run=y share\n"
    page = f"Of 10.2 and 0.25 we had 0.2%.\nIt was 0.2 then.\n<!--\n{marks}-->\n"
    new = page.replace("0.2%", "50.0%").replace("was 0.2 ", "was 1,234.5 ").replace("\n0.2:", "\n1,234.5:")
    assert renewed(page) == new == renewed(new)
    with pytest.raises(ValueError, match="not in the paragraph"):
        renewed(page.replace("was 0.2", "was 0.3"))
