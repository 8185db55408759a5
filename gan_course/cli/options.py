"""What several commands read alike: sizes, names, counts and seeds, each refused in one sentence."""

import re

import click

from gan_course.errors import CourseError

SCALINGS = ("smooth", "nearest")  # how pictures of a folder are brought to one size


def parse_size(context: click.Context, option: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """The callback of every --size: "48x64" -> (48, 64), height first; "64" -> (64, 64)."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,4})(?:x([0-9]{1,4}))?", text.lower())
    height, width = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not (4 <= height <= 1024 and 4 <= width <= 1024):
        raise CourseError(f"--size must be HEIGHTxWIDTH, such as 48x64, each from 4 to 1024, not {text!r}")
    return height, width


def parse_names(context: click.Context, option: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """The callback of --classes: "1,3, 5" -> ("1", "3", "5")."""
    return None if text is None else tuple(name.strip() for name in text.split(","))


def parse_counts(context: click.Context, option: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """The callback of --counts: "2500,600" -> (2500, 600)."""
    if text is not None and not re.fullmatch(r"[0-9]{1,9}( *, *[0-9]{1,9})*", text):
        raise CourseError(f"--counts must be whole numbers with commas between, such as 2500,600, not {text!r}")
    return None if text is None else tuple(map(int, text.split(",")))


def parse_seed(context: click.Context, option: click.Parameter, seed: int) -> int:
    """The callback of every --seed."""
    if not 0 <= seed < 2**32:
        raise CourseError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    return seed
