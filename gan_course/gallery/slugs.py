"""Names of files and titles of pages from names of runs, which may be anything."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

MOST_LETTERS = 60
TURNS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
RESERVED = r"(con|prn|aux|nul|index|com\d|lpt\d)"  # Windows keeps these for itself, and we the index


def slug(name: str) -> str:
    """A name for a file: letters a to z, digits and hyphens; "Flowers, √2 × 3" -> "flowers-2-3"."""
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    words = "-".join(re.findall(r"[a-z0-9]+", letters.lower()))[:MOST_LETTERS].strip("-")
    return f"run-{words}".rstrip("-") if not words or re.fullmatch(RESERVED, words) else words


def unique_slugs(names: Iterable[str]) -> list[str]:
    """A slug for each name, no two the same: "run", "run-2", ..."""
    taken: list[str] = []
    for name in names:
        candidates = (slug(name) + ("" if number == 1 else f"-{number}") for number in range(1, len(taken) + 2))
        taken.append(next(candidate for candidate in candidates if candidate not in taken))
    return taken


def one_way(text: Any) -> Any:
    """Words without the characters that turn the direction of writing, so that they cannot turn what stands around."""
    return text.translate(dict.fromkeys(map(ord, TURNS))) if type(text) is str else text
