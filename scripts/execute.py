"""Execute notebooks again, in the `class` profile, and keep their outputs.

    .venv/bin/python scripts/execute.py [NAME ...]

NAME is a file such as notebooks/05_dcgan.ipynb; all lessons and answers by default, several at once, as `make
course` runs them. One that fails stays as it was, and the others run. One too large for the repository gets its
pictures reduced to 128 colours, then 64.
"""

import base64
import io
import os
import shutil
import sys
from pathlib import Path
from signal import SIGINT, signal

import click
import nbformat
from PIL import Image

from gan_course.course import NOTEBOOKS
from gan_course.execution import execute, places, stop
from gan_course.profiles import output_folder

MAX_BYTES = 1_450_000  # the tests allow 1.5 MB


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1, metavar="[NAME ...]", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def main(paths: tuple[Path, ...]) -> None:
    os.environ["GAN_COURSE_PROFILE"] = "class"
    failed = []

    def done(notebook: Path, seconds: float, error: str | None) -> None:
        print(f"{notebook.stem:<36} {seconds:6.0f} s  {error or 'done'}", flush=True)
        if error:
            failed.append(notebook.stem)
        else:
            shutil.copyfile(output_folder(notebook.stem) / notebook.name, notebook)
            shrink(notebook)

    paths = paths or (*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(NOTEBOOKS.glob("solutions/*.ipynb")))
    execute([(path.resolve(), output_folder(path.stem)) for path in paths], done, places())
    sys.exit(1 if failed else 0)


def shrink(path: Path) -> None:
    """Reduce the colours of a notebook's pictures until it is small enough."""
    for colours in (128, 64):
        if path.stat().st_size <= MAX_BYTES:
            return
        content = nbformat.read(path, as_version=4)
        for output in (output for cell in content.cells for output in cell.get("outputs", [])):
            if "image/png" in output.get("data", {}):
                output.data["image/png"] = with_fewer_colours(output.data["image/png"], colours)
        nbformat.write(content, path)


def with_fewer_colours(png: str, colours: int) -> str:
    """A PNG in base64 as one of a palette, if that is shorter."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    file = io.BytesIO()
    image.quantize(colours, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    smaller = base64.b64encode(file.getvalue()).decode()
    return min(png, smaller, key=len)


if __name__ == "__main__":
    signal(SIGINT, stop)
    main()
