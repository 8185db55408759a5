"""The colours of a film around its pictures, for a light and for a dark hall, told apart by everybody."""

from typing import NamedTuple

Colour = tuple[int, int, int]


class Style(NamedTuple):
    """Colours, red, green and blue from 0 to 255; letters stand out from the ground by a contrast of 7 or more."""

    ground: Colour
    ink: Colour  # values and headings
    faint: Colour  # names and axes
    curves: tuple[str, ...]  # for matplotlib


LIGHT = Style((255, 255, 255), (17, 17, 17), (80, 80, 80), ("#0072b2", "#d55e00", "#009e73", "#a0508a"))
DARK = Style((16, 18, 22), (245, 245, 245), (178, 182, 188), ("#56b4e9", "#e69f00", "#2fc79a", "#e08cc4"))
