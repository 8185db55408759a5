"""What a run leaves for people to look at, one function a file."""

import io
from pathlib import Path
from typing import Any

from matplotlib import pyplot as plt

from gan_course.files import write_whole
from gan_course.lessons.experiment import Experiment, Metrics
from gan_course.runs.folder import CURVES, FILM, HISTORY, METRICS, SAMPLES, TIMING, write_json
from gan_course.training.history import History
from gan_course.viz.gif import GifRecorder
from gan_course.viz.pictures import plot_curves, save_picture


def write_metrics(folder: Path, metrics: dict[str, Any]) -> None:
    """Write the numbers at the end of a training."""
    write_json(folder / METRICS, metrics)


def write_timing(folder: Path, first_step: int, seconds: float, peak_megabytes: float) -> None:
    """Write what differs from run to run of the same settings."""
    timing = {"first_step": first_step, "train_seconds": round(seconds, 1), "peak_megabytes": peak_megabytes}
    write_json(folder / TIMING, timing)


def write_pictures(folder: Path, experiment: Experiment, recorder: GifRecorder) -> None:
    """Write samples, and how they came to be."""
    save_picture(folder / SAMPLES, experiment.draw())
    recorder.save(folder / FILM)


def write_history(folder: Path, experiment: Experiment, history: History) -> None:
    """Write what was recorded, as numbers and as curves."""
    write_whole(folder / HISTORY, history.to_csv())
    curves = {name: (history.steps(name), history[name]) for name in experiment.curves or history.names}
    figure = plot_curves(curves, "loss", experiment.lines)
    packed = io.BytesIO()
    figure.savefig(packed, dpi=120)
    plt.close(figure)  # a notebook would show it
    write_whole(folder / CURVES, packed.getvalue())


def six_digits(metrics: Metrics) -> Metrics:
    """All numbers with six digits behind the point."""
    return {
        name: six_digits(value) if isinstance(value, dict) else round(float(value), 6)
        for name, value in metrics.items()
    }
