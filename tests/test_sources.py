"""Sources of pictures: each gives what its own reader gives, says what it cannot do, and is found by its name."""

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from gan_course.data.kinds import KINDS
from gan_course.data.sources import Digits, Folder, Sunflowers, source_named
from gan_course.errors import CourseError
from gan_course.evaluation.poses import classify_poses
from gan_course.runs.config import as_json, source_from_json


def test_sunflowers_are_as_many_as_asked_for_in_the_size_and_colours_asked_for():
    colour, grey = Sunflowers(12).pictures((32, 40), gray=False), Sunflowers(12).pictures((32, 40), gray=True)
    assert colour.shape == (12, 3, 32, 40) and grey.shape == (12, 1, 32, 40)
    np.testing.assert_allclose(grey[:, 0], np.einsum("c,nchw->nhw", [0.299, 0.587, 0.114], colour), atol=1e-5)
    assert len(set(classify_poses(colour))) > 1  # in several poses, mostly face-on
    assert np.bincount(classify_poses(colour)).argmax() == 0


def test_kinds_of_flowers_have_the_classes_asked_for():
    images, labels, names = Sunflowers(3).labelled(("red", "white"), (2, 1), (16, 24))
    assert images.shape == (3, 3, 16, 24) and labels.tolist() == [0, 0, 1] and names == ("red", "white")
    assert Sunflowers(1).labelled(size=(8, 8)).names == tuple(KINDS)


def test_too_few_sunflowers_are_refused():
    with pytest.raises(CourseError, match="sunflowers:3 are too few for a batch of 4: ask for sunflowers:4 or more"):
        Sunflowers(3).pictures(at_least=4)


def test_digits_are_those_of_mnist(training_digits):
    np.testing.assert_array_equal(Digits().pictures(), training_digits[0])


@pytest.mark.parametrize(("size", "gray"), [((64, 64), True), ((28, 28), False)])
def test_mnist_in_colour_or_of_another_size_is_refused(size, gray):
    for read in (Digits().pictures, Digits().labelled):
        with pytest.raises(CourseError, match="leave out --colour and --size"):
            read(size=size, gray=gray)


def test_a_folder_is_read_and_what_was_skipped_is_said(tmp_path, capsys):
    for number in range(3):
        Image.new("RGB", (30, 20), (255, 0, 0)).save(tmp_path / f"{number}.png")
    for number in range(7):
        (tmp_path / f"text{number}.jpg").write_text("no picture")
    pictures = Folder(tmp_path).pictures((8, 8), at_least=3)
    assert pictures.shape == (3, 3, 8, 8)
    np.testing.assert_array_equal(pictures[:, :, 0, 0], [[255, 0, 0]] * 3)
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 7 and said[0] == "skipped 7 files:" and said[1].startswith("  text0.jpg: ")
    assert said[-1] == "  and 2 more"


def test_too_few_pictures_are_refused_with_their_number(tmp_path):
    Image.new("L", (9, 9)).save(tmp_path / "a.png")
    with pytest.raises(CourseError, match="has 1 pictures and needs at least 32"):
        Folder(tmp_path).pictures(gray=True, at_least=32)


def test_a_source_is_found_by_what_it_calls_itself(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for source in (Digits(), Sunflowers(), Sunflowers(1000), Folder(tmp_path / "photos")):
        assert source_named(str(source)) == source
    assert source_named("mnist") == Digits() and source_named("sunflowers") == Sunflowers(256)
    assert source_named("photos/") == source_named("./photos") == Folder(tmp_path.resolve() / "photos")
    assert source_named("./sunflowers") == Folder(tmp_path.resolve() / "sunflowers")


def test_no_sunflowers_at_all_are_refused():
    with pytest.raises(CourseError, match="--data sunflowers:0 asks for no picture"):
        source_named("sunflowers:0")


def test_every_source_knows_how_many_it_has_at_most(tmp_path):
    for name in ("a/1.png", "a/2.png", "b/3.txt", ".hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [source.count for source in (Digits(), Sunflowers(7), Folder(tmp_path))] == [60_000, 7, 3]


def test_how_a_folder_is_read_is_kept_in_json(tmp_path):
    plain = Folder(tmp_path)
    for source in (plain, replace(plain, nearest=True), replace(plain, labels=tmp_path / "a.csv"), Digits()):
        assert source_from_json(json.loads(json.dumps(as_json(source)))) == source
    assert as_json(plain) == str(tmp_path)  # as it was before there were other ways
