"""The command line: `gan-course train | score | data`."""

import re
import signal
import sys
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np

from gan_course.data.images import Pictures
from gan_course.data.sources import Folder, Source, source_named
from gan_course.errors import CourseError, Diverged
from gan_course.lessons import LESSONS, TRAINED, check_lesson, load_lesson
from gan_course.profiles import PROFILES, check_profile, current_profile, outputs_folder
from gan_course.runs.folder import CONFIG, prepare_folder


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def commands(debug: bool) -> None:  # `main` acts on --debug, wherever it stands
    """Train and look at the models of the MindSpore course on generative models.

    \b
    gan-course data list                              what there is to learn from
    gan-course data check photos --out grid.png       your own pictures, as a network will see them
    gan-course train vae --profile smoke --out try    a first run, seconds
    gan-course train vae --out runs/vae               the real one, a few minutes
    gan-course train vae --out runs/vae --resume      go on after Ctrl-C
    gan-course score runs/vae                         how good are its samples?
    """


def parse_size(context: click.Context, option: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """The callback of every --size: "48x64" -> (48, 64), height first; "64" -> (64, 64)."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,4})(?:x([0-9]{1,4}))?", text.lower())
    height, width = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not (4 <= height <= 1024 and 4 <= width <= 1024):
        raise CourseError(f"--size must be HEIGHTxWIDTH, such as 48x64, each from 4 to 1024, not {text!r}")
    return height, width


def parse_names(context: click.Context, option: click.Parameter, text: str | None) -> tuple[str, ...] | None:
    """The callback of --classes: "1,3, 5" -> ("1", "3", "5")."""
    return None if text is None else tuple(name.strip() for name in text.split(","))


def parse_counts(context: click.Context, option: click.Parameter, text: str | None) -> tuple[int, ...] | None:
    """The callback of --counts: "2500,600" -> (2500, 600)."""
    if text is not None and not re.fullmatch(r"[0-9]{1,9}( *, *[0-9]{1,9})*", text):
        raise CourseError(f"--counts must be whole numbers with commas between, such as 2500,600, not {text!r}")
    return None if text is None else tuple(map(int, text.split(",")))


TRAIN_HELP = f"""Train LESSON and write pictures, numbers and checkpoints into a folder.

LESSON is one of: {", ".join(TRAINED)}. Those that learn from other pictures than their own, by --data, --size, --gray
and --colour: {", ".join(name for name, lesson in LESSONS.items() if lesson.any_pictures)} (mlp-gan in grey unless
--colour is given).

The folder gets progress.gif, samples.png, losses.png, history.csv, metrics.json, config.json and checkpoints/.
What looks wrong with a GAN, a line `doctor: ...` says at the end, with what to try.
Ctrl-C stops after the current step and keeps everything; --resume goes on from there, bit for bit.
"""


@commands.command(help=TRAIN_HELP, short_help="Train a lesson's model; write pictures and numbers.")
@click.argument("lesson", metavar="LESSON")
@click.option("--profile", help=f"How long: {', '.join(PROFILES)}.  [default: $GAN_COURSE_PROFILE or class]")
@click.option(
    "--data",
    "source",
    metavar="mnist|sunflowers[:N]|DIR",
    help="What to learn from: N drawn sunflowers, or your own pictures in DIR.",
)
@click.option("--size", metavar="HxW", callback=parse_size, help="Height and width of the pictures, such as 48x64.")
@click.option("--gray/--colour", default=None, help="One channel of grey, or three of colour.")
@click.option("--classes", metavar="A,B,...", callback=parse_names, help="Of acgan: the classes, such as 1,3,5,8.")
@click.option("--counts", metavar="N,M,...", callback=parse_counts, help="Of acgan: how many pictures of each class.")
@click.option("--steps", type=int, help="Train this many steps instead of the profile's number.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same results.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Folder for the results.  [default: LESSON in $GAN_COURSE_OUTPUTS or in outputs/]",
)
@click.option("--resume", is_flag=True, help="Go on with the run in --out where it stopped.")
@click.option("--force", is_flag=True, help="Start anew in a folder that holds an earlier run.")
def train(
    lesson: str,
    profile: str | None,
    source: str | None,
    size: tuple[int, int] | None,
    gray: bool | None,
    classes: tuple[str, ...] | None,
    counts: tuple[int, ...] | None,
    steps: int | None,
    seed: int,
    out: Path | None,
    resume: bool,
    force: bool,
) -> None:
    """What `TRAIN_HELP` says; options that were not given are None."""
    check_lesson(lesson)
    profile = current_profile() if profile is None else check_profile(profile)
    if steps is not None and steps < 1:
        raise CourseError(f"--steps must be at least 1, not {steps}")
    if not 0 <= seed < 2**32:
        raise CourseError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    pictures = given(data=source and find_source(source), size=size, gray=gray)
    if pictures and not LESSONS[lesson].any_pictures:
        raise CourseError(f"lesson {lesson} learns from MNIST as it is: leave out --data, --size, --gray and --colour")
    chosen = given(classes=classes, counts=counts)
    if chosen and not LESSONS[lesson].classes:
        raise CourseError(f"lesson {lesson} knows no classes: leave out --classes and --counts, or choose lesson acgan")
    folder = prepare_folder(outputs_folder() / lesson if out is None else out, resume, force)

    from gan_course.runs.train import train_lesson  # imports MindSpore, which takes seconds: only for good input

    settings = choose_settings(lesson, profile, pictures, chosen, given(num_steps=steps))
    metrics = train_lesson(lesson, settings, seed, folder, resume)
    print(", ".join(f"{name} {value}" for name, value in metrics.items() if name != "card"))
    print(f"results in {folder}")


def given(**options: Any) -> dict[str, Any]:
    """Those options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def choose_settings(
    lesson: str, profile: str, pictures: dict[str, Any], classes: dict[str, Any], length: dict[str, Any]
) -> Any:
    """The settings of a lesson in a profile, for the pictures, classes and length that were asked for."""
    module = load_lesson(lesson)
    settings = module.SETTINGS[profile]
    if pictures:
        settings = module.for_pictures(settings, **{"data": settings.data} | pictures)
    if "classes" in classes:
        classes = {"counts": None} | classes  # all pictures of the classes, unless counts are given as well
    return replace(settings, **classes, **length)


def find_source(text: str) -> Source:
    """What --data names.

    Raises:
        CourseError: it could be the course's own data or a folder.
    """
    source = source_named(text)
    if not isinstance(source, Folder) and Path(text).is_dir():
        raise CourseError(
            f"--data {text} is the course's own data, and there is a folder of that name here: write ./{text} for its "
            "pictures, or call from another folder for the course's"
        )
    return source


@commands.command("score", short_help="Judge the samples of a run, beside real images and noise.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--samples", type=int, help="To draw from each generator.  [default: 10000 digits or 1000 sunflowers]")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the noise that the samples are made from.")
def score_run(folder: Path, samples: int | None, seed: int) -> None:
    """Draw samples from the generators of the run in DIR, and judge them; the table goes into DIR/scorecard.json too.

    DIR holds a run of `gan-course train` on MNIST or on the drawn sunflowers. The last checkpoint is judged, and the
    best, where the lesson kept one; the generator, and its average, where there is one. Column `real` is what a
    perfect generator would get, column `noise` what no generator should. What looks wrong, a line `doctor: ...` says.
    """
    if samples is not None and not 100 <= samples <= 10_000:
        raise CourseError(f"--samples must be from 100 to 10000, the number of held-out digits, not {samples}")
    if not 0 <= seed < 2**32:
        raise CourseError(f"--seed must be from 0 to {2**32 - 1}, not {seed}")
    if not (folder / CONFIG).is_file():
        raise CourseError(f"{folder} holds no run: train one with gan-course train LESSON --out {folder}")

    from gan_course.runs.score import score  # imports MindSpore

    print(score(folder, samples, seed))


@commands.group()
def data() -> None:
    """Look at the data sets: those of the course, and your own pictures."""


@data.command("list")
def list_data() -> None:
    """List what there is to learn from, after checking the files that come with the course."""
    from gan_course.data import mnist

    for split in ("train", "test"):
        images, labels = mnist(split)
        shape = " x ".join(map(str, images.shape[1:]))
        print(f"mnist {split:<6} {len(images):>6,} images {shape}, {len(set(labels.tolist()))} classes, files intact")
    print("sunflowers   as many as you like, any size, colour or grey: drawn by code, in three poses")
    print("flowers       3,670 photographs, 5 classes, 229 MB to fetch with: gan-course data download flowers")
    print("DIR          a folder of your own pictures; see how it will be read with: gan-course data check DIR")


@data.command("check", short_help="Look at a folder of your own pictures.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--size", default="64x64", show_default=True, callback=parse_size, help="HEIGHTxWIDTH, or one number.")
@click.option("--gray", is_flag=True, help="One channel of grey instead of red, green and blue.")
@click.option("--out", type=click.Path(path_type=Path), help="Write up to 64 of the pictures into this PNG file.")
def check_data(folder: Path, size: tuple[int, int], gray: bool, out: Path | None) -> None:
    """Say what a training would find in DIR, and show it with --out.

    DIR holds JPEG, PNG, WebP or GIF files of any size. Give each class a sub-folder; without sub-folders, all are one
    class. A picture is turned upright as its camera says, cut to the aspect ratio of --size around its centre, and
    scaled. Files that are no pictures are named and skipped. Nothing is written without --out.

    \b
    photos/cats/1.jpg photos/cats/2.png photos/dogs/1.webp    two classes: cats and dogs
    gan-course data check photos --size 64x64 --out grid.png  as a network will see them
    """
    if out is not None:
        check_picture_file(out, folder)

    from gan_course.data import images

    pictures = images(folder, size, gray)
    print("\n".join(describe(folder, pictures, size)))
    if out is not None:
        write_grid(out, pictures.images)


def check_picture_file(out: Path, folder: Path) -> None:
    """Refuse a file that would not be a PNG, overwrite something, or count as one more picture of `folder`."""
    if out.suffix.lower() != ".png":
        raise CourseError(f"--out must end in .png, not {out.name!r}")
    if out.exists():
        raise CourseError(f"{out} exists: choose another --out, or remove it")
    if folder.resolve() in out.resolve().parents:
        raise CourseError(f"{out} would lie among the pictures of {folder}: choose another place for --out")


def describe(folder: Path, pictures: Pictures, size: tuple[int, int]) -> list[str]:
    """Lines about a folder: how many pictures, of which classes and sizes, and what was skipped."""
    from gan_course.data.images import describe_skipped

    sizes, count = pictures.original_sizes, len(pictures.images)
    shape = " x ".join(map(str, pictures.images.shape[1:]))
    (low_height, low_width), (high_height, high_width) = sizes.min(axis=0), sizes.max(axis=0)
    lines = [f"{folder}: {counted(count, 'picture')} in {counted(len(pictures.class_names), 'class', 'classes')}"]
    for label, name in enumerate(pictures.class_names):
        lines.append(f"  {name}: {(pictures.labels == label).sum():,}")
    lines.append(f"heights from {low_height} to {high_height} pixels, widths from {low_width} to {high_width}")
    lines.append(f"a network sees each as {shape} numbers from -1 to 1")
    enlarged = int((sizes < size).any(axis=1).sum())
    if enlarged:
        lines.append(f"{counted(enlarged, 'picture')} smaller than {size[0]}x{size[1]}, to be blurred by enlarging")
    return lines + describe_skipped(pictures.skipped)


def counted(number: int, one: str, many: str = "") -> str:
    """1 class, 2,000 classes."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def write_grid(out: Path, images: np.ndarray) -> None:
    """Write a PNG with up to 64 of `images`, evenly spread, so that every class has its part."""
    from gan_course.viz.pictures import image_grid, save_picture

    shown = np.linspace(0, len(images) - 1, min(64, len(images))).round().astype(int)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        save_picture(out, image_grid(images[shown]))
    except OSError as error:
        raise CourseError(f"cannot write {out} ({error.strerror}): choose another --out") from None
    print(f"{len(shown)} of them in {out}")


@data.command("download", short_help="Fetch photographs of flowers, 229 MB.")
@click.argument("name", metavar="flowers")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make.  [default: data/flowers]")
def download_data(name: str, out: Path | None) -> None:
    """Fetch a data set that is too large to come with the course.

    flowers: 3,670 photographs in 5 classes (daisy, dandelion, roses, sunflowers, tulips), 229 MB, CC BY 2.0.
    LICENSE.txt in the folder names the photographers. Each class is a folder, too, such as data/flowers/sunflowers.
    """
    if name != "flowers":
        raise CourseError(f"there is no data set {name!r} to download: choose flowers")

    from gan_course.data import flowers

    out = Path("data/flowers") if out is None else out
    flowers.download_flowers(out)
    print(f"flowers in {out}; look at them with: gan-course data check {out} --out flowers.png")


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
    if isinstance(error, CourseError | Diverged):
        return str(error)
    first = (str(error).strip().splitlines() or [""])[0]
    return f"unexpected {type(error).__name__}: {first} (--debug shows where)"
