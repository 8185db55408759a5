"""The training doctor, asked about an experiment."""

import numpy as np

from gan_course.evaluation.doctor import HEALTHY, diagnose
from gan_course.evaluation.network_checks import check_networks
from gan_course.lessons.experiment import Experiment
from gan_course.training.history import History


def ask_doctor(experiment: Experiment, history: History) -> str:
    """What the training doctor says of the curves, samples and networks of a training: `doctor.diagnose`."""
    samples = [draw(100, np.random.default_rng(0)) for draw in experiment.samplers.values()]
    signs = check_networks(experiment.cells, experiment.draw)
    return diagnose(history, samples[0] if samples else None, experiment.images, **signs)


def doctor_lines(experiment: Experiment, history: History) -> list[str]:
    """The same, a line for each finding; none of a healthy training."""
    findings = ask_doctor(experiment, history)
    return [f"doctor: {line}" for line in findings.splitlines() if findings != HEALTHY]
