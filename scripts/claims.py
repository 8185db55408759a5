"""The numbers of docs/sources.md, each held against the table or the lesson that it comes from.

    python -m scripts.claims            what the page says otherwise than its tables
    python -m scripts.claims --renew    writes the numbers of today into the page

Below a paragraph a comment has a line for each of its numbers, in their order:

    3.1: 07_ring.csv remedy=GAN mean modes_captured
    3.6: 03_first_gan.ipynb c43 "fake:"

A table's line has conditions that choose rows, then a column; where they choose several rows, `mean`, `median`, `min`,
`max` or `count` comes before it. A lesson's line has the id of a cell and a text that stands before the number in what
the cell printed, and, if it is not the next number, which one it is. Only the numbers follow: read again what the page
says of them.
"""

import csv
import json
import re
import shlex
import statistics
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "sources.md"
NOTEBOOKS = ROOT / "notebooks"
NUMBER = r"-?\d[\d,]*(?:\.\d+)?"
MARKS = re.compile(r"(?P<text>(?:[^\n]+\n)+?)<!--\n(?P<marks>.*?)-->", re.DOTALL)
REDUCE = {"mean": statistics.mean, "median": statistics.median, "min": min, "max": max, "count": len}


def value_of(source: str) -> float:
    """The number that the words of a mark behind its colon name.

    Raises:
        ValueError: they name none, or several.
    """
    file, *words = shlex.split(source)
    found = in_lesson(file, *words) if file.endswith(".ipynb") else in_table(file, words)
    if len(found) != 1:
        raise ValueError(f"{len(found)} numbers for {source}")
    return found[0]


def in_table(file: str, words: list[str]) -> list[float]:
    """Numbers of a column in the rows that all conditions choose, reduced to one if the words say how."""
    conditions = dict(word.split("=", 1) for word in words if "=" in word)
    *reduce, column = [word for word in words if "=" not in word]
    with (NOTEBOOKS / "results" / file).open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if all(row[key] == value for key, value in conditions.items())]
    numbers = [float(row[column]) for row in rows if row[column]]
    return [float(REDUCE[reduce[0]](numbers))] if reduce and numbers else numbers


def in_lesson(file: str, cell_id: str, before: str, which: str = "1") -> list[float]:
    """The number that a cell printed behind a text, in the same line."""
    cells = json.loads((NOTEBOOKS / file).read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells if cell["id"] == cell_id for output in cell["outputs"]]
    printed = ["".join(output.get("text") or output.get("data", {}).get("text/plain", [])) for output in outputs]
    lines = [line.partition(before)[2] for line in "\n".join(printed).splitlines() if before in line]
    numbers = [re.findall(NUMBER, line)[int(which) - 1 :][:1] for line in lines]
    return [float(number.replace(",", "")) for some in numbers for number in some]


def written(value: float, like: str) -> str:
    """A number as the page writes it: with as many decimals, commas, and shares in per cent where it has them."""
    digits = like.rstrip(" %")
    scale = 100 if "%" in like and abs(value) <= 1 else 1
    decimals = len(digits.partition(".")[2])
    return f"{scale * value:,.{decimals}f}" + like[len(digits) :]


def renewed(page: str) -> str:
    """The page with the numbers of today, in its paragraphs and in their marks.

    Raises:
        ValueError: a mark's number does not stand in its paragraph, behind those of the marks before it.
    """
    return MARKS.sub(renewed_paragraph, page)


def renewed_paragraph(match: re.Match) -> str:
    rest, done, marks = match["text"], "", []
    for mark in match["marks"].splitlines():
        old, source = mark.split(": ", 1)
        place = re.search(rf"(?<![\d.,]){re.escape(old)}(?![\d]|[.,]\d)", rest)
        if place is None:
            raise ValueError(f"{old} is not in the paragraph of {source}, or not in this order")
        new = written(value_of(source), old)
        done, rest = done + rest[: place.start()] + new, rest[place.end() :]
        marks.append(f"{new}: {source}\n")
    return done + rest + "<!--\n" + "".join(marks) + "-->"


@click.command(help=__doc__.split("\n\n")[0])
@click.option("--renew", is_flag=True, help="Write the numbers of today into the page.")
def main(renew: bool) -> None:
    page = PAGE.read_text(encoding="utf-8")
    new = renewed(page)
    for old, now in zip(page.splitlines(), new.splitlines()):
        if old != now and re.search(r"\.(csv|ipynb) ", old):
            print(f"{old.split(': ')[0]} is now {now}")
    if renew:
        PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
