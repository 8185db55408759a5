"""All commands as one, and what is said where one of them fails."""

import sys
import traceback

import click

from gan_course.cli.data import data_commands
from gan_course.cli.demo import demo_command
from gan_course.cli.export import export_command
from gan_course.cli.gallery import gallery_command
from gan_course.cli.gif import gif_command
from gan_course.cli.sample import sample_command
from gan_course.cli.score import score_command
from gan_course.cli.slides import slides_command
from gan_course.cli.train import train_command
from gan_course.cli.work import work_command
from gan_course.errors import CourseError, Diverged, printable


@click.group(
    commands=[
        work_command,
        train_command,
        demo_command,
        score_command,
        sample_command,
        gif_command,
        export_command,
        gallery_command,
        slides_command,
        data_commands,
    ],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def commands(debug: bool) -> None:  # `run` acts on --debug, wherever it stands
    """Train and look at the models of the MindSpore course on generative models.

    \b
    gan-course work                                   your copies of the lessons, with blanks to fill
    gan-course data list                              what there is to learn from
    gan-course data check photos --out grid.png       your own pictures, as a network will see them
    gan-course train vae --profile smoke --out try    a first run, seconds
    gan-course train vae --out runs/vae               the real one, a few minutes
    gan-course train vae --out runs/vae --resume      go on after Ctrl-C
    gan-course train vae --out runs/vae --show        the same on a page, while it trains
    gan-course demo dcgan                             a lesson for a lecture, in three minutes
    gan-course score runs/vae                         how good are its samples?
    gan-course sample runs/vae                        a grid of new ones
    gan-course gif runs/vae --out vae.gif             a film of its training, for a slide
    gan-course export runs/vae --format mindir        for other programs
    gan-course gallery runs --out site                all runs, to be played again in a browser
    gan-course slides 05                              a deck for a lecture
    """


def run(arguments: list[str]) -> None:
    """Do what the arguments say; an error is one line on stderr, and exit code 2 where the input is to blame, else 1.

    --debug, wherever it stands, shows where.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal may not know the letters of a name
            stream.reconfigure(errors="backslashreplace")
    try:
        commands.main([argument for argument in arguments if argument != "--debug"], standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        print("gan-course: stopped", file=sys.stderr)
        sys.exit(130)  # as a shell reports Ctrl-C
    except Exception as error:
        if "--debug" in arguments:
            traceback.print_exc()
        print(f"gan-course: {printable(one_line(error))}", file=sys.stderr)
        sys.exit(2 if isinstance(error, CourseError | click.ClickException) else 1)


def one_line(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, CourseError | Diverged):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        place = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror}{place}: mend that and call again; a training goes on with --resume"
    first = (str(error).strip().splitlines() or [""])[0]
    if isinstance(error, MemoryError) or "llocate memory" in first or "emory not enough" in first:
        return f"out of memory: choose smaller pictures (--size) or batches ({first[:100]})"
    return f"unexpected {type(error).__name__}: {first} (--debug shows where)"
