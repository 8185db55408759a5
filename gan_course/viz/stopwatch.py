"""How long a training has worked, without the time that the computer slept."""

from collections.abc import Callable
from time import perf_counter

ASLEEP = 600.0  # seconds between two looks at the clock: no step takes as long


class Stopwatch:
    """Seconds of work since it was made, if somebody looks after each step.

    The clock of some systems goes on while a laptop sleeps, and that of all while a process is stopped. A step in which
    more than ASLEEP went by counts for nothing.

    Args:
        seconds: to begin with.
        clock: seconds since any moment, which never goes backwards, whatever the time of day is set to.
    """

    def __init__(self, seconds: float = 0.0, clock: Callable[[], float] | None = None):
        self.total, self.clock = seconds, clock or perf_counter
        self.looked = self.clock()

    def __call__(self) -> float:
        """Look, and return the seconds of work so far."""
        now = self.clock()
        if now - self.looked < ASLEEP:
            self.total += now - self.looked
        self.looked = now
        return self.total
