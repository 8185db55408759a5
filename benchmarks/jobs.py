"""Everything that there is to measure, by name."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from benchmarks.chores import measure_chores
from benchmarks.effort import Bench, Effort
from benchmarks.growth import measure_lengths, measure_point, points
from benchmarks.live import measure_live
from benchmarks.quality import COURSE, contestants, measure_quality
from benchmarks.recipes import STEPS, TRAININGS
from benchmarks.startup import measure_startup
from benchmarks.steps import measure_step


class Job(NamedTuple):
    """One measurement."""

    measure: Callable[[Bench], dict]
    needs_torch: bool


def all_jobs(effort: Effort) -> dict[str, Job]:
    """{name: job}, in the order in which they run: what is over soon comes first."""
    jobs = {"start-up": Job(measure_startup, True), "chores": Job(measure_chores, False)}
    jobs["live pictures"] = Job(measure_live, False)
    jobs |= {f"steps: {case}": Job(partial(measure_step, case), True) for case in STEPS}
    jobs |= {
        f"growth: {name}": Job(partial(measure_point, point), False)
        for name, point in points(effort.base, effort.growth).items()
    }
    jobs["growth: steps"] = Job(measure_lengths, False)
    jobs |= {
        f"quality: {case}, {who}": Job(partial(measure_quality, case, who), who != COURSE)
        for case in TRAININGS
        for who in contestants(case)
    }
    return jobs
