"""How long the notebooks take, and what is left of them."""

import pytest

from gan_course import budget
from gan_course.lessons import LESSONS

USUAL = {"a": 60.0, "b": 120.0, "c": 30.0}


@pytest.mark.parametrize(
    "taken, waiting, at_once, said",
    [
        ({"a": 60.0}, ["b", "c"], 1, "about 2 min left"),  # 150 s, as usual
        ({"a": 60.0}, ["b", "c"], 2, "about 75 s left"),
        ({"a": 60.0}, ["b", "c"], 4, "about 75 s left"),  # there are only two
        ({"a": 120.0}, ["b", "c"], 1, "about 5 min left"),  # this machine is half as quick
        ({"a": 60.0, "b": 60.0}, ["c"], 2, "about 20 s left"),  # 120 s where 180 were usual
        ({"a": 60.0}, [], 1, ""),
        ({"a": 60.0}, ["new"], 1, ""),
        ({}, ["a"], 1, ""),
    ],
)
def test_what_is_left_goes_by_what_is_done(taken, waiting, at_once, said):
    assert budget.left(taken, waiting, USUAL, at_once) == said


def test_a_record_keeps_the_other_profile(tmp_path):
    path = tmp_path / "minutes.csv"
    assert budget.expected("class", path) == {}
    budget.record("class", {"b": 61.4, "a": 10.0}, path)
    budget.record("smoke", {"a": 3.0}, path)
    budget.record("class", {"b": 59.6}, path)
    assert budget.expected("class", path) == {"a": 10, "b": 60} and budget.expected("smoke", path) == {"a": 3}
    assert path.read_text() == "notebook,class,smoke\na,10,3\nb,60,\n"


def test_every_notebook_has_its_minutes():
    assert list(budget.expected("class")) == sorted(name for lesson in LESSONS.values() for name in lesson.notebooks)
