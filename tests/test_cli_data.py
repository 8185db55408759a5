"""`gan-course data`: what it says about a folder, what it writes and what it refuses to."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from refusals import assert_refused, contents

from gan_course.cli.options import parse_size
from gan_course.data import flowers

RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def command(command):
    """Runs `gan-course data` with arguments."""
    return partial(command, "data")


@pytest.fixture
def photos():
    """2 red cats, 1 blue dog of another size, and a file that is no picture."""
    for name, colour, size in [("cats/1", RED, (80, 100)), ("cats/2", RED, (300, 200)), ("dogs/1", BLUE, (90, 40))]:
        path = Path(f"photos/{name}.png")
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", size, colour).save(path)
    Path("photos/notes.txt").write_text("no picture")
    return Path("photos")


def test_the_list_names_what_comes_with_the_course_and_what_does_not(command):
    code, out, err = command("list")
    assert code == 0 and err == ""
    assert [line.split()[0] for line in out.splitlines()] == ["mnist", "mnist", "sunflowers", "flowers", "DIR"]
    assert "gan-course data download flowers" in out and "gan-course data check DIR" in out


def test_check_counts_classes_sizes_and_what_was_skipped_and_writes_nothing(command, photos):
    before = contents()
    code, out, err = command("check", "photos")
    assert code == 0 and err == ""
    assert out.splitlines() == [
        "photos: 3 pictures in 2 classes",
        "  cats: 2",
        "  dogs: 1",
        "heights from 40 to 200 pixels, widths from 80 to 300",
        "a network sees each as 3 x 64 x 64 numbers from -1 to 1",
        "1 picture there more than once, such as cats/2.png, the same as cats/1.png",
        "1 picture smaller than 64x64, to be blurred by enlarging",
        "skipped 1 file:",
        "  notes.txt: not a JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF picture",
    ]
    assert contents() == before


def test_check_says_nothing_of_what_is_not_the_case(command, photos):
    (photos / "notes.txt").unlink()
    _, out, _ = command("check", "photos/dogs", "--size", "20x30", "--gray")
    assert out.splitlines() == [
        "photos/dogs: 1 picture in 1 class",
        "  dogs: 1",
        "heights from 40 to 40 pixels, widths from 90 to 90",
        "a network sees each as 1 x 20 x 30 numbers from -1 to 1",
    ]


@pytest.mark.parametrize(
    ("count", "named", "more"), [(5, 5, None), (6, 5, "  and 1 more"), (1005, 5, "  and 1,000 more")]
)
def test_at_most_five_skipped_files_are_named(command, photos, count, named, more):
    for number in range(count - 1):
        (photos / f"{number:04}.jpg").write_bytes(b"?")
    _, out, _ = command("check", "photos")
    lines = out.splitlines()
    start = lines.index(f"skipped {count:,} files:")
    assert sum("not a JPEG" in line for line in lines) == named
    assert lines[start + named + 1 :] == ([more] if more else [])


def test_the_grid_shows_what_the_network_will_see(command, photos):
    code, out, err = command("check", "photos", "--size", "30x40", "--out", "pictures/grid.png")
    assert code == 0 and err == "" and out.splitlines()[-1] == "3 of them in pictures/grid.png"
    grid = np.asarray(Image.open("pictures/grid.png"))
    assert grid.shape == (62, 82, 3)
    assert (grid[:30, :40] == RED).all() and (grid[:30, 42:] == RED).all() and (grid[32:, :40] == BLUE).all()


def test_the_grid_of_pixel_art_is_sharp(command):
    Path("art").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(pixels).save("art/1.png")
    code, out, _ = command("check", "art", "--size", "8", "--scaling", "nearest", "--out", "grid.png")
    assert code == 0 and "1 picture smaller than 8x8, to be enlarged" in out.splitlines()
    np.testing.assert_array_equal(np.asarray(Image.open("grid.png")), np.kron(pixels, np.ones((2, 2, 1), np.uint8)))


def test_names_steer_no_terminal(command):
    Path("photos/\x1b[2Jcats\nlast").mkdir(parents=True)
    Image.new("L", (8, 8)).save("photos/\x1b[2Jcats\nlast/1.png")
    Path("photos/a\rb.txt").write_text("no picture")
    _, out, _ = command("check", "photos")
    assert "  \\x1b[2Jcats\\nlast: 1" in out.splitlines() and "a\\rb.txt: not a" in out
    _, _, err = command("check", "no\nwhere\x1b")
    assert err.startswith("gan-course: cannot read no\\nwhere\\x1b (No such file")


def test_the_grid_is_grey_where_grey_is_asked_for(command, photos):
    command("check", "photos", "--size", "8", "--gray", "--out", "grid.PNG")
    assert np.asarray(Image.open("grid.PNG"))[0, 0] == 76  # 0.299 * 255


def test_the_grid_has_64_at_most_from_every_class(command):
    for name, colour, count in [("a", RED, 90), ("b", BLUE, 10)]:
        Path(f"photos/{name}").mkdir(parents=True)
        for number in range(count):
            Image.new("RGB", (8, 8), colour).save(f"photos/{name}/{number:02}.png")
    _, out, _ = command("check", "photos", "--size", "8", "--out", "grid.png")
    assert out.splitlines()[-1] == "64 of them in grid.png"
    grid = np.asarray(Image.open("grid.png"))
    assert grid.shape == (78, 78, 3)
    assert (grid[0, 0] == RED).all() and (grid[-1, -1] == BLUE).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "DIR"),
        (["check", "nowhere"], "cannot read nowhere (No such file or directory): give a folder with pictures"),
        (["check", "photos/notes.txt"], "cannot read photos/notes.txt (Not a directory)"),
        (["check", "empty"], "empty has 0 pictures and needs at least 1: add some"),
        (["check", "empty", "--out", "new/grid.png"], "empty has 0 pictures"),
        (["check", "photos", "--out", "grid.jpg"], "--out must end in .png, not 'grid.jpg'"),
        (["check", "photos", "--out", "old.png"], "old.png exists: choose another --out, or remove it"),
        (["check", "photos", "--out", "photos/grid.png"], "photos/grid.png would lie among the pictures of photos"),
        (["check", ".", "--out", "grid.png"], "grid.png would lie among the pictures of ."),
        (["download"], "flowers"),
        (["download", "tulips"], "no data set 'tulips' to download: choose flowers"),
        (["download", "flowers", "roses"], "roses"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_is_refused_in_one_line_and_nothing_is_made(command, photos, arguments, message):
    Path("empty").mkdir()
    Path("old.png").write_text("precious")
    before = contents()
    assert_refused(command(*arguments), message)
    assert contents() == before


def test_a_grid_that_cannot_be_written_is_told(command, photos):
    Path("file").write_text("precious")
    code, _, err = command("check", "photos", "--out", "file/grid.png")
    assert code == 2 and err == "gan-course: cannot write file/grid.png (File exists): choose another --out\n"


@pytest.mark.parametrize("text", ["64x64", "64", "64X64"])
def test_one_number_is_a_square(text):
    assert parse_size(None, None, text) == (64, 64)


def test_height_comes_first():
    assert parse_size(None, None, "48x64") == (48, 64)
    assert parse_size(None, None, None) is None


def test_senseless_sizes_are_refused(command, photos):
    for text in ("", "x", "64x", "x64", "64x64x3", "3", "64x1025", "0x64", "-64", "6.4", "64,64", "٦٤"):
        assert_refused(command("check", "photos", "--size", text), "--size must be HEIGHTxWIDTH, such as 48x64")


@pytest.mark.parametrize(("arguments", "folder"), [([], "data/flowers"), (["--out", "a/b"], "a/b")])
def test_the_download_goes_where_it_should(command, monkeypatch, arguments, folder):
    folders = []
    monkeypatch.setattr(flowers, "download_flowers", folders.append)
    code, out, err = command("download", "flowers", *arguments)
    assert code == 0 and err == "" and folders == [Path(folder)]
    assert f"flowers in {folder}; look at them with: gan-course data check {folder}" in out


def test_the_download_comes_from_a_mirror_where_one_is_named(command, monkeypatch):
    calls = []
    monkeypatch.setattr(flowers, "download_flowers", lambda folder, **options: calls.append(options))
    command("download", "flowers", "--mirror", "http://127.0.0.1/x.tgz")
    assert calls == [{"url": "http://127.0.0.1/x.tgz"}]


def test_the_download_leaves_a_folder_with_files_alone(command):
    Path("data/flowers").mkdir(parents=True)
    Path("data/flowers/mine.txt").write_text("precious")
    before = contents()
    assert_refused(command("download", "flowers"), "data/flowers is not empty")
    assert contents() == before
