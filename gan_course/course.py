"""`make course`: run every lesson's notebook in order and leave a page with the results.

    python -m gan_course.course [--record]

One line a notebook, with the time that is left; one that fails does not stop the others, and is named at the end (exit
code 1). With --record the minutes are kept for later runs to go by, in notebooks/results/minutes.csv.
"""

import copy
import json
import sys
from pathlib import Path
from shutil import rmtree
from time import perf_counter

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbconvert import HTMLExporter
from tqdm import tqdm

from gan_course import budget
from gan_course.errors import CourseError
from gan_course.formulas import put_back, take_out
from gan_course.gallery.course_page import GALLERY, Card, add_players, write_page
from gan_course.lessons import LESSONS, Lesson
from gan_course.profiles import current_profile, output_folder
from gan_course.runs.folder import CHECKPOINT

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
    notebooks = [(lesson, name) for lesson in LESSONS.values() for name in lesson.notebooks]
    print(f"{len(notebooks)} notebooks, profile {profile}; results go to {outputs}")
    page, title = outputs / "index.html", f"Generative models in MindSpore, profile {profile}"
    cards, failed, taken, usual = {}, [], {}, budget.expected(profile)
    for lesson, name in notebooks:
        start = perf_counter()
        error = execute(NOTEBOOKS / f"{name}.ipynb", output_folder(name))
        taken[name] = perf_counter() - start
        cards[name] = summarise(lesson, outputs / name, taken[name], error)
        waiting = [name for _, name in notebooks[len(taken) :]]
        print(f"{name:<24} {cards[name].status:<46} {budget.left(taken, waiting, usual)}".rstrip(), flush=True)
        if error:
            failed.append(name)
        write_page(page, title, cards.values())
    for complaint in add_players(outputs, cards):
        print(complaint, file=sys.stderr)
    write_page(page, title, cards.values(), GALLERY)
    print(f"{len(taken)} notebooks in {sum(taken.values()) / 60:.0f} min; open {page} in a browser")
    if record and not failed:
        budget.record(profile, taken)
    if failed:
        print(f"failed: {', '.join(failed)}; their notebooks in {outputs} show where", file=sys.stderr)
        sys.exit(1)


def execute(notebook: Path, folder: Path) -> str | None:
    """Run a notebook; keep it with its outputs in `folder`, as notebook and as HTML; return the error, if any."""
    (folder / "metrics.json").unlink(missing_ok=True)  # numbers of an earlier run must not pass for this one's
    for checkpoints in list(folder.rglob(Path(CHECKPOINT).parent.name)):  # nor a training that was kept
        rmtree(checkpoints)
    content = nbformat.read(notebook, as_version=4)
    num_cells = sum(cell.cell_type == "code" for cell in content.cells)
    error = None
    with tqdm(total=num_cells, desc=notebook.stem, unit="cell", leave=False, disable=None) as bar:
        client = NotebookClient(
            content,
            timeout=None,
            extra_arguments=["--IPKernelApp.log_level=ERROR"],  # its warnings are not about the lesson
            resources={"metadata": {"path": str(notebook.parent)}},
            on_cell_executed=lambda **_: bar.update(),
        )
        try:
            client.execute()
        except CellExecutionError as failure:
            error = f"{failure.ename}: {failure.evalue}".splitlines()[0]
        except DeadKernelError:
            error = "the kernel died, often for want of memory"
        finally:
            nbformat.write(content, folder / notebook.name)
    (folder / f"{notebook.stem}.html").write_text(to_html(content, notebook.parent), encoding="utf-8")
    return error


def to_html(content: nbformat.NotebookNode, folder: Path) -> str:
    """A notebook of `folder` as a web page that needs no network: pictures inside it, formulas in MathML."""
    formulas = []
    content = copy.deepcopy(content)
    for cell in content.cells:
        if cell.cell_type == "markdown":
            cell.source = take_out(cell.source, formulas)
    html, _ = HTMLExporter(embed_images=True).from_notebook_node(content, {"metadata": {"path": str(folder)}})
    return put_back(html, formulas)


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
    main(record="--record" in sys.argv)
