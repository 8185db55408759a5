"""One progress bar for three places: a terminal, a notebook, and a log file."""

import sys

from tqdm import tqdm


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
    """A tqdm bar of `total` steps: redrawn in place on a terminal or in a notebook, a line every 10 s in a log."""
    settings = {"total": total, "initial": initial, "desc": description, "unit": "step"}
    if in_notebook():
        return tqdm(**settings, file=NotebookLine(), ascii=True, ncols=100, mininterval=0.5)
    if sys.stderr.isatty():
        return tqdm(**settings, file=sys.stderr, dynamic_ncols=True)
    return tqdm(**settings, file=LogLines(sys.stderr), ascii=True, ncols=100, mininterval=10)
