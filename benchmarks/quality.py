"""Time to quality: seconds of training until a distance first falls under its marks. Judging does not count."""

from collections.abc import Iterator
from functools import partial

from benchmarks.effort import Bench, Effort, Goal
from benchmarks.pipes import Worker
from gan_course.errors import CourseError

COURSE, SAME, PUBLIC = "course", "PyTorch, same recipe", "PyTorch, public DCGAN"


def contestants(case: str) -> list[str]:
    """Who competes; the public recipe is for small grey pictures."""
    return [COURSE, SAME, PUBLIC] if case == "digits" else [COURSE, SAME]


def moments(effort: Effort, limit: float) -> Iterator[float]:
    """Seconds of training at which to look: ever further apart, the last one at the limit."""
    seconds = effort.first_look
    while seconds < limit:
        yield seconds
        seconds *= effort.patience
    yield limit


def measure_quality(case: str, who: str, bench: Bench) -> dict:
    """One training of `recipes.TRAININGS` by one of the contestants, until the hardest mark or the limit."""
    effort, goal = bench.effort, bench.effort.goals[case]
    pictures, samples = str(bench.scratch / "pictures.npy"), str(bench.scratch / "samples.npy")
    with Worker(bench.command("judge")) as judge:
        fold = judge.ask("open", case=case, quick=effort.quick)["fold"]
        with Worker(bench.command("ours")) as ours:
            spec = ours.ask("open", case=case, quick=effort.quick, pictures=pictures)
            if who == COURSE:
                look = partial(take_look, ours, judge, goal, samples, 1)
                return race(ours, look, goal, moments(effort, goal.limit))
        limit = goal.limit
        if who == PUBLIC:
            spec = {"lesson": "public", "base": effort.public_base, "num_steps": 10**9}
            fold, limit = 1, effort.public_seconds
        with Worker(bench.torch_command()) as theirs:
            twin = theirs.ask("open", spec=spec, pictures=pictures)
            if spec.get("parameters", twin["parameters"]) != twin["parameters"]:
                raise CourseError(f"PyTorch's networks of {case} differ in size: mend benchmarks/torch_nets.py")
            return race(theirs, partial(take_look, theirs, judge, goal, samples, fold), goal, moments(effort, limit))


def take_look(trainer: Worker, judge: Worker, goal: Goal, path: str, fold: int) -> dict[str, float]:
    """Numbers of fresh samples."""
    trainer.ask("samples", count=goal.num_samples, path=path)
    return judge.ask("judge", path=path, fold=fold)


def race(trainer: Worker, look, goal: Goal, times: Iterator[float]) -> dict:
    """Train to each of `times`, look, and end at the hardest mark or with the training.

    Returns:
        `trail`: seconds, steps and all numbers at each look; `reached`: the seconds at which each mark was first seen
        to be passed, None if it was not; `spent`: all seconds; `ended`: whether the recipe came to its end.
    """
    spent, steps, trail, ended = 0.0, 0, [], False
    for moment in times:
        turn = trainer.ask("train", seconds=moment - spent)
        spent, steps, ended = spent + turn["seconds"], steps + turn["steps"], turn["ended"]
        trail.append({"seconds": spent, "steps": steps} | look())
        if ended or trail[-1][goal.measure] < min(goal.marks):
            break
    reached = {f"{mark:g}": first_under(trail, goal.measure, mark) for mark in goal.marks}
    return {"measure": goal.measure, "reached": reached, "spent": spent, "ended": ended, "trail": trail}


def first_under(trail: list[dict], measure: str, mark: float) -> float | None:
    """Seconds of the first look at which the number was less than the mark."""
    return next((row["seconds"] for row in trail if row[measure] < mark), None)
