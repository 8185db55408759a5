"""Say in time that a training will take for ever: while its first step is still at work."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

SECONDS = 60.0  # the first step is compiled as well, which takes two or three


@contextmanager
def told_if_slow(num_steps: int) -> Iterator[None]:
    """A block for the first step: one sentence on stderr once it has taken a minute, with what to do.

    How long a step takes is known by nothing but a step: on this machine, beside whatever else is at work.

    Args:
        num_steps: how many steps of the kind there will be.
    """

    def tell() -> None:
        steps = f"the first of {num_steps:,} steps takes" if num_steps > 1 else "the step takes"
        advice = "choose smaller pictures (--size) or batches (--batch-size)"
        tqdm.write(f"{steps} more than a minute: {advice}", file=sys.stderr)

    timer = threading.Timer(SECONDS, tell)  # it may speak: a compiled step leaves Python to other threads
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
