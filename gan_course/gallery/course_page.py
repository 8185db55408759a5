"""The web page of `make course`: every lesson with its pictures, numbers and players, readable without a network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gan_course.errors import CourseError
from gan_course.gallery.pages import Entry, render
from gan_course.gallery.runs import Shown, find_runs, shown
from gan_course.gallery.site import write_site
from gan_course.gallery.static import STYLES, text_of

GALLERY = "gallery"  # the folder of the players, beside the page


@dataclass
class Card:
    """One lesson on the page; paths are relative to the page, numbers are as they should be read."""

    title: str
    status: str
    notebook: str | None
    pictures: list[str]
    numbers: dict[str, str]
    runs: list[Entry] = field(default_factory=list)  # that can be played again


def write_page(path: Path, title: str, cards: Iterable[Card], gallery: str | None = None) -> None:
    """Write the page at `path`: a card for each lesson, its players and pictures beside its numbers.

    Args:
        path, title, cards: of the page.
        gallery: where the players are, seen from the page; None before there are any.
    """
    style = "\n".join(map(text_of, STYLES))
    html = render("course.html", title=title, cards=cards, gallery=gallery, style=style, theme=text_of("theme.js"))
    path.write_text(html, encoding="utf-8", newline="\n")


def add_players(outputs: Path, cards: Mapping[str, Card]) -> list[str]:
    """Write players of all runs in `outputs` into its folder gallery, and name them on the cards.

    Args:
        outputs: of the course.
        cards: by the folder of the lesson in `outputs`.

    Returns:
        a sentence for each run that cannot be shown, or one that says why there are no players.
    """
    complaints: list[str] = []
    runs: dict[Path, Shown] = {}
    for folder in find_runs([outputs]):
        try:
            runs[folder] = shown(folder)
        except CourseError as error:
            complaints.append(f"without a player: {error}")
    try:
        entries = write_site(outputs / GALLERY, runs, title="All runs of the course", home="../index.html")
    except CourseError as error:
        return [*complaints, f"no players: {error}"]
    for folder, entry in entries.items():
        lesson = folder.relative_to(outputs).parts[0] if folder != outputs else ""
        if lesson in cards:
            cards[lesson].runs.append(entry)
    return complaints
