"""`bench.png`: ratios of steps, time to quality, growth, and what one waits for."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from benchmarks.chores import NAMES
from benchmarks.growth import exponent
from benchmarks.quality import COURSE, PUBLIC, SAME
from benchmarks.report import AXES, axis_points, length_points, of_part

COLOURS = {COURSE: "#0072b2", SAME: "#d55e00", PUBLIC: "#666666"}
LINES = {"digits": "-", "sunflowers": "--"}


def write_plot(path: Path, results: dict) -> None:
    """Four panels; those of parts that were not measured stay empty."""
    found = {name: entry["result"] for name, entry in results["entries"].items()}
    figure = Figure(figsize=(12, 9), layout="constrained")
    axes = figure.subplots(2, 2)
    draw_steps(axes[0, 0], of_part(found, "steps"))
    draw_quality(axes[0, 1], of_part(found, "quality"))
    draw_growth(axes[1, 0], found)
    draw_waiting(axes[1, 1], found)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=100)


def draw_steps(axis: Axes, steps: dict[str, dict]) -> None:
    names, ratios = list(steps), [result["ratio"] for result in steps.values()]
    low = [ratio - min(result["ratios"] + [ratio]) for ratio, result in zip(ratios, steps.values())]
    high = [max(result["ratios"] + [ratio]) - ratio for ratio, result in zip(ratios, steps.values())]
    axis.barh(names, ratios, xerr=[low, high], color=COLOURS[COURSE], ecolor="black", capsize=3)
    axis.axvline(1, color=COLOURS[SAME], label="as fast as PyTorch eager")
    axis.invert_yaxis()
    axis.set(title="A train step, in PyTorch's", xlabel="ratio; whiskers: the rounds")
    axis.legend()


def draw_quality(axis: Axes, runs: dict[str, dict]) -> None:
    """Each distance over its easy mark, so that both fit on one axis."""
    for name, run in runs.items():
        case, who = name.split(", ", 1)
        marks = [float(mark) for mark in run["reached"]]
        x, y = ([row[key] for row in run["trail"]] for key in ("seconds", run["measure"]))
        style = {"linestyle": LINES.get(case, ":"), "marker": ".", "color": COLOURS.get(who), "label": name}
        axis.plot(x, [value / max(marks) for value in y], **style)
        for mark in marks:
            axis.axhline(mark / max(marks), color="lightgray", linestyle=LINES.get(case, ":"), zorder=0)
    axis.set(title="Time to quality", xlabel="seconds of training", ylabel="distance, in parts of the easy mark")
    on_log_scales(axis)
    if runs:
        axis.legend(fontsize=8)


def draw_growth(axis: Axes, found: dict[str, dict]) -> None:
    lines = {name: axis_points(found, key) for key, name in AXES.items()} | {"steps before": length_points(found)}
    for name, line in lines.items():
        if len(line) > 1:
            sizes, seconds = [row["size"] for row in line], [row["seconds"] for row in line]
            label = f"{name}: exponent {exponent(sizes, seconds):.2f}"
            axis.plot([size / sizes[0] for size in sizes], [1000 * s for s in seconds], "o-", label=label)
    axis.set(title="Growth of a DCGAN's step", xlabel="size, in parts of the smallest", ylabel="ms a step")
    on_log_scales(axis)
    if axis.lines:
        axis.legend(fontsize=8)


def on_log_scales(axis: Axes) -> None:
    """Both axes, with plain numbers."""
    axis.set(xscale="log", yscale="log")
    for one in (axis.xaxis, axis.yaxis):
        one.set_major_formatter("{x:g}")
        one.set_minor_formatter(NullFormatter())


def draw_waiting(axis: Axes, found: dict[str, dict]) -> None:
    """Start-up, chores, and the first step of each lesson, which compiles it."""
    seconds = found.get("start-up", {}) | found.get("chores", {})
    seconds |= {
        f"first step, {name}": result["first_step"]["course"] for name, result in of_part(found, "steps").items()
    }
    axis.barh([NAMES.get(name, name) for name in seconds], list(seconds.values()), color=COLOURS[COURSE])
    axis.invert_yaxis()
    axis.set(title="Waiting", xlabel="seconds")
