"""How many steps of a lesson this machine makes until a given time: measured by making some."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import mindspore as ms

from gan_course.lessons import load_lesson

NUM_STEPS, MOST_SECONDS = 30, 10.0  # so many steps are timed, or as many as are made in this time
NUM_PICTURES = 40  # of the film
OTHERS = 1.1  # times as long as a step alone: the step with all that is done between two of them
ENDING = 20.0  # seconds from the last step until everything is written


def steps_until(moment: float, lesson: str, settings: Any) -> int:
    """How many steps a run of `lesson` can have, at least 1, to be over at `moment`; not more than `settings` have.

    The lesson is built and makes some steps, which are thrown away. The run is taken to begin as slowly.

    Args:
        moment: on the clock of `perf_counter`.
        lesson, settings: what will be trained.
    """
    start = perf_counter()
    experiment = load_lesson(lesson).build(settings, seed=0)

    def make_step() -> None:
        for loss in experiment.step(*map(ms.Tensor, next(experiment.batches))).values():
            loss.asnumpy()

    for compile_by_calling in (experiment.draw, make_step, experiment.evaluate):
        compile_by_calling()
    beginning = perf_counter() - start
    step, evaluation, picture = timed(make_step, NUM_STEPS), timed(experiment.evaluate), timed(experiment.draw)
    left = moment - perf_counter() - beginning - NUM_PICTURES * picture - evaluation - ENDING
    fitting = int(left / (OTHERS * step + evaluation / experiment.evaluate_every))
    return max(1, min(fitting, settings.num_steps))


def timed(action: Callable[[], Any], times: int = 1) -> float:
    """Seconds that one call takes: the mean of so many, or of as many as are made in MOST_SECONDS."""
    start, count = perf_counter(), 0
    while count < times and perf_counter() - start < MOST_SECONDS:
        action()
        count += 1
    return (perf_counter() - start) / count
