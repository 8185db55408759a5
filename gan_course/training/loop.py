"""The training loop: the same for every model, since all that differs is in the step."""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from time import perf_counter

import mindspore as ms
import numpy as np
from mindspore import Tensor

from gan_course.signals import ending
from gan_course.training.history import History
from gan_course.training.patience import told_if_slow
from gan_course.training.progress import Progress, show_bar
from gan_course.training.threads import ThreadKeeper

Step = Callable[..., dict[str, Tensor]]  # a batch -> losses by name
Callback = Callable[[int, dict[str, float]], None]  # the number of the step, its losses


def train(
    step: Step,
    batches: Iterator[tuple[np.ndarray, ...]],
    num_steps: int,
    callbacks: Iterable[Callback] = (),
    history: History | None = None,
    description: str = "",
    progress: Progress = show_bar,
) -> History:
    """Run `step(*batch)` until `num_steps` steps are recorded, and show how far it is.

    Ctrl-C, or the stop button of a notebook, ends the training after the current step, and what was recorded is
    returned as usual: `history.last_step` says how far it came.

    Args:
        step: a train step; returns its losses by name.
        batches: tuples of arrays, the arguments of `step`.
        num_steps: the number of the last step.
        callbacks: called after every step as `callback(step_number, losses)`, and once before the first as
            `callback(0, {})`.
        history: an earlier history to go on with; it is extended in place.
        description: a word before the bar.
        progress: what shows how far it is: a bar, or `viz.live.live(...)`, pictures and curves for a notebook.
    """
    history = History() if history is None else history
    callbacks = list(callbacks)
    first = history.last_step
    if first == 0:
        for callback in callbacks:
            callback(0, {})
    shown = progress(num_steps, first, description)
    with ThreadKeeper() as keep_threads, postponed_interrupt() as interrupted, shown as show:
        for number in range(first + 1, num_steps + 1):
            start = perf_counter()
            with told_if_slow(num_steps - first) if number == first + 1 else nullcontext():
                tensors = step(*map(ms.Tensor, next(batches)))
                losses = {name: float(value.asnumpy()) for name, value in tensors.items()}
            keep_threads(perf_counter() - start)
            history.record(number, **losses)
            for callback in callbacks:
                callback(number, losses)
            show(number, losses)
            if interrupted.is_set():
                break
    return history


@contextmanager
def postponed_interrupt() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into an event to look at between steps, so that no step is recorded by half.

    SIGTERM is treated alike: on Linux, MindSpore puts its own handler for Ctrl-C in place of ours whenever it runs
    a graph, and all that one does is to send SIGTERM to the process, which would end it, or a notebook's kernel. So is
    SIGHUP, which a terminal sends when it is closed, but for a program that `nohup` made deaf to it.
    """
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():  # signals reach the main thread only
        yield interrupted
        return

    def postpone(*_):
        if interrupted.is_set():  # a second Ctrl-C is meant at once
            raise KeyboardInterrupt
        interrupted.set()

    heard = [number for number in ending() if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, postpone) for number in heard}
    try:
        yield interrupted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def every(num_steps: int, action: Callable[[int], None], last_step: int | None = None) -> Callback:
    """A callback that calls `action(step)` at each multiple of `num_steps`, and at `last_step`."""

    def callback(step: int, losses: dict[str, float]) -> None:
        if step > 0 and (step % num_steps == 0 or step == last_step):
            action(step)

    return callback
