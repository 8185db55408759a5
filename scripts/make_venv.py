"""Make `.venv`, the Python of this course, when it is missing or stale; a fresh one costs only a hash.

A stamp, written last, holds what the environment was made from, so the next call sees an interrupted
install, a changed pin and a moved folder alike. Standard library only, in the syntax of Python 3.6, so
that an old `python3` still gets as far as the sentence that says what to install.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12")
WINDOWS = os.name == "nt"
NAMES = ("python3", "python3.11", "python3.12", "python")
PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
NEEDED = "Python 3.11 or 3.12 with its venv module"
INSTALL = (
    "install one (Debian, Ubuntu: apt install python3-venv; macOS: brew install python@3.12; "
    "anything else: conda env create -f environment.yml) or name one as in: make PYTHON=/path/to/python3.12"
)


def fingerprint(root):
    """What the environment is made from: the pins, the package's tables, the folder that it is linked to."""
    constraints = (root / "constraints.txt").read_text(encoding="utf-8")
    project = (root / "pyproject.toml").read_text(encoding="utf-8").split("\n[tool.ruff]")[0]
    lines = [line.split("#")[0].rstrip() for line in (constraints + project).splitlines()]
    kept = [str(root)] + [line for line in lines if line]  # without comments: a better reason is no new pin
    return hashlib.sha256("\n".join(kept).encode("utf-8")).hexdigest()


def python_of(venv):
    """The Python of an environment, which lies elsewhere on Windows."""
    return venv / "Scripts" / "python.exe" if WINDOWS else venv / "bin" / "python"


def why_make(root):
    """The reason to make `.venv` anew, or "" when it is fresh."""
    stamp = root / ".venv" / "stamp"
    if not python_of(root / ".venv").exists():  # also a link to a Python that is gone
        return "there is none that works"
    if not stamp.exists():
        return "the last install did not finish"
    if stamp.read_text() != fingerprint(root):
        return "the pins changed or the folder moved"
    return ""


def version_of(command):
    """Return "3.11" for a Python 3.11 that can make environments, "" for one that cannot or is not there."""
    try:
        probe = subprocess.run([command, "-c", PROBE], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return ""
    return probe.stdout.decode().strip() if probe.returncode == 0 else ""


def candidates():
    """Commands that may be a Python that fits, the one that runs this first: on Windows `py -3.12` has no name."""
    return NAMES if sys.prefix != sys.base_prefix else (sys.executable,) + NAMES  # no `.venv` makes itself anew


def find_python(names):
    """The first of these commands that fits, or None."""
    return next((name for name in names if version_of(name) in VERSIONS), None)


def install(root, python):
    """Make the environment, let pip install the course into it, and stamp it; raises CalledProcessError."""
    venv = root / ".venv"
    made_from = fingerprint(root)  # before the install: a pin edited meanwhile leaves it stale
    subprocess.run([python, "-m", "venv", "--clear", str(venv)], check=True)
    pip = [str(python_of(venv)), "-m", "pip", "--disable-pip-version-check", "install"]
    with open(str(venv / "install.log"), "w") as log:  # pip's warnings are for those who look for a fault
        subprocess.run(
            pip + ["-c", "constraints.txt", "-e", ".[test]"],
            cwd=str(root),
            check=True,
            stdout=None if sys.stdout.isatty() else log,
            stderr=log,
        )
    (venv / "stamp").write_text(made_from)


def tail(log, lines=8):
    """The last lines of pip's log, without the warnings, which are never the cause."""
    written = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([line for line in written if not line.startswith("WARNING")][-lines:])


def main(root=ROOT):
    reason = why_make(root)
    if not reason:
        return 0
    chosen = os.environ.get("PYTHON")
    python = find_python([chosen] if chosen else candidates())
    if python is None:
        problem = "PYTHON={} is not {}".format(chosen, NEEDED) if chosen else "No {} was found".format(NEEDED)
        print("{}: {}.".format(problem, INSTALL), file=sys.stderr)
        return 2
    print("Making .venv, for {}: 1 GB to download, 3 GB on disk, about 3 minutes.".format(reason), flush=True)
    try:
        install(root, python)
    except KeyboardInterrupt:
        print("\nStopped: the same command takes up the install again.", file=sys.stderr)
        return 1
    except (subprocess.CalledProcessError, OSError):
        print(tail(root / ".venv" / "install.log"), file=sys.stderr)
        print(
            "The install failed: check the network and that 3 GB of disk are free, then give the same "
            "command again; everything pip said is in .venv/install.log.",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
