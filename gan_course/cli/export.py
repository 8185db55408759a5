"""`gan-course export`: a generator as a file for other programs."""

from pathlib import Path

import click

from gan_course.cli.models import check_new_file, find_model, read_model, title
from gan_course.errors import CourseError

KINDS = ("ckpt", "mindir", "onnx")


@click.command("export", short_help="Write a generator for other programs: ckpt, mindir or onnx.")
@click.argument("model", metavar="NAME|DIR")
@click.option("--format", "kind", metavar="|".join(KINDS), default="mindir", show_default=True, help="Of the file.")
@click.option("--out", type=click.Path(path_type=Path), help="The new file.  [default: NAME.FORMAT]")
def export_command(model: str, kind: str, out: Path | None) -> None:
    """Write the generator NAME that comes with the course, or that of the run in DIR, to a file.

    It takes z (N, latent_dim) from the normal distribution, and where it knows classes labels (N,), and gives pictures
    (N, C, H, W) from -1 to 1. After writing, the file is opened again and its pictures are compared.

    \b
    ckpt     weights alone, for mindspore.load_checkpoint and the course's own network
    mindir   network and weights, for mindspore.load and MindSpore Lite; N as you like
    onnx     network and weights, for ONNX Runtime and many others; N is 1, all that MindSpore 2.10 exports
    """
    if kind not in KINDS:
        raise CourseError(f"there is no format {kind!r}: choose {', '.join(KINDS[:-1])} or {KINDS[-1]}")
    found = find_model(model)
    out = Path(f"{title(found)}.{kind}") if out is None else out
    check_new_file(out, f".{kind}")

    from gan_course.runs.export import export  # imports MindSpore

    saved = read_model(found)
    try:
        print(export(saved, kind, out))
    except OSError as error:
        raise CourseError(f"cannot write {out} ({error.strerror}): choose another --out") from None
