"""The training doctor: reads what a GAN left behind, and says in plain words what is wrong with it and what to try.

    print(diagnose(history, samples, real, **check_networks(cells, draw)))

It works in two parts. First the *signs*, numbers that anybody can look at: means of the last curves, how much samples
differ (`signs.py`), and what small experiments on the networks find out (`network_checks.py`). Then the *symptoms*, one
function for each known fault, which compare signs with thresholds (`symptoms.py`). What was not measured raises no
alarm. `gan-course train` asks the doctor at the end, `gan-course score` below its table; meanwhile
`gan_course.training.guard` stops a training at the first loss that is no number.

No symptom is no proof of good samples: look at them, and score them.

How often it is right, on runs whose seeds chose no threshold, can be counted from their signs, which are kept in
`notebooks/results/09_doctor.csv`: `python -m experiments.doctor --read` prints the rates.
"""

import numpy as np

from gan_course.evaluation.signs import Signs, history_signs, image_signs
from gan_course.evaluation.symptoms import ENOUGH_STEPS, SYMPTOMS, Measured
from gan_course.training.history import History

HEALTHY = "Nothing wrong found."
TOO_SHORT = f"Too short to tell: losses and samples of a GAN say little before step {ENOUGH_STEPS:,}."


def diagnose(
    history: History, samples: np.ndarray | None = None, real: np.ndarray | None = None, **checks: float
) -> str:
    """What is wrong, a line each, likely causes first; or HEALTHY; or TOO_SHORT. Arguments as in `examine`."""
    short = "loss_g" in history.names and history.last_step < ENOUGH_STEPS
    return "\n".join(examine(history, samples, real, **checks).values()) or (TOO_SHORT if short else HEALTHY)


def examine(
    history: History, samples: np.ndarray | None = None, real: np.ndarray | None = None, **checks: float
) -> dict[str, str]:
    """All symptoms by name, likely causes first; empty for a healthy run.

    Args:
        history: of a training with `gan_step` or `acgan_step`.
        samples: generated images, `(N, C, H, W)`, 50 or more; of all classes, where there are classes.
        real: training images, `(M, C, H, W)`.
        checks: further signs by name, such as those of `network_checks.check_networks`.
    """
    return recognise(history_signs(history) | image_signs(samples, real) | checks)


def recognise(signs: Signs) -> dict[str, str]:
    """The symptoms that `signs` show, by name: what `examine` does after measuring."""
    signs = Measured(signs)
    found = {symptom.__name__: symptom(signs) for symptom in SYMPTOMS}
    return {name: sentence for name, sentence in found.items() if sentence}
