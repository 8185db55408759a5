"""One run of a lesson into one folder: train, keep checkpoints, go on after a stop, judge, and write every result."""

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from gan_course.errors import Diverged, printable
from gan_course.evaluation.memory import own_peak_megabytes
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment, measured
from gan_course.lessons.trained import Saved
from gan_course.runs.best import describe_best
from gan_course.runs.config import describe, resumed
from gan_course.runs.diagnosis import doctor_lines
from gan_course.runs.folder import CONFIG, only_writer, write_json
from gan_course.runs.memory import check_memory
from gan_course.runs.recording import keep_recording
from gan_course.runs.results import six_digits, write_history, write_metrics, write_pictures, write_timing
from gan_course.runs.resume import Run, about_data, keeping, last_good, restore, start_anew, store
from gan_course.runs.score import brief_card_of
from gan_course.runs.start import begin_with
from gan_course.runs.workers import follow, share
from gan_course.training.history import History
from gan_course.training.loop import Callback
from gan_course.training.workers import ALONE, Team
from gan_course.viz.gif import GifRecorder
from gan_course.viz.stopwatch import Stopwatch

Audience = Callable[[Experiment, GifRecorder, History], Callback]


def train_lesson(
    lesson: str,
    settings: Any,
    seed: int,
    folder: Path,
    resume: bool = False,
    start: Saved | None = None,
    audience: Audience | None = None,
    team: Team = ALONE,
) -> dict[str, Any]:
    """Train `lesson` with its `settings`, and write its results into `folder`, which exists.

    Results: the files of `runs.folder`. `config.json` is written at the start, the checkpoint every half minute and at
    the end, all others when the training ends or is stopped with Ctrl-C; `history.csv` and `metrics.json` are the same
    bytes for the same seed. Of a lesson that measures a distance, `checkpoints/best.npz` holds the networks as they
    were when it was lowest; `best_step` in `metrics.json` says when that was. A training that diverges ends at once:
    history and curves show how, the checkpoint stays the last good one. What the doctor finds is printed.

    Args:
        lesson, settings, seed: what is trained.
        folder: for its results.
        resume: go on with the run in `folder`, which has the same settings, but may have been meant for fewer steps.
        start: weights to begin with; by default they are drawn.
        audience: gives one more callback of the training, which shows it to somebody and changes nothing.
        team: which of how many workers this process is; all call this, and the first alone writes.

    Returns:
        What `metrics.json` holds: `step`, the last that was trained, the lesson's own numbers, and a card.

    Raises:
        CourseError: a checkpoint to resume from is damaged, or of a run with other settings, versions or pictures;
            weights to begin with are of other networks; another training writes into the folder; the memory is too
            small.
        Diverged: a loss or a parameter became NaN or infinite.
    """
    with only_writer(folder) if team.rank == 0 else nullcontext():
        return train_alone(lesson, settings, seed, folder, resume, start, audience, team)


def train_alone(
    lesson: str,
    settings: Any,
    seed: int,
    folder: Path,
    resume: bool,
    start: Saved | None,
    audience: Audience | None,
    team: Team,
) -> dict[str, Any]:
    """What `train_lesson` says, in a folder that nobody else writes into."""
    config = describe(lesson, settings, seed, start and start.name)
    if resume:
        config = resumed(config, folder)
    experiment = load_lesson(lesson).build(settings, seed)
    if team.size > 1:
        share(experiment, team)
    if experiment.class_names:
        print(printable(f"classes, a column each: {', '.join(experiment.class_names)}"))
    if start is not None and not resume:
        print(begin_with(experiment, start))
    check_memory(experiment)
    recorder = GifRecorder(experiment.draw, experiment.num_steps, names=experiment.curves)
    run = Run(experiment, recorder, folder, config | about_data(experiment))
    if team.rank > 0:
        return follow(experiment, restore(run) if resume else History())
    history = restore(run) if resume else start_anew(folder)
    write_json(folder / CONFIG, run.config)

    watch, first_step = Stopwatch(), history.last_step + 1
    callbacks = [lambda step, losses: watch(), recorder, keeping(run, history)]
    if audience is not None:
        callbacks.append(audience(experiment, recorder, history))
    try:
        experiment.train(history, callbacks, description=lesson)
        store(run, history)
    except Diverged as error:
        write_history(folder, experiment, history)
        keep_recording(folder, recorder, history, experiment, config=run.config)
        raise Diverged(error.step, error.names, f"{last_good(folder)}; lower the learning rate") from None
    write_timing(folder, first_step, watch(), own_peak_megabytes())
    return write_results(run, history)


def write_results(run: Run, history: History) -> dict[str, Any]:
    """Judge what was trained, write all files but the checkpoint, and print what the doctor finds; the metrics."""
    experiment, recorder, folder = run.experiment, run.recorder, run.folder
    write_history(folder, experiment, history)
    write_pictures(folder, experiment, recorder)
    metrics = {"step": history.last_step} | six_digits(measured(experiment.evaluate())) | describe_best(history)
    card = brief_card_of(experiment, experiment.settings, folder)
    metrics |= {"card": six_digits(measured(card))} if card else {}
    write_metrics(folder, metrics)
    keep_recording(folder, recorder, history, experiment, metrics, config=run.config)
    for line in doctor_lines(experiment, history):
        print(line)
    return metrics
