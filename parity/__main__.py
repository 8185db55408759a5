"""Print how far the course's train steps and metrics are from independent implementations; exit 1 if one is too far."""

import sys
import time

import click


@click.command(help=__doc__)
@click.option("--only", default="", help="Run the rows whose name contains this.")
@click.option("--part", type=click.Choice(["all", "steps", "metrics"]), default="all", help="Which rows.")
def main(only: str, part: str) -> None:
    import torch

    from parity import cases, compare

    torch.set_num_threads(1)
    bad = []
    for case in cases.all_cases():
        for optimizer in ("SGD", "Adam"):
            if only in f"{case.name}, {optimizer}":
                start = time.perf_counter()
                row = compare.compare(case, optimizer)
                print(f"{row.name:50} {row.plain:8.1e} {row.habits:8.1e} {row.rounding or 0:8.1e}  {row.why:25} {row.where} [{time.perf_counter()-start:.1f}s]", flush=True)
                bad += [row] if row.where else []
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
