"""The one-cycle learning rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.training.schedules import one_cycle

PEAKS = st.floats(1e-6, 10)


@given(st.integers(1, 3000), PEAKS)
def test_one_positive_number_a_step_and_none_above_the_peak(num_steps, peak):
    rates = one_cycle(num_steps, peak)
    assert len(rates) == num_steps and {type(rate) for rate in rates} == {float}
    assert min(rates) > 0 and max(rates) == pytest.approx(peak)


@given(st.integers(2, 3000), PEAKS)
def test_it_begins_at_a_twenty_fifth_of_the_peak(num_steps, peak):
    assert one_cycle(num_steps, peak)[0] == pytest.approx(peak / 25)


@given(st.integers(1, 3000), PEAKS)
def test_it_rises_to_the_peak_then_falls(num_steps, peak):
    rates = np.array(one_cycle(num_steps, peak))
    top = rates.argmax()
    assert (np.diff(rates[: top + 1]) > 0).all() and (np.diff(rates[top:]) < 0).all()
    assert top == pytest.approx(0.3 * num_steps, abs=0.5)


@given(st.integers(100, 3000), PEAKS)
def test_it_ends_near_zero(num_steps, peak):
    assert one_cycle(num_steps, peak)[-1] < 1e-3 * peak


def test_half_way_up_and_half_way_down_it_is_half_way_between():
    rates = one_cycle(200, peak=1.0)
    assert rates[30] == pytest.approx((1 / 25 + 1) / 2)
    assert rates[60 + 70] == pytest.approx((1 + 1e-4) / 2)


@pytest.mark.parametrize("warm_up", [0, 0.5, 1])
def test_warm_up_is_the_share_of_rising_steps(warm_up):
    assert sum(np.diff(one_cycle(101, 1.0, warm_up)) > 0) == pytest.approx(101 * warm_up, abs=1)
