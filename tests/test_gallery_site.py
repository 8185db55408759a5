"""The gallery: which runs it finds, what its pages hold, and that names of runs are only names."""

import io
import json
import re
import shutil
import unicodedata
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from recordings import HOSTILE, bare, hostile, told
from refusals import assert_refused

from gan_course.errors import CourseError
from gan_course.gallery.pages import number, small_curves
from gan_course.gallery.runs import find_runs, shown, shown_of, still
from gan_course.gallery.site import write_site
from gan_course.gallery.slugs import one_way, slug, unique_slugs
from gan_course.gallery.static import FOLDER, PAGE_SCRIPTS, PLAYER_SCRIPTS, STYLES
from gan_course.gallery.widget import compare, show_player
from gan_course.viz.recording import write_recording

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}  # bidirectional classes of the standard


class Page(HTMLParser):
    """Tags with their attributes, and the text of each script, as a browser would see them."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.scripts, self.title, self.inside = [], [], "", ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self.inside = tag
        if tag == "script":
            self.scripts.append((dict(attributes), ""))

    def handle_endtag(self, tag):
        self.inside = ""

    def handle_data(self, data):
        if self.inside == "script":
            attributes, text = self.scripts[-1]
            self.scripts[-1] = attributes, text + data
        if self.inside == "title":
            self.title += data

    def recordings(self):
        return [json.loads(text) for attributes, text in self.scripts if attributes.get("type") == "application/json"]

    def addresses(self):
        return [a[name] for _, a in self.tags for name in ("src", "href") if a.get(name)]


def page_of(path):
    return Page(path.read_text(encoding="utf-8"))


@pytest.fixture
def runs(tmp_path):
    """A folder with two runs of one name, one at some depth, and a hostile one."""
    folder = tmp_path / "runs"
    for place, recording in {"a": told("a run", 3), "deep/er/b": told("a run", 4), "c": hostile()}.items():
        write_recording(folder / place / "recording", recording)
    return folder


@pytest.fixture
def site(runs, tmp_path):
    folders = find_runs([runs])
    out = tmp_path / "site"
    write_site(out, {folder: shown(folder) for folder in folders}, [(folders[0], folders[1]), (folders[1], folders[2])])
    return out


@given(st.lists(st.text(), min_size=1, max_size=20))
def test_slugs_are_safe_and_unique(names):
    slugs = unique_slugs(names)
    assert len(set(slugs)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", found) and len(found) <= 64 for found in slugs)


def test_slugs_can_be_read():
    assert slug("05_dcgan: fleurs séchées, 48×64") == "05-dcgan-fleurs-sechees-48-64"
    assert unique_slugs(["a b", "A-B", "a b 2"]) == ["a-b", "a-b-2", "a-b-2-2"]
    assert [slug(name) for name in ("", "../..", "NUL", "index", "\u202e")] == [
        "run",
        "run",
        "run-nul",
        "run-index",
        "run",
    ]


@given(st.text())
def test_words_turn_nothing_around(text):
    turning = [letter for letter in map(chr, range(0x110000)) if unicodedata.bidirectional(letter) in TURNING]
    assert one_way("".join(turning)) == "" and one_way(f"{text}\u202e") == one_way(text)


def test_runs_are_found_at_any_depth_and_once(runs):
    found = [path.relative_to(runs).as_posix() for path in find_runs([runs, runs / "a"])]
    assert found == ["a", "c", "deep/er/b"]
    assert find_runs([runs / "a"]) == [runs / "a"]
    alone = runs / "alone"
    shutil.copytree(runs / "a" / "recording", alone)  # as a collection of recordings holds it
    assert find_runs([alone]) == [alone] and shown(alone) == shown(runs / "a")
    with pytest.raises(CourseError, match="no folder"):
        find_runs([runs / "nothing"])


def test_the_json_of_a_page_is_the_recording(site, runs):
    for place, page in {"a": "a-run", "deep/er/b": "a-run-2", "c": slug(HOSTILE)}.items():
        written = json.loads((runs / place / "recording" / "recording.json").read_text(encoding="utf-8"))
        [embedded] = page_of(site / "players" / f"{page}.html").recordings()
        assert embedded == written and list(embedded["curves"]) == list(written["curves"])
    pair = page_of(next((site / "compare").glob("a-run-and-*.html"))).recordings()
    assert [len(recording["frames"]["steps"]) for recording in pair] == [3, 4] or len(pair) == 2


def test_every_address_is_a_file_of_the_site(site):
    pages = [*site.glob("*.html"), *site.glob("players/*.html"), *site.glob("compare/*.html")]
    assert len(pages) == 1 + 3 + 2
    for path in pages:
        for address in page_of(path).addresses():
            assert address == "data:," or (path.parent / address).resolve().is_file(), (path, address)
            assert "//" not in address and not address.startswith("/")
    styles = "".join((FOLDER / name).read_text() for name in (*STYLES, *PLAYER_SCRIPTS, *PAGE_SCRIPTS))
    assert (
        "@import" not in styles
        and "url(" not in styles
        and not re.search(r"https?://(?!www\.w3\.org/2000/svg)", styles)
    )


def test_every_picture_of_a_recording_lies_beside_its_page(site, runs):
    for path in (runs / "a" / "recording").glob("*.webp"):
        assert (site / "players" / "a-run" / path.name).read_bytes() == path.read_bytes()


def test_hostile_names_are_only_words(site):
    own = {f"../static/{name}" for name in (*PLAYER_SCRIPTS, *PAGE_SCRIPTS)}
    for path in [site / "index.html", *site.glob("*/*.html")]:
        page = page_of(path)
        allowed = own | {name.removeprefix("../") for name in own}
        assert all(a.get("src") in allowed or a.get("type") == "application/json" for a, _ in page.scripts), path
        assert not [attributes for _, attributes in page.tags if any(name.startswith("on") for name in attributes)]
        assert not [a for tag, a in page.tags if tag == "img" and a["src"] == "x"]
        assert not set(page.title) & set("\u202e\u2066")
    named = page_of(site / "index.html")
    assert HOSTILE not in json.dumps(named.tags) and len(list((site / "players").glob("*.html"))) == 3


def test_a_picture_file_outside_of_its_folder_is_refused(runs):
    document = runs / "a" / "recording" / "recording.json"
    (runs / "secret.webp").write_bytes(b"secret")
    for name in ("../../secret.webp", "/etc/passwd", "a\\b.webp", "frames-0.webp\n", "recording.json"):
        content = json.loads(document.read_text())
        content["pictures"]["real"]["file"] = name
        document.write_text(json.dumps(content))
        with pytest.raises(CourseError, match="damaged"):
            shown(runs / "a")


@pytest.mark.parametrize("damage", ['{"frames": 1', '{"format": "gan-course recording", "version": 1}', "[]"])
def test_a_damaged_recording_is_one_sentence(runs, damage):
    (runs / "a" / "recording" / "recording.json").write_text(damage)
    with pytest.raises(CourseError, match="damaged"):
        shown(runs / "a")


def test_numbers_that_json_does_not_know_are_refused(runs):
    document = runs / "a" / "recording" / "recording.json"
    document.write_text(document.read_text().replace("0.693", "NaN"))
    with pytest.raises(CourseError, match="damaged"):
        shown(runs / "a")


def test_the_still_is_the_last_frame():
    recording = told("a run", 5)
    picture = np.asarray(Image.open(io.BytesIO(still(shown_of(recording)))).convert("L"))
    np.testing.assert_array_equal(picture, recording.frames[-1])


def test_a_card_tells_where_curves_end_and_draws_them():
    document = shown_of(told("a run", 3)).document
    first, second = small_curves(document)
    heights = [[float(point.split(",")[1]) for point in line.split()] for line in (first, second)]
    assert heights[0] == sorted(heights[0], reverse=True) and heights[1] == sorted(heights[1])  # loss_d rises: y falls
    assert number(8000) == "8,000" and number(0.693147) == "0.693" and number(None) == "–" and number("a") == "a"


def test_a_site_is_written_again_without_what_is_gone(site, runs):
    kept = site / "lab" / "index.html"
    kept.parent.mkdir()
    kept.write_text("a laboratory")
    (site / "players" / "mine.txt").write_text("mine")
    write_site(site, {runs / "a": shown(runs / "a")})
    assert [path.name for path in (site / "players").glob("*.html")] == ["a-run.html"]
    assert not list((site / "compare").glob("*.html")) and (site / "players" / "mine.txt").exists()
    assert "lab/index.html" in page_of(site / "index.html").addresses()


def test_a_list_of_files_from_elsewhere_removes_nothing_elsewhere(site, runs, tmp_path):
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    listed = json.loads((site / "site.json").read_text())
    listed["files"] += ["../victim.txt", str(victim)]
    (site / "site.json").write_text(json.dumps(listed))
    write_site(site, {runs / "a": shown(runs / "a")})
    assert victim.exists()


def test_a_gallery_without_runs_is_a_page(tmp_path):
    write_site(tmp_path / "site", {})
    assert "no runs" in (tmp_path / "site" / "index.html").read_text()


def test_a_recording_may_hold_next_to_nothing(tmp_path):
    write_site(tmp_path / "site", {tmp_path: shown_of(bare())})
    [embedded] = page_of(tmp_path / "site" / "players" / "bare.html").recordings()
    assert embedded["frames"]["steps"] == [0]


def test_the_command_writes_a_site(command, runs, tmp_path):
    out = tmp_path / "out"
    pair = ["--compare", str(runs / "a"), str(runs / "c")]
    code, said, complaint = command("gallery", str(runs), "--out", str(out), *pair)
    assert code == 0 and "3 runs" in said and not complaint and (out / "index.html").exists()
    assert len(list((out / "compare").glob("*.html"))) == 1
    (runs / "a" / "recording" / "recording.json").write_text("{")
    code, said, complaint = command("gallery", str(runs), "--out", str(out))
    assert code == 0 and "2 runs" in said and complaint.startswith("left out: ") and len(complaint.splitlines()) == 1


def test_the_command_refuses_in_one_sentence(command, runs, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    site = str(tmp_path / "site")
    assert_refused(command("gallery", str(tmp_path / "empty"), "--out", site), "no run in")
    assert_refused(command("gallery", str(tmp_path / "nothing"), "--out", site), "no folder")
    assert_refused(command("gallery", str(runs), "--out", str(tmp_path / "full")), "holds something")
    assert_refused(command("gallery", str(runs), "--out", str(tmp_path / "full" / "thesis.txt")), "is a file")
    assert_refused(command("gallery", str(runs), "--out", "/proc/nowhere"), "cannot write")
    assert_refused(command("gallery", str(runs), "--out", site, "--compare", str(runs), str(runs / "a")), "--compare")
    assert (tmp_path / "full" / "thesis.txt").read_text() == "mine" and not (tmp_path / "site").exists()


def test_an_older_run_gets_a_player_of_what_it_left(finished, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(finished("gan"), folder)
    shutil.rmtree(folder / "recording", ignore_errors=True)
    [found] = find_runs([folder])
    document = shown(found).document
    assert document["frames"]["steps"] and document["curves"] and document["lesson"] == "gan"


@pytest.mark.parametrize("recording", [told("a run", 3), hostile()])
def test_a_widget_holds_everything(recording):
    frame = Page(show_player(recording)._repr_html_())
    [inner] = [attributes["srcdoc"] for tag, attributes in frame.tags if tag == "iframe"]
    page = Page(inner)
    [document] = page.recordings()
    written = shown_of(recording).document
    places = [*document["frames"]["sheets"], *document["pictures"].values()]
    assert all(place["file"].startswith("data:image/webp;base64,") for place in places)
    assert document["curves"] == written["curves"] and document["name"] == written["name"]
    assert page.addresses() == [] and not [a for _, a in page.tags if any(name.startswith("on") for name in a)]
    assert [tag for tag, _ in frame.tags] == ["div", "img", "iframe"]


def test_a_widget_of_two_runs_holds_both_in_few_bytes(tmp_path):
    write_recording(tmp_path / "run" / "recording", told("slow", 60))
    text = compare(tmp_path / "run", told("fast", 3))._repr_html_()
    [inner] = [attributes["srcdoc"] for tag, attributes in Page(text).tags if tag == "iframe"]
    assert [recording["name"] for recording in Page(inner).recordings()] == ["slow", "fast"]
    assert len(show_player(tmp_path / "run", max_bytes=200_000)._repr_html_()) < 200_000 * 4 / 3 + 200_000
