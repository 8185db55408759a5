"""Several workers at one training: each takes its part of every batch, and all move by the mean of their gradients.

The mean over a batch is the mean of the means over equal parts of it, and so is its gradient. So N workers with a part
each take the step that one takes with the whole batch, but for rounding, and for batch normalisation, which sees the
part alone. MindSpore's launcher starts the workers, one process each; docs/scaling.md says when that pays.
"""

from typing import NamedTuple

import mindspore as ms
import numpy as np
from mindspore import nn, ops
from mindspore.communication import get_group_size, get_rank, init

from gan_course.errors import CourseError
from gan_course.training.loop import Step


class Team(NamedTuple):
    """Which of how many workers this process is."""

    size: int = 1
    rank: int = 0  # 0: the one that writes


ALONE = Team()


def use_device(name: str) -> None:
    """Let MindSpore compute on "CPU" or "Ascend"; to be called before anything is made.

    Raises:
        CourseError: there is no such device here.
    """
    try:
        ms.set_device(name)
        ops.ones((1,)).asnumpy()
    except (RuntimeError, ValueError):
        raise CourseError(
            f"there is no device {name} that this MindSpore can use: leave out --device for the CPU"
        ) from None


def join(size: int) -> Team:
    """Wait until all workers that msrun started are there. The scheduler that it starts as well ends its life in here.

    Raises:
        CourseError: there are not `size` of them.
    """
    init()
    if get_group_size() != size:
        raise CourseError(f"msrun started {get_group_size()} workers: give the command --workers {get_group_size()}")
    return Team(size, get_rank())


def average_gradients(optimizer: nn.Optimizer, size: int) -> None:
    """Let an optimiser move by the mean of all workers' gradients; to be called before a step is compiled."""
    reducer = nn.DistributedGradReducer(optimizer.parameters, mean=True, degree=size)

    def average(cell, inputs):
        return (reducer(inputs[0]),)

    optimizer.register_forward_pre_hook(average)


def average_losses(step: Step, size: int) -> Step:
    """The step, whose losses, each a mean over this worker's part, become those over the whole batch.

    Raises:
        CourseError: from the step: another worker does not answer. On CPUs MindSpore 2.10 waits for 30 s, whatever is
            set, so that all workers must do alike what takes long.
    """
    total = ops.AllReduce()

    def averaged(*batch):
        try:
            losses = step(*batch)
            means = total(ms.Tensor(np.stack([value.asnumpy() for value in losses.values()]))).asnumpy() / size
        except RuntimeError as error:
            if "AllReduce" not in str(error):
                raise
            raise CourseError("another worker was lost, or kept this one waiting for 30 s") from None
        return {name: ms.Tensor(mean) for name, mean in zip(losses, means)}

    return averaged
