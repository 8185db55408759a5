"""A training in a notebook that outlives its kernel: the cell, simply run again, goes on where it was."""

from collections.abc import Iterable
from pathlib import Path

import mindspore as ms
import numpy as np

from gan_course.errors import CourseError
from gan_course.lessons import name_of
from gan_course.lessons.experiment import Experiment
from gan_course.runs.config import describe, resumed
from gan_course.runs.folder import CHECKPOINT, CONFIG, only_writer, write_json
from gan_course.runs.resume import Run, about_data, keeping, restore, start_anew, store
from gan_course.training.checkpoints import found
from gan_course.training.history import History
from gan_course.training.loop import Callback
from gan_course.viz.gif import GifRecorder


def train_and_keep(
    experiment: Experiment,
    folder: Path,
    recorder: GifRecorder | None = None,
    description: str = "training",
    callbacks: Iterable[Callback] = (),
    seen: dict[str, np.ndarray] | None = None,
    anew: bool = False,
) -> History:
    """`experiment.train`, saved into `folder` every half minute and when it ends or is stopped.

    Run again, it goes on from there bit for bit: after the stop button, or in a new kernel in which the cells above ran
    again. One that had ended is not trained again: networks, film and history are as they were.

    Args:
        experiment: of a lesson's `build`.
        folder: for this training alone; it is made, and afterwards a run like those of `gan-course train`.
        recorder: takes the frames of a film, which are saved as well.
        description: a word for the bar or the picture that shows how far it is.
        callbacks: further ones, as `train` takes them.
        seen: arrays by name that callbacks put there; they are saved as well.
        anew: begin at step 0 and forget what is in `folder`.

    Raises:
        CourseError: `folder` holds a training of other settings, versions, pictures, or another first step; another
            one writes into it; or the networks, which are to begin, have learnt before.
        Diverged: a loss became NaN or infinite; what was saved stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    recorder = recorder or GifRecorder(experiment.draw, experiment.num_steps, num_frames=2)
    with only_writer(folder):
        config = describe(name_of(experiment.settings), experiment.settings, experiment.seed) | about_data(experiment)
        run = Run(experiment, recorder, folder, config, {} if seen is None else seen)
        if anew or not found(folder / CHECKPOINT):
            if experiment.has_learnt:
                raise CourseError("these networks have learnt before: run the cell that builds them, then this one")
            history = start_anew(folder)
        else:
            run.config = resumed(config, folder)
            first = {} if experiment.has_learnt else first_losses(experiment)
            history = restore(run)
            check_same_game(first, history.rows.get(1, {}), folder)
            print(how_far(history.last_step, experiment.num_steps, folder))
            if history.last_step == experiment.num_steps:
                return history
        write_json(folder / CONFIG, run.config)
        experiment.train(history, [recorder, *callbacks, keeping(run, history)], description)
        store(run, history)
    return history


def first_losses(experiment: Experiment) -> dict[str, float]:
    """The losses of step 1. The networks have learnt afterwards, and a batch is gone: both are to be put back."""
    for callback in experiment.callbacks:
        callback(0, {})
    losses = experiment.step(*map(ms.Tensor, next(experiment.batches)))
    return {name: float(value.asnumpy()) for name, value in losses.items()}


def check_same_game(losses: dict[str, float], recorded: dict[str, float], folder: Path) -> None:
    """Settings do not tell of networks, losses or steps that somebody rewrote; the losses of step 1 do.

    Raises:
        CourseError: they are not those of the training in `folder`, apart from rounding.
    """
    for name, value in losses.items():
        if not np.isclose(value, recorded.get(name, value), rtol=1e-3, equal_nan=True):
            raise CourseError(
                f"networks, losses or step are not those of the training in {folder}: take another folder, or build "
                "them again and train with anew=True"
            )


def how_far(step: int, num_steps: int, folder: Path) -> str:
    """What a student is told of a training that was there already."""
    if step == num_steps:
        return f"trained before, {step:,} steps; taken from {folder} (anew=True trains again)"
    return f"goes on from step {step:,}, saved in {folder} (anew=True starts from step 0)"
