import pytest

from gan_course.viz.tables import aligned


def test_columns_are_as_wide_as_their_widest_cells():
    table = aligned([["", "a", "long header"], ["first", "1,234", "5"], ["x", "6", ""]])
    assert table.splitlines() == ["           a  long header", "first  1,234            5", "x          6"]


def test_the_gap_is_chosen_and_ragged_rows_are_refused():
    assert aligned([["a", "b"]], gap=1) == "a b"
    with pytest.raises(ValueError, match="argument 2 is shorter"):
        aligned([["a", "b"], ["c"]])
