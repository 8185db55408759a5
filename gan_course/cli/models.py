"""What NAME|DIR means to several commands: a generator that comes with the course, or a run of one's own."""

from pathlib import Path

from gan_course import pretrained
from gan_course.errors import CourseError
from gan_course.runs.folder import CONFIG


def find_model(text: str) -> str | Path:
    """A shipped generator's name, or the folder of a run.

    Raises:
        CourseError: it is neither, or could be both.
    """
    is_run = (Path(text) / CONFIG).is_file()
    if text in pretrained.names():
        if is_run:
            raise CourseError(
                f"{text} comes with the course, and there is a run of that name here: write ./{text} for it"
            )
        return text
    if not is_run:
        raise CourseError(
            f"{text} is no folder of a run, and no generator of that name comes with the course: "
            f"{pretrained.choose_one()}, or train one with gan-course train LESSON"
        )
    return Path(text)


def read_model(model: str | Path):
    """What is saved of the model that `find_model` found, a `lessons.trained.Saved`."""
    from gan_course.pretrained.weights import read  # imports MindSpore
    from gan_course.runs.saved import read_run

    return read_run(model) if isinstance(model, Path) else read(pretrained.FOLDER / f"{model}.npz")


def title(model: str | Path) -> str:
    """A word for the names of files."""
    return Path(model).resolve().name if isinstance(model, Path) else model


def check_new_file(out: Path, ending: str) -> None:
    """Refuse a file that ends otherwise, or would replace another one."""
    if out.suffix.lower() != ending:
        raise CourseError(f"--out must end in {ending}, not {out.name!r}")
    if out.exists():
        raise CourseError(f"{out} exists: choose another --out, or remove it")
