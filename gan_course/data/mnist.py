"""MNIST, read from the four gzipped idx files that the repository carries in `data/mnist`.

The idx format (LeCun, Cortes and Burges): two zero bytes, a type code (8 = unsigned byte), the number of
dimensions, the size of each dimension as a big-endian 32-bit integer, then the bytes themselves.
"""

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from gan_course.errors import CourseError

MNIST_DIR = Path(__file__).resolve().parents[2] / "data" / "mnist"

# File stem -> shape, and the SHA-256 of the unpacked bytes (data/README.md lists them too).
FILES = {
    "train-images-idx3-ubyte": (
        (60_000, 28, 28),
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    ),
    "train-labels-idx1-ubyte": (
        (60_000,),
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    ),
    "t10k-images-idx3-ubyte": (
        (10_000, 28, 28),
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    ),
    "t10k-labels-idx1-ubyte": (
        (10_000,),
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    ),
}
PREFIX = {"train": "train", "test": "t10k"}


def mnist(
    split: str = "train",
    classes: Sequence[int] | None = None,
    per_class: int | Sequence[int] | None = None,
    directory: Path = MNIST_DIR,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the digits of one split, in the order of the files.

    Args:
        split: "train" (60,000 digits) or "test" (10,000).
        classes: the digits to keep; all ten by default.
        per_class: keep only the first so many of each class: one number, or one for each of `classes`.
        directory: the folder with the four files.

    Returns:
        images, float32 `(N, 1, 28, 28)` in [-1, 1], and labels, int32 `(N,)`, the digits themselves.

    Raises:
        CourseError: an unknown split or class, more pictures asked for than there are, or a damaged file.
    """
    if split not in PREFIX:
        raise CourseError(f"there is no MNIST split {split!r}: choose train or test")
    pixels = read_idx(directory, f"{PREFIX[split]}-images-idx3-ubyte")
    labels = read_idx(directory, f"{PREFIX[split]}-labels-idx1-ubyte")
    if classes is not None or per_class is not None:
        keep = choose(labels, range(10) if classes is None else classes, per_class)
        pixels, labels = pixels[keep], labels[keep]
    images = pixels[:, None].astype(np.float32) / np.float32(127.5) - np.float32(1)
    return images, labels.astype(np.int32)


def choose(labels: np.ndarray, classes: Sequence[int], per_class: int | Sequence[int] | None) -> np.ndarray:
    """Return the sorted positions of the first `per_class` examples of each class in `labels`."""
    classes = list(classes)
    if len(set(classes)) < len(classes) or not classes or not set(classes) <= set(range(10)):
        raise CourseError(f"classes must be different digits from 0 to 9, not {classes}")
    counts = list(per_class) if isinstance(per_class, Sequence) else [per_class] * len(classes)
    if len(counts) != len(classes):
        raise CourseError(f"per_class has {len(counts)} numbers for {len(classes)} classes: give one for each")
    kept = []
    for digit, count in zip(classes, counts, strict=True):
        positions = np.flatnonzero(labels == digit)
        if count is not None and not 1 <= count <= len(positions):
            raise CourseError(
                f"per_class asks for {count} of digit {digit}: choose a number from 1 to {len(positions)}"
            )
        kept.append(positions[:count])
    return np.sort(np.concatenate(kept))


@lru_cache(maxsize=len(FILES))  # 55 MB; unpacking and checking the training images takes half a second
def read_idx(directory: Path, stem: str) -> np.ndarray:
    """Read one file after checking that it unpacks, says what it is, and is unchanged; uint8 array, not to be written.

    A process reads each file once: a file that is damaged later is noticed by the next process.
    """
    path = Path(directory) / f"{stem}.gz"
    shape, checksum = FILES[stem]
    header = bytes([0, 0, 8, len(shape)]) + np.array(shape, ">u4").tobytes()

    def damaged(reason: str) -> CourseError:
        return CourseError(f"{path} {reason}; restore it with: git checkout -- data/mnist/{path.name}")

    try:
        content = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise damaged("is missing") from None
    except (OSError, EOFError, zlib.error):
        raise damaged("cannot be unpacked (cut short or overwritten)") from None
    if not content.startswith(header):
        raise damaged(f"does not begin as {stem} should (another file under its name?)")
    if len(content) != len(header) + int(np.prod(shape)):
        raise damaged(f"unpacks to {len(content):,} bytes, not {len(header) + int(np.prod(shape)):,}")
    if hashlib.sha256(content).hexdigest() != checksum:
        raise damaged("has been changed (its checksum differs)")
    return np.frombuffer(content, np.uint8, offset=len(header)).reshape(shape)
