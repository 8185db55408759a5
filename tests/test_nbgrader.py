"""nbgrader for real: hands a lesson out, grades what comes back, and writes feedback, as `make teach` installs it."""

import csv
import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from packaging.utils import canonicalize_name
from test_pins import constraints

from gan_course.editions.working import NOTEBOOKS, working_edition
from gan_course.lessons import LESSONS
from scripts.assignments import files_of, lay_out

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-teach" / "bin"
NAMES = [name for lesson in LESSONS.values() for name in lesson.notebooks]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not ENVIRONMENT.exists(), reason="NO NBGRADER HERE: `make teach` installs it"),
]

SUM = """\
def gaussian_kl(mean, log_variance):
    # up to 5 minutes: (N, d), (N, d) -> one number
    ### BEGIN SOLUTION
    return 0.5 * (ops.exp(log_variance) + mean**2 - 1 - log_variance).sum() / len(mean)
    ### END SOLUTION
"""
MEAN = SUM.replace(".sum() / len(mean)", ".mean()")


@pytest.fixture(scope="module")
def teaching(tmp_path_factory):
    """A folder for nbgrader, and what calls it there with the committed settings."""
    folder = tmp_path_factory.mktemp("teaching")
    environment = os.environ | {"GAN_COURSE_OUTPUTS": str(folder / "outputs")}

    def call(*arguments):
        command = [ENVIRONMENT / "nbgrader", *arguments, f"--CourseDirectory.root={folder}"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout + done.stderr

    return folder, call


def blank_and_check(name, source, points):
    """Two cells as a lesson has them."""
    marks = {"schema_version": 3, "task": False}
    blank = marks | {"grade_id": name, "grade": False, "solution": True, "locked": False}
    check = marks | {"grade_id": f"check_{name}", "grade": True, "solution": False, "locked": True, "points": points}
    return [
        new_code_cell(source, metadata={"nbgrader": blank}),
        new_code_cell(f"{name} = check.{name}({name})", metadata={"nbgrader": check}),
    ]


def test_every_lesson_is_handed_out_with_the_blanks_of_the_working_edition(teaching):
    folder, call = teaching
    for name in NAMES:
        lay_out(name, folder / "source" / name)
        call("generate_assignment", name)
        released = nbformat.read(folder / "release" / name / f"{name}.ipynb", as_version=4)
        ours = working_edition(name, NOTEBOOKS, NAMES)
        codes = [[cell.source for cell in some.cells if cell.cell_type == "code"] for some in (released, ours)]
        assert codes[0] == [source.replace("./results/", "results/") for source in codes[1]]
        assert all((folder / "release" / name / file).exists() for file in files_of(NOTEBOOKS / f"{name}.ipynb"))


def test_right_gets_its_points_and_empty_and_wrong_get_none(teaching):
    folder, call = teaching
    head = [
        new_markdown_cell("# A small lesson"),
        new_code_cell("from mindspore import ops\n\nfrom gan_course.checks import vae as check"),
    ]
    then = new_code_cell("print('and then', gaussian_kl(ops.ones((1, 1)), ops.zeros((1, 1))))")
    lesson = new_notebook(cells=[*head, *blank_and_check("gaussian_kl", SUM, points=2), then])
    lesson.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    (folder / "source" / "small").mkdir(parents=True)
    nbformat.write(lesson, folder / "source" / "small" / "small.ipynb")
    call("generate_assignment", "small")
    handed_out = nbformat.read(folder / "release" / "small" / "small.ipynb", as_version=4)
    assert "return" not in handed_out.cells[2].source and handed_out.cells[2].source.endswith("    ...\n")

    answers = {"right": SUM, "empty": handed_out.cells[2].source, "wrong": MEAN}
    for student, source in answers.items():
        handed_out.cells[2].source = source
        place = folder / "submitted" / student / "small"
        place.mkdir(parents=True)
        nbformat.write(handed_out, place / "small.ipynb")
    call("autograde", "small")
    call("generate_feedback", "small")
    call("export", f"--CsvExportPlugin.to={folder / 'grades.csv'}")
    with (folder / "grades.csv").open(encoding="utf-8") as file:
        points = {row["student_id"]: (row["score"], row["max_score"]) for row in csv.DictReader(file) if row["score"]}
    assert points == {"right": ("2.0", "2.0"), "empty": ("0.0", "2.0"), "wrong": ("0.0", "2.0")}

    feedback = {s: (folder / "feedback" / s / "small" / "small.html").read_text(encoding="utf-8") for s in answers}
    assert all("and then 0.5" in text for text in feedback.values())  # on what was wrong or empty, others are built
    assert "Right: " in feedback["right"] and "Nothing here yet: " in feedback["empty"]
    assert "Not yet: the mean over everything" in feedback["wrong"]


def test_its_packages_are_those_that_are_pinned():
    listed = subprocess.run(
        [ENVIRONMENT / "python", "-m", "pip", "freeze", "--all", "--local"], capture_output=True, text=True, check=True
    )
    installed = dict(line.split("==") for line in listed.stdout.splitlines() if "==" in line)
    installed = {canonicalize_name(name): version for name, version in installed.items()}
    assert "nbgrader" in installed
    assert installed.items() - constraints().items() <= {(name, installed[name]) for name in ("pip", "setuptools")}
