"""One progress bar for three places: a terminal, a notebook, and a log file."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tqdm import tqdm

Show = Callable[[int, dict[str, float]], None]  # the number of the step, its losses
# (last step, step to go on from, a word before it) -> a block for the training; its value is called after each step
Progress = Callable[[int, int, str], AbstractContextManager[Show]]

LINE = "{desc}{n_fmt}/{total_fmt} {elapsed}<{remaining}{postfix}"  # a bar would push losses off the line


class NotebookLine:
    """A text stream whose last line is shown in one notebook output, replaced at each write.

    A stored notebook then keeps the final state of the bar as plain text, where a widget would keep nothing.
    """

    def __init__(self):
        from IPython.display import display

        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def write(self, text: str) -> None:
        line = text.strip("\r\n ")
        if line:
            self._handle.update({"text/plain": line}, raw=True)

    def flush(self) -> None:
        pass


class LogLines:
    """A text stream that turns each redrawing of the bar into a line of its own."""

    def __init__(self, stream):
        self._stream = stream

    def write(self, text: str) -> None:
        line = text.strip("\r\n ")
        if line:
            self._stream.write(line + "\n")

    def flush(self) -> None:
        self._stream.flush()


def in_notebook() -> bool:
    """Whether the code runs in a Jupyter kernel (IPython is looked at only where it is already loaded)."""
    ipython = sys.modules.get("IPython")
    return ipython is not None and type(ipython.get_ipython()).__name__ == "ZMQInteractiveShell"


def progress_bar(total: int, initial: int = 0, description: str = "") -> tqdm:
    """A tqdm bar of `total` steps on a terminal; a line without a bar, with all losses, in a notebook or a log.

    The line of a notebook is replaced, a log gets one every 10 s.
    """
    prefix = f"{description}: " if description else ""
    settings = {"total": total, "initial": initial, "desc": prefix, "unit": "step"}
    if in_notebook():
        return tqdm(**settings, file=NotebookLine(), bar_format=LINE, mininterval=0.5)
    if sys.stderr.isatty():
        return tqdm(**settings, file=sys.stderr, dynamic_ncols=True)
    return tqdm(**settings, file=LogLines(sys.stderr), bar_format=LINE, mininterval=10)


@contextmanager
def show_bar(num_steps: int, first: int, description: str) -> Iterator[Show]:
    """The `Progress` where nothing else is shown of a training: a bar, and the losses of the last step."""
    with progress_bar(num_steps, first, description) as bar:

        def show(step: int, losses: dict[str, float]) -> None:
            bar.set_postfix({name: f"{value:.3g}" for name, value in losses.items()}, refresh=False)
            bar.update()

        yield show
