"""`gan-course sample`: pictures from a shipped generator or from a run."""

import re
from pathlib import Path

import click
import numpy as np

from gan_course.cli.models import check_new_file, find_model, read_model, title
from gan_course.cli.options import parse_names, parse_seed
from gan_course.errors import CourseError

MOST = 10_000
OTHER_FORMATS = (".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".pdf", ".npz", ".npy")


@click.command("sample", short_help="Draw pictures from a generator that comes along, or from a run.")
@click.argument("model", metavar="NAME|DIR")
@click.option("--n", "count", type=int, help="How many.  [default: 64, fewer where they are large]")
@click.option(
    "--seed", type=int, default=0, show_default=True, callback=parse_seed, help="The same seed gives the same pictures."
)
@click.option("--classes", metavar="A,B,...", callback=parse_names, help="Only these, in turn.  [default: all classes]")
@click.option("--truncation", metavar="T", type=float, help="Keep z within -T and T, such as 1.5; see above.")
@click.option("--out", type=click.Path(path_type=Path), help="A PNG, or a folder.  [default: NAME-seed-S.png]")
def sample_command(
    model: str,
    count: int | None,
    seed: int,
    classes: tuple[str, ...] | None,
    truncation: float | None,
    out: Path | None,
) -> None:
    """Draw new pictures with the generator NAME that comes with the course, or with that of the run in DIR.

    They go into one PNG, a grid; if --out is a folder, each into a PNG of its own, with its class in the name. Any run
    will do whose lesson draws, of your own pictures as well, which need not be there any more. Of a run with an
    averaged generator this one draws.

    A picture is made from z, numbers from the normal distribution. --truncation T draws each of them again until it
    lies between -T and T: the smaller T, the more typical the pictures, and the more alike. Where a generator draws
    badly from rare z, that is better; 2 changes little, 0.5 much.

    \b
    gan-course sample runs/digits --classes 3,8 --out threes-and-eights.png
    gan-course sample runs/photos --n 500 --truncation 1.5 --out drawn        a folder of 500 pictures
    """
    if count is not None and not 1 <= count <= MOST:
        raise CourseError(f"--n must be from 1 to {MOST}, not {count}")
    if truncation is not None and not truncation > 0:
        raise CourseError(f"--truncation must be more than 0, such as 1.5, not {truncation}")
    found = find_model(model)
    out = Path(f"{title(found)}-seed-{seed}.png") if out is None else out
    check_out(out)

    from gan_course.lessons.trained import revive  # imports MindSpore

    trained = revive(read_model(found))
    columns, rows = grid_shape(trained.image_shape, len(classes or trained.class_names))
    count = count or rows * columns
    pictures = trained.sample(count, np.random.default_rng(seed), classes, truncation)
    if not np.isfinite(pictures).all():
        raise CourseError(f"{model} draws pictures of NaN: its training diverged, start it with --force")
    if out.suffix.lower() == ".png":
        columns = min(columns, count)
        write([(out, pictures)], columns)
    else:
        named = classes or trained.class_names
        write([(out / name, pictures[i : i + 1]) for i, name in enumerate(file_names(count, named))], 1)
    print(f"{count} pictures of {' x '.join(map(str, trained.image_shape))} in {out}")


def check_out(out: Path) -> None:
    """Refuse a file that would not be a PNG, or replace another, and a folder with something in it."""
    if out.suffix.lower() == ".png" or out.suffix.lower() in OTHER_FORMATS:
        check_new_file(out, ".png")
    elif out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CourseError(f"{out} exists and is not an empty folder: choose another --out")


def grid_shape(image_shape: tuple[int, int, int], num_classes: int) -> tuple[int, int]:
    """Columns and rows of a grid of up to 8 x 8 pictures and 1,000 pixels; with classes a column shows one of them."""
    _, height, width = image_shape
    columns, rows = (max(1, min(8, 1000 // (side + 2))) for side in (width, height))
    if num_classes:
        columns = max(columns // num_classes, 1) * num_classes
    return columns, rows


def file_names(count: int, class_names: tuple[str, ...]) -> list[str]:
    """0001.png, 0002.png, or with classes, in turn, 0001-rose.png, 0002-tulip.png.

    Of a class only what no system takes for a folder: its name may come from a table, or from anybody's run.
    """
    digits = max(4, len(str(count)))
    safe = [re.sub(r"[^\w .-]", "_", name)[:60] for name in class_names]
    classes = [f"-{safe[i % len(safe)]}" if safe else "" for i in range(count)]
    return [f"{i + 1:0{digits}}{name}.png" for i, name in enumerate(classes)]


def write(files: list[tuple[Path, np.ndarray]], columns: int) -> None:
    """Write pictures `(N, C, H, W)` as a grid into each file; its folder is made."""
    from gan_course.viz.pictures import image_grid, save_picture

    for path, pictures in files:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            save_picture(path, image_grid(pictures, columns))
        except OSError as error:
            raise CourseError(f"cannot write {path} ({error.strerror}): choose another --out") from None
