"""What checkpoints cost: `python -m scripts.checkpoint_seconds`.

Each lesson that draws pictures is built with the networks of the `class` profile and stored some times, with a film and
a history as they are at the end of its training. One is written every half minute, or later where it takes long: the
last column is the share of a training's time that goes into it, by the median.
"""

import sys
from dataclasses import fields, replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import click
import numpy as np

from gan_course.data.sources import Sunflowers
from gan_course.lessons import TRAINED, load_lesson
from gan_course.runs.folder import CHECKPOINT, CONFIG, write_json
from gan_course.runs.resume import MOST, Run, about_data, pause_after, store
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder
from gan_course.viz.tables import aligned

LOSSES = ("loss_d", "loss_g", "d_real", "d_fake", "accuracy_d")


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--times", default=5, show_default=True, help="How often each is stored.")
@click.argument("lessons", nargs=-1, type=click.Choice(TRAINED))
def main(times: int, lessons: tuple[str, ...]) -> None:
    """Print the table; exit code 1 if one costs more than 3 %."""
    table, worst = [["lesson", "megabytes", "seconds", "of them computing", "one in", "share of the time"]], 0.0
    for lesson in lessons or TRAINED:
        megabytes, seconds, computing = cost(lesson, times)
        share = seconds / pause_after(seconds)
        worst = max(worst, share)
        table.append(
            [
                lesson,
                f"{megabytes:.1f}",
                f"{seconds:.3f}",
                f"{computing:.3f}",
                f"{pause_after(seconds):.0f} s",
                f"{share:.2%}",
            ]
        )
    click.echo(aligned(table))
    sys.exit(worst > MOST)


def cost(lesson: str, times: int) -> tuple[float, float, float]:
    """Megabytes of a checkpoint of a lesson, and the median of the seconds, and of the processor's, that it takes."""
    settings = load_lesson(lesson).SETTINGS["class"]
    if "data" in {field.name for field in fields(settings)} and isinstance(settings.data, Sunflowers):
        settings = replace(settings, data=Sunflowers(settings.batch_size))  # a checkpoint holds no pictures
    experiment = load_lesson(lesson).build(settings)
    recorder, history, rng = GifRecorder(experiment.draw, experiment.num_steps), History(), np.random.default_rng(0)
    recorder.steps_taken = sorted(recorder.steps)
    recorder.frames = [experiment.draw()] * len(recorder.steps)
    recorder.captions, recorder.seconds = [""] * len(recorder.steps), [0.0] * len(recorder.steps)
    for step in range(1, experiment.num_steps + 1):
        history.record(step, **dict(zip(LOSSES, rng.random(len(LOSSES)), strict=True)))
    taken = []
    with TemporaryDirectory() as folder:
        run = Run(experiment, recorder, Path(folder), about_data(experiment))
        write_json(run.folder / CONFIG, run.config)
        for _ in range(times):
            start, computing = perf_counter(), process_time()
            store(run, history)
            taken.append((perf_counter() - start, process_time() - computing))
        size = (Path(folder) / CHECKPOINT).stat().st_size
    return size / 1e6, *(median(column) for column in zip(*taken, strict=True))


if __name__ == "__main__":
    main()
