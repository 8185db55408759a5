"""`gan-course gif`: a film of one or several runs, for a slide."""

import re
from pathlib import Path

import click

from gan_course.cli.options import parse_names
from gan_course.errors import CourseError

RATIOS = {"16:9": (16, 9), "4:3": (4, 3), "1:1": (1, 1)}
HEIGHT = 1080
GIF_HELP = """Make a film of the run in DIR, or of several side by side: their pictures, numbers and losses.

The ending of --out says which format: .gif goes into any slide and page; .webp is shorter, for pages; .mp4 is the
shortest, and can be stopped and wound back (pip install -c constraints.txt imageio-ffmpeg). The same call gives the
same bytes.

\b
gan-course gif runs/digits --out digits.gif                            a wide slide, 1920x1080
gan-course gif runs/digits --out digits.gif --columns 4 --dark         only 4 x 4 of the digits, larger
gan-course gif runs/flowers --out flowers.mp4 --ratio 4:3 --max-mb 20  for an older projector
gan-course gif runs/a runs/b --labels "rate 0.001,rate 0.01" --out rates.gif
gan-course gif runs/dcgan runs/wgan --by seconds --out race.webp       who is ahead after the same time?
gan-course gif runs/digits --out page.gif --size 640x360 --fps 8 --captions step,frechet_classifier_distance

Early frames are shown longer, since most happens there: --ease 3 makes the first three times as long as the last ones,
and --fps says how long those are. Pixels of small pictures stay squares, so these grow by whole factors; where a frame
has columns and rows, --columns 4 gives each picture more room. A film longer than --max-mb gives up colours, or the
quality of its format, then pixels of the pictures, then frames, never the words, and says so.

A run without a recording (trained before there were any) is filmed as its progress.gif shows it.
"""


def parse_film_size(context: click.Context, option: click.Parameter, text: str | None) -> tuple[int, int] | None:
    """The callback of --size: "1920x1080" -> (1920, 1080), width first, as films are measured."""
    if text is None:
        return None
    found = re.fullmatch(r"([0-9]{1,5})x([0-9]{1,5})", text.lower())
    if not found:
        raise CourseError(f"--size must be WIDTHxHEIGHT in pixels, such as 1920x1080, not {text!r}")
    return int(found[1]), int(found[2])


@click.command("gif", help=GIF_HELP, short_help="Make a film of runs for a slide: GIF, WebP or MP4.")
@click.argument("folders", metavar="DIR...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The film: .gif, .webp or .mp4.")
@click.option("--size", metavar="WxH", callback=parse_film_size, help="Pixels across and down.  [default: 1920x1080]")
@click.option("--ratio", type=click.Choice(list(RATIOS)), help="Of a slide, instead of --size.  [default: 16:9]")
@click.option("--height", type=int, help="Pixels down, with --ratio.  [default: 1080]")
@click.option("--fps", type=float, default=5, show_default=True, help="Recorded frames a second, at the end.")
@click.option("--ease", type=float, default=3, show_default=True, help="How much longer the first frame is shown.")
@click.option("--hold", type=float, default=3, show_default=True, help="Seconds that the last frame stays besides.")
@click.option("--loop", type=int, default=0, show_default=True, help="How often a GIF or WebP plays; 0 for ever.")
@click.option("--columns", type=click.IntRange(1), help="Only so many columns of pictures, and as many rows.")
@click.option("--rows", type=click.IntRange(1), help="Only so many rows.")
@click.option(
    "--captions",
    metavar="A,B,...",
    default="step,epoch,seconds,numbers",
    show_default=True,
    callback=parse_names,
    help="Any of these, and of the run's evaluations by name; or none.",
)
@click.option("--labels", metavar="A,B,...", callback=parse_names, help="A heading for each run.")
@click.option(
    "--by", type=click.Choice(["steps", "seconds"]), default="steps", show_default=True, help="Kept together."
)
@click.option("--curves/--no-curves", default=None, help="The losses.  [default: on wide films with room]")
@click.option("--light/--dark", default=True, help="Of the ground.  [default: light]")
@click.option("--max-mb", type=float, default=5, show_default=True, help="Megabytes that the film may have.")
@click.option("--force", is_flag=True, help="Replace a film of that name.")
def gif_command(
    folders: tuple[Path, ...],
    out: Path,
    size: tuple[int, int] | None,
    ratio: str | None,
    height: int | None,
    captions: tuple[str, ...],
    labels: tuple[str, ...] | None,
    light: bool,
    force: bool,
    **options: float | str | bool | None,
) -> None:
    """What `GIF_HELP` says; `options` are those that `film` takes by the same names."""
    chosen = size_of(size, ratio, height)
    if out.exists() and not force:
        raise CourseError(f"{out} exists: add --force to replace it, or choose another --out")

    from gan_course.studio import film

    captions = () if captions == ("none",) else captions
    recordings = [recording_in(folder) for folder in folders]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = film(recordings, out, chosen, captions=captions, labels=labels or (), dark=not light, **options)
    except OSError as error:
        raise CourseError(f"cannot write {out} ({error.strerror}): choose another --out") from None
    print(made)


def size_of(size: tuple[int, int] | None, ratio: str | None, height: int | None) -> tuple[int, int]:
    """Width and height of the film, by --size or by --ratio and --height."""
    if size and (ratio or height):
        raise CourseError("--size says all: leave out --ratio and --height")
    if size:
        return size
    across, down = RATIOS[ratio or "16:9"]
    height = HEIGHT if height is None else height
    return round(height * across / down / 2) * 2, height


def recording_in(folder: Path):
    """The recording of a run, or one that lies in `folder` by itself; of an older run what can be made of its files."""
    from gan_course.runs.folder import RECORDING
    from gan_course.viz.recording import DOCUMENT, read_recording

    for place in (folder / RECORDING, folder):
        if (place / DOCUMENT).exists():
            return read_recording(place)

    from gan_course.runs.recording import recording_of  # imports MindSpore, which takes seconds

    return recording_of(folder)
