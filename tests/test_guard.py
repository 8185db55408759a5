"""The guard against numbers that are none."""

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn

from gan_course.errors import Diverged
from gan_course.training.guard import check_finite, first_not_finite, stopping_at_nan
from gan_course.training.loop import train


def spoilt(index, value):
    """Two layers; one number of a parameter is `value`."""
    cells = {"first": nn.Dense(2, 3), "second": nn.Dense(3, 1)}
    parameter = [p for cell in cells.values() for p in cell.get_parameters()][index]
    array = parameter.asnumpy().copy()
    array.flat[-1] = value
    parameter.set_data(ms.Tensor(array))
    return cells


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(
    ("index", "name"), list(enumerate(["first.weight", "first.bias", "second.weight", "second.bias"]))
)
def test_the_parameter_that_went_bad_is_named(index, name, value):
    cells = spoilt(index, value)
    assert first_not_finite(cells) == name
    with pytest.raises(Diverged, match=f"step 3: {name} "):
        check_finite(3, cells)


def test_finite_parameters_pass_however_large():
    cells = spoilt(0, 3e38)
    assert first_not_finite(cells) is None
    check_finite(3, cells)
    stopping_at_nan(cells)(3, {"loss": 1e30})
    stopping_at_nan(cells)(0, {})


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_the_training_ends_at_the_first_bad_loss(bad):
    seen = []
    values = iter([1.0, 2.0, bad, 4.0])
    step = lambda x: {"good": x, "loss": ms.Tensor(next(values))}  # noqa: E731
    with pytest.raises(Diverged, match="step 3: loss and second.bias "):
        batches = iter([(np.float32(0),)] * 4)
        train(step, batches, 4, [stopping_at_nan(spoilt(3, bad)), lambda step, losses: seen.append(step)])
    assert seen == [0, 1, 2]
