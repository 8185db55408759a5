"""One run by several workers: who takes which part of a batch, and what those do that write nothing."""

from mindspore import nn

from gan_course.errors import CourseError, Diverged
from gan_course.lessons.experiment import Experiment
from gan_course.models.layers import ChannelDropout
from gan_course.training.history import History
from gan_course.training.workers import Team, average_gradients, average_losses, join, use_device


def meet(workers: int, device: str | None, launched: bool) -> dict[str, Team]:
    """Choose the device, and wait for the other workers if msrun started this one: the `team` of `train_lesson`.

    Raises:
        CourseError: there is no such device, or msrun started other than `workers`.
    """
    if device is not None:
        use_device(device)
    return {"team": join(workers)} if launched else {}


def share(experiment: Experiment, team: Team) -> None:
    """Make of a training one worker's share of it; all draw the same batches, and each takes every `size`th row.

    Not a stretch of rows: a batch for several updates holds one after the other, and each must be shared evenly.

    Raises:
        CourseError: it has dropout, whose masks belong to whole batches.
    """
    cells = experiment.cells.values()
    if any(isinstance(layer, ChannelDropout) for cell in cells for _, layer in cell.cells_and_names()):
        raise CourseError("the masks of dropout belong to whole batches: train this network with --workers 1")
    experiment.batches.part = slice(team.rank, None, team.size)
    experiment.step = average_losses(experiment.step, team.size)
    for cell in cells:
        if isinstance(cell, nn.Optimizer):
            average_gradients(cell, team.size)


def follow(experiment: Experiment, history: History) -> dict[str, int]:
    """Train as a worker that is not the first: the same steps and evaluations, nothing written.

    The evaluations are not needed, but who waits for the first worker's waits for 30 s at most.
    """
    try:
        experiment.train(history)
    except Diverged:
        return {"step": experiment.num_steps}  # the first worker sees the same, and must have time to say it
    return {"step": history.last_step}
