"""A worker's end of a pipe: it steps when it is told to, says how long that took, and waits.

Only the standard library and NumPy: both sides have it, and neither should carry more than its own framework.

Requests and replies are JSON, one a line:
    {"do": "steps", "count": 20}                      -> {"seconds": [...]}, of each step without making its batch
    {"do": "train", "seconds": 5}                     -> {"seconds": 5.02, "steps": 131, "ended": false}, of this turn
    {"do": "samples", "count": 100, "path": "a.npy"}  -> {}, when the pictures are in the file
The end of the input ends the worker.
"""

import json
import os
import sys
from collections.abc import Callable, Generator, Iterator
from itertools import islice
from time import perf_counter

import numpy as np

Batch = tuple[np.ndarray, ...]
Draw = Callable[[int, np.random.Generator], np.ndarray]  # (count, rng) -> pictures
Reply = Callable[[dict], None]


def conversation() -> tuple[Iterator[dict], Reply]:
    """Requests from standard input, and what answers them; whatever else is printed goes to standard error."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def reply(answer: dict) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    return (json.loads(line) for line in sys.stdin), reply


def paced(
    batches: Iterator[Batch], requests: Iterator[dict], reply: Reply, num_steps: int, draw: Draw | None = None
) -> Generator[Batch]:
    """Yield a batch for every step that is asked for, at most `num_steps` in all; whoever takes it is timed.

    Args:
        batches: without end.
        requests, reply: by `conversation`.
        num_steps: the last step of the training; the taker may ask for one batch more, and will wait.
        draw: makes the pictures that are asked for.
    """
    left = num_steps
    for request in requests:
        if request["do"] == "steps":
            seconds = yield from timed_steps(batches, min(request["count"], left))
            left -= len(seconds)
            reply({"seconds": seconds})
        elif request["do"] == "train":
            spent, steps = yield from timed_training(batches, request["seconds"], left)
            left -= steps
            reply({"seconds": spent, "steps": steps, "ended": left == 0})
        elif request["do"] == "samples" and draw is not None:
            np.save(request["path"], draw(request["count"], np.random.default_rng(0)))
            reply({})
        else:
            reply({"error": f"there is no request {request['do']!r}: ask for steps, train or samples"})


def timed_steps(batches: Iterator[Batch], count: int) -> Generator[Batch, None, list[float]]:
    """Yield `count` batches; return the seconds from handing over each to being asked for the next."""
    seconds = []
    for batch in islice(batches, count):
        start = perf_counter()
        yield batch
        seconds.append(perf_counter() - start)
    return seconds


def timed_training(batches: Iterator[Batch], seconds: float, at_most: int) -> Generator[Batch, None, tuple[float, int]]:
    """Yield batches until `seconds` are over, at most `at_most`; return how long all of it took, and how many."""
    start, count, spent = perf_counter(), 0, 0.0
    while spent < seconds and count < at_most:
        yield next(batches)
        count += 1
        spent = perf_counter() - start
    return spent, count
