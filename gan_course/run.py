"""One run of a lesson into one folder: train, keep checkpoints, go on after a stop, and write every result."""

import json
import platform
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from matplotlib import pyplot as plt

from gan_course.errors import CourseError, Diverged
from gan_course.evaluation.doctor import HEALTHY, diagnose
from gan_course.evaluation.memory import own_peak_megabytes
from gan_course.evaluation.network_checks import check_networks
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.training.checkpoints import load_checkpoint, save_checkpoint
from gan_course.training.guard import check_finite
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder
from gan_course.viz.pictures import plot_curves, save_picture

CHECKPOINT = Path("checkpoints") / "last.npz"
BEST = Path("checkpoints") / "best.npz"  # the networks at the step of the lowest distance, to look at, not to resume
DISTANCES = ("frechet_classifier_distance", "kernel_distance")  # the first that a lesson measures decides
SECONDS_BETWEEN_CHECKPOINTS = 30
RECORDED_VERSIONS = ("mindspore", "numpy", "gan-course")


def run(lesson: str, profile: str, changes: dict[str, Any], seed: int, folder: Path, resume: bool) -> dict[str, Any]:
    """Train `lesson`, with `changes` to the settings of its profile, and write its results into `folder`, which exists.

    Results: `config.json`, `history.csv`, `metrics.json` (the same bytes for the same seed), `timing.json`,
    `losses.png`, `samples.png`, `progress.gif` and `progress.png`, `checkpoints/last.npz`. All are written when
    the training ends or is stopped with Ctrl-C; the checkpoint also every half minute. Of a lesson that measures one
    of DISTANCES, `checkpoints/best.npz` holds the networks as they were when it was lowest, since the last
    generator is not always the best; `best_step` in `metrics.json` says when that was. A training that diverges ends at
    once: history and curves show how, the checkpoint stays the last good one. What the doctor finds is printed.

    Returns:
        The metrics, with `step`, the last step that was trained.

    Raises:
        CourseError: a checkpoint to resume from is missing, damaged, or of a run with other settings.
        Diverged: a loss or a parameter became NaN or infinite.
    """
    module = load_lesson(lesson)
    settings = replace(module.SETTINGS[profile], **changes)
    config = describe(lesson, profile, seed, asdict(settings))
    if resume:
        check_same_run(config, folder)

    experiment = module.build(settings, seed)
    recorder = GifRecorder(experiment.draw, experiment.num_steps, names=experiment.curves)
    if not resume:  # an old checkpoint must not survive beside a new config
        for checkpoint in (CHECKPOINT, BEST):
            (folder / checkpoint).unlink(missing_ok=True)
    history = restore(experiment, recorder, folder) if resume else History()
    write_json(folder / "config.json", config)

    start = last_saved = perf_counter()
    first = history.last_step

    def keep(step: int, losses: dict[str, float]) -> None:
        nonlocal last_saved
        if is_best(history, step):
            save_checkpoint(folder / BEST, experiment.networks, {"history": history.to_csv()})
        if perf_counter() - last_saved > SECONDS_BETWEEN_CHECKPOINTS:
            store(experiment, recorder, history, folder)
            last_saved = perf_counter()

    try:
        experiment.train(history, [recorder, keep], description=lesson)
        store(experiment, recorder, history, folder)
    except Diverged as error:
        write_curves(experiment, history, folder)
        raise Diverged(error.step, error.names, f"{last_good(folder)}; lower the learning rate") from None
    seconds = perf_counter() - start

    metrics = {name: rounded(value) for name, value in experiment.evaluate().items()}
    metrics = {"step": history.last_step} | metrics | describe_best(history)
    write_json(folder / "metrics.json", metrics)
    timing = {"first_step": first + 1, "train_seconds": round(seconds, 1), "peak_megabytes": own_peak_megabytes()}
    write_json(folder / "timing.json", timing)
    write_results(experiment, recorder, history, folder)
    for line in doctor_lines(experiment, history):
        print(line)
    return metrics


def doctor_lines(experiment: Experiment, history: History) -> list[str]:
    """What the training doctor says of a run, a line each; none of a healthy one."""
    said = ask_doctor(experiment, history)
    return [f"doctor: {sentence}" for sentence in said.splitlines() if said != HEALTHY]


def ask_doctor(experiment: Experiment, history: History) -> str:
    """What the training doctor says of the curves, samples and networks of a training: `doctor.diagnose`."""
    samples = [draw(100, np.random.default_rng(0)) for draw in experiment.samplers.values()]
    signs = check_networks(experiment.cells, experiment.draw)
    return diagnose(history, samples[0] if samples else None, experiment.batches.arrays[0], **signs)


def last_good(folder: Path) -> str:
    """Which checkpoint there is to go back to, in words."""
    path = folder / CHECKPOINT
    if not path.exists():
        return "there is no checkpoint yet"
    state, _ = load_checkpoint(path, {})
    return f"the last good checkpoint is {path}, of step {History.from_csv(state['history']).last_step}"


def rounded(value: float | dict[str, float]) -> float | dict[str, float]:
    """A number, or each of a group of numbers, with six digits behind the point."""
    if isinstance(value, dict):
        return {name: rounded(number) for name, number in value.items()}
    return round(float(value), 6)


def best_of(history: History) -> tuple[str, int, float] | None:
    """The first of DISTANCES that was measured, at which step it was lowest, and how low; None if there is none."""
    for name in DISTANCES:
        values = history[name] if name in history.names else np.array([])
        if np.isfinite(values).any():
            lowest = np.nanargmin(values)
            return name, int(history.steps(name)[lowest]), float(values[lowest])
    return None


def is_best(history: History, step: int) -> bool:
    """Whether a distance was measured at `step`, and lower than ever before."""
    if not set(DISTANCES) & history.rows.get(step, {}).keys():
        return False
    best = best_of(history)
    return best is not None and best[1] == step


def describe_best(history: History) -> dict[str, Any]:
    """What `metrics.json` says of `checkpoints/best.npz`."""
    best = best_of(history)
    return {} if best is None else {"best_step": best[1], f"best_{best[0]}": round(best[2], 6)}


def describe(lesson: str, profile: str, seed: int, settings: dict[str, Any]) -> dict[str, Any]:
    """All that a run depends on: enough to make it again."""
    return {
        "lesson": lesson,
        "profile": profile,
        "seed": seed,
        "settings": settings,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in RECORDED_VERSIONS},
    }


def check_same_run(config: dict[str, Any], folder: Path) -> None:
    """Refuse to go on with a run that was started with other settings."""
    before = read_config(folder, f"{folder} holds no run to resume: leave out --resume")
    now = json.loads(json.dumps(config))  # tuples become lists, as in the file
    for key in ("lesson", "profile", "seed", "settings"):
        if before.get(key) != now[key]:
            raise CourseError(
                f"{folder} was started with {key} {before.get(key)}: resume it with the same, or choose another --out"
            )


def read_config(folder: Path, otherwise: str) -> dict[str, Any]:
    """What `describe` said of the run in `folder`; a CourseError that says `otherwise` if there is none."""
    try:
        return dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        raise CourseError(otherwise) from None


def store(experiment: Experiment, recorder: GifRecorder, history: History, folder: Path) -> None:
    """Write the checkpoint: networks, optimisers, data order, history and the frames so far.

    Raises:
        Diverged: a parameter is not finite; the older checkpoint stays.
    """
    check_finite(history.last_step, experiment.cells)
    state = {"batches": experiment.batches.state(), "history": history.to_csv()}
    save_checkpoint(folder / CHECKPOINT, experiment.cells, state, {"frames": np.array(recorder.frames)})


def restore(experiment: Experiment, recorder: GifRecorder, folder: Path) -> History:
    """Undo `store`: put everything back and return the history."""
    state, arrays = load_checkpoint(folder / CHECKPOINT, experiment.cells)
    experiment.batches.restore(state["batches"])
    recorder.frames = list(arrays["frames"])
    return History.from_csv(state["history"])


def write_results(experiment: Experiment, recorder: GifRecorder, history: History, folder: Path) -> None:
    """Write what people look at."""
    write_curves(experiment, history, folder)
    save_picture(folder / "samples.png", experiment.draw())
    recorder.save(folder / "progress.gif")


def write_curves(experiment: Experiment, history: History, folder: Path) -> None:
    """Write what was recorded, as numbers and as curves."""
    (folder / "history.csv").write_text(history.to_csv(), encoding="utf-8", newline="\n")
    curves = {name: (history.steps(name), history[name]) for name in experiment.curves or history.names}
    figure = plot_curves(curves, "loss", experiment.lines)
    figure.savefig(folder / "losses.png", dpi=120)
    plt.close(figure)  # a notebook would show it


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON for people to read."""
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8", newline="\n")
