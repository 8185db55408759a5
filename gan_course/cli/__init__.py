"""The command line: `gan-course work | train | demo | score | sample | gallery | ...`, a file a command."""

import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from gan_course.signals import ending


def main() -> None:
    """Entry point: an error is one line on stderr, with exit code 2 where the input is to blame, else 1."""
    for number in ending():
        if number in (signal.SIGINT, signal.SIGTERM) or signal.getsignal(number) != signal.SIG_IGN:  # by `nohup`
            signal.signal(number, stop)
    from gan_course.cli.commands import run  # takes a second or two, in which Ctrl-C shall be heard

    run(sys.argv[1:])


def stop(number: int, frame: FrameType | None) -> None:
    """End at once while a module is imported, else by a `KeyboardInterrupt`.

    An exception within an import may come out as an `ImportError`, or as the end of the interpreter: a module in C that
    is half made knows no better. Nothing is written meanwhile.
    """
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            with suppress(OSError):  # of a terminal that was closed
                os.write(2, b"gan-course: stopped\n")
            os._exit(130)  # as a shell reports Ctrl-C
        frame = frame.f_back
    raise KeyboardInterrupt
