"""Train tiny lessons, and die on the way: `python tests/mortal.py FOLDER LESSON=EVENT:NUMBER ...`.

One after the other each is trained, or gone on with, in its folder below FOLDER, with a checkpoint after every step.
The process ends itself, as `kill -9` would, when EVENT happens for the NUMBERth time, if one is named.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from tiny import few_digits, train_tiny

from gan_course.lessons import load_lesson
from gan_course.runs import resume, train
from gan_course.runs.folder import CONFIG

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # on Windows SIGTERM asks nobody either


class Fate:
    """Counts what happens; at the chosen time the process is gone."""

    def __init__(self, event="", number=0):
        self.event, self.left = event, number

    def before(self, event, function):
        """`function`, but for that it may never be called."""

        def counted(*args, **options):
            if event == self.event:
                self.left -= 1
                if self.left == 0:
                    os.kill(os.getpid(), KILL)
            return function(*args, **options)

        return counted


def train_until(lesson, folder, fate):
    """Train, with an eye on files, steps, evaluations and what is written at the end."""
    module = load_lesson(lesson)
    build, write_results, fsync, rename = module.build, train.write_results, os.fsync, os.replace

    def mortal_build(settings, seed):
        experiment = build(settings, seed)
        step, evaluate = fate.before("step", experiment.step), fate.before("evaluation", experiment.evaluate)
        return replace(experiment, step=step, evaluate=evaluate)

    module.build = fate.before("start", mortal_build)
    train.write_results = fate.before("end", write_results)
    os.fsync, os.replace = fate.before("flush", fsync), fate.before("rename", rename)
    train_tiny(lesson, folder, resume=(folder / CONFIG).exists())
    module.build, train.write_results, os.fsync, os.replace = build, write_results, fsync, rename


if __name__ == "__main__":
    resume.SECONDS_BETWEEN_CHECKPOINTS = -1
    with few_digits():
        for call in sys.argv[2:]:
            lesson, _, death = call.partition("=")
            event, _, number = death.partition(":")
            train_until(lesson, Path(sys.argv[1], lesson), Fate(event, int(number or 0)))
