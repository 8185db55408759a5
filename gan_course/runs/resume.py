"""Keep a run's state in its folder while it trains, and bring it back."""

from pathlib import Path
from time import perf_counter

import numpy as np

from gan_course.errors import CourseError
from gan_course.lessons.experiment import Experiment
from gan_course.runs.best import is_best
from gan_course.runs.folder import BEST, CHECKPOINT
from gan_course.training.checkpoints import load_checkpoint, save_checkpoint
from gan_course.training.guard import check_finite
from gan_course.training.history import History
from gan_course.training.loop import Callback
from gan_course.viz.gif import GifRecorder

SECONDS_BETWEEN_CHECKPOINTS = 30


def start_anew(folder: Path) -> History:
    """Remove the checkpoints of an earlier run, which must not survive beside a new config; an empty history."""
    for checkpoint in (CHECKPOINT, BEST):
        (folder / checkpoint).unlink(missing_ok=True)
    return History()


def store(experiment: Experiment, recorder: GifRecorder, history: History, folder: Path) -> None:
    """Write the checkpoint: networks, optimisers, data order, history and the frames so far.

    Raises:
        Diverged: a parameter is not finite; the older checkpoint stays.
    """
    check_finite(history.last_step, experiment.cells)
    state = {"batches": experiment.batches.state(), "history": history.to_csv()}
    film = {"frames": np.array(recorder.frames), "captions": np.array(recorder.captions)}
    film |= {"frame_steps": np.array(recorder.steps_taken), "frame_seconds": np.array(recorder.seconds)}
    save_checkpoint(folder / CHECKPOINT, experiment.cells, state, film)


def restore(experiment: Experiment, recorder: GifRecorder, folder: Path) -> History:
    """Undo `store`: put everything back and return the history.

    Raises:
        CourseError: a version of the course that kept other frames wrote it.
    """
    state, arrays = load_checkpoint(folder / CHECKPOINT, experiment.cells)
    if "frame_steps" not in arrays:
        raise CourseError(f"{folder / CHECKPOINT} is of an older version of the course: train anew with --force")
    experiment.batches.restore(state["batches"])
    recorder.frames, recorder.captions = list(arrays["frames"]), arrays["captions"].tolist()
    recorder.steps_taken, recorder.seconds = arrays["frame_steps"].tolist(), arrays["frame_seconds"].tolist()
    return History.from_csv(state["history"])


def keeping(experiment: Experiment, recorder: GifRecorder, history: History, folder: Path) -> Callback:
    """A callback of `train` that stores the run every half minute, and the networks whenever they are best."""
    last_stored = perf_counter()

    def callback(step: int, losses: dict[str, float]) -> None:
        nonlocal last_stored
        if is_best(history, step):
            save_checkpoint(folder / BEST, experiment.networks, {"history": history.to_csv()})
        if perf_counter() - last_stored > SECONDS_BETWEEN_CHECKPOINTS:
            store(experiment, recorder, history, folder)
            last_stored = perf_counter()

    return callback


def load_networks(experiment: Experiment, path: Path) -> int:
    """Put the networks of a checkpoint into those of `experiment`; return the step at which it was written."""
    state, _ = load_checkpoint(path, experiment.networks)
    return History.from_csv(state["history"]).last_step


def last_good(folder: Path) -> str:
    """Which checkpoint there is to go back to, in words."""
    path = folder / CHECKPOINT
    if not path.exists():
        return "there is no checkpoint yet"
    state, _ = load_checkpoint(path, {})
    return f"the last good checkpoint is {path}, of step {History.from_csv(state['history']).last_step}"
