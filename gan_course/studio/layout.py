"""Where everything stands on a film: rectangles from sizes, and nothing drawn."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gan_course.errors import CourseError
from gan_course.studio.captions import LINE, Item, count_lines, names_width, width_of
from gan_course.studio.frames import Frames
from gan_course.studio.text import Box, text_height

# In heights of letters:
HEADING = 1.7  # of the line above a run
COLUMN, CHART, CHART_WIDTH = 13, 7, 11  # the least width of a column beside a picture, the least size of a chart
WORDS = 16  # the least width of a caption below a picture
MOST_LINES = 2  # of a caption below a picture
TALLEST_CHART = 0.75  # times its width
COST = 0.75  # a chart that nobody asked for may shrink the pictures to so much of what they could be


class Tile(NamedTuple):
    """Where one run is shown."""

    heading: Box
    picture: Box
    caption: Box
    in_rows: bool  # an item of the caption a line, else one after the other
    chart: Box | None


class Layout(NamedTuple):
    """All of a film."""

    size: tuple[int, int]  # width, height
    text: int  # pixels of the letters
    tiles: list[Tile]

    @property
    def reach(self) -> float:
        """What layouts are compared by: the smallest picture's longer side."""
        return min(max(tile.picture.width, tile.picture.height) for tile in self.tiles)


def arrange(
    size: tuple[int, int], runs: Sequence[Frames], captions: Sequence[Sequence[Item]], charts: bool | None
) -> Layout:
    """The layout with the largest pictures: runs in one or several rows, words and curves beside or below.

    Args:
        size: of the film, width and height.
        runs: the pictures of each run.
        captions: the items of each run.
        charts: whether there are curves; None: where they cost little.

    Raises:
        CourseError: there is no room for so much.
    """
    plain = None if charts else best(size, runs, captions, False)
    charted = best(size, runs, captions, True) if charts is not False else None
    if plain and charted:
        return charted if charted.reach >= COST * plain.reach else plain
    if plain or charted:
        return plain or charted
    what = "with their curves " if charts else ""
    raise CourseError(f"{len(runs)} runs {what}do not fit on {size[0]}x{size[1]}: choose a larger --size, or fewer")


def best(
    size: tuple[int, int], runs: Sequence[Frames], captions: Sequence[Sequence[Item]], charts: bool
) -> Layout | None:
    """Of all layouts that there is room for the one with the largest pictures."""
    return max(candidates(size, runs, captions, charts), key=lambda layout: layout.reach, default=None)


def candidates(
    size: tuple[int, int], runs: Sequence[Frames], captions: Sequence[Sequence[Item]], charts: bool
) -> Iterator[Layout]:
    """All ways in which each picture is at least a few letters wide; few rows of runs, and columns beside, first."""
    text = text_height(size)
    for down in range(1, len(runs) + 1):
        rooms = tiles_of(size, len(runs), down, text)
        lines = max(lines_below(rooms[0].width, items, text, charts) for items in captions)
        columns = [beside(*each, text, charts) for each in zip(rooms, runs, map(len, captions))]
        stacks = [below(*each, lines, text, charts) for each in zip(rooms, runs)]
        for tiles in (columns, stacks):
            if all(tile and is_legible(tile, items, text) for tile, items in zip(tiles, captions)):
                yield Layout(size, text, centred(levelled(tiles), size[1]))


def is_legible(tile: Tile, items: Sequence[Item], text: int) -> bool:
    """Whether the picture is two letters high and wide, and the first item of the caption has room for its words."""
    words = names_width(items[:1], text) + text + width_of(items[0].values, text) if items else 0
    return min(tile.picture.width, tile.picture.height) >= 2 * text and tile.caption.width >= words


def tiles_of(size: tuple[int, int], count: int, down: int, text: int) -> list[Box]:
    """The film cut into `down` rows of equal tiles, a letter apart and from the edge."""
    across = -(-count // down)
    width, height = ((side - text) // number - text for side, number in zip(size, (across, down)))
    places = [(i % across, i // across) for i in range(count)]
    return [Box(text + x * (width + text), text + y * (height + text), width, height) for x, y in places]


def beside(room: Box, run: Frames, items: int, text: int, chart: bool) -> Tile | None:
    """Picture at the left; heading, caption of so many items and chart in a column at its right."""
    heading, line = round(HEADING * text), round(LINE * text)
    width, height = run.fitted(room.width - (COLUMN + 1) * text, room.height) if room.width > 15 * text else (0, 0)
    needed = heading + line + (round((CHART + 1) * text) if chart else 0)
    if width < 1 or room.height < needed:
        return None
    picture = Box(room.left, room.top + (room.height - height) // 2, width, height)
    tall = max(height, min(needed + max(items - 1, 0) * line, room.height))
    left, top = picture.right + text, room.top + (room.height - tall) // 2
    across, drawn = room.right - left, None
    if chart:
        rows = min(items * line, tall - heading - round((CHART + 1) * text))
        high = min(tall - heading - rows - text, round(TALLEST_CHART * across))
        drawn = Box(left, top + tall - high, across, high)
    caption = Box(left, top + heading, across, (drawn.top - text if drawn else top + tall) - top - heading)
    return Tile(Box(left, top, across, heading), picture, caption, True, drawn)


def lines_below(width: int, items: Sequence[Item], text: int, chart: bool) -> int:
    """How many lines a caption takes below a picture in a tile of this width."""
    return min(count_lines(items, width_of_words(width, text, chart), text), MOST_LINES)


def width_of_words(width: int, text: int, chart: bool) -> int:
    """What words and curves may take of the width of a tile where the picture takes less."""
    return min(width, (WORDS + (CHART_WIDTH if chart else 0)) * text)


def below(room: Box, run: Frames, lines: int, text: int, chart: bool) -> Tile | None:
    """From the top: heading, picture, a caption of so many lines and chart; as wide as the picture, or as words."""
    heading, line = round(HEADING * text), round(LINE * text)
    high = round(max(CHART * text, 0.25 * room.height)) if chart else 0
    taken = heading + (lines * line + text // 2 if lines else 0) + (high + text if chart else 0)
    if room.height <= taken or (chart and room.width < CHART_WIDTH * text):
        return None
    width, height = run.fitted(room.width, room.height - taken)
    across = max(width, width_of_words(room.width, text, chart))
    left, top = room.left + (room.width - across) // 2, room.top + heading
    caption = Box(left, top + height + text // 2, across, lines * line)
    if chart:
        high = min(high + room.height - taken - height, round(TALLEST_CHART * across))
    drawn = Box(left, caption.bottom + text, across, high) if chart else None
    return Tile(Box(left, room.top, across, heading), Box(left, top, width, height), caption, False, drawn)


def levelled(tiles: list[Tile]) -> list[Tile]:
    """Captions and charts of neighbours at one height, where their pictures are of several."""

    def level(tile: Tile) -> Tile:
        row = [other for other in tiles if other.heading.top == tile.heading.top and not other.in_rows]
        if tile.in_rows or not row:
            return tile
        caption = tile.caption._replace(top=max(other.caption.top for other in row))
        if tile.chart is None:
            return tile._replace(caption=caption)
        top = max(other.chart.top for other in row if other.chart)
        bottom = max(other.chart.bottom for other in row if other.chart)
        return tile._replace(caption=caption, chart=tile.chart._replace(top=top, height=bottom - top))

    return [level(tile) for tile in tiles]


def centred(tiles: list[Tile], height: int) -> list[Tile]:
    """All moved down alike, so that as much is free below as above."""
    boxes = [box for tile in tiles for box in tile if isinstance(box, Box)]
    down = (height - max(box.bottom for box in boxes) - min(box.top for box in boxes)) // 2

    def moved(box: Box | None) -> Box | None:
        return box and box._replace(top=box.top + down)

    return [Tile(moved(t.heading), moved(t.picture), moved(t.caption), t.in_rows, moved(t.chart)) for t in tiles]
