"""The page for newcomers: its commands exist in both spellings, its cell does what it says, its container is pinned."""

import importlib.metadata
import importlib.util
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

from gan_course.cli.commands import commands

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
(CELL,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = dict(pin.split("==") for pin in PROJECT["dependencies"])
ROWS = [
    [re.findall(r"`([^`]+)`", column) for column in line.strip("|").split("|")]
    for line in re.findall(r"^\|.*`.*\|$", PAGE, flags=re.MULTILINE)
]


def fits(version):
    return SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0")


# The commands.


def test_python_m_gan_course_is_the_command_line():
    done = subprocess.run(
        [sys.executable, "-m", "gan_course", "train", "gna"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 2 and done.stderr.startswith("gan-course: there is no lesson 'gna'"), done.stderr


def test_windows_says_the_same_as_linux():
    assert len(ROWS) == 8
    for _, linux, windows in ROWS:
        expected = [
            command.replace(".venv/bin/", ".venv\\Scripts\\")
            .replace("python3 scripts/", "py -3.12 scripts\\")
            .replace("\\Scripts\\gan-course", "\\Scripts\\python -m gan_course")
            for command in linux
        ]
        assert windows == expected


def test_every_target_of_the_readme_has_another_spelling_or_is_named_as_having_none():
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z-]+)", README)) & known
    spelt = {word for (command, *_), *_ in ROWS for word in re.findall(r"^make ([a-z-]+)", command)}
    assert asked >= {"lab", "course", "test", "gallery"}
    assert asked - spelt == {"teach", "bench"} and "`make teach` and `make bench` are for Linux and macOS" in PAGE


def calls():
    """The words of every call of the course in a block, or in a column for Linux."""
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
    lines = [line for language, block in blocks if not language for line in block.splitlines()]
    lines += [command for _, linux, _ in ROWS for command in linux]
    return [shlex.split(line.replace("\\", "/")) for line in lines]


def test_every_command_of_the_course_is_known():
    called = []
    for words in calls():
        if "gan_course" in words or words[0].endswith("/gan-course"):
            start = words.index("gan_course") if "gan_course" in words else 0
            name, *arguments = words[start + 1 :]
            commands.commands[name].make_context(name, arguments)
            called.append(name)
    assert {"work", "demo", "gallery", "train", "sample"} <= set(called)


def test_every_module_and_file_that_is_called_is_there():
    modules = {words[i + 1] for words in calls() for i, word in enumerate(words[:-1]) if word == "-m"}
    assert modules == {"gan_course", "gan_course.course", "jupyterlab", "pytest", "ipykernel"}
    assert all(importlib.util.find_spec(module) for module in modules)
    files = {word for words in calls() for word in words if re.fullmatch(r"[\w/]+\.(py|yml|txt)", word)}
    assert files == {"scripts/make_venv.py", "environment.yml", "constraints.txt"}
    assert all((ROOT / file).exists() for file in files)


def anchor(heading):
    """GitHub's name of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_somewhere_and_no_server_is_named():
    for link in re.findall(r"\]\((.+?)\)", PAGE):
        path, _, fragment = link.partition("#")
        text = (ROOT / "docs" / path).read_text(encoding="utf-8")
        assert not fragment or fragment in map(anchor, re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)), link
    assert "://" not in PAGE
    assert "docs/install.md" in README and "install.md" in (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")


# The cell for hosted notebooks.


@pytest.fixture
def cell(tmp_path, monkeypatch, capsys):
    """Runs the cell in a folder, with the commands it gives noted and not run; returns them and what it printed."""

    def run(folder=tmp_path, installed=None, loaded=(), version=(3, 11, 7)):
        given = []

        def note(command, check):
            given.append(command)
            if command[0] == "git":
                (Path(command[-1]) / "notebooks").mkdir(parents=True)
                (Path(command[-1]) / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())

        def version_of(name):
            if installed is None or name not in installed:
                raise importlib.metadata.PackageNotFoundError
            return installed[name]

        with monkeypatch.context() as patch:
            patch.chdir(folder)
            patch.setattr(subprocess, "run", note)
            patch.setattr(importlib.metadata, "version", version_of)
            patch.setattr(sys, "version_info", version)
            patch.setattr(sys, "path", [])
            others = {*PINS, "PIL"} - set(loaded)
            patch.setattr(sys, "modules", {name: module for name, module in sys.modules.items() if name not in others})
            exec(compile(CELL, "cell", "exec"), {})
            return given, capsys.readouterr().out, list(sys.path), Path.cwd()

    return run


def test_a_cell_without_the_course_fetches_it_and_installs_what_is_missing(cell, tmp_path):
    (clone, install), said, path, folder = cell()
    assert clone == ["git", "clone", "--depth", "1", "ADDRESS", str(tmp_path / "gan-course")]
    assert install[:4] == [sys.executable, "-m", "pip", "install"]
    assert set(install[5:]) == set(PROJECT["dependencies"]) - {f"jupyterlab=={PINS['jupyterlab']}"}
    assert said.startswith("Ready") and path == [str(tmp_path / "gan-course")]
    assert folder == tmp_path / "gan-course" / "notebooks"


@pytest.mark.parametrize("folder", [ROOT, ROOT / "notebooks", ROOT.parent])
def test_a_cell_finds_the_course_where_it_is(cell, folder):
    if folder == ROOT.parent and ROOT.name != "gan-course":
        pytest.skip("only a folder of that name is looked for")
    given, said, path, _ = cell(folder, installed=PINS)
    assert given == [] and said.startswith("Ready") and path == [str(ROOT)]


def test_a_cell_says_when_to_restart_and_leaves_the_hosts_jupyter_alone(cell):
    hosts = PINS | {"numpy": "2.4.6", "pillow": "12.0.0", "ipykernel": "6.17.1", "nbconvert": "7.0"}
    (install,), said, *_ = cell(ROOT, installed=hosts, loaded=["numpy"])
    assert install[5:] == [f"numpy=={PINS['numpy']}", f"pillow=={PINS['pillow']}"]
    assert said.startswith("Restart") and "numpy" in said and "pillow" not in said
    assert "pillow" in cell(ROOT, installed=hosts, loaded=["PIL"])[1]
    assert cell(ROOT, installed=hosts)[1].startswith("Ready")


def test_a_cell_refuses_another_python(cell):
    with pytest.raises(SystemExit, match="needs Python 3.11 or 3.12"):
        cell(version=(3, 13, 0))
    allowed = re.search(r"not in (\[.*\])", CELL)[1]
    versions = [f"3.{minor}" for minor in range(9, 16) if fits(f"3.{minor}")]
    assert [f"{major}.{minor}" for major, minor in eval(allowed)] == versions


@pytest.mark.slow
def test_the_cell_works_in_a_bare_environment(tmp_path):
    """Whole, from the network or from pip's cache: then digits are drawn."""
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "bare"], check=True)
    draw = "from gan_course import pretrained; import numpy as np; from gan_course.viz.sliders import *\n"
    draw += "print(pretrained.load('digits').sample(2, np.random.default_rng(0)).shape)"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [tmp_path / "bare" / "bin" / "python", "-c", CELL + draw],
        cwd=ROOT / "notebooks",
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "Ready" in done.stdout and "(2, 1, 28, 28)" in done.stdout


# The container.


def test_the_container_has_a_python_that_the_course_accepts_and_installs_by_the_pins():
    docker = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (version,) = re.findall(r"^FROM python:([\d.]+)-slim", docker, flags=re.MULTILINE)
    assert fits(version)
    assert not re.search(r"\bpip3? install\b", docker), "packages come by make venv, which has the pins"
    assert "make venv" in docker and "libgomp1" in docker


def test_the_editors_container_is_a_stage_of_the_same():
    folder = ROOT / ".devcontainer"
    container = json.loads((folder / "devcontainer.json").read_text(encoding="utf-8"))
    docker = folder / container["build"]["dockerfile"]
    assert docker.resolve() == ROOT / "Dockerfile" and (folder / container["build"]["context"]).resolve() == ROOT
    _, stage = docker.read_text(encoding="utf-8").split(f" AS {container['build']['target']}\n")
    assert re.search(rf"^RUN useradd .* {container['remoteUser']}$", stage.split("\nFROM ")[0], flags=re.MULTILINE)
    assert container["postCreateCommand"] == "make venv"


def test_an_image_gets_nothing_that_git_does_not_keep():
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()}
    unneeded = {line.removeprefix("**/") for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()}
    assert ignored <= unneeded
