"""Measure how fast the course is, beside PyTorch on the same machine, and write README.md, bench.png and results.json.

What was measured already, on this machine with these versions and this code, is not measured again.
"""

import os
import signal
import sys
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import perf_counter

import click

from benchmarks.conditions import OthersAtWork, conditions, torch_version
from benchmarks.effort import QUICK, Bench, Effort
from benchmarks.jobs import Job, all_jobs
from benchmarks.pipes import ROOT
from benchmarks.plot import write_plot
from benchmarks.report import write_report
from benchmarks.results import add, is_held, read_results, write_results
from gan_course.errors import CourseError

HELP = {"help_option_names": ["-h", "--help"]}


@click.command(help=__doc__, context_settings=HELP)
@click.option("--only", metavar="NAME", default="", help="Measure what has this in its name, such as 'steps: dcgan'.")
@click.option("--quick", is_flag=True, help="Everything tiny, to try it out; goes to outputs/bench_quick.")
@click.option("--again", is_flag=True, help="Measure also what was measured already.")
@click.option("--list", "listed", is_flag=True, help="Print the names and measure nothing.")
@click.option("--public-seconds", type=float, metavar="N", help="Limit of the public recipe's training.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FOLDER", help="Where to write; benchmarks/ by default."
)
@click.option("--torch-python", default=".venv-bench/bin/python", metavar="PATH", help="A Python with PyTorch.")
def main(only: str, quick: bool, again: bool, listed: bool, public_seconds: float | None, out, torch_python) -> None:
    effort = QUICK if quick else Effort()
    if public_seconds is not None:
        effort = replace(effort, public_seconds=public_seconds)
    out = out or (ROOT / "outputs" / "bench_quick" if quick else ROOT / "benchmarks")
    try:
        jobs = chosen(all_jobs(effort), only)
        if listed:
            click.echo("\n".join(jobs))
            return
        sys.exit(run(jobs, effort, out, torch_python, again))
    except CourseError as error:
        click.echo(f"benchmarks: {error}", err=True)
        sys.exit(2)
    except KeyboardInterrupt:
        click.echo("stopped: the same command goes on from here", err=True)
        sys.exit(130)


def chosen(jobs: dict[str, Job], only: str) -> dict[str, Job]:
    """Those whose name contains `only`.

    Raises:
        CourseError: there are none.
    """
    found = {name: job for name, job in jobs.items() if only in name}
    if not found:
        raise CourseError(f"there is nothing called {only!r} to measure: --list prints all names")
    return found


def run(jobs: dict[str, Job], effort: Effort, out: Path, torch_python: str, again: bool) -> int:
    """Measure what is not held yet, keep it at once, and write the report; 1 if something could not be measured."""
    theirs = str(ROOT / torch_python)  # an absolute path stays as it is
    torch = torch_version(theirs)
    if torch is None and any(job.needs_torch for job in jobs.values()):
        raise CourseError(f"there is no PyTorch in {torch_python}: call make bench, which installs it there")
    path, now = out / "results.json", conditions(effort.quick, torch)
    results, failed, start = read_results(path), 0, perf_counter()
    try:
        for number, (name, job) in enumerate(jobs.items(), start=1):
            if is_held(results, name, now) and not again:
                click.echo(f"{name}: measured already")
                continue
            click.echo(f"{number} of {len(jobs)}, after {(perf_counter() - start) / 60:.0f} min: {name}")
            try:
                entry = measure(job, effort, theirs)
            except CourseError as error:
                click.echo(f"{name}: {error}", err=True)
                failed += 1
                continue
            results = add(results, name, entry, now)
            write_results(path, results)
            click.echo(f"  took {entry['took']:.0f} s")
    finally:
        write_report(out / "README.md", results)
        write_plot(out / "bench.png", results)
    click.echo(f"written: {out / 'README.md'}")
    return 1 if failed else 0


def measure(job: Job, effort: Effort, theirs: str) -> dict:
    """What `results` keeps of one measurement."""
    start, others = perf_counter(), OthersAtWork()
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    with tempfile.TemporaryDirectory() as scratch:
        result = job.measure(Bench(effort, (sys.executable,), (theirs,), Path(scratch)))
    took = perf_counter() - start
    return {"date": date.today().isoformat(), "load": load, "others": others(), "took": took, "result": result}


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()
