"""`gan-course train --workers N`: the same command in N processes, started by msrun, MindSpore's own launcher."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import sleep

import psutil

from gan_course.errors import CourseError
from gan_course.profiles import launch_environment, launcher
from gan_course.runs.folder import WORKERS, only_writer

ENDED = r"exit with exception. Error code: (-?\d+)"  # what msrun says of a worker; negative: a signal
GO_ON = "the same command with --resume goes on from the last checkpoint"
OURS = "gan-course: "  # how a line begins that says why a command ended
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_OF_MSRUN = 1.0  # from one of its looks at the workers to the next, and of theirs at the command
Roles = dict[psutil.Process, tuple[str, str]]  # of a process: MS_ROLE, RANK_ID


def check_workers(workers: int, batch_size: int) -> None:
    """Refuse a number of workers that cannot share a batch evenly, two pictures each at least.

    Raises:
        CourseError: it cannot, or the system has no msrun.
    """
    possible = [number for number in range(1, batch_size // 2 + 1) if batch_size % number == 0]
    if workers not in possible:
        numbers = ", ".join(map(str, possible))
        raise CourseError(
            f"--workers must share a batch of {batch_size} evenly, at least 2 pictures each: {numbers}, not {workers}"
        )
    if workers > 1 and not sys.platform.startswith("linux"):
        raise CourseError("MindSpore starts several workers on Linux alone: leave out --workers")


def msrun_command(workers: int, logs: Path, port: int, arguments: list[str]) -> list[str]:
    """What runs `gan-course` with these arguments in so many processes of this machine."""
    flags = {"worker_num": workers, "local_worker_num": workers, "master_port": port, "log_dir": logs, "join": True}
    flags["tail_worker_log"] = 0  # it would copy what all of them say
    msrun = Path(sys.executable).with_name("msrun")
    return [
        str(msrun),
        *(f"--{name}={value}" for name, value in flags.items()),
        "python",
        "-m",
        "gan_course",
        *arguments,
    ]


def launch(workers: int, folder: Path, arguments: list[str]) -> int:
    """Run this command in so many workers, and pass on what the first of them says; its exit code.

    Whatever happens, no process stays: not after Ctrl-C twice, and not if this one is killed (`end_with_launcher`).

    Raises:
        CourseError: a worker was killed, or others are at work in the folder.
        KeyboardInterrupt: Ctrl-C before the first worker could be told, or a second time.
    """
    logs = folder / WORKERS
    logs.mkdir(exist_ok=True)
    with only_writer(logs):
        for old in logs.glob("*.log"):
            old.unlink()
        code = call_msrun(msrun_command(workers, logs, free_port(), arguments), workers, logs)
    if code is None:
        raise CourseError(f"a worker was killed; {GO_ON} (what they said is in {logs})")
    return code


def call_msrun(command: list[str], workers: int, logs: Path) -> int | None:
    """What `watch` returns of a command; all that it started has ended."""
    started: Roles = {}
    with (logs / "msrun.log").open("wb") as log:
        msrun = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=launch_environment(workers),
            start_new_session=True,  # so that Ctrl-C reaches this process alone
        )
    try:
        return watch(msrun, workers, logs, started)
    finally:
        msrun.kill()
        msrun.wait()
        end(started)


def watch(msrun: subprocess.Popen, workers: int, logs: Path, started: Roles) -> int | None:
    """Pass on what the first worker says until a worker fails or all are done; the exit code, None where one got lost.

    What msrun does when all are done is not waited for: its scheduler takes a minute to notice.

    Args:
        started: gets all processes below msrun.
    """
    lines, stopping = new_lines(logs / "worker_0.log"), False
    while not ended(logs) and msrun.poll() is None and not all_done(started, workers):
        try:
            sleep(SECONDS_BETWEEN_LOOKS)
            take_note(msrun, started)
            pass_on(lines)
        except KeyboardInterrupt:
            if stopping or not stop_first(started):
                raise
            stopping = True
    if all_done(started, workers):
        sleep(SECONDS_OF_MSRUN + SECONDS_BETWEEN_LOOKS)  # it may have something to say
    pass_on(lines)
    codes = ended(logs) or [0 if all_done(started, workers) else msrun.poll()]
    return codes[0] if codes[0] == 0 or (codes[0] > 0 and tell_why(logs)) else None


def take_note(msrun: subprocess.Popen, started: Roles) -> None:
    """Add the processes below msrun, each with its role as soon as it has one."""
    with suppress(psutil.Error):
        for process in psutil.Process(msrun.pid).children(recursive=True):
            seen = process.as_dict(["environ", "name"])
            variables = {} if seen["name"] == "tail" else seen["environ"] or {}  # msrun lets it copy a worker's log
            role = variables.get("MS_ROLE", ""), variables.get("RANK_ID", "")
            if role[0] or process not in started:  # one that has ended has no variables any more
                started[process] = role


def all_done(started: Roles, workers: int) -> bool:
    """Whether all workers were there and have ended."""
    ours = [process for process, (role, _) in started.items() if role == "MS_WORKER"]
    return len(ours) == workers and not any(is_at_work(process) for process in ours)


def is_at_work(process: psutil.Process) -> bool:
    """Whether it has not ended yet."""
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def ended(logs: Path) -> list[int]:
    """The exit codes of workers that failed, as far as msrun noticed."""
    log = logs / "msrun.log"
    said = log.read_text(errors="replace") if log.exists() else ""  # somebody may have removed the run's folder
    return [int(code) for code in re.findall(ENDED, said)]


def new_lines(log: Path) -> Iterator[str]:
    """All that is in a growing file, line by line; "" where there is no more so far."""
    while not log.exists():
        yield ""
    with log.open(errors="replace") as file:
        while True:
            yield file.readline()


def pass_on(lines: Iterator[str]) -> None:
    """Print what is new, but for MindSpore's own messages: why the command ended on stderr, all else on stdout."""
    for line in iter(lines.__next__, ""):
        if not line.startswith("["):
            with suppress(OSError):  # of a terminal that was closed, while the first worker still writes the results
                print(line, end="", file=sys.stderr if line.startswith(OURS) else sys.stdout, flush=True)


def tell_why(logs: Path) -> bool:
    """See to it that the reason of a failure is told, by whichever worker knew it; whether one did."""
    told = [log.name for log in sorted(logs.glob("worker_*.log")) if reasons(log)]
    if told and told[0] != "worker_0.log":  # which is passed on anyway
        print(*reasons(logs / told[0]), sep="\n", file=sys.stderr)
    return bool(told)


def reasons(log: Path) -> list[str]:
    """The lines of a worker that say why it ended."""
    return [line for line in log.read_text(errors="replace").splitlines() if line.startswith(OURS)]


def stop_first(started: Roles) -> bool:
    """Ask the first worker to stop after its step and to keep everything; whether there is one to ask."""
    for process, role in started.items():
        if role == ("MS_WORKER", "0"):
            with suppress(psutil.Error):
                process.send_signal(signal.SIGTERM)
                return True
    return False


def end(started: Roles) -> None:
    """Kill what is left of these processes."""
    for process in started:
        with suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(started, timeout=10)


def end_with_launcher() -> None:
    """In a process that msrun started: end soon after the command that started msrun, which `kill -9` may have ended.

    Nobody would end it then. Where somebody called msrun himself, nothing is done.
    """
    number = launcher()
    if number is not None:
        threading.Thread(target=end_with, args=(number,), daemon=True).start()


def end_with(number: int) -> None:
    """Wait until the process of that id is gone, then kill msrun and what else it started, and end this process."""
    others: list[psutil.Process] = []
    with suppress(psutil.Error):  # one that is gone has nothing below it
        command, msrun = psutil.Process(number), psutil.Process().parent()
        below = msrun is not None and msrun.ppid() == number  # else msrun is gone, and this is the child of a stranger
        while is_at_work(command):
            sleep(SECONDS_OF_MSRUN)
        others = [msrun, *msrun.children(recursive=True)] if below else []
    with suppress(OSError):
        print(f"{OURS}the command was killed; {GO_ON}", file=sys.stderr, flush=True)
    for process in others:  # msrun first, and what computes nothing and might not hear: its scheduler
        if process.pid != os.getpid():
            with suppress(psutil.Error):
                process.kill()
    os._exit(1)


def leave(code: int) -> None:
    """End this process without MindSpore's own clearing up, which crashes now and then where workers were connected."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
