"""Single train steps, the course's and PyTorch's, in blocks that take turns."""

from statistics import median

from benchmarks.effort import Bench, Effort
from benchmarks.pipes import Worker
from gan_course.errors import CourseError


def measure_step(case: str, bench: Bench) -> dict:
    """A row of the table of steps; `case` is one of `recipes.STEPS`.

    Raises:
        CourseError: the two have not as many parameters, or PyTorch's worker does not know a setting.
    """
    path = str(bench.scratch / "batches.npz")
    with Worker(bench.command("ours")) as ours, Worker(bench.torch_command()) as theirs:
        spec = ours.ask("open", case=case, quick=bench.effort.quick, batches=path)
        twin = theirs.ask("open", spec=spec, batches=path)
        check_alike(case, spec["parameters"], twin["parameters"])
        times = take_turns({"course": ours, "torch": theirs}, bench.effort)
        peaks = {"course": ours.peak_megabytes(), "torch": theirs.peak_megabytes()}
    return {"parameters": spec["parameters"], "peak_megabytes": peaks} | times


def check_alike(case: str, ours: int, theirs: int) -> None:
    """Refuse to compare networks of different size."""
    if ours != theirs:
        raise CourseError(
            f"the course's networks of {case} have {ours:,} parameters and PyTorch's {theirs:,}: "
            "mend benchmarks/torch_nets.py"
        )


def take_turns(workers: dict[str, Worker], effort: Effort) -> dict:
    """Seconds of the first step, which compiles, and after the warm-up the median step of each block and of all.

    One worker steps at a time, and in each round each has a block of its own, so that what slows the machine for a
    while slows both. `ratio` is the first worker's median over the second's, `ratios` that of each round.
    """
    first, sizes, rounds, everything = {}, {}, [], {name: [] for name in workers}
    for name, worker in workers.items():
        first[name] = worker.ask("steps", count=1)["seconds"][0]
        warm = worker.ask("steps", count=effort.warm_up - 1)["seconds"]
        settled = median(warm[-20:])
        sizes[name] = max(effort.least_steps, min(200, round(effort.block_seconds / settled)))
    for _ in range(effort.rounds):
        blocks = {name: worker.ask("steps", count=sizes[name])["seconds"] for name, worker in workers.items()}
        rounds.append({name: median(seconds) for name, seconds in blocks.items()})
        for name, seconds in blocks.items():
            everything[name] += seconds
    medians = {name: median(seconds) for name, seconds in everything.items()}
    ours, theirs = workers
    return {
        "first_step": first,
        "median": medians,
        "rounds": rounds,
        "ratio": medians[ours] / medians[theirs],
        "ratios": [one[ours] / one[theirs] for one in rounds],
    }
