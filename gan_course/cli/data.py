"""`gan-course data`: look at what there is to learn from."""

import json
import os
from pathlib import Path
from typing import Any

import click
import numpy as np

from gan_course.cli.options import SCALINGS, parse_size
from gan_course.data.images import Pictures
from gan_course.errors import CourseError, printable


@click.group("data")
def data_commands() -> None:
    """Look at the data sets: those of the course, and your own pictures."""


@data_commands.command("list")
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


@data_commands.command("check", short_help="Look at a folder of your own pictures.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--size", default="64x64", show_default=True, callback=parse_size, help="HEIGHTxWIDTH, or one number.")
@click.option("--gray", is_flag=True, help="One channel of grey instead of red, green and blue.")
@click.option("--labels", metavar="CSV", type=click.Path(path_type=Path), help="A table file,label: the classes.")
@click.option(
    "--scaling", type=click.Choice(SCALINGS), default="smooth", show_default=True, help="nearest: for pixel art."
)
@click.option("--out", type=click.Path(path_type=Path), help="Write up to 64 of the pictures into this PNG file.")
@click.option("--json", "as_json", is_flag=True, help="Say it as JSON, with every file that is skipped.")
def check_data(
    folder: Path,
    size: tuple[int, int],
    gray: bool,
    labels: Path | None,
    scaling: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say what a training would find in DIR, and show it with --out.

    DIR holds JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF files of any size. Give each class a sub-folder; without
    sub-folders, all are one class. Or name the classes in a CSV file, --labels, with a row file,label for each picture.
    A picture is turned upright as its camera says, cut to the aspect ratio of --size
    around its centre, and scaled. Files that are no pictures are named and skipped, with what to do about them.
    Nothing is written without --out.

    Pixel art stays sharp with --scaling nearest and a --size that is a multiple of its own.

    \b
    photos/cats/1.jpg photos/cats/2.png photos/dogs/1.webp    two classes: cats and dogs
    gan-course data check photos --size 64x64 --out grid.png  as a network will see them
    """
    if out is not None:
        check_picture_file(out, folder)

    from gan_course.data import images

    nearest = scaling == "nearest"
    pictures = images(folder, size, gray, table=labels, nearest=nearest)
    said = "\n".join(describe(folder, pictures, size, "to be enlarged" if nearest else "to be blurred by enlarging"))
    print(json.dumps(report(folder, pictures), indent=2) if as_json else said)
    if out is not None:
        write_grid(out, pictures.levels)


def check_picture_file(out: Path, folder: Path) -> None:
    """Refuse a file that would not be a PNG, overwrite something, or count as one more picture of `folder`."""
    if out.suffix.lower() != ".png":
        raise CourseError(f"--out must end in .png, not {out.name!r}")
    if out.exists():
        raise CourseError(f"{out} exists: choose another --out, or remove it")
    if Path(os.path.realpath(folder)) in Path(os.path.realpath(out)).parents:
        raise CourseError(f"{out} would lie among the pictures of {folder}: choose another place for --out")


def describe(folder: Path, pictures: Pictures, size: tuple[int, int], enlarging: str) -> list[str]:
    """Lines about a folder: how many pictures, of which classes and sizes, and what was skipped.

    `enlarging` says what becomes of small ones.
    """
    from gan_course.data.images import describe_skipped

    sizes, count = pictures.original_sizes, len(pictures.levels)
    shape = " x ".join(map(str, pictures.levels.shape[1:]))
    (low_height, low_width), (high_height, high_width) = sizes.min(axis=0), sizes.max(axis=0)
    lines = [f"{folder}: {counted(count, 'picture')} in {counted(len(pictures.class_names), 'class', 'classes')}"]
    for label, name in enumerate(pictures.class_names):
        lines.append(f"  {name}: {(pictures.labels == label).sum():,}")
    lines.append(f"heights from {low_height} to {high_height} pixels, widths from {low_width} to {high_width}")
    lines.append(f"a network sees each as {shape} numbers from -1 to 1")
    if pictures.twice:
        (first, again), count = pictures.twice[0], len(pictures.twice)
        lines.append(f"{counted(count, 'picture')} there more than once, such as {again}, the same as {first}")
    enlarged = int((sizes < size).any(axis=1).sum())
    if enlarged:
        lines.append(f"{counted(enlarged, 'picture')} smaller than {size[0]}x{size[1]}, {enlarging}")
    return [*map(printable, lines), *describe_skipped(pictures.skipped)]


def report(folder: Path, pictures: Pictures) -> dict[str, Any]:
    """What `describe` says, and every file that is skipped, for other programs."""
    counts = np.bincount(pictures.labels, minlength=len(pictures.class_names))
    heights, widths = pictures.original_sizes.T
    return {
        "folder": str(folder),
        "pictures": len(pictures.levels),
        "classes": {name: int(count) for name, count in zip(pictures.class_names, counts)},
        "heights": [int(heights.min()), int(heights.max())],
        "widths": [int(widths.min()), int(widths.max())],
        "shape": list(pictures.levels.shape[1:]),
        "twice": [list(pair) for pair in pictures.twice],
        "skipped": [{"file": name, "reason": reason} for name, reason in pictures.skipped],
    }


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


@data_commands.command("download", short_help="Fetch photographs of flowers, 229 MB.")
@click.argument("name", metavar="flowers")
@click.option("--out", type=click.Path(path_type=Path), help="Folder to make.  [default: data/flowers]")
@click.option("--mirror", metavar="URL", help="Fetch the same archive from another address.")
def download_data(name: str, out: Path | None, mirror: str | None) -> None:
    """Fetch a data set that is too large to come with the course.

    flowers: 3,670 photographs in 5 classes (daisy, dandelion, roses, sunflowers, tulips), 229 MB, CC BY 2.0.
    LICENSE.txt in the folder names the photographers. Each class is a folder, too, such as data/flowers/sunflowers.
    What comes is used only if its checksum is the published one, from a mirror as well. HTTP_PROXY is heeded.
    """
    if name != "flowers":
        raise CourseError(f"there is no data set {name!r} to download: choose flowers")

    from gan_course.data import flowers

    out = Path("data/flowers") if out is None else out
    flowers.download_flowers(out, **({} if mirror is None else {"url": mirror}))
    print(f"flowers in {out}; look at them with: gan-course data check {out} --out flowers.png")
