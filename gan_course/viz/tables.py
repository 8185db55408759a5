"""Tables as text, for notebooks: as wide as they must be, and no wider."""

from collections.abc import Sequence
from dataclasses import MISSING, Field, fields
from typing import Any


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


def settings_table(settings: Any, *names: str) -> str:
    """Settings as lines: the fields `names`, and those that differ from the class's defaults, with these beside.

    The last line counts the others.

    Args:
        settings: an instance of a dataclass.
        names: fields to show whether they differ or not; they come first, in this order.

    Raises:
        ValueError: a name that is no field.
    """
    defaults = {field.name: default_of(field) for field in fields(settings)}
    if unknown := [name for name in names if name not in defaults]:
        raise ValueError(f"no settings: {', '.join(unknown)}")
    changed = {name for name, default in defaults.items() if getattr(settings, name) != default}
    shown = dict.fromkeys([*names, *(name for name in defaults if name in changed)])
    rows = [["setting", "here", "by default"]] if changed else []
    for name in shown:
        value = as_text(getattr(settings, name))
        rows.append([name, value] + ([as_text(defaults[name]) if name in changed else "same"] if changed else []))
    left = len(defaults) - len(shown)
    return aligned(rows) + (f"\nand {left} more, as by default" if left else "")


def default_of(field: Field) -> Any:
    """The default of a dataclass's field; `MISSING` if it has none."""
    return field.default_factory() if field.default_factory is not MISSING else field.default


def as_text(value: Any) -> str:
    """A setting in few characters: 15,000 with its comma, what a tuple holds without brackets."""
    if value is MISSING:
        return "none"
    if isinstance(value, tuple):
        return ", ".join(map(as_text, value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)
