"""Makes folders with everything that people's folders hold: damaged files, strange ones, links, and what no file is.

Each entry of KINDS writes into a folder that has three good pictures already. Beside it stands what the course says of
the file that is skipped, or READ, where it is one more picture.
"""

import io
import os
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

READ, IGNORED = "read", "ignored"
NO_PICTURE, DAMAGED = "not a JPEG", "damaged"
GOOD = 3
Make = Callable[[Path], object]


def picture(height=40, width=50, seed=0) -> Image.Image:
    """Noise in colour."""
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))


def encoded(kind: str, image: Image.Image | None = None, **options) -> bytes:
    """A picture as the bytes of a file."""
    buffer = io.BytesIO()
    (image or picture()).save(buffer, kind, **options)
    return buffer.getvalue()


def good(folder: Path) -> None:
    """Three pictures."""
    for seed in range(1, GOOD + 1):
        picture(seed=seed).save(folder / f"good {seed}.png")


def holding(content: bytes, name: str = "x.jpg") -> Make:
    """A file of these bytes."""
    return lambda folder: (folder / name).write_bytes(content)


def saved(name: str, image: Image.Image, **options) -> Make:
    """A picture, saved under a name that says its format."""
    return lambda folder: image.save(folder / name, **options)


def cut(kind: str, share: float) -> Make:
    """A file that ends too early."""
    content = encoded(kind)
    return holding(content[: int(share * len(content))], f"x.{kind.lower()}")


def flipped(kind: str, seed: int) -> Make:
    """A file with fifty bytes that are not as they were, behind its head."""
    content, rng = bytearray(encoded(kind)), np.random.default_rng(seed)
    for place in rng.integers(len(content) // 4, len(content), 50):
        content[place] ^= int(rng.integers(1, 256))
    return holding(bytes(content), f"x.{kind.lower()}")


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG file, with its length and checksum."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_that_says(width: int, height: int, rows: int) -> bytes:
    """A PNG of one bit a pixel which claims a size and has so many rows of it."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * ((width + 7) // 8 + 1) * rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def link(target: str, name: str) -> Make:
    """A link."""
    return lambda folder: os.symlink(target, folder / name)


def folder_link(folder: Path) -> None:
    """Pictures that lie elsewhere, behind a link to their folder."""
    elsewhere = folder.parent / "external disk"
    elsewhere.mkdir()
    picture(seed=9).save(elsewhere / "far.png")
    os.symlink(elsewhere, folder / "far")


def loop(folder: Path) -> None:
    """A link in a folder to a folder above."""
    (folder / "deep").mkdir()
    os.symlink("..", folder / "deep" / "up")


def below(path: str, make: Make) -> Make:
    """The same, some folders further down."""

    def made(folder: Path) -> None:
        (folder / path).mkdir(parents=True)
        make(folder / path)

    return made


def named(name: bytes) -> Make:
    """A picture of a name that is no UTF-8."""

    def made(folder: Path) -> None:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:
            file.write(encoded("PNG"))

    return made


def many(count: int) -> Make:
    """Ten thousand files with nothing in them."""

    def made(folder: Path) -> None:
        for number in range(count):
            (folder / f"{number}.jpg").touch()

    return made


def frames(count: int) -> list[Image.Image]:
    """Pictures of a film."""
    return [picture(seed=seed) for seed in range(count)]


def sixteen_bit() -> Image.Image:
    """Grey, 0 to 65,535."""
    return Image.fromarray(np.linspace(0, 65535, 2000).astype(np.uint16).reshape(40, 50))


def fractions(top: float) -> Image.Image:
    """Grey in floating point, with a NaN and an infinity in it."""
    levels = np.linspace(0, top, 2000, dtype=np.float32).reshape(40, 50)
    levels[0, 0], levels[0, 1] = np.nan, np.inf
    return Image.fromarray(levels)


TIFF = encoded("TIFF")
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(100)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
KINDS: dict[str, tuple[Make, str]] = {
    "nothing in it": (holding(b""), "an empty file"),
    "one byte": (holding(b"\xff"), NO_PICTURE),
    "zeros": (holding(bytes(5000)), NO_PICTURE),
    "text": (holding(b"these are not pixels"), NO_PICTURE),
    "a web page": (holding(b"<!DOCTYPE html><title>404</title>"), NO_PICTURE),
    "a program": (holding(b"\x7fELF" + bytes(500)), NO_PICTURE),
    "an archive": (holding(b"PK\x03\x04" + bytes(500), "x.zip"), NO_PICTURE),
    "a film": (holding(b"\0\0\0\x18ftypmp42" + bytes(500), "x.mp4"), NO_PICTURE),
    "a pickle": (holding(b"\x80\x04cos\nsystem\n(S'touch stolen'\ntR.", "x.pkl"), NO_PICTURE),
    "HEIC": (holding(HEIC, "x.heic"), "HEIC, which is not read here: save it as JPEG"),
    "HEIC that says JPEG": (holding(HEIC), "HEIC"),
    "SVG": (holding(SVG, "x.svg"), "export it as PNG"),
    "SVG with a head": (holding(b"<?xml version='1.0'?>" + SVG, "x.svg"), "export it as PNG"),
    "PDF": (holding(b"%PDF-1.7 ", "x.pdf"), "export its pages"),
    "Photoshop": (holding(b"8BPS" + bytes(90), "x.psd"), "export it as PNG"),
    "RAW of Nikon": (holding(TIFF, "x.NEF"), "develop it"),
    "RAW of Adobe": (holding(TIFF, "x.dng"), "develop it"),
    "RAW of Canon": (holding(b"\0\0\0\x18ftypcrx " + bytes(90), "x.cr3"), "develop it"),
    "JPEG cut in its head": (cut("JPEG", 0.02), DAMAGED),
    "JPEG cut in half": (cut("JPEG", 0.5), DAMAGED),
    "PNG cut in half": (cut("PNG", 0.5), DAMAGED),
    "WebP cut in half": (cut("WEBP", 0.5), DAMAGED),
    "TIFF cut in half": (cut("TIFF", 0.5), DAMAGED),
    "AVIF cut in half": (cut("AVIF", 0.5), DAMAGED),
    "BMP cut in half": (cut("BMP", 0.5), DAMAGED),
    "PNG with other bytes": (flipped("PNG", 0), DAMAGED),
    "GIF of no frame": (holding(b"GIF89a" + bytes(7) + b";", "x.gif"), DAMAGED),
    "PNG of no pixel": (holding(png_that_says(0, 0, 0), "x.png"), DAMAGED),
    "30,000 x 30,000 in 100 kB": (holding(png_that_says(30_000, 30_000, 30_000), "x.png"), "million pixels"),
    "two thousand million rows": (holding(png_that_says(9, 2**31 - 1, 1), "x.png"), "million pixels"),
    "JPEG that says PNG": (holding(encoded("JPEG"), "x.png"), READ),
    "PNG that says JPEG": (holding(encoded("PNG")), READ),
    "no ending": (holding(encoded("PNG"), "picture"), READ),
    "capitals": (holding(encoded("JPEG"), "X.JPG"), READ),
    "BMP": (saved("x.bmp", picture()), READ),
    "TIFF": (saved("x.tiff", picture()), READ),
    "TIFF of three pages": (saved("x.tif", picture(), save_all=True, append_images=frames(2)), READ),
    "AVIF": (saved("x.avif", picture()), READ),
    "animated GIF": (saved("x.gif", picture(), save_all=True, append_images=frames(3)), READ),
    "animated WebP": (saved("x.webp", picture(), save_all=True, append_images=frames(3)), READ),
    "animated PNG": (saved("x.png", picture(), save_all=True, append_images=frames(3)), READ),
    "1 x 1": (saved("x.png", picture(1, 1)), READ),
    "1 x 3,000": (saved("x.png", picture(1, 3000)), READ),
    "CMYK": (saved("x.jpg", picture().convert("CMYK")), READ),
    "LAB": (saved("x.tif", picture().convert("LAB")), READ),
    "16 bits": (saved("x.png", sixteen_bit()), READ),
    "32 bits": (saved("x.tif", sixteen_bit().convert("I")), READ),
    "fractions of one": (saved("x.tif", fractions(1)), READ),
    "fractions of 65,535": (saved("x.tif", fractions(65_535)), READ),
    "one bit": (saved("x.png", picture().convert("1")), READ),
    "a palette": (saved("x.png", picture().convert("P"), transparency=0), READ),
    "transparent": (saved("x.png", picture().convert("RGBA")), READ),
    "grey and transparent": (saved("x.png", picture().convert("LA")), READ),
    "damaged EXIF": (saved("x.jpg", picture(), exif=b"Exif\0\0II*\0" + b"\xff" * 40), READ),
    "a damaged colour profile": (saved("x.png", picture(), icc_profile=b"nonsense"), READ),
    "the same twice": (lambda folder: picture(seed=1).save(folder / "again.png"), READ),
    "a long name": (holding(encoded("PNG"), "n" * 200 + ".png"), READ),
    "blanks, quotes and dollars": (holding(encoded("PNG"), "a 'b' \"c\" $HOME `x`;.png"), READ),
    "Chinese": (holding(encoded("PNG"), "向日葵.png"), READ),
    "an end of line": (holding(encoded("PNG"), "a\nb.png"), READ),
    "no UTF-8": (named(b"caf\xe9.png"), READ),
    "a command's option": (holding(encoded("PNG"), "--out.png"), READ),
    "a link to a file": (link("good 1.png", "link.png"), READ),
    "a link to a folder": (folder_link, READ),
    "a link to nothing": (link("gone.png", "link.png"), "leads nowhere"),
    "a link to itself": (link("link.png", "link.png"), "leads nowhere"),
    "a link to the folder above": (loop, "read already"),
    "a pipe": (lambda folder: os.mkfifo(folder / "x.jpg"), "no file"),
    "a folder that says JPEG": (below("x.jpg", holding(encoded("PNG"))), READ),
    "an empty folder": (lambda folder: (folder / "empty").mkdir(), IGNORED),
    "forty folders deep": (below("/".join("d" * 40), holding(encoded("PNG"))), READ),
    "a hidden file": (holding(encoded("PNG"), ".x.png"), IGNORED),
    "macOS's other half": (holding(b"\0\x05\x16\x07", "._good 1.png"), IGNORED),
    "an archive's other half": (below("__MACOSX", holding(b"\0\x05\x16\x07", "x.png")), IGNORED),
    "Windows' thumbnails": (holding(b"\xd0\xcf\x11\xe0", "Thumbs.db"), IGNORED),
    "notebooks' copies": (below(".ipynb_checkpoints", holding(encoded("PNG"))), IGNORED),
    "ten thousand empty files": (many(10_000), "an empty file"),
}
