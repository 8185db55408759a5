"""What a run measured, and its way through a CSV file."""

import csv
import io
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.training.history import History

ROWS = st.lists(
    st.tuples(
        st.integers(0, 50),
        st.dictionaries(st.sampled_from(["loss", "kl", "test_mae", "d"]), st.floats(allow_nan=False), min_size=1),
    )
)


def filled(rows):
    history = History()
    for step, values in rows:
        history.record(step, **values)
    return history


@given(ROWS)
def test_every_number_survives_the_csv_bit_for_bit(rows):
    history = filled(rows)
    back = History.from_csv(history.to_csv())
    assert bits(back) == bits(history)
    assert back.names == history.names and back.last_step == history.last_step


@given(ROWS)
def test_a_history_read_back_writes_the_same_csv(rows):
    text = filled(rows).to_csv()
    assert History.from_csv(text).to_csv() == text


def test_a_loss_that_is_not_a_number_comes_back_as_such():
    back = History.from_csv(filled([(1, {"loss": float("nan")}), (2, {"loss": float("-inf")})]).to_csv())
    assert np.isnan(back["loss"][0]) and back["loss"][1] == -np.inf


def test_the_csv_has_a_column_a_name_and_blanks_where_nothing_was_recorded():
    text = filled([(1, {"b": 0.1}), (2, {"b": 0.2, "a": 3}), (4, {"a": 4})]).to_csv()
    assert list(csv.reader(io.StringIO(text))) == [
        ["step", "b", "a"],
        ["1", "0.1", ""],
        ["2", "0.2", "3.0"],
        ["4", "", "4.0"],
    ]
    assert "\r" not in text


def test_names_come_in_the_order_of_appearance():
    assert filled([(1, {"loss": 1, "nll": 2}), (2, {"kl": 3, "loss": 4})]).names == ["loss", "nll", "kl"]


def test_values_and_steps_come_in_the_order_of_steps():
    history = filled([(3, {"loss": 0.3}), (1, {"loss": 0.1}), (2, {"test": 9})])
    np.testing.assert_array_equal(history.steps("loss"), [1, 3])
    np.testing.assert_array_equal(history["loss"], [0.1, 0.3])
    assert history.last_step == 3


def test_values_of_one_step_are_joined_and_the_newest_counts():
    history = filled([(1, {"loss": 1}), (1, {"test": 2}), (1, {"loss": 3})])
    assert history["loss"].tolist() == [3] and history["test"].tolist() == [2]


def test_an_empty_history_is_at_step_zero():
    assert History().last_step == 0 and History().names == []
    assert History.from_csv(History().to_csv()).rows == {}


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(KeyError, match="mea.*mae"):
        filled([(1, {"mae": 1})])["mea"]


def bits(history):
    return {step: {name: struct.pack("d", value) for name, value in row.items()} for step, row in history.rows.items()}
