"""Keep MindSpore's threads out of each other's way on a machine with two cores.

A jitted step keeps three threads busy: Python's, and two workers that spin while they wait. On two cores they push
each other aside. Giving one worker the lowest priority cures that, and a step of a wide network takes about half the
time. But a tiny network's step takes twice the time then, and so does any step while another program is at work. So
`ThreadKeeper` measures before and after, and undoes what did not help: at once where a step all but stands still, as
it may when other programs keep both cores busy. Nothing that is computed changes.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from statistics import median

WINDOW = 20  # steps between decisions
WORTHWHILE_SECONDS = 0.02  # shorter steps are a tiny network's
MOST = 3  # times as long as a window usually takes, and its end is not waited for


class ThreadKeeper:
    """Feed it the length of each step; it lowers MindSpore's actor thread to idle priority while that helps.

        with ThreadKeeper() as keep_threads: ...

    At the end of the block the thread is as it was. It does nothing but on Linux with two cores: on a single one the
    idle thread would hardly ever get its turn.
    """

    def __init__(self):
        self.active = sys.platform.startswith("linux") and len(os.sched_getaffinity(0)) == 2
        self.seconds: list[float] = []
        self.usual: float | None = None  # a step's length at normal priority

    def __enter__(self) -> "ThreadKeeper":
        return self

    def __exit__(self, *_: object) -> None:
        if self.usual is not None:
            set_idle(False)

    def __call__(self, step_seconds: float) -> None:
        """Take note of one step's length, in seconds, and decide at the end of each window."""
        if not self.active:
            return
        self.seconds.append(step_seconds)
        if self.usual is not None and sum(self.seconds) > MOST * WINDOW * self.usual:
            self.undo()
            return
        if len(self.seconds) < WINDOW:
            return
        typical = median(self.seconds)
        self.seconds.clear()
        if self.usual is None:
            self.usual = typical
            self.active = typical > WORTHWHILE_SECONDS and set_idle(True)
        elif typical > self.usual:
            self.undo()

    def undo(self) -> None:
        """Give the thread its normal priority back, for good."""
        set_idle(False)
        self.active = False


def set_idle(idle: bool) -> bool:
    """Give MindSpore's actor thread idle or normal priority; return whether it could be done."""
    thread = find_thread("ActorThread_0")
    if thread is None:
        return False
    try:
        os.sched_setscheduler(thread, os.SCHED_IDLE if idle else os.SCHED_OTHER, os.sched_param(0))
    except PermissionError:  # some systems let an ordinary user lower a priority but not raise it again
        return False
    return True


def find_thread(name: str) -> int | None:
    """The id of this process's thread of that name; None if there is none, as on systems other than Linux."""
    tasks = Path("/proc/self/task")
    for task in tasks.iterdir() if tasks.exists() else ():
        with suppress(OSError):  # a thread may end while we look
            if (task / "comm").read_text().strip() == name:
                return int(task.name)
    return None
