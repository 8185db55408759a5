"""The command line: `gan-course train | data`."""

import signal
import sys
import traceback
from pathlib import Path

import click

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, check_lesson
from gan_course.profiles import PROFILES, check_profile, current_profile


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def commands(debug: bool) -> None:  # `main` acts on --debug, wherever it stands
    """Train and look at the models of the MindSpore course on generative models.

    \b
    gan-course data list                              what there is to learn from
    gan-course train vae --profile smoke --out try    a first run, seconds
    gan-course train vae --out runs/vae               the real one, a few minutes
    gan-course train vae --out runs/vae --resume      go on after Ctrl-C
    """


@commands.command(short_help="Train a lesson's model; write pictures and numbers.")
@click.argument("lesson", metavar="LESSON")
@click.option("--profile", help=f"How long: {', '.join(PROFILES)}.  [default: $GAN_COURSE_PROFILE or class]")
@click.option("--steps", type=int, help="Train this many steps instead of the profile's number.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same results.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.  [default: outputs/LESSON]")
@click.option("--resume", is_flag=True, help="Go on with the run in --out where it stopped.")
@click.option("--force", is_flag=True, help="Start anew in a folder that holds an earlier run.")
def train(
    lesson: str, profile: str | None, steps: int | None, seed: int, out: Path | None, resume: bool, force: bool
) -> None:
    """Train LESSON and write pictures, numbers and checkpoints into a folder.

    LESSON is one of: {lessons}.

    The folder gets progress.gif, samples.png, losses.png, history.csv, metrics.json, config.json and checkpoints/.
    Ctrl-C stops after the current step and keeps everything; --resume goes on from there, bit for bit.
    """
    check_lesson(lesson)
    profile = current_profile() if profile is None else check_profile(profile)
    if steps is not None and steps < 1:
        raise CourseError(f"--steps must be at least 1, not {steps}")
    if not 0 <= seed < 2**32:
        raise CourseError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    folder = prepare_folder(Path("outputs") / lesson if out is None else out, resume, force)

    from gan_course.run import run  # imports MindSpore, which takes seconds: only once the input is known good

    metrics = run(lesson, profile, steps, seed, folder, resume)
    print(", ".join(f"{name} {value}" for name, value in metrics.items()))
    print(f"results in {folder}")


train.help = train.help.replace("{lessons}", ", ".join(LESSONS))


def prepare_folder(folder: Path, resume: bool, force: bool) -> Path:
    """Make the folder for results, or refuse one whose files would be overwritten unasked."""
    if resume and force:
        raise CourseError("--resume goes on with a run and --force replaces it: choose one of them")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        occupied = any(folder.iterdir())
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CourseError(f"cannot write to {folder} ({error.strerror}): choose another --out") from None
    if occupied and not resume and not force:
        raise CourseError(
            f"{folder} is not empty: add --resume to go on with its run, --force to replace it, or choose another --out"
        )
    return folder


@commands.group()
def data() -> None:
    """Look at the data sets."""


@data.command("list")
def list_data() -> None:
    """List the data sets that come with the course, after checking their files."""
    from gan_course.data import mnist

    for split in ("train", "test"):
        images, labels = mnist(split)
        shape = " x ".join(map(str, images.shape[1:]))
        print(f"mnist {split:<6} {len(images):>6,} images {shape}, {len(set(labels.tolist()))} classes, files intact")


def main() -> None:
    """Entry point: an error is one line on stderr, with exit code 2 where the input is to blame, else 1."""
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # MindSpore turns Ctrl-C into SIGTERM on Linux
    try:
        commands.main(arguments, standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        print("gan-course: stopped", file=sys.stderr)
        sys.exit(130)  # as a shell reports Ctrl-C
    except Exception as error:
        if "--debug" in sys.argv:
            traceback.print_exc()
        print(f"gan-course: {one_line(error)}", file=sys.stderr)
        sys.exit(2 if isinstance(error, CourseError | click.ClickException) else 1)


def one_line(error: Exception) -> str:
    """What went wrong, in one line."""
    if isinstance(error, click.ClickException):
        return error.format_message()
    if isinstance(error, CourseError):
        return str(error)
    first = (str(error).strip().splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first} (--debug shows where)"
