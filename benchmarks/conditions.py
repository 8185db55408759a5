"""What a measurement depends on besides what is measured: machine, versions, code, and who else was at work."""

import hashlib
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

from benchmarks.pipes import ROOT

CODE = ("gan_course", "benchmarks", "parity")
SHOWS = ("report.py", "plot.py")  # in benchmarks/: what only shows results changes none


def conditions(quick: bool, torch: str | None) -> dict:
    """Measurements under equal conditions may stand in one table.

    Args:
        quick: whether everything was tiny.
        torch: PyTorch's version; None if there is none.
    """
    versions = {name: version(name) for name in ("mindspore", "numpy")}
    return {
        "machine": processor(),
        "cores": num_cores(),
        "system": f"{platform.system()} {platform.machine()}",
        "versions": {"python": platform.python_version()} | versions | ({"torch": torch} if torch else {}),
        "code": code_hash(ROOT),
        "quick": quick,
    }


def processor() -> str:
    """What the system calls the processor, and the widest vectors that it has."""
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine()
    pairs = [line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines() if ":" in line]
    facts = {name.strip(): value.strip() for name, value in pairs}
    vectors = next((name for name in ("avx512f", "avx2") if name in facts.get("flags", "").split()), "no AVX2")
    return f"{facts.get('model name', platform.machine())} ({vectors})"


def num_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def code_hash(root: Path) -> str:
    """Twelve letters that change with any of the Python that is timed."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in CODE for path in (root / folder).rglob("*.py")):
        if path.parent.name == "benchmarks" and path.name in SHOWS:
            continue
        digest.update(path.relative_to(root).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def torch_version(python: str) -> str | None:
    """The version of PyTorch that a Python has, None if it has none or is not there."""
    try:
        code = "from importlib.metadata import version; print(version('torch'))"
        done = subprocess.run([python, "-c", code], capture_output=True, text=True)
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


class OthersAtWork:
    """How many cores other programs kept busy in the meantime: `OthersAtWork()()` at the end; None if not on Linux.

    Only ended children count as our own, so no worker may be left.
    """

    def __init__(self):
        self.start = perf_counter(), busy_seconds(), own_seconds()

    def __call__(self) -> float | None:
        wall, busy, own = self.start
        if busy is None:
            return None
        others = (busy_seconds() - busy) - (own_seconds() - own)
        return max(0.0, others / max(perf_counter() - wall, 1e-9))


def busy_seconds() -> float | None:
    """Seconds in which a core of this machine was at work, since it was switched on."""
    path = Path("/proc/stat")
    if not path.exists():
        return None
    user, nice, system, _, _, irq, soft_irq = map(int, path.read_text(encoding="utf-8").split()[1:8])
    return (user + nice + system + irq + soft_irq) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """Seconds of work of this process and of those of its children that have ended."""
    return sum(os.times()[:4])
