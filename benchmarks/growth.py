"""How a step's seconds and the memory grow with batch, size, width, the number of pictures, and the steps before it."""

from statistics import median

import numpy as np

from benchmarks.effort import Bench
from benchmarks.pipes import Worker

BLOCKS = 3


def points(bench_base: dict[str, int], growth: dict[str, tuple[int, ...]]) -> dict[str, dict[str, int]]:
    """Sizes by name: the base, and around it one size changed at a time."""
    changed = {f"{axis} {value}": bench_base | {axis: value} for axis, values in growth.items() for value in values}
    return {"base": dict(bench_base)} | changed


def measure_point(point: dict[str, int], bench: Bench) -> dict:
    """Seconds a step of the lesson's DCGAN at these sizes, and the peak memory of its process, data included."""
    effort = bench.effort
    with Worker(bench.command("ours")) as ours:
        ours.ask("open", point=point)
        settled = median(ours.ask("steps", count=effort.warm_up)["seconds"][-20:])
        count = max(effort.least_steps, min(200, round(effort.block_seconds / settled)))
        blocks = [median(ours.ask("steps", count=count)["seconds"]) for _ in range(BLOCKS)]
        return {"point": point, "seconds": median(blocks), "peak_megabytes": ours.peak_megabytes()}


def measure_lengths(bench: Bench) -> dict:
    """Seconds a step late in a training, and memory then: neither should grow."""
    effort, rows, done = bench.effort, [], 0
    with Worker(bench.command("ours")) as ours:
        ours.ask("open", point=effort.base)
        ours.ask("steps", count=effort.warm_up)
        for length in effort.lengths:
            seconds = ours.ask("steps", count=length - done)["seconds"]
            done = length
            rows.append({"steps": length, "seconds": median(seconds), "peak_megabytes": ours.peak_megabytes()})
    return {"rows": rows}


def exponent(sizes: list[float], seconds: list[float]) -> float:
    """The p of seconds = c size^p, by least squares on a log-log scale; NaN for fewer than two sizes."""
    if len(set(sizes)) < 2:
        return float("nan")
    x, y = np.log(sizes), np.log(seconds)
    x = x - x.mean()
    return float(x @ (y - y.mean()) / (x @ x))
