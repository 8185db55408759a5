"""Whatever lies in a folder: no crash, nothing lost, the good pictures read, and the reason of the others said."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter

import pytest
from bad_pictures import GOOD, IGNORED, KINDS, READ, good
from PIL import Image
from refusals import contents

from gan_course.data import images

MAX_SECONDS, MAX_BYTES = 10, 10**9


@pytest.fixture
def folder(tmp_path):
    """A folder with three good pictures."""
    folder = tmp_path / "photos"
    folder.mkdir()
    good(folder)
    return folder


def files(folder):
    """What there is, without opening a pipe."""
    return sorted(str(path) for path in folder.rglob("*"))


@pytest.mark.parametrize("kind", KINDS)
def test_the_good_are_read_and_the_bad_named(folder, kind):
    make, expected = KINDS[kind]
    make(folder)
    before = files(folder)
    start = perf_counter()
    found = images(folder, (32, 32))
    assert perf_counter() - start < MAX_SECONDS
    assert len(found.images) == GOOD + (expected == READ)
    assert bool(found.skipped) == (expected not in (READ, IGNORED))
    assert all(expected in reason for _, reason in found.skipped)
    assert files(folder) == before


def test_there_are_sixty_kinds_and_more():
    assert len(KINDS) >= 60


def test_all_of_them_at_once_in_one_command_and_in_bounded_memory(tmp_path):
    """Each kind is a class; the command says it as JSON, in less than 1 GB with all that it imports."""
    folder = tmp_path / "photos"
    for number, (make, _) in enumerate(KINDS.values()):
        place = folder / f"kind {number}" / "inside"
        place.mkdir(parents=True)
        good(place)
        make(place)
    call = (
        "import atexit, sys\nfrom pathlib import Path\n"
        "peak = lambda: next(l for l in Path('/proc/self/status').read_text().splitlines() if l.startswith('VmHWM'))\n"
        "atexit.register(lambda: print(peak().split()[1], file=sys.stderr))\n"
        "from gan_course.cli import main\nmain()"
    )
    arguments = ["data", "check", str(folder), "--size", "32", "--json"]
    done = subprocess.run([sys.executable, "-c", call, *arguments], capture_output=True, timeout=120)
    assert done.returncode == 0 and b"Traceback" not in done.stderr
    report = json.loads(done.stdout)
    assert report["pictures"] >= GOOD * len(KINDS)
    assert len(report["skipped"]) >= 10_000 + sum(said not in (READ, IGNORED) for _, said in KINDS.values()) - 1
    assert 1024 * int(done.stderr.split()[-1]) < MAX_BYTES


def test_a_folder_of_bad_pictures_alone_is_refused_in_one_line(command, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    KINDS["text"][0](folder)
    before = contents(folder)
    code, out, err = command("data", "check", str(folder))
    assert (code, out) == (2, "") and len(err.splitlines()) == 1 and "x.jpg: not a JPEG" in err
    assert contents(folder) == before


def test_what_may_not_be_read_is_named(folder, monkeypatch):
    """As another user's files are, or those that a cloud has not brought; the super user could read them."""
    (folder / "mine").mkdir()
    closed, listed, opened = {folder / "good 2.png", folder / "mine"}, Path.iterdir, Image.open

    def refusing(usual):
        def refuse(path, *arguments, **options):
            if path in closed:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
            return usual(path, *arguments, **options)

        return refuse

    monkeypatch.setattr(Path, "iterdir", refusing(listed))
    monkeypatch.setattr(Image, "open", refusing(opened))
    found = images(folder, (32, 32))
    assert len(found.images) == GOOD - 1
    assert sorted(found.skipped) == [("good 2.png", "Permission denied"), ("mine", "Permission denied")]


def test_classes_are_in_natural_order(tmp_path):
    for number in (10, 9, 1, 2):
        (tmp_path / str(number)).mkdir()
        good(tmp_path / str(number))
    assert images(tmp_path, (8, 8)).class_names == ["1", "2", "9", "10"]


def test_of_train_and_test_the_training_pictures_are_read(tmp_path):
    for split in ("Train", "test"):
        for name in ("cats", "dogs"):
            place = tmp_path / split / name
            place.mkdir(parents=True)
            good(place)
    found = images(tmp_path, (8, 8))
    assert found.class_names == ["cats", "dogs"] and len(found.images) == 2 * GOOD
    assert found.skipped == [("test/", "Train/ is what is learnt from")]


def test_a_class_may_be_called_test(tmp_path):
    for name in ("test", "other"):
        (tmp_path / name).mkdir()
        good(tmp_path / name)
    assert images(tmp_path, (8, 8)).class_names == ["other", "test"]


def test_names_of_any_kind_are_printed_on_any_terminal(tmp_path):
    """As on Windows, whose terminals may know no Chinese."""
    (tmp_path / "向日葵").mkdir()
    good(tmp_path / "向日葵")
    call = "from gan_course.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", call, "data", "check", str(tmp_path)],
        capture_output=True,
        env={"PYTHONIOENCODING": "cp1252", "PATH": "", "PYTHONPATH": str(Path(__file__).parents[1])},
        timeout=60,
    )
    assert done.returncode == 0 and done.stderr == b""
    assert b"\\u5411\\u65e5\\u8475: 3" in done.stdout
