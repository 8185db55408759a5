"""Labels in a CSV file: the same classes as in sub-folders, and each mistake in it one clear sentence."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from refusals import assert_refused

from gan_course.data import images
from gan_course.data.labels import read_labels
from gan_course.data.sources import Folder
from gan_course.errors import CourseError

CLASSES = {"a.png": "cats", "b.png": "10", "c.png": "9", "d.png": "cats"}
PLAIN = "".join(f"{name},{label}\n" for name, label in CLASSES.items())
EVERY_FORM = {
    "plain": PLAIN,
    "with a header": "file,label\n" + PLAIN,
    "with another header": "Filename,Class\n" + PLAIN,
    "more columns in another order": "id,label,size,path\n"
    + "".join(f"7,{label},1,{name}\n" for name, label in CLASSES.items()),
    "a byte order mark": "\ufeff" + PLAIN,
    "a byte order mark and a header": "\ufefffile,label\n" + PLAIN,
    "Windows line ends": PLAIN.replace("\n", "\r\n"),
    "semicolons": PLAIN.replace(",", ";"),
    "tabs": PLAIN.replace(",", "\t"),
    "quotes": "".join(f'"{name}","{label}"\n' for name, label in CLASSES.items()),
    "blanks": PLAIN.replace(",", " , "),
    "empty lines": "\n\n" + PLAIN.replace("\n", "\n\n"),
    "no last line end": PLAIN.rstrip(),
    "a dot before": "".join(f"./{name},{label}\n" for name, label in CLASSES.items()),
}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Four pictures, each another colour."""
    monkeypatch.chdir(tmp_path)
    place = tmp_path / "photos"
    place.mkdir()
    for number, name in enumerate(CLASSES):
        Image.new("RGB", (8, 8), (60 * number, 0, 0)).save(place / name)
    return place


@pytest.fixture
def table(tmp_path):
    """Writes a table, as words or bytes, and returns where it is."""

    def write(content, place=tmp_path / "labels.csv"):
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
        return place

    return write


@pytest.mark.parametrize("form", EVERY_FORM)
def test_every_form_of_table_says_the_same(table, form):
    assert read_labels(table(EVERY_FORM[form])) == CLASSES


def test_it_is_as_if_the_pictures_lay_in_sub_folders(folder, table, tmp_path):
    for name, label in CLASSES.items():
        place = tmp_path / "sorted" / label / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((folder / name).read_bytes())
    found, wanted = images(folder, (8, 8), table=table(PLAIN)), images(tmp_path / "sorted", (8, 8))
    assert found.class_names == wanted.class_names == ["9", "10", "cats"]
    assert found.labels.tolist() == wanted.labels.tolist() == [0, 1, 2, 2]
    np.testing.assert_array_equal(found.levels, wanted.levels)
    assert found.skipped == []


def test_what_is_in_one_of_the_two_alone_is_named(folder, table):
    found = images(folder, (8, 8), table=table("a.png,x\nb.png,\nc.png,y\n../labels.csv,z\ngone.png,x\n"))
    assert len(found.levels) == 2 and found.class_names == ["x", "y"]
    assert found.skipped == [
        ("b.png", "has no label in labels.csv"),
        ("d.png", "has no label in labels.csv"),
        ("../labels.csv", "named in labels.csv, and not there"),
        ("gone.png", "named in labels.csv, and not there"),
    ]


def test_a_table_among_the_pictures_is_none_of_them(folder, table):
    place = table("deep/e.png,x\n" + PLAIN, folder / "labels.csv")
    (folder / "deep").mkdir()
    Image.new("L", (8, 8)).save(folder / "deep" / "e.png")
    found = images(folder, (8, 8), table=place)
    assert len(found.levels) == 5 and found.skipped == []


def test_accents_may_be_written_as_one_letter_or_two(folder, table):
    Image.new("L", (8, 8)).save(folder / "cafe\u0301.png")
    assert "café" in images(folder, (8, 8), table=table("caf\u00e9.png,café\n" + PLAIN)).class_names


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "names no picture: give each a row file,label"),
        ("file,label\n", "names no picture"),
        ("a.png,x\nb.png,y\na.png,x\n", "names a.png again in line 3: keep one row for each file"),
        ("a.png,x\n./a.png,y\n", "names a.png again in line 2"),
        ("a.png\nb.png\n", "does not say which columns count: begin it with the line file,label"),
        ("1,a.png,x\n", "does not say which columns count"),
        ("a.png,x".encode("utf-16"), "is not in UTF-8: save it as CSV UTF-8"),
        ("café.png,x".encode("latin-1"), "is not in UTF-8"),
        ("a.png," + "x" * 101, "has a label of 101 letters in line 1: at most 100"),
        ("a.png," + "x" * 200_000, "is no CSV file (field larger than field limit (131072))"),
    ],
    ids=range(10),
)
def test_a_bad_table_is_refused_in_one_line(folder, table, command, content, message):
    csv.field_size_limit(131_072)  # Python's own, which another library may have raised
    place = table(content)
    assert_refused(command("data", "check", "photos", "--labels", str(place)), message)


def test_a_table_that_is_not_there_is_refused(folder, command):
    assert_refused(command("data", "check", "photos", "--labels", "gone.csv"), "cannot read gone.csv (No such file")


def test_one_class_alone_is_refused_where_classes_are_learnt(folder, table):
    with pytest.raises(CourseError, match="classes must be at least two different ones, not x"):
        Folder(folder, table("a.png,x\nb.png,x\n")).labelled(size=(8, 8))


def test_a_table_of_another_folder_is_noticed(folder, table, command):
    answer = command("data", "check", "photos", "--labels", str(table("z.png,x\n")))
    assert_refused(answer, "photos has 0 pictures and needs at least 1")
    assert "named in labels.csv, and not there" in answer[2] or "has no label in labels.csv" in answer[2]


def test_the_check_counts_by_label(folder, table, command):
    code, out, _ = command("data", "check", "photos", "--size", "8", "--labels", str(table(PLAIN)), "--json")
    assert code == 0 and json.loads(out)["classes"] == {"9": 1, "10": 1, "cats": 2}


@given(st.binary(max_size=60) | st.text(alphabet='a.png,;\t"\n\r/\\xy', max_size=60).map(str.encode))
@settings(max_examples=150)
def test_whatever_a_table_holds_it_is_read_or_refused(tmp_path_factory, content):
    place = Path(tmp_path_factory.getbasetemp()) / "any.csv"
    place.write_bytes(content)
    try:
        assert read_labels(place)
    except CourseError as error:
        assert str(place) in str(error)
