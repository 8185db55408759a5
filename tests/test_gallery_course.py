"""The site of the whole course: `gan-course gallery` without a folder."""

import json

import pytest

from gan_course import recordings
from gan_course.cli.gallery import gallery_command, place_of_lesson
from gan_course.gallery.runs import shown
from gan_course.lessons import LESSONS
from gan_course.viz.recording import MAX_BYTES, read_recording

MOST_MEGABYTES = 25  # of the site, which is carried into lecture halls


@pytest.fixture
def site(tmp_path, monkeypatch):
    """What the command writes, with one deck in place of nine, which take half a minute."""
    from gan_course.slides import write

    def one_deck(notebooks, folder):
        assert [path.stem for path in notebooks] == [lesson.notebook for lesson in LESSONS.values()]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "05_dcgan.html").write_text("<title>a deck</title>")

    monkeypatch.setattr(write, "write_decks", one_deck)
    gallery_command.main(["--out", str(tmp_path / "site")], standalone_mode=False)
    return tmp_path / "site"


def test_it_holds_players_pairs_the_laboratory_and_slides(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert 'href="lab/index.html"' in index and 'href="slides/05_dcgan.html"' in index
    assert len(list((site / "players").glob("*.html"))) == len(recordings.names())
    pairs = [pair for pair in recordings.PAIRS if set(pair) <= set(recordings.names())]
    assert len(list((site / "compare").glob("*.html"))) == len(pairs)
    gallery_command.main(["--out", str(site)], standalone_mode=False)  # and writes it anew
    assert (site / "lab" / "index.html").exists()


def test_lessons_come_in_their_order(site):
    files = json.loads((site / "site.json").read_text(encoding="utf-8"))["files"]
    pages = [name for name in files if name.startswith("players/") and name.endswith(".html")]
    titles = [shown(recordings.FOLDER / name).document["title"] for name in recordings.names()]
    assert len(pages) == len(titles)
    index = (site / "index.html").read_text(encoding="utf-8")
    places = [index.index(f"<bdi>{title}</bdi></h2>") for title in sorted(set(titles), key=place_of_lesson)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", recordings.names())
def test_what_comes_along_can_be_read_and_is_small(name):
    recording = read_recording(recordings.FOLDER / name)
    assert len(recording.frames) == len(recording.steps) >= (2 if name == "museum-not_finite" else 8)  # it ends early
    size = sum(path.stat().st_size for path in (recordings.FOLDER / name).iterdir())
    assert size <= 1_050_000 < MAX_BYTES


def test_all_that_comes_along_is_small_together():
    sizes = [path.stat().st_size for path in recordings.FOLDER.rglob("*") if path.is_file()]
    assert sum(sizes) < 16_000_000  # the decks take nine more of the MOST_MEGABYTES
