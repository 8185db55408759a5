"""The other end of the pipe: a process of its own for each framework, and one question at a time."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from gan_course.errors import CourseError
from gan_course.evaluation.memory import own_peak_megabytes

ROOT = Path(__file__).resolve().parents[1]
OWN = "ONEDNN_MAX_CPU_ISA"  # each framework's own affair: the course's cap would slow PyTorch down


class Worker:
    """A process that answers JSON lines, such as `benchmarks.ours`; it ends with the block.

        with Worker([python, "-m", "benchmarks.ours"]) as worker:
            worker.ask("steps", count=20)

    While nobody asks it sleeps, so that two workers never run at the same time.
    """

    def __init__(self, command: list[str]):
        self.command = command
        self.log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        environment = {name: value for name, value in os.environ.items() if name != OWN}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def ask(self, do: str, **details: object) -> dict:
        """Send a request and wait for its reply.

        Raises:
            CourseError: the worker refused, in its own words, or it ended, with the last line that it wrote.
        """
        try:
            self.process.stdin.write(json.dumps({"do": do, **details}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise CourseError(f"{' '.join(self.command[1:])} ended without an answer: {self.last_words()}")
        answer = json.loads(line)
        if "error" in answer:
            raise CourseError(answer["error"])
        return answer

    def last_words(self) -> str:
        """The last line of its standard error."""
        self.process.wait()
        self.log.seek(0)
        return next((line.strip() for line in reversed(self.log.readlines()) if line.strip()), "it wrote nothing")

    def peak_megabytes(self) -> float | None:
        """The most memory that it has held at a time; None if not on Linux."""
        return own_peak_megabytes(self.process.pid)
