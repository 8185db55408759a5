"""`gan-course gif`: words become a film; bad input is one line, and leaves everything as it was."""

import numpy as np
import pytest
from PIL import Image, ImageSequence
from refusals import assert_refused, contents
from test_studio import recorded

from gan_course.cli.gif import size_of
from gan_course.viz.recording import write_recording


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder but for two runs, of six and of four frames, and a recording that lies by itself."""
    monkeypatch.chdir(tmp_path)
    write_recording(tmp_path / "a" / "recording", recorded(name="a"))
    write_recording(tmp_path / "b" / "recording", recorded(4, colour=True, name="b", seconds=[]))
    write_recording(tmp_path / "alone", recorded(3, grid=None, curves={}))
    return tmp_path


def frames_of(path):
    with Image.open(path) as image:
        return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])


@pytest.mark.parametrize(
    ("arguments", "shape"),
    [
        ("a --size 320x180", (6, 180, 320, 3)),
        ("alone --ratio 1:1 --height 200", (3, 200, 200, 3)),
        (
            "a b --ratio 4:3 --height 300 --labels x,y --dark --captions step,frechet_classifier_distance",
            (6, 300, 400, 3),
        ),
        ("a --size 640x360 --columns 2 --rows 1 --captions none --curves --hold 0 --ease 1 --fps 25", (6, 360, 640, 3)),
        ("a alone --by seconds --size 320x200 --no-curves --loop 3 --max-mb 0.4", (6, 200, 320, 3)),
    ],
)
@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_words_become_a_film(command, arguments, shape, kind):
    code, said, _ = command("gif", *arguments.split(), "--out", f"films/film.{kind}")
    assert code == 0 and said.startswith(f"films/film.{kind}: {shape[0]} pictures") and said.count("\n") == 1
    assert frames_of(f"films/film.{kind}").shape == shape


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("a", "Missing option '--out'"),
        ("--out a.gif", "Missing argument 'DIR...'"),
        ("a --out a.avi", "a film ends in .gif, .webp, .mp4, not in '.avi'"),
        ("nothing --out a.gif", "nothing"),
        ("a --out a.gif --size 1920", "--size must be WIDTHxHEIGHT in pixels, such as 1920x1080, not '1920'"),
        ("a --out a.gif --size 0x0", "size must be from 160 to 4096"),
        ("a --out a.gif --size 320x180 --ratio 4:3", "leave out --ratio and --height"),
        ("a --out a.gif --ratio 3:2", "'3:2' is not one of '16:9', '4:3', '1:1'"),
        ("a --out a.gif --height 9", "size must be from 160 to 4096"),
        ("a --out a.gif --fps nan", "fps must be from 0.1 to 25"),
        ("a --out a.gif --columns 0", "'--columns': 0 is not in the range"),
        ("a --out a.gif --captions step,fid", "there is no 'fid' to show: choose captions from step, epoch"),
        ("a b --out a.gif --labels one", "1 labels for 2 runs"),
        ("a b --out a.gif --by seconds", "'b' kept no seconds"),
        ("alone --out a.gif --columns 2", "have no columns and rows"),
        ("alone --out a.gif --curves", "recorded no losses"),
        ("a --out a/recording/recording.json/a.gif", "choose another --out"),
        ("a --out there.gif", "there.gif exists: add --force to replace it"),
    ],
)
def test_bad_input_is_refused_in_one_line_and_nothing_is_made(command, folder, arguments, message):
    (folder / "there.gif").write_text("precious")
    before = contents()
    assert_refused(command("gif", *arguments.split()), message)
    assert contents() == before


def test_a_damaged_recording_is_named(command, folder):
    (folder / "a" / "recording" / "frames-0.webp").write_bytes(b"no picture")
    assert_refused(command("gif", "a", "--out", "a.gif"), "is damaged")


def test_a_film_is_replaced_only_where_that_is_asked_for(command, folder):
    (folder / "a.gif").write_text("old")
    code, _, _ = command("gif", "a", "--out", "a.gif", "--size", "320x180", "--force")
    assert code == 0 and len(frames_of("a.gif")) == 6


def test_slides_have_even_sides():
    assert size_of(None, None, None) == (1920, 1080)
    assert size_of(None, "4:3", 1080) == (1440, 1080) and size_of(None, "1:1", 1080) == (1080, 1080)
    assert size_of(None, "16:9", 487) == (866, 487)
    assert size_of((300, 201), None, None) == (300, 201)


def test_help_teaches_with_examples(command):
    code, said, _ = command("gif", "--help")
    assert code == 0 and said.count("gan-course gif runs/") >= 5
