"""The folder of a run: the names of its files, who may write into it, one at a time, and JSON."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from gan_course.errors import CourseError
from gan_course.files import UNFINISHED, check_writable, write_whole

CONFIG = "config.json"
HISTORY = "history.csv"
METRICS = "metrics.json"
TIMING = "timing.json"
SCORECARD = "scorecard.json"
CURVES = "losses.png"
SAMPLES = "samples.png"
FILM = "progress.gif"
RECORDING = "recording"  # a folder, for a player
CHECKPOINT = "checkpoints/last.npz"
LOCK = ".lock"
WORKERS = "workers"  # a folder: what each of several workers said
BEST = "checkpoints/best.npz"  # the networks at the step of the lowest distance, to look at, not to resume


def prepare_folder(folder: Path, resume: bool, force: bool) -> Path:
    """Make the folder for results, or refuse one whose files would be overwritten unasked.

    Neither a run that was stopped before its first checkpoint nor a half-written file is anything that would be lost.

    Raises:
        CourseError: it cannot be written, or holds something and neither `resume` nor `force` is set.
    """
    if resume and force:
        raise CourseError("--resume goes on with a run and --force replaces it: choose one of them")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        holds = {path.name for path in folder.iterdir() if path.suffix != UNFINISHED} - {LOCK, WORKERS}
        check_writable(folder)
    except OSError as error:
        raise CourseError(f"cannot write to {folder} ({error.strerror}): choose another --out") from None
    begun = holds <= {CONFIG, Path(CHECKPOINT).parent.name} and not any(folder.glob("checkpoints/*.npz"))
    if holds and not begun and not resume and not force:
        raise CourseError(
            f"{folder} is not empty: add --resume to go on with its run, --force to replace it, or choose another --out"
        )
    return folder


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Keep other trainings out of the folder during the block.

    The system lets go of the lock when the process ends, however it ends. A network folder may know no locks: there
    the block runs without.

    Raises:
        CourseError: another training is at work there.
    """
    lock = FileLock(folder / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise CourseError(f"another training writes into {folder}: wait for its end, or choose another --out") from None
    except (OSError, NotImplementedError):
        pass
    try:
        yield
    finally:
        lock.release()


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON for people to read; what is no number is null, since JSON knows neither NaN nor infinities."""
    write_whole(path, json.dumps(with_null(content), indent=2, allow_nan=False) + "\n")


def with_null(content: Any) -> Any:
    """The same with None for NaN and infinities."""
    if isinstance(content, dict):
        return {name: with_null(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [with_null(value) for value in content]
    return None if isinstance(content, float) and not math.isfinite(content) else content


def read_json(path: Path) -> dict[str, Any] | None:
    """What `write_json` wrote; None if there is no such file, or another one of its name."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):  # the last of lists in lists in lists
        return None
    return content if isinstance(content, dict) else None
