"""The pages for instructors: plans add up, and all that they name exists, with the numbers that the lessons print."""

import ast
import html
import re
from pathlib import Path

import nbformat
import pytest
from click import Group

from gan_course.budget import expected
from gan_course.cli.commands import commands
from gan_course.lessons import LESSONS, TRAINED
from gan_course.slides.deck import deck_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "docs" / "teaching"
NAMES = [lesson.notebook for lesson in LESSONS.values() if lesson.notebook]
PAGES = {name: FOLDER / f"{name}.md" for name in NAMES}
OTHERS = [FOLDER / f"{name}.md" for name in ("README", "room", "grading")]
PLANS = {"45 minutes": 45, "90 minutes": 90}
SECTIONS = ["Before", *PLANS, "Questions, and the answers that come", "Where it breaks", "On the board"]
ROW = re.compile(r"^\| (\d+) \| (\d+) \| (.*) \|$", re.MULTILINE)
EXEMPT = {"0", "1", "100"}


@pytest.fixture(scope="module")
def texts():
    return {path.stem: path.read_text(encoding="utf-8") for path in [*PAGES.values(), *OTHERS]}


@pytest.fixture(scope="module")
def notebooks():
    return {name: nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4) for name in NAMES}


def lessons(texts):
    return {name: texts[name] for name in NAMES}


def sections(text):
    """{heading: what stands below it}."""
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def test_every_lesson_has_its_page_with_the_same_sections(texts):
    assert {name: list(sections(text)) for name, text in lessons(texts).items()} == dict.fromkeys(NAMES, SECTIONS)
    assert all(f"({name}.md)" in texts["README"] for name in [*NAMES, "room", "grading"])
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "docs/teaching/README.md" in readme.split("## Teaching with it")[1].split("\n## ")[0]


def clock(rows):
    """The minutes at which rows must begin, and the last one's end."""
    return [sum(int(minutes) for _, minutes, _ in rows[:i]) for i in range(len(rows) + 1)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("plan", PLANS)
def test_the_minutes_of_a_plan_add_up(texts, name, plan):
    rows = ROW.findall(sections(texts[name])[plan])
    assert [int(begin) for begin, *_ in rows] + [PLANS[plan]] == clock(rows)


@pytest.mark.parametrize(("title", "total"), [("Half a day", 210), ("Two days", 420)])
def test_the_minutes_of_a_schedule_add_up_and_a_lesson_gets_those_of_a_plan(texts, title, total):
    tables = re.split(r"\n\n(?=\| from)", sections(texts["README"])[title])[1:]
    assert tables
    for table in tables:
        rows = ROW.findall(table)
        assert [int(begin) for begin, *_ in rows] + [total] == clock(rows)
        taught = [(int(minutes), what) for _, minutes, what in rows if ".md)" in what]
        assert all(f"{minutes} minutes" in what and minutes in PLANS.values() for minutes, what in taught)


def test_a_term_has_all_lessons_in_order(texts):
    taught = re.findall(r"^\| \d+ \| .*?\((\w+)\.md\)", sections(texts["README"])["A term"], re.MULTILINE)
    assert taught == NAMES


def test_the_table_of_lessons_has_the_minutes_of_the_notebooks(texts, notebooks):
    rows = re.findall(r"\((\w+)\.md\) \| [^|]+ \| (\d+) min \| (\d+) min \|", texts["README"])
    assert [name for name, *_ in rows] == NAMES
    seconds = expected("class")
    for name, needed, runs in rows:
        said = re.search(r"\*\*Time\*\*: about (\d+) minutes", notebooks[name].cells[0].source)
        assert (needed, int(runs)) == (said[1], round(seconds[name] / 60)), name


def headings(notebook):
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return {title.strip() for title in re.findall(r"^#+ (.+)$", prose, re.MULTILINE)}


def test_parts_of_a_lesson_that_a_page_names_are_its_headings(texts, notebooks):
    for name, text in lessons(texts).items():
        named = set(re.findall(r"\[([^\]]+)\]\[nb\]", text)) - {"The lesson"}
        assert len(named) >= 3 and not named - headings(notebooks[name]), name
        assert f"[nb]: ../../notebooks/{name}.ipynb" in text


def test_slides_that_a_page_names_have_these_numbers(texts, notebooks):
    for name, text in lessons(texts).items():
        titles = {}
        for cell in deck_of(notebooks[name], ROOT / "notebooks").cells:
            if cell.metadata.slideshow.slide_type == "slide":
                titles[len(titles) + 1] = re.sub(r"[#*$]", "", cell.source).strip()
        named = [(int(number), title) for number, title in re.findall(r"slide (\d+) \(([^)]+)\)", text)]
        assert len(named) >= 20 and not [slide for slide in named if titles.get(slide[0]) != slide[1]], name
        mentioned = {int(number) for number in re.findall(r"slides? (\d+)", text)}
        assert mentioned <= titles.keys(), name


def minutes_of_blanks(notebook):
    """{function or class to write: minutes that its comments give}."""
    found = {}
    for cell in notebook.cells:
        if "### BEGIN SOLUTION" in cell.source:
            tree = ast.parse(cell.source)
            first = next(node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
            found[first.name] = sum(map(int, re.findall(r"up to (\d+) minutes?", cell.source)))
    return found


def test_every_blank_is_in_the_long_plan_with_its_own_minutes(texts, notebooks):
    for name, text in lessons(texts).items():
        plan = sections(text)["90 minutes"]
        named = dict(re.findall(r"`(\w+)` \((\d+) min\)", plan))
        blanks = minutes_of_blanks(notebooks[name])
        mentioned = {blank for blank in blanks if f"`{blank}`" in plan}
        assert mentioned == blanks.keys(), name
        assert {blank: int(minutes) for blank, minutes in named.items()} == {b: blanks[b] for b in named}, name
        for _, minutes, what in ROW.findall(plan):
            at_home = what.find("At home")
            here = what[: at_home if at_home >= 0 else None]
            needed = sum(int(time) for _, time in re.findall(r"`(\w+)` \((\d+) min\)", here))
            assert needed <= int(minutes), (name, what)


def test_points_are_the_blanks(texts, notebooks):
    experiments = [lesson.experiments for lesson in LESSONS.values() if lesson.experiments]
    more = {name: nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4) for name in experiments}
    blanks = {name: len(minutes_of_blanks(notebook)) for name, notebook in (notebooks | more).items()}
    points = {name: number for name, number in blanks.items() if number}
    table = {
        name: int(number) for name, number in re.findall(r"^\| (\w+) \| (\d+) \|$", texts["grading"], re.MULTILINE)
    }
    assert table == points and f"{sum(points.values())} in all" in texts["grading"]


def code_in(text):
    """Commands: lines of code blocks, and code in lines."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line.split("  #")[0].strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return lines + re.findall(r"`([^`\n]+)`", re.sub(r"^```\n.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def test_commands_exist(texts):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    wrong = []
    for name, text in texts.items():
        for code in code_in(text):
            make = re.search(r"\bmake ([a-z-]+)", code)
            if make and make[1] not in targets:
                wrong.append(f"{name}: make {make[1]}")
            for words in re.findall(r"gan-course ([a-z][^&|]*)", code):
                wrong += [f"{name}: {problem}" for problem in problems_of(words.split())]
            lesson = re.search(r"LESSON=(\S+)", code)
            if lesson and lesson[1] not in TRAINED:
                wrong.append(f"{name}: {code}")
    assert not wrong


def problems_of(words):
    """What of a call of the command line does not exist: the command, or an option."""
    command, path = commands, []
    while isinstance(command, Group) and words:
        path.append(words.pop(0))
        if path[-1] not in command.commands:
            return [f"gan-course {' '.join(path)}"]
        command = command.commands[path[-1]]
    options = {option for parameter in command.params for option in parameter.opts}
    return [word for word in words if word.startswith("-") and word.split("=")[0] not in options]


def test_what_the_laboratory_is_said_to_have_it_has(texts):
    laboratory = ROOT / "gan_course" / "laboratory"
    there = (laboratory / "page.html").read_text(encoding="utf-8")
    there += (laboratory / "static" / "page" / "settings.js").read_text(encoding="utf-8")
    named = [
        (name, button)
        for name in ("03_first_gan", "07_mode_collapse")
        for line in texts[name].splitlines()
        if "laboratory" in line
        for button in re.findall(r"\*\*([^*]+)\*\*", line)
    ]
    assert len(named) >= 10 and not [(name, button) for name, button in named if button not in there]


def test_links_lead_somewhere(texts):
    broken = []
    for name, text in texts.items():
        targets = re.findall(r"\]\(([^)\s]+)\)|^\[\w+\]: (\S+)$", text, re.MULTILINE)
        for target in filter(None, (target for pair in targets for target in pair)):
            if "://" not in target and not (FOLDER / target).exists():
                broken.append(f"{name}: {target}")
    assert not broken


def words_of(notebook):
    """All that a lesson says and prints, without its pictures, and with spaces alike."""
    said = []
    for cell in notebook.cells:
        said.append(cell.source)
        for output in cell.get("outputs", []):
            said += [output.get("text", ""), str(output.get("data", {}).get("text/plain", ""))]
    return " ".join(said).replace("\u2009", " ").replace(" %", "%").replace("−", "-")


def test_numbers_that_a_page_quotes_are_printed_in_the_lesson(texts, notebooks):
    """Decimals, shares and numbers above a hundred, of the part about questions; shapes and slides are not numbers."""
    missing = {}
    for name, text in lessons(texts).items():
        prose = re.sub(r"slides? \d+( and \d+)?|\d+x\d+|exercise \d|lesson \d\d|`[^`]*`", "", text)
        prose = sections(prose)["Questions, and the answers that come"].split("**Mistakes")[0].replace(" %", "%")
        numbers = set(re.findall(r"(?<![\w.])-?\d+(?:[.,]\d+)*%?", prose))
        large = {number for number in numbers if re.search(r"[.%]|\d{3}|,", number)} - EXEMPT
        words = words_of(notebooks[name])
        missing |= {name: sorted(gone)} if (gone := {n for n in large if n.lstrip("-") not in words}) else {}
    assert not missing


def test_what_the_checker_is_said_to_know_it_knows(texts):
    known = " ".join(
        node.value
        for path in (ROOT / "gan_course" / "checks").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    for name, text in lessons(texts).items():
        paragraph = re.search(r"\*\*Mistakes that the checker knows by name:\*\*(.*)", text)[1]
        quotes = re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", paragraph)
        assert len(quotes) >= 2 and not [quote for quote in quotes if quote not in known], name


def test_no_page_speaks_of_how_it_was_made(texts):
    words = r"\b(session|agent|helper|TODO|FIXME|spec)\b|/tmp/|/work/"
    assert not {name: found for name, text in texts.items() if (found := re.findall(words, html.unescape(text)))}
