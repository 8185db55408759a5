"""A folder of pictures, made equal: one size, upright, RGB or grey. Sub-folders are classes."""

import warnings
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image, ImageOps
from tqdm import tqdm

from gan_course.data.folders import list_files
from gan_course.data.labels import sorted_by
from gan_course.data.levels import scaled
from gan_course.errors import CourseError, printable

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
BROKEN = "damaged or cut short"
SPOKEN = "JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF"
RAW = {".arw", ".cr2", ".cr3", ".dng", ".nef", ".nrw", ".orf", ".pef", ".raf", ".rw2", ".srw"}
# How a file begins -> why it is not read, and what to do.
KNOWN = {
    b"<svg": "SVG, lines and no pixels: export it as PNG",
    b"<?xml": "SVG, lines and no pixels: export it as PNG",
    b"%PDF": "PDF: export its pages as PNG",
    b"8BPS": "a Photoshop document: export it as PNG",
}
MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*")  # how those begin that are read
HEIF = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}

# EXIF orientation -> what turns the picture upright. From 5 on, height and width change places.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True)
class Pictures:
    """What a folder holds.

    Attributes:
        levels: uint8 `(N, C, H, W)`, 0 to 255; C is 3, red, green, blue, or 1 for grey.
        labels: int32 `(N,)`, positions in `class_names`.
        class_names: the sub-folders that hold pictures, or the labels of a table, in natural order: 2 before 10.
        original_sizes: int32 `(N, 2)`, height and width of the upright pictures before they were made equal.
        skipped: (path inside the folder, why) of each file that is not among the images.
        twice: (path, path) of pictures that are the same, pixel for pixel, once they are made equal.
    """

    levels: np.ndarray
    labels: np.ndarray
    class_names: list[str]
    original_sizes: np.ndarray
    skipped: list[tuple[str, str]]
    twice: list[tuple[str, str]]

    @property
    def images(self) -> np.ndarray:
        """The pictures as networks see them, float32 `(N, C, H, W)` in [-1, 1], four times as large as `levels`."""
        return scaled(self.levels)


def images(
    directory: Path,
    size: tuple[int, int] = (64, 64),
    gray: bool = False,
    at_least: int = 1,
    table: Path | None = None,
    nearest: bool = False,
) -> Pictures:
    """Read every picture of a folder, of films and many pages the first, in the order of class and file name.

    Each sub-folder is a class, with all that lies below it. Pictures directly in the folder are one class, too, under
    the name of the folder. What a file holds counts, not how its name ends; `folders.list_files` says what is ignored.

    Args:
        directory: the folder.
        size: height and width of the images; of another aspect ratio the largest centred part is kept that has it.
        gray: one channel, the luma of Rec. 601 (0.299 R + 0.587 G + 0.114 B), instead of three.
        at_least: the fewest pictures to go on with, such as one batch.
        table: a CSV file that gives each file its class, in place of sub-folders; see `labels.read_labels`.
        nearest: scale by the nearest pixel, for pixel art, whose edges stay sharp; else by a filter (Lanczos).

    Raises:
        CourseError: folder or table cannot be read, or there are fewer than `at_least` pictures.
    """
    height, width = size
    if min(height, width) < 1:
        raise CourseError(f"images need a height and a width of at least 1, not {height}x{width}")
    listing = list_files(directory)
    if table is not None:
        listing = sorted_by(table, listing, Path(directory))
    levels = bytearray()  # grows in place: a folder may fill much of the memory
    classes, original_sizes, skipped, twice, seen = [], [], listing.skipped, [], {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks about metadata
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        for class_name, path in tqdm(listing.files, unit=" files", delay=2, leave=False, disable=None):
            name = path.relative_to(directory).as_posix()
            try:
                # twice: the resizing has the last word
                picture, original_size = read_picture(path, None if nearest else 2 * max(size))
                array = to_array(crop(picture, size, nearest), gray)
            except Exception as error:  # Pillow raises nearly anything on damaged files, SyntaxError included
                skipped.append((name, why(error, path)))
                continue
            first = seen.setdefault(sha256(array.tobytes()).digest(), name)
            if first != name:
                twice.append((first, name))
            levels += array.tobytes()
            classes.append(class_name)
            original_sizes.append(original_size)
    if len(classes) < max(at_least, 1):
        raise CourseError(too_few(directory, len(classes), max(at_least, 1), skipped))
    positions = {name: position for position, name in enumerate(dict.fromkeys(classes))}
    return Pictures(
        np.frombuffer(levels, np.uint8).reshape(-1, 1 if gray else 3, height, width),
        np.array([positions[name] for name in classes], np.int32),
        list(positions),
        np.array(original_sizes, np.int32),
        skipped,
        twice,
    )


def read_picture(path: Path, shortest: int | None) -> tuple[Image.Image, tuple[int, int]]:
    """Read one picture, RGB and upright, and the height and width that it has.

    A large JPEG is decoded at 1/2, 1/4 or 1/8, which saves most of the time, as long as no side gets below `shortest`,
    where that is given.

    Raises:
        Exception: whatever Pillow raises for a file that is no picture, damaged or huge.
    """
    if path.suffix.lower() in RAW:  # most begin as a TIFF does, with a thumbnail
        raise Image.UnidentifiedImageError
    with Image.open(path, formats=FORMATS) as image:
        width, height = image.size
        if shortest is not None:
            image.draft(None, (shortest, shortest))
        image.load()
        turn = orientation(image)
        upright = image.transpose(TURNS[turn]) if turn in TURNS else image
        return to_rgb(upright), (width, height) if turn >= 5 else (height, width)


def to_array(picture: Image.Image, gray: bool) -> np.ndarray:
    """An RGB picture as uint8 `(3, H, W)`, or as `(1, H, W)` in grey."""
    if gray:
        return np.asarray(picture.convert("L"))[None]
    return np.asarray(picture).transpose(2, 0, 1)


def orientation(image: Image.Image) -> int:
    """EXIF's number of how the camera was held, 1 (upright) to 8."""
    try:
        turn = image.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # damaged EXIF says nothing against the picture
        return 1
    return turn if turn in TURNS else 1


def to_rgb(image: Image.Image) -> Image.Image:
    """Any mode to RGB: 16 bits and fractions scaled to 8 bits, transparent parts onto white."""
    if image.mode == "F":  # of 0 to 1, else of 8 or 16 bits
        levels = np.nan_to_num(np.asarray(image, np.float64))
        top = next((top for top in (1, 255) if levels.max() <= top), 65535)
        image = Image.fromarray((levels.clip(0, top) * 255 / top).round().astype(np.uint8))
    if image.mode.startswith("I"):  # 16-bit grey, which Pillow's own conversion clips or cuts
        levels = np.asarray(image).astype(np.uint32)
        image = Image.fromarray(((levels + 128) // 257).astype(np.uint8))  # 65535 = 255 * 257
    if image.has_transparency_data:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image.convert("RGB")


def crop(image: Image.Image, size: tuple[int, int], nearest: bool = False) -> Image.Image:
    """The largest centred part with the aspect ratio of `size` (height, width), at that size."""
    height, width = size
    return ImageOps.fit(image, (width, height), Image.Resampling.NEAREST if nearest else Image.Resampling.LANCZOS)


def why(error: Exception, path: Path) -> str:
    """The reason for skipping a file, in a few words, and what to do where something can be done."""
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"more than {Image.MAX_IMAGE_PIXELS // 10**6} million pixels"
    if isinstance(error, Image.UnidentifiedImageError):
        return unreadable(path)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return BROKEN


def unreadable(path: Path) -> str:
    """What a file is that Pillow cannot read."""
    if path.suffix.lower() in RAW:
        return "a camera's RAW file: develop it into a JPEG"
    with path.open("rb") as file:
        start = file.read(256)
    if not start:
        return "an empty file"
    if start[4:8] == b"ftyp" and start[8:12] in HEIF:
        return "HEIC, which is not read here: save it as JPEG"
    if start.startswith(MAGIC) or start[4:12] == b"ftypavif":
        return BROKEN
    known = (reason for beginning, reason in KNOWN.items() if start.lstrip().startswith(beginning))
    return next(known, f"not a {SPOKEN} picture")


def describe_skipped(skipped: list[tuple[str, str]]) -> list[str]:
    """The number of files that were skipped, then a line for each of the first 5; nothing where there are none."""
    lines = [f"  {printable(name)}: {reason}" for name, reason in skipped[:5]]
    if len(skipped) > 5:
        lines.append(f"  and {len(skipped) - 5:,} more")
    return [f"skipped {len(skipped):,} file{'s' * (len(skipped) != 1)}:", *lines] if skipped else []


def too_few(directory: Path, count: int, at_least: int, skipped: list[tuple[str, str]]) -> str:
    """One sentence: how many pictures there are, how many it takes, and what was skipped."""
    smaller = (
        f", choose another folder, or train with --batch-size {count}" if count > 1 else " or choose another folder"
    )
    message = f"{directory} has {count} pictures and needs at least {at_least}: add some{smaller}"
    if skipped:
        name, reason = skipped[0]
        message += f" ({len(skipped)} skipped, such as {name}: {reason})"
    return message
