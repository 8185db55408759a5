"""Tables as text, for notebooks: as wide as they must be, and no wider."""

from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], gap: int = 2) -> str:
    """Rows of cells, the header among them, as lines: the first column flush left, all others flush right.

    Args:
        rows: equally many cells in each.
        gap: spaces between columns.

    Raises:
        ValueError: rows of different lengths.
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ([row[0].ljust(widths[0]), *(" " * gap + c.rjust(w) for c, w in zip(row[1:], widths[1:]))] for row in rows)
    return "\n".join("".join(line).rstrip() for line in lines)
