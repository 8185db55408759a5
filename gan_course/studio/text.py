"""Words on a film: letters that every machine has, names from anywhere made fit to show, cut where too long."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib.ft2font import FT2Font
from PIL import Image, ImageDraw, ImageFont

REGULAR, BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"  # come with matplotlib
LEAST = 10  # pixels; smaller letters cannot be read anywhere
MISSING = "□"


class Box(NamedTuple):
    """A rectangle on a film, in pixels."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The first column that is not inside."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The first row that is not inside."""
        return self.top + self.height


def text_height(size: tuple[int, int]) -> int:
    """Pixels of the letters on a film `(width, height)`, 34 on 1920x1080."""
    width, height = size
    return max(least_text(size), min(round(height / 32), round(width / 26)))


def least_text(size: tuple[int, int]) -> int:
    """Pixels of the smallest letters on a film: 14 where it is 900 wide."""
    return max(-(-14 * size[0] // 900), LEAST)


@cache
def font(name: str, height: int) -> ImageFont.FreeTypeFont:
    """`REGULAR` or `BOLD`, so many pixels high."""
    return ImageFont.truetype(font_path(name), height)


def font_path(name: str) -> Path:
    """The file of a font."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name


@cache
def glyphs() -> frozenset[int]:
    """The characters that the fonts can show."""
    regular, bold = (FT2Font(str(font_path(name))).get_charmap() for name in (REGULAR, BOLD))
    return frozenset(regular) & frozenset(bold)


def clean(text: str, otherwise: str = "") -> str:
    """One line that can be shown: no control characters, no marks that turn its direction, a box for each letter that
    the font lacks; `otherwise` if nothing would be left.
    """
    kept = []
    for character in unicodedata.normalize("NFC", str(text)):
        category = unicodedata.category(character)
        if character.isspace() or category == "Cc":
            kept.append(" ")
        elif not category.startswith("C") and category not in ("Mn", "Me"):  # no format marks, no towers of accents
            kept.append(character if ord(character) in glyphs() else MISSING)
    line = " ".join("".join(kept).split())
    return line if set(line) - {MISSING, " "} else otherwise


def shortened(text: str, letters: ImageFont.FreeTypeFont, width: int) -> str:
    """The text, its middle left out where it is wider than `width` pixels: what tells names apart is often the end."""
    if letters.getlength(text) <= width:
        return text
    few, many = 0, len(text)  # letters kept: `few` fit, `many` do not
    while many - few > 1:
        kept = (few + many) // 2
        few, many = (kept, many) if letters.getlength(without_middle(text, kept)) <= width else (few, kept)
    return without_middle(text, few)


def without_middle(text: str, kept: int) -> str:
    """`kept` letters of a text, half of them from its end."""
    end = kept // 2
    return f"{text[: kept - end].rstrip()}…{text[len(text) - end :].lstrip()}"


def write(
    image: Image.Image,
    box: Box,
    text: str,
    letters: ImageFont.FreeTypeFont,
    colour: tuple[int, int, int],
    to_right: bool = False,
) -> None:
    """Write one line into a box, at its left or right, halfway up; not a pixel outside of it is touched."""
    ascent, descent = letters.getmetrics()
    text = shortened(text, letters, box.width)
    strip = image.crop((box.left, box.top, box.right, box.bottom))
    place = (box.width if to_right else 0, (box.height - ascent - descent) // 2 + ascent)
    ImageDraw.Draw(strip).text(place, text, fill=colour, font=letters, anchor="rs" if to_right else "ls")
    image.paste(strip, (box.left, box.top))
