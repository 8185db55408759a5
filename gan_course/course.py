"""`make course`: run every lesson's notebook and leave a page with the results.

    python -m gan_course.course [--record]

Begun in order, several at once where there are cores for it. One line a notebook, as it ends, with the time that is
left; one that fails does not stop the others, and is named at the end (exit code 1). Ctrl-C ends all (exit code 130).
With --record the minutes are kept for later runs to go by, in notebooks/results/minutes.csv.
"""

import json
import sys
from pathlib import Path
from signal import SIGINT, signal
from time import perf_counter

from tqdm import tqdm

from gan_course import budget
from gan_course.errors import CourseError
from gan_course.execution import execute, places, stop
from gan_course.gallery.course_page import GALLERY, Card, add_players, write_page
from gan_course.lessons import LESSONS, Lesson
from gan_course.profiles import current_profile, output_folder

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"


def main(record: bool = False) -> None:
    """Run the lessons, print a line for each, write `index.html`, exit with 1 if one failed.

    Args:
        record: keep how long they took.
    """
    try:
        profile, outputs = current_profile(), output_folder("")
    except CourseError as error:
        print(f"make course: {error}", file=sys.stderr)
        sys.exit(2)
    notebooks = {name: lesson for lesson in LESSONS.values() for name in lesson.notebooks}
    print(f"{len(notebooks)} notebooks, profile {profile}; results go to {outputs}", flush=True)
    page, title = outputs / "index.html", f"Generative models in MindSpore, profile {profile}"
    cards, failed, taken, usual = dict.fromkeys(notebooks), [], {}, budget.expected(profile)
    where, start = places(), perf_counter()

    def done(notebook: Path, seconds: float, error: str | None) -> None:
        name = notebook.stem
        taken[name] = seconds
        cards[name] = summarise(notebooks[name], outputs / name, seconds, error)
        waiting = [name for name in notebooks if name not in taken]
        left = budget.left(taken, waiting, usual, len(where))
        tqdm.write(f"{name:<30} {cards[name].status:<46} {left}".rstrip())
        sys.stdout.flush()
        if error:
            failed.append(name)
        write_page(page, title, filter(None, cards.values()))

    execute([(NOTEBOOKS / f"{name}.ipynb", output_folder(name)) for name in notebooks], done, where)
    for complaint in add_players(outputs, cards):
        print(complaint, file=sys.stderr)
    write_page(page, title, cards.values(), GALLERY)
    print(f"{len(taken)} notebooks in {(perf_counter() - start) / 60:.0f} min; open {page} in a browser")
    if record and not failed:
        budget.record(profile, taken)
    if failed:
        print(f"failed: {', '.join(failed)}; their notebooks in {outputs} show where", file=sys.stderr)
        sys.exit(1)


def summarise(lesson: Lesson, folder: Path, seconds: float, error: str | None) -> Card:
    """Collect what a notebook left in its folder, which has its name: its films, or its pictures if there are none."""
    metrics = folder / "metrics.json"
    numbers = json.loads(metrics.read_text(encoding="utf-8")) if metrics.exists() else {}
    best = f"{lesson.best} {numbers[lesson.best]:.4g}" if lesson.best in numbers else "no number"
    if folder.name == lesson.experiments:
        best = "done"
    films, whole = sorted(folder.glob("*.gif")), round(seconds)
    return Card(
        title=lesson.title if folder.name == lesson.notebook else f"{lesson.title}: experiments",
        status=f"{whole // 60} min {whole % 60:02} s   {f'FAILED: {error}' if error else best}",
        notebook=f"{folder.name}/{folder.name}.html",
        pictures=[f"{folder.name}/{path.name}" for path in films or sorted(folder.glob("*.png"))],
        numbers={name: f"{value:.4g}" for name, value in numbers.items() if not isinstance(value, dict)},  # no card
    )


if __name__ == "__main__":
    signal(SIGINT, stop)
    main(record="--record" in sys.argv)
