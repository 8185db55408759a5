"""The wings know nothing of each other, and nothing runs at import: read from the source."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "gan_course"
FILES = sorted(PACKAGE.rglob("*.py"))
WINGS = ("data", "models", "training", "evaluation", "viz")

# What a part may import from the package besides itself.
ALLOWED = {
    "": set(),
    "errors": set(),
    "profiles": {"errors"},
    "data": {"errors"},
    "models": {"errors"},
    "training": {"errors", "models"},  # steps.py names the models it trains
    "evaluation": {"errors", "models.inference", "models.layers", "training.history"},  # classifiers, a doctor
    "viz": set(),
    "lessons": {"errors", *WINGS},
    "run": {"errors", "lessons", "training", "evaluation", "viz"},
    "score": {"errors", "lessons", "training", "evaluation", "data", "run"},
    "cli": {"errors", "lessons", "profiles", "data", "run", "score", "viz"},
    "course": {"errors", "lessons", "profiles", "viz"},
}
LIGHT = ["__init__.py", "errors.py", "profiles.py", "cli.py", "course.py", "lessons/__init__.py"]


def part(path):
    """`gan_course/models/vae.py` -> "models", `gan_course/cli.py` -> "cli", `gan_course/__init__.py` -> ""."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py").replace("__init__", "")


def imports(tree):
    """Full names of all modules that are imported, anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            if node.module in ("gan_course", "mindspore"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def name_of(path):
    return path.relative_to(PACKAGE).as_posix()


def test_every_part_is_known():
    assert {part(path) for path in FILES} <= ALLOWED.keys()


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_imports_only_what_its_part_may(path):
    own, tree = part(path), ast.parse(path.read_text(encoding="utf-8"))
    for name in imports(tree):
        if name.split(".")[0] != "gan_course":
            continue
        wanted = name.removeprefix("gan_course").removeprefix(".")
        permitted = ALLOWED[own] | {own}
        assert any(wanted == other or wanted.startswith(f"{other}.") for other in permitted), f"{own} imports {name}"


@pytest.mark.parametrize("path", [path for path in FILES if part(path) in ("data", "viz")], ids=name_of)
def test_data_and_pictures_do_without_mindspore(path):
    assert not any(name.startswith("mindspore") for name in imports(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", LIGHT)
def test_what_is_needed_before_anything_runs_is_imported_without_mindspore(path):
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    top = ast.Module([node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], [])
    heavy = ("mindspore", "gan_course.run", "gan_course.models", "gan_course.training")
    assert not [name for name in imports(top) if name.startswith(heavy)]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_runs_at_import(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        assert is_definition(node) or is_main_guard(node) or sets_environment(node, path), ast.unparse(node)


def is_definition(node):
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    definitions = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return docstring or isinstance(node, definitions)


def is_main_guard(node):
    return isinstance(node, ast.If) and ast.unparse(node.test) == "__name__ == '__main__'"


def sets_environment(node, path):
    return path == PACKAGE / "__init__.py" and ast.unparse(node).startswith("os.environ.setdefault(")


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_every_file_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_only_layers_spells_the_arguments_of_mindspores_layers():
    layers = {"Dense", "Conv2d", "Conv2dTranspose", "BatchNorm2d", "BatchNorm1d", "LayerNorm", "LeakyReLU", "Embedding"}
    for path in FILES:
        if name_of(path) in ("models/layers.py", "lessons/museum/exhibits.py"):  # the museum shows one misspelt
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert not (ast.unparse(node.func.value) == "nn" and node.func.attr in layers), ast.unparse(node)


def test_only_profiles_reads_the_environment():
    for path in FILES:
        if part(path) in ("profiles", ""):
            continue
        source = path.read_text(encoding="utf-8")
        assert "os.environ" not in source and "getenv" not in source, name_of(path)
