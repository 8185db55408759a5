"""Tie the numbers that prose quotes to the outputs that print them: `.venv/bin/python -m scripts.quotes [NOTEBOOK...]`.

A text cell's metadata says where its numbers come from: `"quotes": {"CELL ID": ["0.154", "91 %"]}` names the output
that prints each, and `"stated": ["20,000"]` holds those that no output prints: a setting, a paper's figure, a sum that
the sentence itself works out. A test compares both with the notebook. This command proposes them: it looks for each
number in the outputs above, the nearest first, keeps what was marked and still holds, and lists what it did not find.
"""

import re
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from pathlib import Path

import click
import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
NUMBER = re.compile(r"(?<![\w.,/])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?: ?%)?(?![\w/])")
NOT_PROSE = [
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"^## References.*",  # and all below
        r"^#+ [^\n]*$",
        r"^\*\d+ min [●○]+\*$",
        r"```.*?```",
        r"\$\$.*?\$\$",
        r"\$[^$]+\$",
        r"`[^`]*`",
        r"\]\([^)]*\)",
        r"<[^>]*>",
        r"^\s*\d+\. ",  # of a list
        r"(?i)\b(?:equations?|eq\.|sections?|tables?|figures?|chapters?|lessons?|theorems?|exhibits?|exercises?|question|"
        r"step|seeds?|algorithm|part)s? [\d.]+(?:(?:, | and | to )[\d.]+)*",
        r"\b(?:19|20)\d\d\b",  # a year
    )
]
Marks = dict[str, list[str]]


def prose_numbers(text: str) -> list[str]:
    """The numbers of a text that could be measured: with decimals, a per cent sign, or of two digits and more."""
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    found = [" ".join(match.group().split()) for match in NUMBER.finditer(text)]
    return [number for number in found if len(number) > 1 and not re.fullmatch(r"0\d+", number)]


def printed_numbers(cell: nbformat.NotebookNode) -> list[Decimal]:
    """All numbers in a cell's printed lines and tables."""
    texts = [
        "".join(output.get("text", "")) + " " + re.sub(r"<[^>]*>", " ", shown(output))
        for output in cell.get("outputs", [])
    ]
    found = re.findall(r"-?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?", " ".join(texts))
    return [Decimal(number.replace(",", "")) for number in found if number.strip(",")]


def shown(output: nbformat.NotebookNode) -> str:
    """What an output shows as text: a table, or a line."""
    data = output.get("data", {})
    return "".join(data.get("text/html", "") or data.get("text/markdown", "") or data.get("text/plain", ""))


def says(printed: Decimal, quoted: str) -> bool:
    """Whether a printed number, rounded as the quotation is, is the quoted one; of a share, so many per cent."""
    number = Decimal(quoted.rstrip(" %").replace(",", ""))
    candidates = [abs(printed), 100 * abs(printed)] if quoted.endswith("%") else [abs(printed)]
    return any(
        value.quantize(number, rounding) == number
        for value in candidates
        if value < 10**9
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
    )


def faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What is wrong with the marks of a notebook, a line each; none if all is well."""
    cells = {cell.id: cell for cell in notebook.cells}
    wrong = []
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        quotes, stated = cell.metadata.get("quotes", {}), cell.metadata.get("stated", [])
        numbers = prose_numbers(cell.source)
        marked = {number for found in quotes.values() for number in found} | set(stated)
        wrong += [f"{cell.id}: {number} is not marked" for number in dict.fromkeys(numbers) if number not in marked]
        wrong += [f"{cell.id}: {number} is marked, and not in the text" for number in marked if number not in numbers]
        for source, found in quotes.items():
            printed = printed_numbers(cells[source]) if source in cells else []
            wrong += [
                f"{cell.id}: cell {source} does not print {number}"
                for number in found
                if not any(says(value, number) for value in printed)
            ]
    return wrong


def propose(notebook: nbformat.NotebookNode, state: bool = False) -> list[str]:
    """Mark what the outputs above print, the nearest first, then below; returns a line for each number left.

    With `state`, these are marked as stated.
    """
    cells = {cell.id: cell for cell in notebook.cells}
    left = []
    for place, cell in enumerate(notebook.cells):
        if cell.cell_type != "markdown":
            continue
        numbers = list(dict.fromkeys(prose_numbers(cell.source)))
        stated = [number for number in cell.metadata.get("stated", []) if number in numbers]
        marked = [cells[source] for source in cell.metadata.get("quotes", {}) if source in cells]
        near = sorted(range(len(notebook.cells)), key=lambda other: (other > place, abs(other - place)))
        quotes: Marks = {}
        for number in (number for number in numbers if number not in stated):
            sources = [*marked, *(notebook.cells[i] for i in near)]
            source = next((source.id for source in sources if prints(source, number)), None)
            if source is None:
                left.append(f"{cell.id}: {number}")
                stated += [number] if state else []
            else:
                quotes.setdefault(source, []).append(number)
        for name, marks in (("quotes", quotes), ("stated", stated)):
            cell.metadata.pop(name, None)
            if marks:
                cell.metadata[name] = marks
    return left


def prints(cell: nbformat.NotebookNode, number: str) -> bool:
    """Whether a cell's output says this number."""
    return any(says(value, number) for value in printed_numbers(cell))


@click.command(help=__doc__, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--state", is_flag=True, help="Mark the numbers that no output prints as stated: read them first.")
@click.argument(
    "paths", nargs=-1, metavar="[NOTEBOOK]...", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def main(paths: tuple[Path, ...], state: bool) -> None:
    """Propose marks for these notebooks, all by default, and list the numbers that no output prints."""
    for path in paths or [*sorted(NOTEBOOKS.glob("*.ipynb")), *sorted(NOTEBOOKS.glob("solutions/*.ipynb"))]:
        notebook = nbformat.read(path, as_version=4)
        left = propose(notebook, state)
        nbformat.write(notebook, path)
        click.echo(f"{path.stem}: {len(left)} numbers that no output prints")
        for line in left:
            click.echo(f"    {line}")


if __name__ == "__main__":
    main()
