"""`gan-course train`: words become settings and a folder."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from gan_course.cli.audience import audience_at, with_show
from gan_course.cli.models import find_model, read_model
from gan_course.cli.options import SCALINGS, parse_counts, parse_names, parse_seed, parse_size
from gan_course.cli.workers import check_workers, launch
from gan_course.data.sources import Folder, Source, real_path, source_named
from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, TRAINED, check_lesson, load_lesson
from gan_course.profiles import PROFILES, check_profile, current_profile, keep_to_own_cores, launched, outputs_folder
from gan_course.runs.folder import prepare_folder

MOST_STEPS = 10_000_000
TRAIN_HELP = f"""Train LESSON and write pictures, numbers and checkpoints into a folder.

LESSON is one of: {", ".join(TRAINED)}. Those that learn from other pictures than their own, by --data, --size, --gray
and --colour: {", ".join(name for name, lesson in LESSONS.items() if lesson.any_pictures)} (mlp-gan in grey unless
--colour is given).

The folder gets progress.gif, samples.png, losses.png, history.csv, metrics.json, config.json and checkpoints/.
What looks wrong with a GAN, a line `doctor: ...` says at the end, with what to try.
Ctrl-C stops after the current step and keeps everything; --resume goes on from there, bit for bit.

A finished run is trained longer by --resume with more --steps: so many in all. Where learning rates fall to the end
(decay_start below 1 in config.json; always in autoencoder and vae), they go on at the rate that a run of so many steps
has at this point, which is higher than the last one; else it is, bit for bit, the run that had so many steps from the
start.

--from begins with the weights and settings of a generator that comes with the course, or of a run, for as many steps as
the profile has. What is not there, such as the discriminator of a generator alone, begins afresh, and that is said.

--workers N trains in N processes, each with its part of every batch (Linux; docs/scaling.md says when it pays, and how
several machines do it together).
"""


@click.command("train", help=TRAIN_HELP, short_help="Train a lesson's model; write pictures and numbers.")
@click.argument("lesson", metavar="LESSON")
@click.option("--profile", help=f"How long: {', '.join(PROFILES)}.  [default: $GAN_COURSE_PROFILE or class]")
@click.option(
    "--data",
    "source",
    metavar="mnist|sunflowers[:N]|DIR",
    help="What to learn from: N drawn sunflowers, or your own pictures in DIR.",
)
@click.option("--labels", metavar="CSV", type=click.Path(path_type=Path), help="Of acgan and DIR: a table file,label.")
@click.option(
    "--scaling", type=click.Choice(SCALINGS), help="Of DIR: smooth, or nearest for pixel art.  [default: smooth]"
)
@click.option("--size", metavar="HxW", callback=parse_size, help="Height and width of the pictures, such as 48x64.")
@click.option("--gray/--colour", default=None, help="One channel of grey, or three of colour.")
@click.option("--classes", metavar="A,B,...", callback=parse_names, help="Of acgan: the classes, such as 1,3,5,8.")
@click.option("--counts", metavar="N,M,...", callback=parse_counts, help="Of acgan: how many pictures of each class.")
@click.option("--steps", type=int, help="Train this many steps instead of the profile's number.")
@click.option("--batch-size", type=int, help="Pictures a step: fewer for few pictures or little memory.")
@click.option(
    "--seed",
    type=int,
    default=0,
    show_default=True,
    callback=parse_seed,
    help="The same seed gives the same results.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: LESSON in $GAN_COURSE_OUTPUTS or in outputs/]",
)
@click.option("--from", "start", metavar="NAME|DIR", help="Begin with weights that come along, or with a run's.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out where it stopped.")
@click.option("--force", is_flag=True, help="Start anew in a folder that holds an earlier run.")
@click.option("--workers", type=int, default=1, show_default=True, help="Processes that share each batch.")
@click.option("--device", metavar="CPU|Ascend", help="What MindSpore computes on.  [default: MindSpore's choice]")
@with_show
def train_command(
    lesson: str,
    profile: str | None,
    source: str | None,
    labels: Path | None,
    scaling: str | None,
    size: tuple[int, int] | None,
    gray: bool | None,
    classes: tuple[str, ...] | None,
    counts: tuple[int, ...] | None,
    steps: int | None,
    batch_size: int | None,
    seed: int,
    out: Path | None,
    start: str | None,
    resume: bool,
    force: bool,
    place: str | None,
    workers: int,
    device: str | None,
) -> None:
    """What `TRAIN_HELP` says; options that were not given are None."""
    check_lesson(lesson)
    profile = current_profile() if profile is None else check_profile(profile)
    length = check_length(given(num_steps=steps, batch_size=batch_size))
    pictures = given(data=find_source(source, labels, scaling), size=size, gray=gray)
    chosen = given(classes=classes, counts=counts)
    check_choices(lesson, bool(pictures), bool(chosen or labels))
    found = None if start is None else find_model(start)
    folder = outputs_folder() / lesson if out is None else out
    refuse_among_pictures(folder, pictures.get("data"))
    together = team_of(workers, device, place)
    if together.get("team", (1, 0))[1] == 0:  # the others write nothing
        folder = prepare_folder(folder, resume, force)

    with audience_at(place, lesson, folder) as audience:
        begun = {} if found is None else {"start": read_model(found)}
        settings = choose_settings(lesson, profile, pictures, chosen, length, **begun)
        check_workers(workers, settings.batch_size)
        if workers > 1 and not launched():
            sys.exit(launch(workers, folder, sys.argv[1:]))
        if isinstance(pictures.get("data"), Folder) and gray is None and settings.gray:
            print("the pictures are learnt in grey: --colour keeps their colours", file=sys.stderr)
        metrics = train(lesson, settings, seed, folder, resume, **begun, **audience, **together)
    exit_if_stopped(metrics["step"], settings.num_steps)


def train(lesson: str, settings: Any, seed: int, folder: Path, resume: bool, **more: Any) -> dict[str, Any]:
    """Call `train_lesson` and print what it returns."""
    from gan_course.runs.train import train_lesson  # imports MindSpore, which takes seconds: only for good input

    metrics = train_lesson(lesson, settings, seed, folder, resume, **more)
    print(", ".join(f"{name} {value}" for name, value in metrics.items() if name != "card"))
    print(f"results in {folder}")
    return metrics


def team_of(workers: int, device: str | None, place: str | None) -> dict[str, Any]:
    """Choose the device, and meet the other workers where msrun started them: the `team` of `train_lesson`.

    Raises:
        CourseError: there is no such device, msrun started other than `workers`, or somebody wants to look on.
    """
    if workers > 1 and place is not None:
        raise CourseError("--show looks on at the training of one worker: leave out --workers or --show")
    if launched():
        keep_to_own_cores()
    if not launched() and (device is None or workers > 1):  # what only starts the workers computes nothing
        return {}
    from gan_course.runs.workers import meet

    return meet(workers, device, launched())


def check_choices(lesson: str, pictures: bool, classes: bool) -> None:
    """Refuse other pictures, or a choice of classes, for a lesson that has no use for them.

    Raises:
        CourseError: they were given, and the lesson takes none.
    """
    if pictures and not LESSONS[lesson].any_pictures:
        raise CourseError(f"lesson {lesson} learns from MNIST as it is: leave out --data, --size, --gray and --colour")
    if classes and not LESSONS[lesson].classes:
        words = "leave out --classes, --counts and --labels, or choose lesson acgan"
        raise CourseError(f"lesson {lesson} knows no classes: {words}")


def check_length(length: dict[str, int]) -> dict[str, int]:
    """Return the numbers of steps and of pictures a step that were asked for, if they can be.

    Raises:
        CourseError: they are too small or too large.
    """
    if length.get("num_steps", 1) < 1:
        raise CourseError(f"--steps must be at least 1, not {length['num_steps']}")
    if length.get("num_steps", 1) > MOST_STEPS:  # schedules have a number for each
        raise CourseError(f"--steps must be at most {MOST_STEPS}, not {length['num_steps']}")
    if length.get("batch_size", 2) < 2:  # of one picture no batch normalisation can take a spread
        raise CourseError(f"--batch-size must be at least 2, not {length['batch_size']}")
    return length


def exit_if_stopped(step: int, num_steps: int) -> None:
    """Say how a training that was stopped goes on, and end as a shell reports Ctrl-C."""
    if step < num_steps:
        end = f"stopped at step {step:,} of {num_steps:,}: the same command with --resume goes on"
        print(f"gan-course: {end}", file=sys.stderr)
        sys.exit(130)


def given(**options: Any) -> dict[str, Any]:
    """Those options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def choose_settings(
    lesson: str,
    profile: str,
    pictures: dict[str, Any],
    classes: dict[str, Any],
    length: dict[str, Any],
    start: Any = None,
) -> Any:
    """The settings of a lesson in a profile, for the pictures, classes and length that were asked for.

    All that was not asked for is as in `start`, a `Saved` of the same lesson, if there is one, but for the length.
    """
    module = load_lesson(lesson)
    settings = module.SETTINGS[profile]
    if pictures:
        settings = module.for_pictures(settings, **{"data": settings.data} | pictures)
    if "classes" in classes:
        classes = {"counts": None} | classes  # all pictures of the classes, unless counts are given as well
    settings = replace(settings, **classes, **length)
    if start is not None and start.lesson == lesson:
        settings = replace(start.settings, **pictures, **classes, **{"num_steps": settings.num_steps} | length)
    return settings


def refuse_among_pictures(folder: Path, source: Source | None) -> None:
    """Refuse a folder for results that lies among the pictures: the next training would learn from its own.

    Raises:
        CourseError: it does.
    """
    place = real_path(folder)
    if isinstance(source, Folder) and source.path in (place, *place.parents):  # its path is a real one
        raise CourseError(f"{folder} would lie among the pictures of {source}: choose another place for --out")


def find_source(text: str | None, labels: Path | None, scaling: str | None) -> Source | None:
    """What --data names, read as --labels and --scaling say; None without it.

    Raises:
        CourseError: it could be the course's own data or a folder, or is none where one is needed.
    """
    if text == "":
        raise CourseError("--data is empty: name mnist, sunflowers or a folder of pictures")
    source = None if text is None else source_named(text)
    if isinstance(source, Folder):
        return replace(source, labels=labels and real_path(labels), nearest=scaling == "nearest")
    if labels is not None or scaling is not None:
        raise CourseError("--labels and --scaling are for pictures in a folder: add --data DIR, or leave them out")
    if source is None:
        return None
    if Path(text).is_dir():
        raise CourseError(
            f"--data {text} is the course's own data, and there is a folder of that name here: write ./{text} for its "
            "pictures, or call from another folder for the course's"
        )
    return source
