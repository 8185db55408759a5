"""How many steps of a lesson this machine makes until a given time: measured by making some."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.training.history import History
from gan_course.training.loop import train

NUM_STEPS, MORE_STEPS, MORE_SECONDS = 31, 310, 5.0  # so many steps are timed; more where those are over in this time
OTHERS = 1.05  # times as long as a step that is measured: pictures for an audience, and checkpoints
NUM_PICTURES = 40  # of the film
ENDING = 20.0  # seconds from the last evaluation until everything is written


def steps_until(moment: float, lesson: str, settings: Any) -> int:
    """How many steps a run of `lesson` can have, at least 1, to be over at `moment`; not more than `settings` have.

    The lesson is built and makes some steps, which are thrown away. The run is taken to begin as slowly.

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
    left = moment - perf_counter() - beginning - first - NUM_PICTURES * picture - evaluation - ENDING
    fitting = int(left / (OTHERS * others + evaluation / experiment.evaluate_every))
    return max(1, min(fitting, settings.num_steps))


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
