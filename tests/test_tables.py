from dataclasses import dataclass, field

import pytest

from gan_course.viz.tables import aligned, settings_table


@dataclass(frozen=True)
class Few:
    name: str  # without a default
    width: tuple[int, ...] = (512, 256)
    rate: float = 2e-3
    num_steps: int = 20_000
    fast: bool = True
    kinds: list = field(default_factory=list)


def test_columns_are_as_wide_as_their_widest_cells():
    table = aligned([["", "a", "long header"], ["first", "1,234", "5"], ["x", "6", ""]])
    assert table.splitlines() == ["           a  long header", "first  1,234            5", "x          6"]


def test_the_gap_is_chosen_and_ragged_rows_are_refused():
    assert aligned([["a", "b"]], gap=1) == "a b"
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        aligned([["a", "b"], ["c"]])


def test_settings_that_differ_stand_beside_their_defaults():
    lines = settings_table(Few("a", num_steps=15_000, fast=False)).splitlines()
    assert [line.split() for line in lines] == [
        ["setting", "here", "by", "default"],
        ["name", "a", "none"],
        ["num_steps", "15,000", "20,000"],
        ["fast", "False", "True"],
        ["and", "3", "more,", "as", "by", "default"],
    ]


def test_settings_asked_for_are_shown_first_and_need_not_differ():
    lines = settings_table(Few("a"), "rate", "width").splitlines()
    assert [line.split() for line in lines[1:3]] == [["rate", "0.002", "same"], ["width", "512,", "256", "same"]]


def test_where_nothing_differs_there_is_no_column_of_defaults():
    @dataclass
    class Plain:
        width: int = 1_000
        depth: int = 2

    assert settings_table(Plain(), "width") == "width  1,000\nand 1 more, as by default"
    assert settings_table(Plain(), "width", "depth") == "width  1,000\ndepth      2"


def test_settings_that_do_not_exist_are_refused():
    with pytest.raises(ValueError, match="no settings: widht"):
        settings_table(Few("a"), "rate", "widht")
