"""`gan-course gallery`: pages that show runs again, in a browser with no network."""

import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from gan_course import recordings
from gan_course.errors import CourseError
from gan_course.lessons import LESSONS

FOLDER = click.Path(path_type=Path)


@click.command("gallery", short_help="Pages that play runs again, in a browser with no network.")
@click.argument("folders", metavar="[DIR]...", nargs=-1, type=FOLDER)
@click.option(
    "--out",
    default=Path("site"),
    show_default=True,
    type=FOLDER,
    help="For the pages: a new folder, or that of an earlier gallery.",
)
@click.option("--compare", "pairs", metavar="A B", type=(FOLDER, FOLDER), multiple=True, help="Two runs side by side.")
@click.option("--open", "opened", is_flag=True, help="Show it in the browser.")
def gallery_command(folders: tuple[Path, ...], out: Path, pairs: tuple[tuple[Path, Path], ...], opened: bool) -> None:
    """Write a page with a player for each run in the folders DIR, and an index of all, into the folder --out.

    DIR is a run, or a folder that holds runs, however deep. A player shows frame by frame how the pictures came to be,
    with curves, numbers and what the doctor said. Open OUT/index.html in any browser, or carry the folder elsewhere.

    Without DIR the pages show the whole course: the recordings that come with it, the 2-D laboratory, and slides.

    \b
    gan-course gallery --open
    gan-course gallery runs --out site
    gan-course gallery runs --compare runs/slow runs/fast --out site     two runs on one axis; again for more pairs
    """
    from gan_course.gallery.runs import find_runs, shown
    from gan_course.gallery.site import check_out, write_site

    check_out(out)
    beside = []
    if not folders and not pairs:
        folders, pairs, beside = the_course()
    wanted = [run for pair in pairs for run in pair]
    runs = {}
    for folder in find_runs([*folders, *wanted]):
        try:
            runs[folder.resolve()] = shown(folder)
        except CourseError as error:
            if folder in (*folders, *wanted):
                raise
            click.echo(f"left out: {error}", err=True)
    if not runs:
        raise CourseError(f"there is no run in {', '.join(map(str, folders))}: train one with gan-course train")
    for run in wanted:
        if run.resolve() not in runs:
            raise CourseError(f"--compare takes runs, and {run} is none: name the folder of one run")
    runs = dict(sorted(runs.items(), key=lambda item: place_of_lesson(item[1].document["title"])))
    write_site(out, runs, [(first.resolve(), second.resolve()) for first, second in pairs], beside=beside)
    page = out / "index.html"
    print(f"{len(runs)} runs; open {page} in a browser")
    if opened:
        webbrowser.open(page.resolve().as_uri())


def the_course() -> tuple[tuple[Path, ...], tuple[tuple[Path, Path], ...], list[Callable[[Path], object]]]:
    """The folders of the recordings that come along, pairs of them, and what writes the other parts of a site."""
    from gan_course.editions.working import NOTEBOOKS  # imports nbconvert
    from gan_course.laboratory import write_laboratory
    from gan_course.slides.write import write_decks

    places = {name: recordings.FOLDER / name for name in recordings.names()}
    pairs = [(places[first], places[second]) for first, second in recordings.PAIRS if {first, second} <= places.keys()]
    notebooks = [NOTEBOOKS / f"{lesson.notebook}.ipynb" for lesson in LESSONS.values()]
    beside = [lambda out: write_laboratory(out / "lab"), lambda out: write_decks(notebooks, out / "slides")]
    return tuple(places.values()), tuple(pairs), beside


def place_of_lesson(title: str) -> int:
    """Where a lesson stands in the course; what is of none comes last."""
    titles = [lesson.title for lesson in LESSONS.values()]
    return titles.index(title) if title in titles else len(titles)
