"""Keep a run's state in its folder while it trains, and bring it back."""

import sys
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from gan_course.data.levels import scaled
from gan_course.errors import CourseError
from gan_course.lessons.experiment import Experiment
from gan_course.runs.best import is_best
from gan_course.runs.folder import BEST, CHECKPOINT, CONFIG, write_json
from gan_course.training.checkpoints import found, load_checkpoint, put_back, read_checkpoint, save_checkpoint
from gan_course.training.guard import check_finite
from gan_course.training.history import History
from gan_course.training.loop import Callback
from gan_course.viz.gif import GifRecorder

SECONDS_BETWEEN_CHECKPOINTS = 30
MOST = 0.03  # of a training's time goes into checkpoints
SEEN = "seen/"  # before the names of further arrays
KEPT = 3  # checkpoints: where the newest is damaged, the one before it serves


@dataclass
class Run:
    """A training, and the folder that keeps it."""

    experiment: Experiment
    recorder: GifRecorder
    folder: Path
    config: dict[str, Any]  # what run it is, with what `about_data` says
    seen: dict[str, np.ndarray] = field(default_factory=dict)  # further arrays by name, which callbacks put there


def start_anew(folder: Path) -> History:
    """Remove the checkpoints of an earlier run, which must not survive beside a new config; an empty history."""
    for checkpoint in [*found(folder / CHECKPOINT), folder / BEST]:
        checkpoint.unlink(missing_ok=True)
    return History()


def store(run: Run, history: History) -> None:
    """Write the checkpoint: networks, optimisers, data order, history, the frames so far, and what run it is of.

    Where somebody removed the folder meanwhile, it is made again, and that is said.

    Raises:
        Diverged: a parameter is not finite; the older checkpoint stays.
        OSError: the disk is full or gone; the older checkpoint stays.
    """
    experiment, recorder = run.experiment, run.recorder
    check_finite(history.last_step, experiment.cells)
    state = {"batches": experiment.batches.state(), "history": history.to_csv(), "config": run.config}
    arrays = {"frames": np.array(recorder.frames), "captions": np.array(recorder.captions)}
    arrays |= {"frame_steps": np.array(recorder.steps_taken), "frame_seconds": np.array(recorder.seconds)}
    arrays |= {f"{SEEN}{name}": array for name, array in run.seen.items()}
    if not (run.folder / CONFIG).exists():
        print(f"{run.folder} was removed: made again, with all that is kept of the run", file=sys.stderr)
        run.folder.mkdir(parents=True, exist_ok=True)
        write_json(run.folder / CONFIG, run.config)
    save_checkpoint(run.folder / CHECKPOINT, experiment.cells, state, arrays, KEPT)


def restore(run: Run) -> History:
    """Undo `store`: put everything back and return the history. A run that never came to a checkpoint begins anew.

    Raises:
        CourseError: a version of the course that kept other frames wrote it, or it learnt from other pictures.
    """
    checkpoint, recorder = run.folder / CHECKPOINT, run.recorder
    if not found(checkpoint):
        print(f"{run.folder} has no checkpoint yet: its run begins at step 0", file=sys.stderr)
        return start_anew(run.folder)
    state, content = read_checkpoint(checkpoint)
    if "array/frame_steps" not in content or "config" not in state:
        raise CourseError(f"{checkpoint} is of an older version of the course: train anew with --force")
    if state["config"]["pictures"] != run.config["pictures"]:
        raise CourseError(
            f"the pictures changed since the run in {run.folder} began: put them back, or train anew (--force; in a "
            "notebook anew=True)"
        )
    arrays = put_back(content, run.experiment.cells, checkpoint)
    run.experiment.batches.restore(state["batches"])
    recorder.frames, recorder.captions = list(arrays["frames"]), arrays["captions"].tolist()
    recorder.steps_taken, recorder.seconds = arrays["frame_steps"].tolist(), arrays["frame_seconds"].tolist()
    run.seen |= {name.removeprefix(SEEN): array for name, array in arrays.items() if name.startswith(SEEN)}
    return History.from_csv(state["history"])


def about_data(experiment: Experiment) -> dict[str, Any]:
    """What the config of a run says of what it learns from: a digest, and the names of classes, if there are any.

    The names are there to draw from the run when its pictures are gone.
    """
    names = {"class_names": list(experiment.class_names)} if experiment.class_names else {}
    return names | {"pictures": digest(experiment)}


def digest(experiment: Experiment) -> str:
    """What tells the arrays that a run learns from, and their order, from all others.

    Levels of 8 bits count as the numbers that a network sees, a thousand pictures at a time.
    """
    total = sha256()
    for array in experiment.batches.arrays:
        total.update(f"{scaled(array[:0]).dtype} {array.shape}".encode())
        for start in range(0, len(array), 1000):
            total.update(np.ascontiguousarray(scaled(array[start : start + 1000])).data)
    return total.hexdigest()


def keeping(run: Run, history: History) -> Callback:
    """A callback of `train` that stores the run now and then, and the networks whenever they are best."""
    last_stored, pause = perf_counter(), SECONDS_BETWEEN_CHECKPOINTS

    def callback(step: int, losses: dict[str, float]) -> None:
        nonlocal last_stored, pause
        if is_best(history, step):
            save_checkpoint(run.folder / BEST, run.experiment.networks, {"history": history.to_csv()})
        start = perf_counter()
        if start - last_stored > pause:
            store(run, history)
            last_stored = perf_counter()
            pause = pause_after(last_stored - start)

    return callback


def pause_after(seconds: float) -> float:
    """Seconds from a checkpoint that took so many to the next: half a minute, up to five where it takes long."""
    return SECONDS_BETWEEN_CHECKPOINTS * min(max(1.0, seconds / MOST / SECONDS_BETWEEN_CHECKPOINTS), 10.0)


def load_networks(experiment: Experiment, path: Path) -> int:
    """Put the networks of a checkpoint into those of `experiment`; return the step at which it was written."""
    state, _ = load_checkpoint(path, experiment.networks)
    return History.from_csv(state["history"]).last_step


def last_good(folder: Path) -> str:
    """Which checkpoint there is to go back to, in words."""
    path = folder / CHECKPOINT
    if not found(path):
        return "there is no checkpoint yet"
    state, _ = load_checkpoint(path, {})
    return f"the last good checkpoint is {path}, of step {History.from_csv(state['history']).last_step}"
