"""The recording of a training: what its recorder, its history and its networks have to show, for a player."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageSequence

from gan_course.errors import CourseError
from gan_course.evaluation.doctor import diagnose
from gan_course.evaluation.nearest import nearest_images
from gan_course.evaluation.symptoms import ENOUGH_STEPS
from gan_course.lessons import LESSONS
from gan_course.lessons.experiment import Experiment
from gan_course.runs.config import read_config
from gan_course.runs.diagnosis import ask_doctor
from gan_course.runs.folder import FILM, HISTORY, METRICS, RECORDING, read_json
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder, frame_steps
from gan_course.viz.grids import Grid, cells_of, grid_of
from gan_course.viz.pictures import image_grid, to_uint8
from gan_course.viz.recording import DOCUMENT, GROUPS, Bars, Curve, Recording, read_recording, thinned, write_recording

WALK = 20  # frames
OPINIONS = 12  # of the doctor, at most


def keep_recording(
    folder: Path,
    recorder: GifRecorder,
    history: History,
    experiment: Experiment | None = None,
    metrics: dict[str, Any] | None = None,
    name: str = "",
    title: str = "",
    config: dict[str, Any] | None = None,
) -> int:
    """Write what a player needs of a training that has ended into `folder`/recording; return its bytes.

    Args:
        folder: of the run.
        recorder, history: of the training.
        experiment: what was trained; where there is none, the recording has neither real pictures nor the doctor's
            words.
        metrics: numbers at its end.
        name: what tells the run from others; that of the folder by default.
        title: above it; that of the lesson which `config` names by default.
        config: what `config.json` holds.
    """
    metrics, config, name = metrics or {}, config or {}, name or folder.name
    lesson = config.get("lesson", "")
    recording = Recording(
        name=name,
        title=title or (LESSONS[lesson].title if lesson in LESSONS else name),
        lesson=lesson,
        frames=np.stack(recorder.frames),
        steps=list(recorder.steps_taken),
        seconds=list(recorder.seconds),
        num_steps=recorder.num_steps,
        metrics=metrics,
        config=config,
        **said_by(history, metrics, experiment.curves if experiment else recorder.names),
    )
    if experiment:
        recording = replace(recording, **seen_in(experiment, history, recording.frames[-1]))
    return write_recording(folder / RECORDING, recording)


def said_by(history: History, metrics: dict[str, Any], losses: Iterable[str]) -> dict[str, Any]:
    """Curves, numbers and bars: what a history says, sorted by how often and in which group it says it."""
    every_step = max((len(history.steps(name)) for name in history.names), default=0)
    evaluated = [name for name in history.names if name in metrics or len(history.steps(name)) < every_step]
    grouped = {group: [name for name in history.names if name.startswith(f"{group}_")] for group in GROUPS}
    members = {name for names in grouped.values() for name in names}
    losses = [name for name in losses or history.names if name in history.names and name not in {*evaluated, *members}]
    return {
        "curves": {name: thinned(history.steps(name), history[name]) for name in losses},
        "numbers": {name: whole(history, name) for name in evaluated if name not in members},
        "bars": {group: bars_of(history, group, names) for group, names in grouped.items() if names},
    }


def whole(history: History, name: str) -> Curve:
    """All steps and values of a name."""
    return history.steps(name).tolist(), history[name].tolist()


def bars_of(history: History, group: str, names: list[str]) -> Bars:
    """The numbers of a group by what is left of their names, at the steps at which they were measured."""
    steps = history.steps(names[0]).tolist()
    return steps, {name.removeprefix(f"{group}_").replace("_", " "): history[name].tolist() for name in names}


def words_of(experiment: Experiment, history: History) -> list[tuple[int, str]]:
    """What the doctor says: of the curves alone at some steps, and at the end of all there is; each change of mind."""
    asked = sorted(history.rows)[:: max(1, len(history.rows) // OPINIONS)] if "loss_g" in history.names else []
    opinions = [(step, diagnose(until(history, step))) for step in asked if ENOUGH_STEPS <= step < history.last_step]
    if np.isfinite([value for value in history.rows.get(history.last_step, {}).values()]).all():
        opinions.append((history.last_step, ask_doctor(experiment, history)))
    said = [""] + [opinion for _, opinion in opinions]
    return [opinion for opinion, before in zip(opinions, said) if opinion[1] != before]


def until(history: History, last_step: int) -> History:
    """A history as it was after a step."""
    earlier = History()
    earlier.rows = {step: row for step, row in history.rows.items() if step <= last_step}
    return earlier


def seen_in(experiment: Experiment, history: History, last_frame: np.ndarray) -> dict[str, Any]:
    """What only the experiment knows: the doctor's words, the grid of a frame, real pictures, a walk."""
    images = experiment.images
    grid = grid_of(last_frame, images.shape[2:])
    pictures: dict[str, np.ndarray] = {}
    if grid and (images.shape[1] == 3) == (last_frame.ndim == 3):
        chosen = np.random.default_rng(0).permutation(len(images))[: grid.columns * grid.rows]
        pictures["real"] = laid_out(images[chosen], grid)
        pictures["nearest"] = nearest_to(last_frame, grid, images)
    if experiment.walk is not None:
        pictures["walk"] = np.stack([experiment.walk(i / WALK) for i in range(WALK)])
    return {
        "grid": grid if pictures.keys() - {"walk"} else None,
        "pictures": pictures,
        "lines": experiment.lines,
        "steps_per_epoch": experiment.batches.batches_per_epoch,
        "words": words_of(experiment, history),
    }


def nearest_to(frame: np.ndarray, grid: Grid, images: np.ndarray) -> np.ndarray:
    """For each cell of a frame the nearest of the training images, laid out as the frame is."""
    scale = grid.cell_height // images.shape[2]
    cells = cells_of(frame, grid)[:, ::scale, ::scale].reshape(-1, *images.shape[2:], images.shape[1])
    found, _ = nearest_images(cells.transpose(0, 3, 1, 2).astype(np.float32), to_uint8(images))
    return laid_out(images[found], grid)


def laid_out(images: np.ndarray, grid: Grid) -> np.ndarray:
    """Images as a frame has them."""
    scale = grid.cell_height // images.shape[2]
    return image_grid(images, grid.columns, grid.gap // scale, scale)


def recording_of(run: Path) -> Recording:
    """The recording that a run left, or what can be made of the other files of an older one.

    Raises:
        CourseError: there is neither, or what is there is damaged.
    """
    if (run / RECORDING / DOCUMENT).exists():
        return read_recording(run / RECORDING)
    config, history = read_config(run), History()
    if (run / HISTORY).exists():
        history = History.from_csv((run / HISTORY).read_text(encoding="utf-8"))
    metrics = read_json(run / METRICS) or {}
    frames = frames_of(run / FILM)
    num_steps = max(history.last_step, 1)
    return Recording(
        name=run.name,
        title=LESSONS[config["lesson"]].title,
        lesson=config["lesson"],
        frames=frames,
        steps=steps_of_film(num_steps, len(frames)),
        seconds=[],
        num_steps=num_steps,
        words=[],
        metrics=metrics,
        config=config,
        **said_by(history, metrics, [name for name in history.names if name.startswith(("loss", "test_loss"))]),
    )


def frames_of(film: Path) -> np.ndarray:
    """The frames of a GIF, uint8 `(N, H, W, 3)`.

    Raises:
        CourseError: there is none, or it is damaged.
    """
    try:
        with Image.open(film) as image:
            return np.stack([np.asarray(frame.convert("RGB")) for frame in ImageSequence.Iterator(image)])
    except FileNotFoundError:
        raise CourseError(f"{film.parent} has neither recording nor film: train it to its end, with --resume") from None
    except (OSError, ValueError):
        raise CourseError(f"{film} is damaged: train the run again with --force") from None


def steps_of_film(num_steps: int, count: int) -> list[int]:
    """The steps of so many frames, as a recorder of the course takes them; spread evenly if none takes so many."""
    for num_frames in range(max(2, count), 2 * count + 40):
        if len(steps := frame_steps(num_steps, num_frames)) == count:
            return steps
    return [num_steps * i // max(1, count - 1) for i in range(count)]
