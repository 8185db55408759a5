"""The worker that runs the course: `python -m benchmarks.ours`, told what to do by a pipe; see `benchmarks.pace`.

Before the requests of `pace` comes {"do": "open", "case": ..., "quick": ...} with one of
    "batches": "a.npz"    a step of `recipes.STEPS`; a few batches are saved there
    "pictures": "a.npy"   a training of `recipes.TRAININGS`; the pictures that it learns from are saved there
    "point": {...}        a step at the sizes of `recipes.grown`
It answers with a description that `benchmarks.torch_nets` can build from. The steps run in the course's own loop.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from benchmarks import recipes
from benchmarks.pace import Draw, conversation, paced
from gan_course.errors import CourseError
from gan_course.lessons import load_lesson, mixture_gan
from gan_course.runs.config import as_json, by_name
from gan_course.training.loop import train

NUM_SAVED = 8  # batches


class Work(NamedTuple):
    """What is stepped."""

    step: Callable
    batches: Iterator
    callbacks: tuple
    num_steps: int
    draw: Draw | None
    description: dict


def lesson_work(lesson: str, settings: Any, whole: bool = True) -> Work:
    """A lesson's step, or with `whole` its training, averages and all."""
    experiment = load_lesson(lesson).build(settings, 0)
    trained = [cell for name, cell in experiment.networks.items() if name != "average"]
    shape, num_classes = experiment.batches.arrays[0].shape[1:], len(experiment.class_names)
    spec = describe(lesson, settings, shape, trained, num_classes)
    draw = next(iter(experiment.samplers.values()), None)
    callbacks = experiment.callbacks if whole else ()
    return Work(experiment.step, experiment.batches, callbacks, settings.num_steps, draw, spec)


def mixture_work(settings: Any) -> Work:
    """The step of the plain GAN on the ring, all seeds side by side."""
    game = mixture_gan.build(mixture_gan.MIXTURES["ring"], mixture_gan.REMEDIES["GAN"], settings)
    spec = describe("mixture", settings, (2,), [game.generator, game.discriminator])
    spec["settings"]["frequencies"] = mixture_gan.FREQUENCIES
    return Work(game.step, game.batches, (), settings.num_steps, None, spec)


def describe(lesson: str, settings: Any, shape: tuple[int, ...], networks: list, num_classes: int = 0) -> dict:
    """What PyTorch's worker needs to build the same, and how many numbers there are to learn."""
    size = sum(parameter.size for network in networks for parameter in network.trainable_params())
    return {
        "lesson": lesson,
        "settings": {name: as_json(value) for name, value in by_name(settings).items()},
        "shape": list(shape),
        "num_classes": num_classes,
        "parameters": int(size),
    }


def step_work(case: str, quick: bool) -> Work:
    """A row of the table of steps."""
    lesson, settings = recipes.STEPS[case](quick)
    settings = replace(settings, num_steps=recipes.LONG)
    return mixture_work(settings) if lesson == "mixture" else lesson_work(lesson, settings, whole=False)


def opened(request: dict) -> Work:
    """What the first request asks for."""
    if "point" in request:
        lesson, settings = recipes.grown(**request["point"])
        work = lesson_work(lesson, replace(settings, num_steps=recipes.LONG), whole=False)
        return work._replace(description={"parameters": work.description["parameters"]})
    if "pictures" in request:
        work = lesson_work(*recipes.TRAININGS[request["case"]](request["quick"]))
        np.save(request["pictures"], work.batches.arrays[0])
        return work
    work = step_work(request["case"], request["quick"])
    batches = [next(work.batches) for _ in range(NUM_SAVED)]
    np.savez(request["batches"], *map(np.stack, zip(*batches)))
    return work


def main() -> None:
    requests, reply = conversation()
    try:
        work = opened(next(requests))
    except CourseError as error:
        reply({"error": str(error)})
        return
    reply(work.description)
    batches = paced(work.batches, requests, reply, work.num_steps, work.draw)
    with suppress(StopIteration):  # the end of the input; a step beyond the last waits for it
        train(work.step, batches, work.num_steps + 1, work.callbacks)


if __name__ == "__main__":
    main()
