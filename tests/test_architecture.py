"""The wings know nothing of each other, and nothing runs at import: read from the source.

Each test looks at all files and names those that do not hold to it.
"""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "gan_course"
WINGS = {"data", "models", "training", "evaluation", "viz"}

# What a part may import from the package besides itself.
ALLOWED = {
    "": set(),
    "errors": set(),
    "profiles": {"errors", "files"},
    "files": set(),
    "signals": set(),
    "formulas": set(),
    "data": {"errors"},
    "models": {"errors"},
    "training": {"errors", "files", "signals", "models"},
    "evaluation": {
        "errors",
        "models.layers",  # for the classifiers' networks
        "models.inference",
        "training.history",  # which the doctor reads
        "data.sunflowers",  # the poses that a classifier tells apart are those that are drawn
        "data.levels",  # real pictures may be kept in 8 bits
    },
    "viz": {"errors", "files"},
    "studio": {"errors", "viz"},
    "lessons": {"errors"} | WINGS,
    "runs": {"errors", "files", "lessons", "models", "training", "evaluation", "viz", "data"},
    "pretrained": {"errors", "lessons", "training", "evaluation", "data", "runs"},
    "checks": {"profiles", "lessons"} | WINGS,
    "editions": {"errors", "files"},
    "laboratory": set(),
    "slides": {"errors", "formulas"},
    "gallery": {"errors", "viz", "runs"},
    "recordings": set(),
    "show": {"errors", "viz", "gallery.static"},
    "cli": {"errors", "lessons", "profiles", "data", "runs", "pretrained", "viz", "editions", "signals"}
    | {"gallery", "show", "recordings", "slides", "studio", "laboratory"},
    "budget": set(),
    "__main__": {"cli", "profiles"},
    "execution": {"formulas", "runs.folder"},
    "course": {"budget", "errors", "execution", "lessons", "profiles", "gallery"},
}
LIGHT = {
    "__init__.py",
    "errors.py",
    "files.py",
    "profiles.py",
    "signals.py",
    "cli/__init__.py",
    "cli/commands.py",
    "cli/train.py",
    "course.py",
    "execution.py",
    "budget.py",
}
LIGHT |= {"lessons/__init__.py", "runs/__init__.py", "runs/folder.py", "pretrained/__init__.py"}
LIGHT |= {"cli/models.py", "cli/sample.py", "cli/export.py", "cli/work.py", "cli/gif.py"}
LIGHT |= {"cli/gallery.py", "gallery/runs.py", "gallery/site.py", "gallery/pages.py", "gallery/course_page.py"}
LIGHT |= {"cli/audience.py", "cli/demo.py", "show/__init__.py", "show/page.py", "show/terminal.py"}
LIGHT |= {"editions/__init__.py", "editions/working.py", "editions/copies.py"}
LIGHT |= {
    "formulas.py",
    "cli/slides.py",
    "slides/__init__.py",
    "slides/write.py",
    "slides/deck.py",
    "slides/figures.py",
}
LIGHT |= {"laboratory/__init__.py", "__main__.py"}

# Calls that may stand at the top of a file: they make a constant of constants.
PURE = {
    "Path",
    "resolve",
    "with_name",
    "replace",
    "tuple",
    "range",
    "frozenset",
    "items",
    "array",
    "sqrt",
    "log",
    "join",
    "rgb",
    "ring",
    "grid",
}
ENVIRONMENT = "os.environ.setdefault("  # only in gan_course/__init__.py: what must be set before MindSpore is loaded

MAX_LINES, MAX_FUNCTION = 260, 45
LONGER = {  # file, or file and function: why it reads better in one piece
}


@pytest.fixture(scope="module")
def trees():
    """{path within the package: syntax tree} of every file."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


@pytest.fixture(scope="module")
def imports(trees):
    """{path within the package: full names of all that is imported, anywhere in the file}."""
    return {path: set(names_imported(tree)) for path, tree in trees.items()}


def names_imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_names(imports):
    """Of these, what belongs to the package, without its name."""
    return {name.removeprefix("gan_course.") for name in imports if name.startswith("gan_course.")}


def part(path):
    """ "models/vae.py" -> "models", "cli.py" -> "cli", "__init__.py" -> ""."""
    return path.split("/")[0].removesuffix(".py").replace("__init__", "")


def test_every_part_is_known(trees):
    assert {part(path) for path in trees} == ALLOWED.keys()


def test_no_arrow_points_upwards(imports):
    def permitted(path, name):
        allowed = ALLOWED[part(path)] | {part(path)}
        return any(name == other or name.startswith(f"{other}.") for other in allowed)

    assert not [(path, name) for path in imports for name in own_names(imports[path]) if not permitted(path, name)]
    TopologicalSorter({name: {other.split(".")[0] for other in others} for name, others in ALLOWED.items()}).prepare()


def test_no_circle_of_files(imports):
    """`prepare` raises CycleError and names the circle."""
    modules = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in imports}

    def file_of(name):
        """gan_course.data.mnist.mnist is in data/mnist.py; what data/__init__.py passes on is in that file."""
        return modules.get(name) or modules.get(name.rpartition(".")[0])

    graph = {path: {file_of(name) for name in own_names(names)} - {None} for path, names in imports.items()}
    assert sum(map(len, graph.values())) > 100
    TopologicalSorter(graph).prepare()


def test_data_and_pictures_do_without_mindspore(imports):
    assert not [path for path, names in imports.items() if part(path) in ("data", "viz") and loads(names, "mindspore")]


def test_what_is_needed_before_anything_runs_is_imported_without_mindspore(trees):
    heavy = ("mindspore", "gan_course.runs.train", "gan_course.runs.score", "gan_course.models", "gan_course.training")
    assert trees.keys() >= LIGHT
    for path in LIGHT:
        top = ast.Module([node for node in trees[path].body if isinstance(node, ast.Import | ast.ImportFrom)], [])
        assert not loads(names_imported(top), *heavy), path


def loads(names, *modules):
    return [name for name in names if any(f"{name}.".startswith(f"{module}.") for module in modules)]


def test_nothing_runs_at_import(trees):
    """Besides imports and definitions there are constants, made of literals, records, and a few functions of them."""
    records = {"field"} | {node.name for tree in trees.values() for node in ast.walk(tree) if is_record(node)}

    def is_harmless(node, path):
        if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.AsyncFunctionDef):
            return True
        if isinstance(node, ast.ClassDef):
            return all(is_harmless(inner, path) for inner in node.body)
        if isinstance(node, ast.Expr):
            sets_environment = path == "__init__.py" and ast.unparse(node).startswith(ENVIRONMENT)
            return isinstance(node.value, ast.Constant) or sets_environment
        if isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            return all(map(is_name, targets)) and calls(node) <= PURE | records and "environ" not in ast.unparse(node)
        return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"

    nodes = [(path, node) for path, tree in trees.items() for node in tree.body]
    assert not [f"{path}: {ast.unparse(node)}" for path, node in nodes if not is_harmless(node, path)]


def is_record(node):
    """A dataclass, or a NamedTuple."""
    return isinstance(node, ast.ClassDef) and (
        any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list)
        or "NamedTuple" in map(ast.unparse, node.bases)
    )


def is_name(target):
    """`A` or `A, B`, and not `a.b` or `a[b]`, which would change something that is there already."""
    return isinstance(target, ast.Name) or (isinstance(target, ast.Tuple) and all(map(is_name, target.elts)))


def calls(node):
    """Last names of all functions that are called in an expression: `np.array(...)` -> {"array"}."""
    functions = [inner.func for inner in ast.walk(node) if isinstance(inner, ast.Call)]
    return {function.attr if isinstance(function, ast.Attribute) else ast.unparse(function) for function in functions}


@pytest.mark.parametrize(
    "source", ["seed = ms.set_seed(0)", "A = os.environ['A']", "TEXT = open('a').read()", "a.help = 'b'", "f()"]
)
def test_what_runs_at_import_would_be_noticed(source):
    with pytest.raises(AssertionError, match="some.py"):
        test_nothing_runs_at_import({"some.py": ast.parse(source)})


def test_every_file_says_what_it_is_for(trees):
    assert not [path for path, tree in trees.items() if not ast.get_docstring(tree)]


def test_files_and_functions_are_short_unless_they_say_why(trees):
    long = {path for path in trees if len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) > MAX_LINES}
    for path, tree in trees.items():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        long |= {f"{path} {node.name}" for node in functions if lines(node) > MAX_FUNCTION}
    assert long == LONGER.keys()


def lines(node):
    """Lines of a function, its docstring not counted."""
    documented = ast.get_docstring(node) is not None
    return node.end_lineno - node.lineno + 1 - (documented and node.body[0].end_lineno - node.body[0].lineno + 1)


def test_only_layers_spells_the_arguments_of_mindspores_layers(trees):
    layers = {"Dense", "Conv2d", "Conv2dTranspose", "BatchNorm2d", "BatchNorm1d", "LayerNorm", "LeakyReLU", "Embedding"}
    spelt = {path for path, tree in trees.items() for node in ast.walk(tree) if is_call_of(node, "nn", layers)}
    assert spelt == {"models/layers.py", "lessons/museum/exhibits.py"}  # the museum shows one misspelt


def is_call_of(node, module, names):
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and ast.unparse(function.value) == module and function.attr in names


def test_only_profiles_reads_the_environment(trees):
    readers = {
        path for path, tree in trees.items() if {"environ", "getenv"} & {name_in(node) for node in ast.walk(tree)}
    }
    assert readers == {"__init__.py", "profiles.py"}


def name_in(node):
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
