"""What --show means to several commands: a page in the browser, its address alone, or pictures in the terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gan_course.lessons import LESSONS
from gan_course.profiles import has_windows
from gan_course.runs.folder import RECORDING


def with_show(command: Callable) -> Callable:
    """A decorator: gives a command the option --show, as its argument `place`."""
    return click.option(
        "--show",
        "place",
        is_flag=False,
        flag_value="browser",
        type=click.Choice(["browser", "address", "terminal"]),
        help="Show the training while it runs: on a page in the browser of this machine; with --show=address only the "
        "page's address is printed; with --show=terminal pictures are painted above the progress bar.",
    )(command)


@contextmanager
def audience_at(place: str | None, lesson: str, folder: Path) -> Iterator[dict[str, Any]]:
    """Show, at a `place` of --show, a training that is done inside the block: as an argument of `train_lesson`.

    Args:
        place: None shows nothing.
        lesson: that is trained.
        folder: of the run.
    """
    if place is None:
        yield {}
        return
    from gan_course.show.page import open_page
    from gan_course.show.terminal import in_terminal

    if place == "terminal":
        yield {"audience": in_terminal}
        return
    names = {"name": folder.name, "title": LESSONS[lesson].title, "lesson": lesson}
    browse = place == "browser" and has_windows()
    with open_page(names, LESSONS[lesson].best, folder / RECORDING, browse) as (_, audience):
        yield {"audience": audience}


def replay_at(place: str, lesson: str, folder: Path, seconds: float) -> None:
    """Show the recording in `folder` at a `place` of --show, as if it were trained within so many seconds."""
    from gan_course.show.page import open_page
    from gan_course.show.replay import replay
    from gan_course.show.terminal import replay_in_terminal
    from gan_course.viz.recording import read_recording

    recording = read_recording(folder)
    if place == "terminal":
        replay_in_terminal(recording, seconds)
        return
    names = {"name": recording.name, "title": recording.title, "lesson": recording.lesson}
    browse = place == "browser" and has_windows()
    with open_page(names, LESSONS[lesson].best, folder, browse) as (seen, _):
        replay(recording, seen, seconds)
