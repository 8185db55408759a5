"""What stands beside the pictures: step, epoch, seconds, and what the training measured, at each frame."""

import bisect
import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from gan_course.errors import CourseError
from gan_course.studio.text import BOLD, REGULAR, Box, clean, font
from gan_course.viz.recording import Recording

CAPTIONS = ("step", "epoch", "seconds", "numbers")
LINE = 1.45  # height of a line, in letters


class Item(NamedTuple):
    """A name and, for each frame, what is said beside it."""

    name: str
    values: list[str]


class Placed(NamedTuple):
    """An item and where its two parts stand."""

    item: Item
    name: Box
    value: Box
    letters: int  # pixels of those of the name


def check_captions(recordings: Sequence[Recording], chosen: Sequence[str]) -> None:
    """Refuse a caption that none of the recordings has."""
    known = dict.fromkeys([*CAPTIONS, *(name for recording in recordings for name in recording.numbers)])
    for name in chosen:
        if name not in known:
            raise CourseError(f"there is no {name!r} to show: choose captions from {', '.join(known)}")


def items_of(recording: Recording, chosen: Sequence[str]) -> list[Item]:
    """Of the captions chosen those that a recording has, in order.

    Args:
        recording: with `numbers`, of which each is told from its first measurement on.
        chosen: of `CAPTIONS` and names of numbers.
    """
    items = []
    for name in chosen:
        if name == "step":
            items.append(Item("step", [f"{step:,}" for step in recording.steps]))
        elif name == "epoch" and recording.steps_per_epoch:
            items.append(Item("epoch", [f"{step / recording.steps_per_epoch:.1f}" for step in recording.steps]))
        elif name == "seconds" and recording.seconds:
            items.append(Item("seconds", [f"{time:,.0f}" for time in recording.seconds]))
        elif name == "numbers":
            items += [number_item(recording, number) for number in recording.numbers]
        elif name in recording.numbers:
            items.append(number_item(recording, name))
    return items


def number_item(recording: Recording, name: str) -> Item:
    """One evaluation: at each frame what was measured last."""
    steps, values = recording.numbers[name]
    latest = [bisect.bisect_right(steps, step) - 1 for step in recording.steps]
    told = [number(values[i]) if i >= 0 and values[i] is not None else "–" for i in latest]
    return Item(clean(name.replace("_", " "), "number"), told)


def number(value: float) -> str:
    """Three digits of a number that is no larger than a thousand."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def rows(items: Sequence[Item], box: Box, letters: int, least: int) -> list[Placed]:
    """Each item in a line of its own, the values below each other; as many as there is height for.

    Args:
        items: in order.
        box: where they stand.
        letters: pixels of the letters.
        least: pixels of those of the names, where these are too long.
    """
    line, placed = round(LINE * letters), []
    items = items[: box.height // line]
    value = min(max((width_of(item.values, letters) for item in items), default=0), box.width // 2)
    room = box.width - value - letters // 2
    fits = (size for size in range(letters, least, -1) if names_width(items, size) <= room)
    size = next(fits, least)
    end = box.left + min(names_width(items, size) + 3 * letters, room)
    for index, item in enumerate(items):
        top = box.top + index * line
        name = Box(box.left, top, end - box.left, line)
        placed.append(Placed(item, name, Box(end + letters // 2, top, value, line), size))
    return placed


def names_width(items: Sequence[Item], letters: int) -> int:
    """Pixels of the widest name."""
    return max((length(REGULAR, letters, item.name) for item in items), default=0)


def lines(items: Sequence[Item], box: Box, letters: int) -> list[Placed]:
    """Items one after the other, in as many lines as there is height for.

    Each value has room for its widest text, so that nothing moves while the film runs.
    """
    line, placed = round(LINE * letters), []
    left, top = box.left, box.top
    for item in items:
        value = min(width_of(item.values, letters), box.width // 2)
        space = letters // 3
        name = min(names_width([item], letters), box.width - value - space)
        if left > box.left and left + name + space + value > box.right:
            left, top = box.left, top + line
        if top + line > box.bottom:
            break
        placed.append(Placed(item, Box(left, top, name, line), Box(left + name + space, top, value, line), letters))
        left += name + space + value + letters
    return placed


def count_lines(items: Sequence[Item], width: int, letters: int) -> int:
    """How many lines `lines` would take, had it all the height."""
    placed = lines(items, Box(0, 0, width, 10_000), letters)
    return len({each.name.top for each in placed})


def width_of(texts: Sequence[str], letters: int) -> int:
    """Pixels of the widest of these values."""
    return max((length(BOLD, letters, text) for text in set(texts)), default=1)


@cache
def length(name: str, letters: int, text: str) -> int:
    """Pixels of a text, rounded up."""
    return math.ceil(font(name, letters).getlength(text))
