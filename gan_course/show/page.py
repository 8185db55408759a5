"""The page of a training, from before it begins until everybody who looks has all of it."""

import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread
from typing import Any

from gan_course.errors import CourseError, Diverged
from gan_course.show.seen import ENDED, FAILED, Seen
from gan_course.show.server import ShowServer
from gan_course.show.watching import Audience, Feeder, harmless
from gan_course.viz.recording import DOCUMENT, read_document

HURRY = 2.0  # seconds for the page to fetch the rest where the training was broken off
LATER = ("curves", "numbers", "bars", "words", "metrics", "config", "pictures")  # a recording knows more of these


@contextmanager
def open_page(
    names: dict[str, str], headline: str = "", recording: Path | None = None, browse: bool = True
) -> Iterator[tuple[Seen, Audience | None]]:
    """Open a page on this machine; at the end of the block, wait until it has all there is, then close its server.

    Args:
        names: `name`, `title` and `lesson` of the training.
        headline: the number of its evaluation that is written large.
        recording: the folder in which there will be one at the end of the block, to take from it what is only known
            then: the doctor's words, real pictures, a walk.
        browse: open it in the browser; its address is printed in any case.

    Yields:
        What the page shows, and an audience that fills it from a training; None where the machine gives no port.
    """
    seen = Seen(names["title"], headline)
    try:
        server = ShowServer(seen)
    except OSError as error:
        print(f"no page is shown ({error.strerror}); everything else goes on", file=sys.stderr)
        yield seen, None
        return
    print(f"watch it in a browser on this machine: {server.address}", flush=True)
    server.expects_a_page = browse
    if browse:
        Thread(target=open_browser, args=(server,), daemon=True).start()  # some browsers only come back when closed
    try:
        yield seen, partial(follow, server, names)
    except BaseException as error:
        seen.end(FAILED, str(error) if isinstance(error, CourseError | Diverged) else "The training was broken off.")
        server.finish(HURRY)
        raise
    seen.end(ENDED, "", *known_later(recording))
    if server.finish():
        print("the page in the browser holds all that was seen: it can still be played, and needs nothing from here")


def open_browser(server: ShowServer) -> None:
    """Show the page in the default browser; the server waits for it, unless there is none."""
    if not webbrowser.open(server.address):
        server.expects_a_page = False


def follow(server: ShowServer, names: dict[str, str], experiment, film, history) -> Any:
    """The audience of a page: more pictures are drawn for it while it is open."""
    return harmless(Feeder(server.seen, lambda: server.num_pages > 0, names, experiment, film, history))


def known_later(recording: Path | None) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Parts of a recording's document that are known at the end only, and the files that they name."""
    if recording is None or not (recording / DOCUMENT).exists():
        return {}, {}
    try:
        document = read_document(recording)
        files = {place["file"]: (recording / place["file"]).read_bytes() for place in document["pictures"].values()}
    except (CourseError, OSError, KeyError):  # damaged: what was seen is still there
        return {}, {}
    return {name: document[name] for name in LATER}, files
