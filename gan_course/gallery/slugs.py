"""Names of files and titles of pages from names of runs, which may be anything."""

import re
import unicodedata
from collections.abc import Iterable

MOST_LETTERS = 60
RESERVED = r"(con|prn|aux|nul|index|com\d|lpt\d)"  # Windows keeps these for itself, and we the index


def slug(name: str) -> str:
    """A name for a file: letters a to z, digits and hyphens; "Flowers, √2 × 3" -> "flowers-2-3"."""
    plain_letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = "-".join(re.findall(r"[a-z0-9]+", plain_letters))[:MOST_LETTERS].strip("-")
    return f"run-{words}".rstrip("-") if not words or re.fullmatch(RESERVED, words) else words


def unique_slugs(names: Iterable[str]) -> list[str]:
    """A slug for each name, no two the same: "run", "run-2", ..."""
    taken: list[str] = []
    for name in names:
        candidates = (slug(name) + ("" if number == 1 else f"-{number}") for number in range(1, len(taken) + 2))
        taken.append(next(candidate for candidate in candidates if candidate not in taken))
    return taken


def plain(text: str) -> str:
    """The same on one line and without characters that turn the direction of writing, for a page's title."""
    kept = (" " if character.isspace() else character for character in text)
    return "".join(character for character in kept if unicodedata.category(character) not in ("Cc", "Cf"))
