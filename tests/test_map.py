"""The map in docs/architecture.md leads where it says: its files, its way of a batch, and its new GAN."""

import ast
import json
import re
from pathlib import Path

import numpy as np
import pytest

from gan_course import lessons

ROOT = Path(__file__).resolve().parents[1]
MAP = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def code_blocks():
    return re.findall(r"```python\n(.*?)```", MAP, flags=re.DOTALL)


def way():
    return re.findall(r"^\d\. `([\w/.]+)`, `([\w.]+)`", MAP, flags=re.MULTILINE)


def test_the_way_of_a_batch_has_eight_files_and_enters_none_twice():
    files = [file for file, _ in way()]
    assert len(files) == len(set(files)) == 8
    assert files[0] == "gan_course/cli/train.py" and files[-1] == "gan_course/training/steps/gan.py"


def test_each_file_on_the_way_defines_what_the_map_says():
    for file, name in way():
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        assert set(name.split(".")) <= defined, file


def test_every_file_that_the_map_names_is_there():
    named = set(re.findall(r"`((?:gan_course|tests|notebooks|docs)/[\w/.]*)`", MAP)) - {"gan_course/lessons/lsgan.py"}
    assert len(named) > 15
    assert not [path for path in named if not (ROOT / path).exists()]


@pytest.fixture
def lsgan(tmp_path, monkeypatch):
    """The new GAN of the map, in place: its file where lessons are looked for, its line in the list."""
    file, line = code_blocks()
    (tmp_path / "lsgan.py").write_text(file, encoding="utf-8")
    monkeypatch.setattr(lessons, "__path__", [*lessons.__path__, str(tmp_path)])
    entry = eval(f"{{{line}}}", {"Lesson": lessons.Lesson})
    monkeypatch.setattr(lessons, "LESSONS", lessons.LESSONS | entry)
    for module in ("cli.train", "runs.config"):
        monkeypatch.setattr(f"gan_course.{module}.LESSONS", lessons.LESSONS)
    return file, line


def test_a_new_gan_takes_twenty_lines_and_one_in_a_list(lsgan):
    file, line = lsgan
    assert len([row for row in file.splitlines() if row.strip()]) <= 20 and len(line.splitlines()) == 1


def test_a_new_gan_is_trained_by_the_command_line(lsgan, command, tmp_path):
    out = tmp_path / "run"
    options = ["--data", "sunflowers:32", "--size", "16x16", "--profile", "smoke", "--steps", "2", "--out", str(out)]
    code, _, errors = command("train", "lsgan", *options)
    assert code == 0, errors
    history = np.genfromtxt(out / "history.csv", delimiter=",", names=True)
    # At its start D answers about 0 to everything: 1/2 (0 - 1)^2 + 1/2 0^2 = 1/2, and G loses as much.
    assert abs(history["loss_d"][0] - 0.5) < 0.1 and abs(history["loss_g"][0] - 0.5) < 0.1
    assert json.loads((out / "config.json").read_text(encoding="utf-8"))["lesson"] == "lsgan"
    # It has no `networks` of its own: to draw, it is built as for its training.
    code, _, errors = command("sample", str(out), "--n", "3", "--out", str(tmp_path / "drawn"))
    assert code == 0, errors
    assert len(list((tmp_path / "drawn").iterdir())) == 3
