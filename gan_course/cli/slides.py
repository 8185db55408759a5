"""`gan-course slides`: decks of slides from the committed notebooks."""

from pathlib import Path

import click

from gan_course.errors import CourseError
from gan_course.lessons import LESSONS

NOTEBOOKS = {name: lesson.notebook for name, lesson in LESSONS.items() if lesson.notebook}
SLIDES_HELP = f"""Write a deck of slides for each LESSON, or for all lessons, as a web page that needs no network.

LESSON is a number, such as 05, or one of: {", ".join(NOTEBOOKS)}.

The decks show the outputs that the notebooks in notebooks/ hold; nothing is run. They open from the file system. Arrows
or space lead on, `s` opens the speaker's notes, `f` fills the screen, `?` shows all keys. Take the whole folder with
you, since all decks load what lies in its folder slides/.
"""


@click.command("slides", help=SLIDES_HELP, short_help="Decks of slides of the lessons, for a lecture.")
@click.argument("lessons", metavar="[LESSON]...", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default="decks",
    show_default=True,
    help="Folder for the decks; made if it is not there.",
)
def slides_command(lessons: tuple[str, ...], out: Path) -> None:
    names = [notebook_of(lesson) for lesson in lessons] or list(NOTEBOOKS.values())

    from gan_course.editions.working import NOTEBOOKS as FOLDER  # imports nbconvert
    from gan_course.slides.write import write_decks

    try:
        for path in write_decks([FOLDER / f"{name}.ipynb" for name in names], out):
            print(path)
    except OSError as error:
        raise CourseError(f"cannot write into {out} ({error.strerror}): choose another --out") from None


def notebook_of(lesson: str) -> str:
    """The notebook of a lesson, by its number, its name or the notebook's own name.

    Raises:
        CourseError: there is none.
    """
    for name, notebook in NOTEBOOKS.items():
        if lesson in (name, notebook, notebook.split("_")[0]):
            return notebook
    raise CourseError(f"there is no lesson {lesson!r}: choose a number from 01 to 09, or one of {', '.join(NOTEBOOKS)}")
