"""What live pictures cost: lesson 05's training in a notebook's kernel, in blocks with and without, in turns.

`python -m benchmarks.live` measures and prints it.
"""

import json
from contextlib import nullcontext
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import nbformat
from nbclient import NotebookClient

from benchmarks.effort import Bench, Effort
from benchmarks.pipes import ROOT
from gan_course.lessons import load_lesson
from gan_course.lessons.experiment import Experiment
from gan_course.training.loop import train
from gan_course.viz.live import LivePicture
from gan_course.viz.panel import Panel

WITH, WITHOUT = "with pictures", "without"
MARK = "blocks:"


def measure_live(bench: Bench) -> dict:
    """Seconds of each block, the overhead of each round and of all, and what the pictures at both ends take.

    The training runs in a kernel, so that sending the pictures and packing them for it are counted; looking at them, in
    a browser, is not.
    """
    code = f"from benchmarks import live\nlive.play({bench.effort.quick}, {bench.effort.rounds})"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(notebook, timeout=None, resources={"metadata": {"path": str(ROOT)}}).execute()
    said = "".join(output.get("text", "") for output in notebook.cells[0].outputs)
    return summary(json.loads(said.split(MARK)[1].splitlines()[0]))


def summary(played: dict) -> dict:
    """The overhead of the whole training: that of the steps between, and a picture before it and after it."""
    seconds = played["seconds"]
    rounds = [one / other - 1 for one, other in zip(seconds[WITH], seconds[WITHOUT])]
    ends = median(played["ends"]) / (2 * sum(seconds[WITHOUT]))
    overhead = sum(seconds[WITH]) / sum(seconds[WITHOUT]) - 1
    return played | {"rounds": rounds, "overhead": overhead, "both_ends": ends, "total": overhead + ends}


def play(quick: bool, rounds: int) -> None:
    """Run in a kernel: train, and print what `summary` takes."""
    lesson = load_lesson("dcgan")
    experiment = lesson.build(lesson.SETTINGS["smoke" if quick else "class"])
    turns = Turns(experiment, rounds)
    train(experiment.step, experiment.batches, turns.last, experiment.callbacks, progress=lambda *_: nullcontext(turns))
    print(MARK + json.dumps({"block_steps": turns.block, "seconds": turns.seconds, "ends": turns.ends}))


class Turns:
    """Called after each step of a training: shows it live in every other block, and takes the time of each block.

    The pictures at both ends of a block, of which a training has one pair, are timed by themselves.
    """

    def __init__(self, experiment: Experiment, rounds: int):
        self.experiment = experiment
        self.warm_up = max(1, experiment.num_steps // 10)
        self.block = (experiment.num_steps - self.warm_up) // (2 * rounds)
        self.last = self.warm_up + 2 * rounds * self.block
        self.picture: LivePicture | None = None
        self.began = self.before = 0.0  # when the block began; seconds of the picture before it
        self.seconds: dict[str, list[float]] = {WITH: [], WITHOUT: []}
        self.ends: list[float] = []

    def __call__(self, step: int, losses: dict[str, float]) -> None:
        if self.picture is not None:
            self.picture.after(step, losses)
        if step >= self.warm_up and (step - self.warm_up) % self.block == 0:
            if step > self.warm_up:
                self.end()
            self.begin(step)

    def begin(self, step: int) -> None:
        """Start a block, with pictures if the last one was without."""
        start = perf_counter()
        if self.picture is None and step < self.last:
            panel = Panel(self.experiment.curves, self.experiment.lines)
            self.picture = LivePicture(self.experiment.draw, panel, dict, self.last, step, "digits")
        else:
            self.picture = None
        self.began = perf_counter()
        self.before = self.began - start

    def end(self) -> None:
        """Take the time of the block, and that of its last picture."""
        now = perf_counter()
        self.seconds[WITHOUT if self.picture is None else WITH].append(now - self.began)
        if self.picture is not None:
            self.picture.finish()
            self.ends.append(self.before + perf_counter() - now)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        print(json.dumps(measure_live(Bench(Effort(), (), (), Path(scratch))), indent=2))
