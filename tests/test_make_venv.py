"""When scripts/make_venv.py makes the environment, with which Python, and what it says when it cannot."""

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import make_venv


@pytest.fixture
def project(tmp_path):
    """A project whose `.venv` is fresh."""
    root = tmp_path / "course"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").touch()
    (root / "constraints.txt").write_text("numpy==1.26.4\n")
    (root / "pyproject.toml").write_text('[project]\nname = "x"\n\n[tool.ruff]\nline-length = 110\n')
    (root / ".venv" / "stamp").write_text(make_venv.fingerprint(root))
    return root


@pytest.fixture
def command(tmp_path):
    """Writes a command that answers the probe as told."""

    def write(name, prints="", code=0):
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\necho {prints}\nexit {code}\n")
        path.chmod(0o755)
        return str(path)

    return write


def test_fresh_needs_nothing(project, monkeypatch):
    monkeypatch.setattr(make_venv, "install", lambda *_: pytest.fail("installed again"))
    assert make_venv.main(project) == 0


def test_missing_is_made(project):
    shutil.rmtree(project / ".venv")
    assert "none" in make_venv.why_make(project)


def test_link_to_a_python_that_is_gone_is_made_anew(project):
    python = project / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to(project / "gone")
    assert "none that works" in make_venv.why_make(project)


def test_interrupted_install_is_taken_up(project):
    (project / ".venv" / "stamp").unlink()
    assert "did not finish" in make_venv.why_make(project)


@pytest.mark.parametrize("file", ["constraints.txt", "pyproject.toml"])
def test_changed_pin_is_stale(project, file):
    path = project / file
    path.write_text('"another==1.0"\n' + path.read_text())
    assert "pins changed" in make_venv.why_make(project)


def test_linter_setting_and_comment_are_no_pins(project):
    path = project / "pyproject.toml"
    path.write_text("# why\n" + path.read_text() + "src = []\n")
    assert make_venv.why_make(project) == ""


def test_the_real_pyproject_has_the_line_where_reading_stops():
    text = (make_venv.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pins, settings = text.split("\n[tool.ruff]")
    assert "numpy==" in pins and "[tool.setuptools" not in settings


def test_moved_folder_is_stale(project):
    moved = project.rename(project.parent / "elsewhere")
    assert "moved" in make_venv.why_make(moved)


def test_first_fitting_python_is_chosen(command):
    names = [
        "/no/such/python",
        command("shim", "3.12", code=127),
        command("old", "3.10"),
        command("new", "3.13"),
        command("fits", "3.12"),
        command("later", "3.11"),
    ]
    assert make_venv.find_python(names) == names[4]
    assert make_venv.find_python(names[:4]) is None


def test_the_python_that_was_called_comes_first_unless_it_is_an_environments(monkeypatch):
    monkeypatch.setattr(make_venv.sys, "prefix", make_venv.sys.base_prefix)
    assert make_venv.candidates() == (make_venv.sys.executable, *make_venv.NAMES)
    monkeypatch.setattr(make_venv.sys, "prefix", "/somewhere/.venv")
    assert make_venv.candidates() == make_venv.NAMES


def test_on_windows_the_environment_lies_elsewhere(project, monkeypatch):
    monkeypatch.setattr(make_venv, "WINDOWS", True)
    assert "none that works" in make_venv.why_make(project)
    scripts = project / ".venv" / "Scripts"
    scripts.mkdir()
    (scripts / "python.exe").touch()
    assert make_venv.why_make(project) == ""
    calls = []
    monkeypatch.setattr(make_venv.subprocess, "run", lambda command, **_: calls.append(command))
    make_venv.install(project, "py")
    assert calls[0][:3] == ["py", "-m", "venv"] and calls[1][0] == str(scripts / "python.exe")


def test_wrong_python_gets_one_sentence(project, command, monkeypatch, capsys):
    (project / ".venv" / "stamp").unlink()
    monkeypatch.setenv("PYTHON", command("old", "3.8"))
    assert make_venv.main(project) == 2
    said = capsys.readouterr()
    assert said.out == "" and said.err.count("\n") == 1
    assert "is not Python 3.11 or 3.12" in said.err and "install one" in said.err


def failing(error):
    def install(root, python):
        (root / ".venv" / "install.log").write_text("WARNING: noise\nERROR: No matching distribution\n")
        raise error

    return install


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (subprocess.CalledProcessError(1, "pip"), "check the network"),
        (OSError("disk full"), "check the network"),
        (KeyboardInterrupt(), "takes up the install again"),
    ],
)
def test_failed_install_says_what_to_do_and_stays_stale(project, command, monkeypatch, capsys, error, sentence):
    (project / ".venv" / "stamp").unlink()
    monkeypatch.setenv("PYTHON", command("fits", "3.11"))
    monkeypatch.setattr(make_venv, "install", failing(error))
    assert make_venv.main(project) == 1
    said = capsys.readouterr()
    assert "3 GB" in said.out and sentence in said.err
    assert "noise" not in said.err and "Traceback" not in said.err
    assert make_venv.why_make(project)


def test_stamp_is_written_last_and_for_the_pins_installed(project, monkeypatch):
    """pip fails: no stamp. A pin edited while pip runs: a stamp, but a stale one."""
    stamp = project / ".venv" / "stamp"

    def run(command, **_):
        if "venv" in command:
            stamp.unlink(missing_ok=True)  # what --clear does
        elif fails:
            raise subprocess.CalledProcessError(1, command)
        else:
            (project / "constraints.txt").write_text("numpy==2.0\n")

    monkeypatch.setattr(make_venv.subprocess, "run", run)
    fails = True
    with pytest.raises(subprocess.CalledProcessError):
        make_venv.install(project, "python3")
    assert not stamp.exists()
    fails = False
    make_venv.install(project, "python3")
    assert stamp.exists() and "pins changed" in make_venv.why_make(project)


def test_an_old_python_can_read_it():
    ast.parse(Path(make_venv.__file__).read_text(encoding="utf-8"), feature_version=(3, 6))
