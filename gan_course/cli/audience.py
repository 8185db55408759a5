"""What --show means to several commands: a page in the browser, its address alone, or pictures in the terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from gan_course.lessons import LESSONS
from gan_course.profiles import has_windows
from gan_course.runs.folder import RECORDING

PLACES = ("browser", "address", "terminal")

show_option = click.option(
    "--show",
    "place",
    is_flag=False,
    flag_value="browser",
    type=click.Choice(PLACES),
    help="Show the training while it runs: on a page in the browser of this machine; with --show=address only the "
    "page's address is printed; with --show=terminal pictures are painted above the progress bar.",
)
