"""What a run does besides its steps: drawing, loading, a GIF, a score. `python -m benchmarks.chores` is the worker.

{"do": "sunflowers", "rounds": 5, "quick": false} answers with the seconds of each round; the others are in CHORES.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import numpy as np

from benchmarks.effort import Bench
from benchmarks.pace import conversation
from benchmarks.pipes import Worker

NAMES = {
    "sunflowers": "drawing 256 sunflowers, 64x64, colour",
    "mnist": "loading MNIST's 60,000 training digits",
    "gif": "encoding a GIF of 40 frames of 64 digits",
    "card": "the brief card of 1,000 digits",
}


def measure_chores(bench: Bench) -> dict:
    """Median seconds of each chore, all in one process, the first time not counted."""
    with Worker(bench.command("chores")) as worker:
        rounds, quick = bench.effort.rounds, bench.effort.quick
        seconds = {chore: worker.ask(chore, rounds=rounds + 1, quick=quick)["seconds"][1:] for chore in NAMES}
    return {chore: median(times) for chore, times in seconds.items()}


def sunflowers(quick: bool) -> Callable[[], object]:
    from gan_course.data.sunflowers import sunflowers

    seeds = iter(range(1000, 2000))  # each set is kept in memory, so draw another
    return lambda: sunflowers(8 if quick else 256, seed=next(seeds))


def mnist(quick: bool) -> Callable[[], object]:
    from gan_course.data import mnist
    from gan_course.data.mnist import read_idx

    def load():
        read_idx.cache_clear()
        return mnist("train")

    return load


def gif(quick: bool) -> Callable[[], object]:
    from gan_course.data import mnist
    from gan_course.viz.gif import encode_gif
    from gan_course.viz.pictures import image_grid

    digits, _ = mnist("test")
    count = 4 if quick else 40
    frames = [image_grid(digits[64 * i : 64 * (i + 1)]) for i in range(count)]
    return lambda: encode_gif(frames, captions=[f"step {i}" for i in range(count)])


def card(quick: bool) -> Callable[[], object]:
    from gan_course.data import mnist
    from gan_course.evaluation.scorecard import CLASSIFIERS, brief_card

    (training, _), (held_out, _) = mnist("train"), mnist("test")
    count = 50 if quick else 1000
    generated = {"samples": held_out[count : 2 * count]}
    if quick:
        training = training[:200]
    return lambda: brief_card(CLASSIFIERS["mnist"], training, held_out, generated, np.random.default_rng(0))


CHORES = {"sunflowers": sunflowers, "mnist": mnist, "gif": gif, "card": card}


def main() -> None:
    requests, reply = conversation()
    for request in requests:
        chore, seconds = CHORES[request["do"]](request["quick"]), []
        for _ in range(request["rounds"]):
            start = perf_counter()
            chore()
            seconds.append(perf_counter() - start)
        reply({"seconds": seconds})


if __name__ == "__main__":
    main()
