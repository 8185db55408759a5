"""Stop a training as soon as a number is no number, and never let such a state replace a good checkpoint."""

from collections.abc import Mapping

import numpy as np
from mindspore import nn

from gan_course.errors import Diverged
from gan_course.training.loop import Callback


def first_not_finite(cells: Mapping[str, nn.Cell], learnt: bool = False) -> str | None:
    """The name of the first parameter that holds NaN or an infinity, in the order of the cells; None if all is well.

    Args:
        cells: networks and optimisers by name.
        learnt: look only at parameters that are learnt, not at running averages.
    """
    for cell_name, cell in cells.items():
        for name, parameter in cell.parameters_and_names():
            if (parameter.requires_grad or not learnt) and not np.isfinite(parameter.asnumpy()).all():
                return f"{cell_name}.{name}"
    return None


def stopping_at_nan(cells: Mapping[str, nn.Cell]) -> Callback:
    """A callback of `train` that raises at the first step with a loss that is NaN or infinite.

    A look at the losses costs nothing; only when one is bad are the parameters of `cells` searched too. The first loss
    and the first parameter that went bad are named.

    Raises:
        Diverged: from the callback.
    """

    def callback(step: int, losses: dict[str, float]) -> None:
        bad = [name for name, value in losses.items() if not np.isfinite(value)]
        if bad:
            raise Diverged(step, " and ".join(name for name in (bad[0], first_not_finite(cells)) if name))

    return callback


def check_finite(step: int, cells: Mapping[str, nn.Cell], learnt: bool = False) -> None:
    """Refuse to keep a state that cannot be trained further: call it before a checkpoint is written.

    A step may give finite losses and still leave weights that are not finite.

    Raises:
        Diverged: a parameter holds NaN or an infinity.
    """
    bad = first_not_finite(cells, learnt)
    if bad:
        raise Diverged(step, bad)
