"""Time the same step in MindSpore and in PyTorch, taking turns, each in a process of its own."""

import json
import os
import subprocess
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from statistics import median

WARM_UP = 60  # steps: compiling, and settling the threads


def compare(script, description, mindspore_seconds, torch_seconds):
    """The command line of a benchmark: print the median step of each block, and the ratio of the two.

    Args:
        script: `__file__` of the benchmark, which is called again for each block.
        description: its docstring.
        mindspore_seconds, torch_seconds: functions of a number of steps that yield the seconds of each.
    """
    workers = {"mindspore": mindspore_seconds, "torch": torch_seconds}
    parser = ArgumentParser(description=description, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--torch-python", default="python3", help="a Python that has PyTorch")
    parser.add_argument("--rounds", type=int, default=5, help="blocks of each")
    parser.add_argument("--steps", type=int, default=100, help="timed steps a block")
    parser.add_argument("--worker", choices=workers, help="only time one, and print its seconds as JSON")
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(list(workers[options.worker](WARM_UP + options.steps))[WARM_UP:]))
        return
    print(f"{processor()}, {len(os.sched_getaffinity(0))} cores, {options.steps} steps a block")
    pythons = {"mindspore": sys.executable, "torch": options.torch_python}
    seconds = {name: [] for name in workers}
    for number in range(options.rounds):
        for name in workers:
            seconds[name].append(run_block(pythons[name], script, name, options.steps))
        parts = [f"{name} {1000 * median(seconds[name][-1]):.0f} ms" for name in workers]
        print(f"round {number + 1}:", ", ".join(parts), flush=True)
    overall = {name: median(sum(blocks, [])) for name, blocks in seconds.items()}
    ratios = sorted(median(ours) / median(theirs) for ours, theirs in zip(seconds["mindspore"], seconds["torch"]))
    print(f"median step: mindspore {1000 * overall['mindspore']:.1f} ms, torch {1000 * overall['torch']:.1f} ms")
    print(f"ratio {overall['mindspore'] / overall['torch']:.2f} (rounds: {ratios[0]:.2f} to {ratios[-1]:.2f})")


def run_block(python, script, worker, num_steps):
    """One block in a process of its own: the seconds of its steps after the warm-up."""
    command = [python, script, "--worker", worker, "--steps", str(num_steps)]
    environment = {name: value for name, value in os.environ.items() if name != "ONEDNN_MAX_CPU_ISA"}  # each its own
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout.splitlines()[-1])


def processor():
    """What the system calls the processor, and the widest vectors that it has."""
    lines = dict(line.split("\t: ", 1) for line in Path("/proc/cpuinfo").read_text().splitlines() if "\t: " in line)
    lines = {name.strip(): value for name, value in lines.items()}
    vectors = next((name for name in ("avx512f", "avx2") if name in lines.get("flags", "").split()), "no AVX2")
    return f"{lines.get('model name', 'unknown processor')} ({vectors})"
