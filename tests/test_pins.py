"""The three lists of pins agree, are complete, give their reasons, and name no server."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PARTS = {"nbformat": "nbclient", "ipython": "ipykernel"}  # come with a direct one that takes or gives what they make
OPTIONAL = {"onnxruntime"}  # is used where somebody has it
PIN = r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*"


def text(name):
    return (ROOT / name).read_text(encoding="utf-8")


def pins(lines):
    """{name: version} of `name==version` requirements; anything looser is an error."""
    found = {}
    for line in lines:
        assert re.fullmatch(PIN, line), f"not an exact pin: {line}"
        name, version = line.split("==")
        assert canonicalize_name(name) not in found, f"pinned twice: {name}"
        found[canonicalize_name(name)] = version
    return found


def direct():
    """{name: version} of what pyproject.toml asks for, tests included."""
    return pins(project()["dependencies"] + project()["optional-dependencies"]["test"])


def extras():
    """{name: version} of what only some need: an instructor, in an environment of its own, and who makes films."""
    optional = project()["optional-dependencies"]
    return pins(optional["teach"] + optional["film"])


def project():
    return tomllib.loads(text("pyproject.toml"))["project"]


def constraints():
    lines = (line.split("#")[0].strip() for line in text("constraints.txt").splitlines())
    return pins(line for line in lines if line)


def environment_items():
    """The items of environment.yml, in order, each as (item, comment)."""
    lines = re.findall(r"^ +- ([^#\n]+?)(?:  # (.+))?$", text("environment.yml"), flags=re.MULTILINE)
    return [(item, comment) for item, comment in lines if not item.endswith(":")]


def test_constraints_hold_every_direct_pin():
    assert (direct() | extras()).items() <= constraints().items()


def test_all_that_the_package_imports_is_a_direct_pin():
    """What comes along by chance with another package may be gone with the next version of it."""
    imported = set()
    for path in (ROOT / "gan_course").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add(node.module.partition(".")[0])
    names = imported - sys.stdlib_module_names - {"gan_course"}
    needed = {"pillow" if name == "PIL" else str(canonicalize_name(name)) for name in names} - OPTIONAL
    assert len(needed) > 10 and {PARTS.get(name, name) for name in needed} <= direct().keys() | extras().keys()


def test_environment_has_the_same_pins():
    items = [item for item, _ in environment_items()]
    assert pins(item for item in items if re.match(r"[A-Za-z].*==", item)) == direct()
    assert {"-c constraints.txt", "-e .[test]"} <= set(items)


def test_environment_has_a_python_that_the_package_accepts():
    requires = project()["requires-python"]
    (python,) = [item.split("=")[1] for item, _ in environment_items() if item.startswith("python=")]
    assert Requirement(f"python{requires}").specifier.contains(f"{python}.0")


def test_numpy_is_below_2():
    assert constraints()["numpy"].startswith("1.")


def test_build_tool_is_pinned():
    pins(tomllib.loads(text("pyproject.toml"))["build-system"]["requires"])


def test_every_dependency_gives_its_reason():
    for item, comment in environment_items():
        assert comment, f"environment.yml gives no reason for {item}"
    with_reason = re.findall(rf'^ +"({PIN})",  # \w.+$', text("pyproject.toml"), flags=re.MULTILINE)
    assert pins(with_reason) == direct() | extras(), "a line of pyproject.toml gives no reason"


def test_reasons_agree():
    """The same words in both files, so that nobody has to ask which is right."""
    for item, comment in environment_items():
        if "==" in item:
            assert f'"{item}",  # {comment}\n' in text("pyproject.toml")


@pytest.mark.parametrize(
    "name",
    ["pyproject.toml", "constraints.txt", "environment.yml", "Makefile", "scripts/make_venv.py", ".ci/run"],
)
def test_no_server_is_named(name):
    """Where packages come from is the machine's own setting."""
    assert not re.search(r"://|/simple\b|index-url|find-links|trusted-host", text(name))


def test_constraints_are_complete():
    """Whatever the direct packages bring along here is pinned, at the version that is installed."""
    pinned, seen, missing = constraints(), set(), {}
    ahead = list(direct())
    while ahead:
        name = canonicalize_name(ahead.pop())
        if name in seen:
            continue
        seen.add(name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            missing[name] = "not installed"
            continue
        if pinned.get(name) != installed.version:
            missing[name] = installed.version
        for requirement in map(Requirement, installed.requires or []):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                ahead.append(requirement.name)
    assert not missing, f"constraints.txt does not say what is installed: {missing}"
    assert len(seen) > 50
