"""The web page of the course: every lesson with its pictures and numbers, readable without a network."""

from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape


@dataclass
class Card:
    """One lesson on the page; paths are relative to the page, numbers are as they should be read."""

    title: str
    status: str
    notebook: str | None
    pictures: list[str]
    numbers: dict[str, str]


def write_page(path: Path, title: str, cards: list[Card]) -> None:
    """Write the page at `path`: a card for each lesson, its pictures beside its numbers."""
    environment = Environment(
        loader=PackageLoader("gan_course.viz.gallery", "."), autoescape=select_autoescape(), trim_blocks=True
    )
    html = environment.get_template("page.html").render(title=title, cards=cards)
    path.write_text(html, encoding="utf-8", newline="\n")
