"""A film's pictures: what stands still is drawn once, what moves at each moment."""

from collections.abc import Sequence
from typing import NamedTuple

from PIL import Image

from gan_course.studio.captions import Item, Placed, lines, rows
from gan_course.studio.chart import Chart
from gan_course.studio.frames import Frames
from gan_course.studio.layout import Layout, Tile
from gan_course.studio.style import Style
from gan_course.studio.text import BOLD, REGULAR, font, least_text, write
from gan_course.studio.timeline import Moment


class Scene(NamedTuple):
    """All that is needed to draw any moment of a film."""

    layout: Layout
    style: Style
    ground: Image.Image  # what stands still
    runs: Sequence[Frames]
    captions: list[list[Placed]]  # a list for each run
    charts: Sequence[Chart | None]

    def draw(self, moment: Moment, block: int = 1) -> Image.Image:
        """The film at a moment, RGB; `block` as in `Frames.picture`."""
        film, letters = self.ground.copy(), self.layout.text
        parts = zip(self.layout.tiles, self.runs, self.captions, self.charts, moment.frames)
        for tile, run, caption, chart, index in parts:
            picture = run.picture(index, (tile.picture.width, tile.picture.height), block)
            film.paste(picture, (tile.picture.left, tile.picture.top))
            for placed in caption:
                value = placed.item.values[index]
                write(film, placed.value, value, font(BOLD, letters), self.style.ink, to_right=tile.in_rows)
            if chart and tile.chart:
                chart.draw(film, tile.chart, moment.at, self.style, max(2, letters // 10))
        return film

    def without_pictures(self, moment: Moment) -> Image.Image:
        """The film at a moment with its words and curves alone: what their colours are chosen from."""
        film = self.draw(moment)
        for tile in self.layout.tiles:
            film.paste(
                self.style.ground, (tile.picture.left, tile.picture.top, tile.picture.right, tile.picture.bottom)
            )
        return film


def make_scene(
    layout: Layout,
    style: Style,
    runs: Sequence[Frames],
    items: Sequence[Sequence[Item]],
    headings: Sequence[str],
    charts: Sequence[Chart | None],
) -> Scene:
    """Draw what stands still: ground, headings, names of the caption's items."""
    ground = Image.new("RGB", layout.size, style.ground)
    captions = [placed_in(tile, each, layout) for tile, each in zip(layout.tiles, items)]
    for tile, heading, caption in zip(layout.tiles, headings, captions):
        write(ground, tile.heading, heading, font(BOLD, round(1.2 * layout.text)), style.ink)
        for placed in caption:
            write(ground, placed.name, placed.item.name, font(REGULAR, placed.letters), style.faint)
    return Scene(layout, style, ground, runs, captions, charts)


def placed_in(tile: Tile, items: Sequence[Item], layout: Layout) -> list[Placed]:
    """The items of a caption where the layout wants them."""
    if tile.in_rows:
        return rows(items, tile.caption, layout.text, least_text(layout.size))
    return lines(items, tile.caption, layout.text)
