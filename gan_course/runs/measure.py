"""How many steps of a lesson this machine makes until a given time: measured by making some."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter
from typing import Any

from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.training.history import History
from gan_course.training.loop import train

NUM_STEPS, MORE_STEPS, MORE_SECONDS = 31, 310, 5.0  # so many steps are timed; more where those are over in this time
OTHERS = 1.05  # times as long as a step that is measured: pictures for an audience, and checkpoints
NUM_PICTURES = 40  # of the film
EVALUATIONS = 6  # of a training, at least
ENDING = 20.0  # seconds from the last evaluation until everything is written


def settings_until(moment: float, lesson: str, settings: Any) -> Any:
    """The settings with as many steps, one at least, as a run of `lesson` can have to be over at `moment`.

    They are no more than the settings have. Where they are few, evaluations come closer. The lesson is built and makes
    some steps, which are thrown away; the run is taken to begin as slowly.

    Args:
        moment: on the clock of `perf_counter`.
        lesson, settings: what will be trained.
    """
    start = perf_counter()
    experiment = load_lesson(lesson).build(settings, seed=0)
    experiment.evaluate()  # the first of each also compiles
    experiment.draw()
    beginning = perf_counter() - start
    evaluation, picture = timed(experiment.evaluate), timed(experiment.draw)
    first, others = timed_steps(experiment)
    constant = beginning + first + NUM_PICTURES * picture + (EVALUATIONS + 1) * evaluation + ENDING
    fitting = int((moment - perf_counter() - constant) / (OTHERS * others + evaluation / experiment.evaluate_every))
    num_steps = max(1, min(fitting, settings.num_steps))
    changes = {"num_steps": num_steps}
    if hasattr(settings, "evaluate_every"):
        changes["evaluate_every"] = max(1, min(settings.evaluate_every, num_steps // EVALUATIONS))
    return replace(settings, **changes)


def timed(action: Callable[[], Any]) -> float:
    """Seconds that it takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def timed_steps(experiment: Experiment) -> tuple[float, float]:
    """Seconds of the first step of a training and of each later one, with the training's own callbacks."""
    history, moments = History(), []
    callbacks = [*experiment.callbacks, lambda step, losses: moments.append(perf_counter())]
    for num_steps in (NUM_STEPS, MORE_STEPS):
        train(experiment.step, experiment.batches, num_steps, callbacks, history, "measuring")
        counted = num_steps // 3  # the last ones: the loop may have found a quicker way meanwhile
        seconds = (moments[-1] - moments[-1 - counted]) / counted
        if MORE_STEPS * seconds > MORE_SECONDS:
            break
    return moments[1] - moments[0], seconds
