"""How far the course's train steps and metrics are from PyTorch and others in float64.

Prints one row a step and optimiser, then one a metric: the largest relative difference in three steps, of all losses,
parameters and running averages. Where it is above 1e-5, a habit of MindSpore must explain it, or the rounding of
float32; what nothing explains is named after !!, and the exit code is 1.
"""

import sys
import time
import warnings

import click

HABITS = """
Above 1e-5 (marked *) for a habit of MindSpore 2.10, without which PyTorch differs as much; `then` is what is left:
  epsilon   Adam's, added to the root of the uncorrected second moment (Kingma & Ba 2015, end of section 2)
  tanh      a rational function on the CPU, exactly +-1 beyond 5
  bias      what has no gradient, such as a bias before batch normalisation, goes where Adam takes rounding noise
  float32   rounding: PyTorch in float32, its batch off by 4e-6 as MindSpore's exp is, differs from itself in float64 by
            what the last column says, and ten times that is allowed"""


@click.command(help=__doc__)
@click.option("--only", default="", help="Run the rows whose name contains this.")
@click.option("--part", type=click.Choice(["all", "steps", "metrics"]), default="all", help="Which rows.")
def main(only: str, part: str) -> None:
    warnings.simplefilter("ignore")  # of other people's programs
    start, bad = time.monotonic(), 0
    print(f"{'':52} {'plain':>8}  {'explained by':22} {'then':>8} {'float32':>8}")
    if part != "metrics":
        bad += print_steps(only)
    if part != "steps":
        bad += print_metrics(only)
    print(HABITS)
    print(f"{time.monotonic() - start:.0f} s; unexplained: {bad}")
    sys.exit(bad > 0)


def print_steps(only: str) -> int:
    """One row a case and optimiser; how many are unexplained."""
    from parity.cases import all_cases
    from parity.compare import LIMIT, compare
    from parity.museum import museum_cases

    bad = 0
    for case in (*all_cases(), *museum_cases()):
        for optimizer in ("SGD", "Adam"):
            if only not in f"{case.name}, {optimizer}":
                continue
            row = compare(case, optimizer)
            mark = "!!" if row.where else "*" if row.plain > LIMIT else ""
            then = f"{row.then:8.1e}" if mark else ""
            own = f"{row.rounding:8.1e}" if row.rounding else ""
            print(
                f"{row.name:52} {row.plain:8.1e}{mark:2}{row.why or row.where:22} {then:8} {own:8}".rstrip(), flush=True
            )
            bad += bool(row.where)
    return bad


def print_metrics(only: str) -> int:
    """One row a number and whoever else says it; how many differ."""
    from parity.compare import LIMIT, relative
    from parity.formulas import all_formulas
    from parity.metrics import all_metrics

    bad = 0
    for rows in (all_metrics(), all_formulas()):
        for name, other, ours, theirs in rows:
            if only in name:
                size = relative(ours, theirs)
                print(f"{f'{name} ({other})':52} {size:8.1e}{'!!' if size > LIMIT else ''}", flush=True)
                bad += size > LIMIT
    return bad


if __name__ == "__main__":
    main()
