"""`gan-course work`: a student's own copies of the lessons."""

from pathlib import Path

import click

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS

READABLE = {name: lesson.notebooks for name, lesson in LESSONS.items() if lesson.notebook}
WORK_HELP = f"""Copy the notebooks of LESSON, or of all lessons, into a folder to work in.

LESSON is one of: {", ".join(READABLE)}.

In these copies `...` stands for what you are to write. The cell below it says whether you are
right, and if not, which mistake it was. A blank that stays empty stops nothing: the lesson goes on with the package's
own code. The reading edition in notebooks/ has everything filled in, and all outputs.

A copy in which you changed a cell is never touched. Where its lesson has become newer since, the newer one is put
beside it, such as 02_vae_2.ipynb. Other copies are replaced by the newer lesson; running cells is no change. To begin
again, rename or delete your copy and give the command again.
"""


@click.command("work", help=WORK_HELP, short_help="Copy lessons to work in, with blanks to fill.")
@click.argument("lesson", metavar="[LESSON]", required=False)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="work",
    show_default=True,
    help="Folder for your copies; made if it is not there.",
)
def work_command(lesson: str | None, out: Path) -> None:
    if lesson is not None and lesson not in READABLE:
        raise CourseError(f"there is no lesson {lesson!r}: choose one of {', '.join(READABLE)}")

    from gan_course.editions.copies import keep_copy  # imports nbconvert
    from gan_course.editions.working import NOTEBOOKS

    if out.resolve().is_relative_to(NOTEBOOKS):
        raise CourseError(f"{out} holds the reading edition: choose another --out, such as work")
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, notebooks in READABLE.items():
            for notebook in notebooks if lesson in (None, name) else []:
                print(keep_copy(notebook, out, notebooks))
    except OSError as error:
        raise CourseError(f"cannot write into {out} ({error.strerror}): choose another --out") from None
