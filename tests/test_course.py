"""`make course`: every lesson, a failure named at the end, and a page of what came out."""

import json

import nbformat
import numpy as np
import pytest

from gan_course import course
from gan_course.lessons import Lesson
from gan_course.viz.pictures import save_picture

GOOD = """
import os, pathlib
folder = pathlib.Path(os.environ["GAN_COURSE_OUTPUTS"]) / "01_good"
(folder / "metrics.json").write_text('{"test_mae": 0.125, "card": {"real": {"recall": 1.0}}}')
(folder / "film.gif").write_bytes(b"GIF89a")
print("said by the lesson")
"""


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """Write notebooks of one cell each, and let them be the course."""

    def write(**sources):
        for name, source in sources.items():
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
            nbformat.write(notebook, tmp_path / f"{name}.ipynb")
        monkeypatch.setattr(course, "LESSONS", {name: Lesson(name, f"Title {name}", "test_mae") for name in sources})
        monkeypatch.setattr(course, "NOTEBOOKS", tmp_path)
        monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path / "outputs"))
        monkeypatch.setenv("GAN_COURSE_PROFILE", "smoke")
        return tmp_path / "outputs"

    return write


@pytest.mark.parametrize(("left", "shown"), [(["b.png", "a.png"], ["a.png", "b.png"]), (["a.png", "b.gif"], ["b.gif"])])
def test_the_page_shows_pictures_of_a_lesson_without_a_film(tmp_path, left, shown):
    folder = tmp_path / "01_good"
    folder.mkdir()
    for name in left:
        (folder / name).write_bytes(b"")
    card = course.summarise(Lesson("01_good", "Title", "test_mae"), folder, 1.0, None)
    assert card.pictures == [f"01_good/{name}" for name in shown]


@pytest.mark.parametrize(("seconds", "shown"), [(119.7, "2 min 00 s"), (59.4, "0 min 59 s"), (61.0, "1 min 01 s")])
def test_minutes_are_whole_ones(tmp_path, seconds, shown):
    assert course.summarise(Lesson("01_good", "Title", "test_mae"), tmp_path, seconds, None).status.startswith(shown)


def test_a_failing_lesson_stops_no_other_and_is_named_at_the_end(lessons, tmp_path, capsys):
    outputs = lessons(**{"00_bad": "raise ValueError('too little\\nof it')", "01_good": GOOD})
    add_picture(tmp_path, "01_good")
    with pytest.raises(SystemExit) as stop:
        course.main()
    assert stop.value.code == 1
    said, complaint = capsys.readouterr()
    bad, good = sorted(line for line in said.splitlines() if line.startswith(("00_bad", "01_good")))
    assert "FAILED: ValueError: too little" in bad and "test_mae 0.125" in good
    assert complaint.strip().splitlines()[-1].startswith("failed: 00_bad;")
    page = (outputs / "index.html").read_text(encoding="utf-8")
    assert "Title 00_bad" in page and "01_good/film.gif" in page and "0.125" in page
    for name in ("00_bad", "01_good"):
        assert (outputs / name / f"{name}.ipynb").exists() and (outputs / name / f"{name}.html").exists()
    page = (outputs / "01_good" / "01_good.html").read_text(encoding="utf-8")
    assert "said by the lesson" in page and "pictures/dot.png" not in page and "data:image/png;base64," in page


def add_picture(folder, name):
    """Begin a notebook with a picture that lies beside it."""
    notebook = nbformat.read(folder / f"{name}.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("![a dot](pictures/dot.png)"))
    nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "pictures").mkdir()
    save_picture(folder / "pictures" / "dot.png", np.zeros((3, 3), np.uint8))


def test_numbers_of_an_earlier_run_do_not_pass_for_this_ones(lessons, capsys):
    outputs = lessons(**{"01_good": "1 + 1"})
    (outputs / "01_good").mkdir(parents=True)
    (outputs / "01_good" / "metrics.json").write_text(json.dumps({"test_mae": 0.5}))
    course.main()
    assert "no number" in capsys.readouterr().out


def test_a_training_that_a_notebook_kept_is_not_taken_for_this_one(lessons):
    outputs = lessons(**{"01_good": "1 + 1"})
    kept = outputs / "01_good" / "digits"
    (kept / "checkpoints").mkdir(parents=True)
    for file in ("checkpoints/last.npz", "samples.png"):
        (kept / file).touch()
    course.main()
    assert [path.name for path in kept.iterdir()] == ["samples.png"]


def test_a_second_notebook_of_a_lesson_has_a_card_of_its_own(lessons, capsys, monkeypatch):
    outputs = lessons(**{"01_good": GOOD, "01b_more": "print('more')"})
    lesson = Lesson("01_good", "Title", "test_mae", experiments="01b_more")
    monkeypatch.setattr(course, "LESSONS", {"good": lesson})
    course.main()
    first, second = sorted(line for line in capsys.readouterr().out.splitlines() if line.startswith("01"))
    assert first.startswith("01_good ") and "test_mae 0.125" in first
    assert second.startswith("01b_more ") and second.endswith("done")
    page = (outputs / "index.html").read_text(encoding="utf-8")
    assert "Title: experiments" in page and "01b_more/01b_more.html" in page


def test_an_unknown_profile_is_one_line(lessons, capsys, monkeypatch):
    outputs = lessons(**{"01_good": GOOD})
    monkeypatch.setenv("GAN_COURSE_PROFILE", "quick")
    with pytest.raises(SystemExit) as stop:
        course.main()
    assert stop.value.code == 2 and not outputs.exists()
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
