"""Notebooks side by side: each on its cores, all ended by Ctrl-C, and as a page that needs no network."""

import re
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import nbformat
import psutil
import pytest

from gan_course import execution

# Each waits for the other, which it can see only if both run at the same time.
MEET = """
import pathlib, psutil, time
pathlib.Path("{mine}").write_text(str(sorted(psutil.Process().cpu_affinity())))
until = time.time() + 60
while not pathlib.Path("{other}").exists():
    assert time.time() < until, "alone"
    time.sleep(0.05)
"""
own_cores = pytest.mark.skipif(not hasattr(psutil.Process, "cpu_affinity"), reason="cores cannot be handed out here")


def write(path, source):
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)]), path)


def machine(monkeypatch, cores, gigabytes, affinity=True):
    process = SimpleNamespace(cpu_affinity=lambda: list(range(cores))) if affinity else SimpleNamespace()
    memory = SimpleNamespace(available=gigabytes * 1e9)
    fake = SimpleNamespace(Process=lambda: process, cpu_count=lambda: cores, virtual_memory=lambda: memory)
    monkeypatch.setattr(execution, "psutil", fake)


@pytest.mark.parametrize(
    ("cores", "gigabytes", "places"),
    [
        (1, 16, [[0]]),
        (2, 16, [[0, 1]]),
        (3, 16, [[0, 1, 2]]),
        (4, 16, [[0, 2], [1, 3]]),
        (4, 5, [[0, 1, 2, 3]]),  # memory for one
        (4, 1, [[0, 1, 2, 3]]),
        (8, 16, [[0, 4], [1, 5], [2, 6], [3, 7]]),
        (8, 7, [[0, 2, 4, 6], [1, 3, 5, 7]]),
        (16, 64, [[0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15]]),
    ],
)
def test_all_cores_are_handed_out_as_memory_allows(monkeypatch, cores, gigabytes, places):
    machine(monkeypatch, cores, gigabytes)
    assert execution.places() == places


@pytest.mark.parametrize(("cores", "gigabytes", "count"), [(2, 16, 1), (8, 16, 2), (16, 16, 4), (16, 7, 2)])
def test_where_a_process_cannot_be_kept_to_cores_each_has_enough(monkeypatch, cores, gigabytes, count):
    machine(monkeypatch, cores, gigabytes, affinity=False)
    assert execution.places() == [[]] * count


@own_cores
def test_two_run_at_once_on_cores_of_their_own(tmp_path):
    names, ended = ["a", "b"], {}
    for name, other in zip(names, reversed(names)):
        write(tmp_path / f"{name}.ipynb", MEET.format(mine=name, other=other))
        (tmp_path / f"of_{name}").mkdir()
    notebooks = [(tmp_path / f"{name}.ipynb", tmp_path / f"of_{name}") for name in names]
    cores = sorted(psutil.Process().cpu_affinity())
    where = [[cores[0]], [cores[-1]]]
    execution.execute(notebooks, lambda notebook, seconds, error: ended.update({notebook.stem: error}), where)
    assert ended == {"a": None, "b": None}
    assert sorted((tmp_path / name).read_text() for name in names) == sorted(map(str, where))
    assert psutil.Process().cpu_affinity() == cores  # our own are left alone


def test_one_place_runs_them_in_order(tmp_path):
    names, ended = ["b", "a", "c"], []
    for name in names:
        write(tmp_path / f"{name}.ipynb", "1 + 1" if name != "a" else "1 / 0")
        (tmp_path / f"of_{name}").mkdir()
    notebooks = [(tmp_path / f"{name}.ipynb", tmp_path / f"of_{name}") for name in names]
    execution.execute(notebooks, lambda notebook, seconds, error: ended.append((notebook.stem, error)), [[]])
    assert ended == [("b", None), ("a", "ZeroDivisionError: division by zero"), ("c", None)]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for another process")
@pytest.mark.parametrize("kernels", [0, 1])  # that have begun
def test_ctrl_c_ends_all_in_one_line(tmp_path, monkeypatch, kernels):
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path))
    monkeypatch.setenv("GAN_COURSE_PROFILE", "smoke")
    command = [sys.executable, "-m", "gan_course.course"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as course:
        course.stdout.readline()  # "13 notebooks, ...": imports are done
        started = children(course.pid, kernels)
        course.send_signal(signal.SIGINT)
        _, complaint = course.communicate(timeout=30)
    assert course.returncode == 130
    assert complaint.strip() == "Stopped; the notebooks that are done are kept."
    assert not psutil.wait_procs(started, timeout=10)[1]


def children(number, count):
    """So many processes that this one started, as soon as they are there."""
    until = time.time() + 60
    while len(found := psutil.Process(number).children()) < count:
        assert time.time() < until
        time.sleep(0.05)
    return found


def test_formulas_of_the_web_page_need_no_network(tmp_path):
    source = "Of $x_1$ and $$\\frac{a}{b} \\le 1$$ as `code`."
    content = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(source), nbformat.v4.new_code_cell("'$x$'")]
    )
    page = execution.to_html(content, tmp_path)
    assert re.search(r"Of <math[^>]*><mrow><msub><mi>x</mi><mn>1</mn></msub></mrow></math> and <math", page)
    assert page.count("<mfrac>") == 1 and page.count('display="block"') == 1
    assert "frac{" not in page and "<code>code</code>" in page and "$x$" in page
    assert content.cells[0].source == source
