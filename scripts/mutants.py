"""Do the tests bite? Change the code a little, and see whether a test notices.

    make mutants

A mutant is the package with one small fault: a `+` for a `-`, a 2 for a 1, a loop that never runs. cosmic-ray finds the
places and writes the faults; a seed draws a sample, of the same faults as long as their lines stay. Each goes into a
copy of this folder, as a file, since `ms.jit` reads the source; then run all tests that reach the mutated file by
imports, the most direct first, until one fails: the mutant is *killed*. The one that no test notices *survives*: a test
is missing, or the fault changes nothing.

Every mutant's fate is a row of a CSV; stopped, the next call goes on from there. This folder itself is never changed.
"""

import ast
import csv
import difflib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import click
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

ROOT = Path(__file__).resolve().parent.parent
NOT_COPIED = (
    ".venv*",
    ".git",
    "outputs",
    "runs",
    "build",
    "__pycache__",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
)
COLUMNS = ["mutant", "file", "line", "operator", "outcome", "test", "seconds"]

# One likely slip for each operator of the language, and the edges of comparisons. Left out: shifts in place of sums and
# the like, which any test notices; `|`, which mostly stands in annotations; decorators, without which a jitted step is
# only slower.
OPERATORS = (
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add", "ReplaceBinaryOperator_Mul_Div"),
    *("ReplaceBinaryOperator_Div_Mul", "ReplaceBinaryOperator_FloorDiv_Mul", "ReplaceBinaryOperator_Mod_Mul"),
    *("ReplaceBinaryOperator_Pow_Mul", "ReplaceBinaryOperator_BitAnd_BitOr"),
    *("ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq"),
    *("ReplaceComparisonOperator_Is_IsNot", "ReplaceComparisonOperator_IsNot_Is"),
    *("ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_Lt_GtE"),
    *("ReplaceComparisonOperator_LtE_Lt", "ReplaceComparisonOperator_LtE_Gt"),
    *("ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_Gt_LtE"),
    *("ReplaceComparisonOperator_GtE_Gt", "ReplaceComparisonOperator_GtE_Lt"),
    *("ReplaceUnaryOperator_USub_UAdd", "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_Invert"),
    *("AddNot", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("NumberReplacer", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ZeroIterationForLoop"),
    "ExceptionReplacer",
)


class Mutant(NamedTuple):
    """One fault: the `occurrence`-th place, from 0, at which an operator of cosmic-ray can change a file."""

    file: str
    line: int
    operator: str
    occurrence: int
    place: str  # the text of the line, and which of its places this is: stays when other lines change

    @property
    def source(self) -> str:
        return (ROOT / self.file).read_text(encoding="utf-8")

    @property
    def mutated(self) -> str:
        return mutate_code(self.source, get_operator(f"core/{self.operator}")(), self.occurrence)

    @property
    def key(self) -> str:
        """Eight letters that name it; others as soon as the file is another."""
        return digest(*self, self.source)[:8]

    @property
    def diff(self) -> str:
        """The changed lines, before and after."""
        lines = difflib.unified_diff(self.source.splitlines(), self.mutated.splitlines(), lineterm="", n=0)
        return "\n".join(line for line in lines if line[0] in "-+" and line[:3] not in ("---", "+++"))


def digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


def all_mutants(folders: tuple[str, ...]) -> list[Mutant]:
    """All faults that OPERATORS can plant in the Python files below `folders`."""
    found = []
    for path in sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        file, texts, nodes = path.relative_to(ROOT).as_posix(), source.splitlines(), list(ast_nodes(get_ast(source)))
        for name in OPERATORS:
            operator, seen = get_operator(f"core/{name}")(), Counter()
            lines = [line for node in nodes for (line, _), _ in operator.mutation_positions(node)]
            for occurrence, line in enumerate(lines):
                text = texts[line - 1].strip()
                found.append(Mutant(file, line, name, occurrence, f"{text} {seen[text]}"))
                seen[text] += 1
    return found


def drawn(mutants: list[Mutant], number: int, seed: int) -> list[Mutant]:
    """`number` of them, as good as at random: those whose hash comes first."""
    return sorted(mutants, key=lambda mutant: digest(seed, mutant.file, mutant.operator, mutant.place))[:number]


def imported(tree: ast.AST, modules: dict[str, Path]) -> set[str]:
    """The modules of the package that a piece of code imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names & modules.keys()


def import_graph() -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For each module of the package, and for each file of tests, what it imports from the package.

    A module that calls `import_module` may import all its siblings; a test imports what the fixtures it names import.
    """
    modules = {}
    for path in (ROOT / "gan_course").rglob("*.py"):
        modules[".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")] = path
    package = {name: imported(ast.parse(path.read_text(encoding="utf-8")), modules) for name, path in modules.items()}
    for name, path in modules.items():
        if "import_module(" in path.read_text(encoding="utf-8"):
            package[name] |= {other for other in modules if other.startswith(f"{name}.")}
    functions = [node for node in ast.walk(parsed("tests/conftest.py")) if isinstance(node, ast.FunctionDef)]
    fixtures = {node.name: imported(node, modules) for node in functions}
    tests = {}
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        arguments = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        direct = imported(tree, modules).union(*(fixtures[name] for name in arguments & fixtures.keys()))
        tests[f"tests/{path.name}"] = direct
    return package, tests


def parsed(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def tests_of(file: str, package: dict[str, set[str]], tests: dict[str, set[str]], nearest: bool) -> list[str]:
    """The files of tests that reach `file` by imports: the most direct first, of these the ones that import least.

    With `nearest` only the most direct: those that import it themselves, as a rule.
    """
    wanted, distances = {file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")}, {}
    for distance in range(len(package)):
        for test, direct in tests.items():
            if direct & wanted:
                distances.setdefault(test, distance)
        wanted |= {name for name, direct in package.items() if direct & wanted}
    last = min(distances.values()) if nearest else len(package)
    chosen = [test for test in distances if distances[test] <= last]
    return sorted(chosen, key=lambda test: (distances[test], len(tests[test]), test))


def run_tests(python: Path, folder: Path, tests: list[str], time_limit: int) -> tuple[str, str]:
    """("survived", ""), or "killed" or "timeout" with the first test that failed or took over `time_limit` seconds."""
    command = [str(python), "-m", "pytest", "-x", "-v", "-p", "no:cacheprovider", "--no-header", "--tb=no"]
    limits = ["-o", f"faulthandler_timeout={time_limit}", "-o", "faulthandler_exit_on_timeout=true"]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([*command, *limits, *tests], cwd=folder, env=environment, capture_output=True, text=True)
    if done.returncode == 0:
        return "survived", ""
    if "Timeout (" in done.stderr:
        return "timeout", re.findall(r"^(tests/\S+::\S+)", done.stdout, re.M)[-1]
    failed = re.findall(r"^(?:FAILED|ERROR) (tests/.*?)(?: - .*)?$", done.stdout, re.M)
    if not failed:
        raise click.ClickException(
            f"pytest ended with {done.returncode}:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        )
    return "killed", failed[0]


def try_mutant(mutant: Mutant, folder: Path, python: Path, tests: list[str], time_limit: int, sound: set[str]) -> dict:
    """Plant the mutant in the copy at `folder`, run the tests, take it out again; returns its row of the CSV.

    A test kills only if it passes without the mutant; those in `sound` are known to do so.
    """
    start = perf_counter()
    (folder / mutant.file).write_text(mutant.mutated, encoding="utf-8")
    outcome, test = run_tests(python, folder, tests, time_limit)
    seconds = perf_counter() - start
    (folder / mutant.file).write_text(mutant.source, encoding="utf-8")
    if test and test not in sound:
        if run_tests(python, folder, [test], time_limit)[0] != "survived":
            raise click.ClickException(f"{test} fails, or takes over {time_limit} s, without any mutant")
        sound.add(test)
    return dict(zip(COLUMNS, (mutant.key, *mutant[:3], outcome, test, f"{seconds:.1f}")))


def read_rows(path: Path) -> dict[str, dict]:
    """The rows of the CSV by mutant; none where there is no file yet."""
    if not path.exists():
        return {}
    with path.open(newline="", encoding="utf-8") as file:
        return {row["mutant"]: row for row in csv.DictReader(file)}


def write_rows(path: Path, rows: dict[str, dict]) -> None:
    """Write the CSV beside its place and move it there, so that a stop never leaves half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    with unfinished.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows.values())
    os.replace(unfinished, path)


def report(sample: list[Mutant], rows: dict[str, dict]) -> None:
    """Print how many of the sample were killed, then the survivors."""
    judged = [rows[mutant.key] for mutant in sample if mutant.key in rows]
    survivors = [mutant for mutant in sample if rows.get(mutant.key, {}).get("outcome") == "survived"]
    killed, minutes = len(judged) - len(survivors), sum(float(row["seconds"]) for row in judged) / 60
    click.echo(f"{killed} of {len(judged)} mutants killed ({killed / len(judged):.0%}), {minutes:.0f} minutes of tests")
    for mutant in survivors:
        click.echo(f"\nsurvived: {mutant.file}:{mutant.line} {mutant.operator}\n{mutant.diff}")


@click.command(context_settings={"show_default": True})
@click.argument("folders", nargs=-1)
@click.option("--number", default=60, help="How many mutants.")
@click.option("--seed", default=0, help="Draws them.")
@click.option("--time-limit", default=300, help="Seconds for one test; one that takes longer has killed the mutant.")
@click.option("--nearest", is_flag=True, help="Run the most direct tests only: fast, but it lets more survive.")
@click.option("--retry", is_flag=True, help="Test earlier survivors again: after new tests.")
@click.option("--python", type=Path, default=ROOT / ".venv/bin/python", help="Runs the tests.")
@click.option("--out", type=Path, default=ROOT / "build/mutants.csv", help="The CSV.")
def main(folders, number, seed, time_limit, nearest, retry, python, out):
    """Plant faults in the files below FOLDERS (training/ and evaluation/), one at a time, and run the tests."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # takes the running tests along
    population = all_mutants(folders or ("gan_course/training", "gan_course/evaluation"))
    sample = drawn(population, number, seed)
    rows = {key: row for key, row in read_rows(out).items() if not (retry and row["outcome"] == "survived")}
    sound = {row["test"] for row in rows.values() if row["outcome"] == "killed"}
    package, tests = import_graph()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / ROOT.name
        shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*NOT_COPIED))
        for count, mutant in enumerate(sample, 1):
            if mutant.key not in rows:
                chosen = tests_of(mutant.file, package, tests, nearest)
                rows[mutant.key] = row = try_mutant(mutant, folder, python, chosen, time_limit, sound)
                write_rows(out, rows)
                click.echo(f"{count}/{number} {' '.join(map(str, row.values()))}")
    report(sample, rows)


if __name__ == "__main__":
    main()
