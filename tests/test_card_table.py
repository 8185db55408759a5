"""The scorecard as text."""

import pytest

from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.card_table import LABEL_MEANINGS, MEANINGS, as_cell, as_table


def test_the_table_has_a_row_a_metric_and_a_column_a_set():
    number, other = Estimate(0.5, 0.4, 0.6), Estimate(12.25, 12.0, 12.5)
    lines = as_table({"real": {"precision": number}, "noise": {"precision": other}}).splitlines()
    assert lines[0].split() == ["real", "noise"]
    assert lines[1].split() == ["precision", "0.50", "±0.10", "12.25", "±0.25"]
    assert lines[2:] == ["", f"precision: {MEANINGS['precision']}"]


def test_columns_stand_below_each_other_and_a_long_name_widens_them():
    card = {"real": {"recall": Estimate(1, 1, 1)}, "a generator of some length": {"recall": Estimate(0, 0, 0)}}
    header, row = as_table(card).splitlines()[:2]
    assert len(header) == len(row) == 28 + 2 * len("  a generator of some length")
    short = as_table({"real": {"gan_test_accuracy": Estimate(1, 1, 1)}}).splitlines()
    assert len(short[0]) == len(short[1]) == 28 + 18
    assert short[-1] == f"gan_test_accuracy: {LABEL_MEANINGS['gan_test_accuracy']}"


@pytest.mark.parametrize(
    ("number", "cell"),
    [
        ((0.12345, 0.1, 0.15), "0.123 ±0.027"),
        ((9.99, 9.0, 10.0), "9.99 ±0.99"),
        ((7.117, 4.987, 9.247), "7.1 ±2.1"),
        ((-10.0, -10.0, -9.0), "-10.0 ±1.0"),
        ((999.94, 999.0, 1001.0), "999.9 ±1.1"),
        ((1000.0, 990.0, 1010.0), "1,000 ±10"),
        ((7890.4, 6000.0, 7900.0), "7,890 ±1,890"),
        ((1.0, 0.963, 1.0), "1.000 ±0.037"),
        ((0.5, 0.49999, 0.50001), "0.500 ±0.000"),
        ((1.0, 1.0, 1.0), "1.000 ±0.000"),
        ((float("nan"), float("nan"), float("nan")), "nan ±nan"),
    ],
)
def test_a_cell_shows_the_longer_side_of_the_interval(number, cell):
    assert as_cell(Estimate(*number)) == cell
