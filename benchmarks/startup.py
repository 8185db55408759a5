"""What one waits for before anything runs: the command line's help, and the frameworks' imports."""

import subprocess
from statistics import median
from time import perf_counter

from benchmarks.effort import Bench
from benchmarks.pipes import ROOT

HELP = "import sys; sys.argv = ['gan-course', '--help']; from gan_course.cli import main; main()"


def measure_startup(bench: Bench) -> dict:
    """Median seconds of a fresh process."""
    commands = {
        "python": [*bench.ours, "-c", "pass"],
        "gan-course --help": [*bench.ours, "-c", HELP],
        "import mindspore": [*bench.ours, "-c", "import gan_course, mindspore"],
        "import torch": [*bench.theirs, "-c", "import torch"],
    }
    for command in commands.values():
        run(command)  # once, so that all files are in memory
    return {name: median(run(command) for _ in range(bench.effort.rounds)) for name, command in commands.items()}


def run(command: list[str]) -> float:
    """Seconds from the call to the end of a process."""
    start = perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return perf_counter() - start
