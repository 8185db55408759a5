"""Where the time of a training step goes: `.venv/bin/python -m experiments.operations`.

MindSpore's profiler tells how long each operation of lesson 05's steps took, inside of the training itself; operations
of one kind are added up. Beside the sum stands the time of a step as it is without the profiler. Two minutes on two
quiet cores.
"""

import re
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import mindspore as ms
from mindspore.profiler import ProfilerActivity

from experiments.recipes import digit_recipes, flower_recipes, seconds_a_step
from experiments.tables import Row, command, write_table
from gan_course.lessons import dcgan
from gan_course.lessons.experiment import Experiment
from gan_course.training.threads import ThreadKeeper

WARM_UP, PROFILED, TIMED = 40, 30, 140  # steps
TIMES = (
    "cpu_op_execute_timestamp_*.txt"  # what the profiler writes: a line an operation, "name;kind;start,ms,thread ..."
)

# Kind of work: what the name of an operation matches, the first that does. A transposed convolution goes forwards as
# another one's gradient goes back.
KINDS = {
    "convolutions, gradient for weights": r"Conv2DBackpropFilter",
    "convolutions, gradient for pictures": r"^Gradients/.*Conv2D",
    "convolutions, forwards": r"Conv2D",
    "batch normalisation": r"BatchNorm",
    "ReLU, leaky ReLU, tanh": r"Relu|ReLU|Tanh|Abs|Sign",
    "biases": r"BiasAdd",
    "moving the pictures": r"BatchMatMul|BroadcastTo",
    "dense layers": r"MatMul",
    "Adam": r"Adam",
    "sums of gradients": r"AddN",
    "all else": r"",
}


def times_of(experiment: Experiment) -> dict[str, float]:
    """Milliseconds a step of each kind of work: of each operation the median of some steps."""
    with ThreadKeeper() as keep_threads, TemporaryDirectory() as folder:

        def steps(count: int) -> None:
            for _ in range(count):
                start = perf_counter()
                losses = experiment.step(*map(ms.Tensor, next(experiment.batches)))
                for value in losses.values():
                    value.asnumpy()
                keep_threads(perf_counter() - start)

        steps(WARM_UP)
        keep = ms.profiler.tensorboard_trace_handler(folder)
        with ms.profiler.profile(activities=[ProfilerActivity.CPU], on_trace_ready=keep) as profiler:
            steps(PROFILED)
            profiler.step()
        (file,) = Path(folder).rglob(TIMES)
        lines = file.read_text().splitlines()
    sums: dict[str, float] = defaultdict(float)
    for line in lines:
        name, _, executions = line.split(";", 2)
        times = [float(execution.split(",")[1]) for execution in executions.split()]
        kind = next(kind for kind, pattern in KINDS.items() if re.search(pattern, name))
        sums[kind] += median(times) * len(times) / PROFILED
    return sums


def rows_of(name: str, settings: dcgan.Settings) -> list[Row]:
    """A row for each kind of work; `step_ms`, the same in all, is the time of a whole step."""
    whole = 1000 * seconds_a_step(dcgan.build(replace(settings, num_steps=TIMED), seed=0))
    sums = times_of(dcgan.build(settings, seed=0))
    return [
        {"run": name, "work": kind, "ms": round(sums[kind], 2), "step_ms": round(whole, 1)}
        for kind in KINDS
        if kind in sums
    ]


@command(__doc__, ["operations"])
def main(names: tuple[str, ...], smoke: bool, out: Path) -> None:
    """Digits, colour flowers, and flowers folded."""
    flowers = flower_recipes()
    asked = {
        "digits": digit_recipes()["chosen"],
        "sunflowers": flowers["chosen"],
        "folded by 4": flowers["folded by 4"],
    }
    runs = list(asked.items())[: 1 if smoke else None]
    write_table(out / "05_operations.csv", [row for name, settings in runs for row in rows_of(name, settings)])


if __name__ == "__main__":
    main()
