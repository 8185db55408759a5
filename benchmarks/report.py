"""`README.md`: the tables of `results.json`, between two marks of a text that stays as it is."""

from pathlib import Path

from benchmarks.chores import NAMES
from benchmarks.growth import exponent
from benchmarks.quality import COURSE, PUBLIC, SAME

BEGIN, END = "<!-- results: written by the command, do not edit -->", "<!-- end of results -->"
AXES = {
    "batch_size": "pictures a batch",
    "side": "side of a picture, pixels",
    "width": "channels at the picture",
    "pictures": "pictures to learn from",
}
OTHER = " †"  # after the name of a row that was measured under other conditions


def write_report(path: Path, results: dict) -> None:
    """Put the tables into the file at `path`: between its marks, or at its end if it has none."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN not in text or END not in text:
        text += f"{BEGIN}\n{END}\n"
    before, rest = text.split(BEGIN)
    path.write_text(f"{before}{BEGIN}\n\n{report(results)}\n{END}{rest.split(END)[1]}", encoding="utf-8")


def report(results: dict) -> str:
    """All tables in Markdown; of parts that were not measured there is none."""
    if not results["entries"]:
        return "Nothing was measured yet.\n"
    main = main_conditions(results)
    entries = {
        name + ("" if entry["conditions"] == main else OTHER): entry for name, entry in results["entries"].items()
    }
    parts = [heading(results, main), "![All of it at a glance](bench.png)\n"]
    for title, make in TABLES.items():
        if rows := make({name: entry["result"] for name, entry in entries.items()}):
            parts.append(f"### {title}\n\n{table(rows)}")
    return "\n".join(parts)


def main_conditions(results: dict) -> str:
    """The key of the conditions of most entries."""
    keys = [entry["conditions"] for entry in results["entries"].values()]
    return max(sorted(set(keys)), key=keys.count)


def heading(results: dict, main: str) -> str:
    """Machine, cores, versions, dates, and how busy the machine was."""
    facts = results["conditions"][main]
    entries = [entry for entry in results["entries"].values() if entry["conditions"] == main]
    dates = sorted({entry["date"] for entry in entries})
    versions = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    lines = [
        f"Measured {' to '.join(dict.fromkeys([dates[0], dates[-1]]))} on {facts['machine']}, {facts['cores']} cores, "
        f"{facts['system']}; {versions}; code {facts['code']}. {how_busy(entries)}",
    ]
    if facts["quick"]:
        lines.append("\n**A quick run, to see whether the bench works: its numbers mean nothing.**")
    if any(entry["conditions"] != main for entry in results["entries"].values()):
        lines.append("\n†: measured under other conditions, see `results.json`.")
    return "\n".join(lines) + "\n"


def how_busy(entries: list[dict]) -> str:
    """What other programs took, at most, while something was measured, and the load when it began."""
    others = [entry["others"] for entry in entries if entry["others"] is not None]
    load = [entry["load"] for entry in entries if entry["load"] is not None]
    said = f"Other programs kept at most {max(others):.2f} cores busy meanwhile" if others else "Load is not known"
    return said + (f"; the load average was {load[0]:.2f} before the first row." if load else ".")


def table(rows: list[list[str]]) -> str:
    """Rows, the first being the header, in Markdown; numbers to the right."""
    header, *body = rows
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *body]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def of_part(found: dict[str, dict], part: str) -> dict[str, dict]:
    """{the name behind "part: ": result}."""
    return {name.removeprefix(f"{part}: "): result for name, result in found.items() if name.startswith(f"{part}: ")}


def step_rows(found: dict[str, dict]) -> list[list[str]]:
    rows = [["step", "parameters", "course, ms", "PyTorch, ms", "ratio", "rounds", "first step, s", "peak, MB"]]
    for case, result in of_part(found, "steps").items():
        ours, theirs = (1000 * result["median"][name] for name in ("course", "torch"))
        first, peak = (pair(result[name], digits) for name, digits in (("first_step", 1), ("peak_megabytes", 0)))
        spread = f"{min(result['ratios']):.2f} to {max(result['ratios']):.2f}"
        ratio = f"**{result['ratio']:.2f}**"
        rows.append([case, f"{result['parameters']:,}", f"{ours:.1f}", f"{theirs:.1f}", ratio, spread, first, peak])
    return rows if len(rows) > 1 else []


def pair(values: dict[str, float | None], digits: int) -> str:
    """The course's and PyTorch's."""
    return " / ".join("-" if values[name] is None else f"{values[name]:.{digits}f}" for name in ("course", "torch"))


def waiting_rows(found: dict[str, dict]) -> list[list[str]]:
    rows = [["what", "seconds"]]
    for name, result in found.items():
        if name.removesuffix(OTHER) in ("start-up", "chores"):
            rows += [[NAMES.get(what, f"`{what}`"), f"{seconds:.2f}"] for what, seconds in result.items()]
    return rows if len(rows) > 1 else []


def quality_rows(found: dict[str, dict]) -> list[list[str]]:
    """A row a mark: seconds of each contestant, and the course's over the others'."""
    rows = [["mark", COURSE, SAME, PUBLIC, f"{COURSE} / {SAME}", f"{COURSE} / {PUBLIC}"]]
    trainings = of_part({name.removesuffix(OTHER): result for name, result in found.items()}, "quality")
    for case in dict.fromkeys(name.split(", ", 1)[0] for name in trainings):
        runs = {who: trainings.get(f"{case}, {who}") for who in (COURSE, SAME, PUBLIC)}
        some = next(run for run in runs.values() if run)
        for mark in some["reached"]:
            cells = [seconds_to(run, mark) for run in runs.values()]
            ratios = [seconds_ratio(runs[COURSE], runs[who], mark) for who in (SAME, PUBLIC)]
            rows.append([f"{case}: {some['measure']} under {mark}", *cells, *ratios])
    return rows if len(rows) > 1 else []


def seconds_to(run: dict | None, mark: str) -> str:
    if run is None:
        return "-"
    reached = run["reached"][mark]
    if reached is None:
        return f"not in its {run['trail'][-1]['steps']:,} steps" if run["ended"] else f"more than {run['spent']:.0f} s"
    return f"{reached:.0f} s"


def seconds_ratio(ours: dict | None, other: dict | None, mark: str) -> str:
    """The quotient of both times, or what is known of it."""
    if ours is None or other is None or ours["reached"][mark] is None:
        return "-"
    seconds = other["reached"][mark]
    if seconds is None:
        return "-" if other["ended"] else f"less than {ours['reached'][mark] / other['spent']:.2f}"
    return f"{ours['reached'][mark] / seconds:.2f}"


def axis_points(found: dict[str, dict], axis: str) -> list[dict]:
    """What was measured along one axis of growth, the base included, small sizes first: size, seconds, peak."""
    measured = of_part({name.removesuffix(OTHER): result for name, result in found.items()}, "growth")
    chosen = [result for name, result in measured.items() if name == "base" or name.startswith(f"{axis} ")]
    rows = [result | {"size": result["point"][axis]} for result in chosen]
    return sorted(rows, key=lambda row: row["size"])


def length_points(found: dict[str, dict]) -> list[dict]:
    """The same, along a training."""
    measured = found.get("growth: steps") or found.get(f"growth: steps{OTHER}") or {"rows": []}
    return [row | {"size": row["steps"]} for row in measured["rows"]]


def growth_rows(found: dict[str, dict]) -> list[list[str]]:
    rows = [["growing", "sizes", "ms a step", "exponent", "peak, MB"]]
    lines = {name: axis_points(found, axis) for axis, name in AXES.items()} | {"steps before": length_points(found)}
    for name, line in lines.items():
        if len(line) < 2:
            continue
        sizes, seconds = [row["size"] for row in line], [row["seconds"] for row in line]
        peaks = ["-" if row["peak_megabytes"] is None else f"{row['peak_megabytes']:.0f}" for row in line]
        times = ", ".join(f"{1000 * s:.1f}" for s in seconds)
        rows.append([name, ", ".join(map(str, sizes)), times, f"{exponent(sizes, seconds):.2f}", ", ".join(peaks)])
    return rows if len(rows) > 1 else []


def live_rows(found: dict[str, dict]) -> list[list[str]]:
    result = found.get("live pictures") or found.get(f"live pictures{OTHER}")
    if result is None:
        return []
    rounds = f"{min(result['rounds']):.1%} to {max(result['rounds']):.1%}"
    numbers = [f"{result['overhead']:.1%}", rounds, f"{result['both_ends']:.1%}", f"{result['total']:.1%}"]
    return [["training", "while it runs", "rounds", "before and after", "in all"], ["digits of lesson 05", *numbers]]


TABLES = {
    "Train steps": step_rows,
    "Time to quality": quality_rows,
    "Growth": growth_rows,
    "Waiting": waiting_rows,
    "Live pictures, of the seconds without": live_rows,
}
