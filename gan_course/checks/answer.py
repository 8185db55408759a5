"""An answer held against the package's: right, empty, a known mistake, or the first difference."""

import ast
import inspect
import sys
import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mindspore as ms
import numpy as np
from mindspore.graph.api import _pynative_executor

from gan_course.profiles import graded

PACKAGE = Path(__file__).resolve().parents[1]
AGAIN = "Nothing here yet: this is the package's own; run the cell of your answer again, and then this one."
HANDED_BACK: dict[int, Callable] = {}  # what stood in for answers in this kernel; kept, so that no id comes twice
Probe = Callable[[Any], dict[str, Any]]  # an answer -> what can be observed of it, by name, the first to compare first


@dataclass(frozen=True)
class Question:
    """What is asked of a blank.

    A mistake is known by what it does: it is a function like the answer, and the answer makes it where all that the
    probe observes of both agrees. So the mistakes here are never compared with the student's text.
    """

    ours: Callable  # the right answer, from the package: what the lesson goes on with
    probe: Probe  # fixed inputs, small; draws everything anew in each call
    right: str  # said of a right answer: what it means, in a sentence
    mistakes: dict[str, Callable] = field(default_factory=dict)  # what is said of a mistake -> one that makes it
    tolerance: float = 1e-4  # relative, and absolute in units of the largest wanted number


class Unfilled(Exception):
    """The blank is still empty."""


def answer(yours: Callable, question: Question) -> Callable:
    """Say what is to be said of `yours`; return it if it is right, else the package's own.

    While nbgrader runs the notebook, what is not right is said on stderr, to which it gives no points. An exception
    would take none either, but then what is built on this blank would be wrong as well.
    """
    said = verdict(yours, question) if id(yours) not in HANDED_BACK else AGAIN
    right = said.startswith("Right: ")
    if not right:
        HANDED_BACK[id(question.ours)] = question.ours
        said += "" if said.startswith("Nothing") else " Meanwhile the lesson goes on with the package's own."
    print(textwrap.fill(said, 100), file=sys.stderr if graded() and not right else sys.stdout)
    return yours if right else question.ours


def verdict(yours: Callable, question: Question) -> str:
    """One line that begins with `Right: `, `Nothing here yet: `, `Your code stopped: ` or `Not yet: `."""
    name = getattr(yours, "__name__", "this")
    empty = f"Nothing here yet: {name} waits for you; until then the lesson goes on with the package's own."
    if is_unfilled(yours):
        return empty
    wanted = seen_by(question.probe, question.ours)
    try:
        found = seen_by(question.probe, yours)
    except NotImplementedError:
        return empty
    except Unfilled:
        return f"Not yet: nothing comes back from {name}: is a `return` missing?"
    except Exception as error:  # whatever a student's code may raise
        found = {"raised": f"{type(error).__name__}: {first_line(error)}"}
        stopped = f"Your code stopped: {where(error)}{found['raised']}"
    else:
        stopped = ""
    if not stopped and difference(found, wanted, question.tolerance) is None:
        return f"Right: {question.right}"
    for said, mistake in question.mistakes.items():
        if difference(found, observed(question.probe, mistake), question.tolerance) is None:
            return f"Not yet: {said}"
    return stopped or f"Not yet: {difference(found, wanted, question.tolerance)}"


def observed(probe: Probe, mistake: Callable) -> dict[str, Any]:
    """What a probe sees of a mistake, which may be one that stops."""
    try:
        return seen_by(probe, mistake)
    except Exception as error:
        return {"raised": f"{type(error).__name__}: {first_line(error)}"}


def seen_by(probe: Probe, function: Callable) -> dict[str, Any]:
    """What a probe sees of a function, whatever failed before it, and without spoiling what comes after it.

    After an exception inside `value_and_grad` MindSpore 2.10 goes on recording, and later gradients come through what
    lies outside of their function as well, so that a way that is cut would pass for open. `clear_res` ends it.
    """
    _pynative_executor.clear_res()
    try:
        return probe(function)
    finally:
        _pynative_executor.clear_res()


def outputs(*trials: tuple) -> Probe:
    """A probe that calls a function with each of the trials, NumPy arrays as tensors, and keeps what it returns."""

    def probe(function: Callable) -> dict[str, Any]:
        results = [function(*map(as_tensor, trial)) for trial in trials]
        return {f"result {i + 1}" if len(trials) > 1 else "the result": filled(r) for i, r in enumerate(results)}

    return probe


def outputs_and_gradients(*trials: tuple) -> Probe:
    """As `outputs`, then the gradient of the sum of each result with respect to every array of its trial."""
    values = outputs(*trials)

    def probe(function: Callable) -> dict[str, Any]:
        found = values(function)
        for i, trial in enumerate(trials):
            inputs = [as_tensor(array) for array in trial]
            gradients = ms.grad(lambda *x: function(*x).sum(), tuple(range(len(inputs))))(*inputs)
            for j, gradient in enumerate(gradients if isinstance(gradients, tuple) else (gradients,)):
                found[f"the gradient of input {j + 1}" + (f", trial {i + 1}" if len(trials) > 1 else "")] = gradient
        return found

    return probe


def unchanged(x: Any) -> Any:
    """What a mistake does where nothing goes wrong."""
    return x


def as_tensor(value: Any) -> Any:
    """Arrays become tensors; anything else stays."""
    return ms.Tensor(value) if isinstance(value, np.ndarray) else value


def filled(result: Any) -> Any:
    """The result itself.

    Raises:
        Unfilled: it is what an empty function returns.
    """
    if result is None or result is Ellipsis:
        raise Unfilled
    return result


def difference(found: dict[str, Any], wanted: dict[str, Any], tolerance: float) -> str | None:
    """The first difference in a sentence, or None where there is none."""
    if found.keys() != wanted.keys():
        shared = (difference_of(name, found[name], wanted[name], tolerance) for name in wanted if name in found)
        names = f"it gives {', '.join(map(str, found))}, where {', '.join(map(str, wanted))} is wanted."
        return next(filter(None, shared), names)
    differences = (difference_of(name, found[name], wanted[name], tolerance) for name in wanted)
    return next((said for said in differences if said), None)


def difference_of(name: str, found: Any, wanted: Any, tolerance: float) -> str | None:
    """What differs in two observations: kind first, then shape, then type of the numbers, then the values."""
    if isinstance(wanted, str | bool) or wanted is None:
        plain = found is None or isinstance(found, str | bool | np.bool_)  # an array has no single answer to ==
        same = plain and found == wanted
        return None if same else f"{name} is {found if plain else kind(found)}, where {wanted} is wanted."
    if isinstance(wanted, tuple | list):
        if not isinstance(found, tuple | list) or len(found) != len(wanted):
            return f"{name} is {kind(found)}, where {kind(wanted)} is wanted."
        parts = (difference_of(f"{name}[{i}]", *pair, tolerance) for i, pair in enumerate(zip(found, wanted)))
        return next((said for said in parts if said), None)
    if isinstance(wanted, ms.Tensor) != isinstance(found, ms.Tensor):
        hint = " Leave out float()." if isinstance(found, float) else ""
        return f"{name} is {kind(found)}, where {kind(wanted)} is wanted.{hint}"
    try:
        yours, ours = as_floats(found), as_floats(wanted)
    except (TypeError, ValueError):
        return f"{name} is {kind(found)}, where {kind(wanted)} is wanted."
    if yours.shape != ours.shape and not ours.shape:
        return f"{name} has the shape {yours.shape}, where a single number is wanted: sum or average to the end."
    if yours.shape != ours.shape:
        return f"{name} has the shape {yours.shape}, where {ours.shape} is wanted."
    scale = np.abs(ours[np.isfinite(ours)]).max(initial=0)
    close = np.isclose(yours, ours, rtol=tolerance, atol=tolerance * scale, equal_nan=True)
    if close.all():
        return None
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    at = f" at {list(place)}" if place else ""
    return f"{name}{at} is {yours[place]:.5g}, where {ours[place]:.5g} is wanted."


def as_floats(value: Any) -> np.ndarray:
    """A tensor, an array or a number as float64."""
    return np.asarray(value.asnumpy() if isinstance(value, ms.Tensor) else value, np.float64)


def kind(value: Any) -> str:
    """What a value is, for a sentence."""
    if isinstance(value, tuple | list):
        return f"a {type(value).__name__} of {len(value)}"
    return {"Tensor": "a tensor", "ndarray": "a NumPy array"}.get(type(value).__name__, f"{value!r}"[:60])


def is_unfilled(yours: Any) -> bool:
    """Whether a `...` stands where a statement should, or NotImplementedError is raised, anywhere in its source."""
    if yours is None or yours is Ellipsis:
        return True
    functions = [v for v in vars(yours).values() if inspect.isfunction(v)] if inspect.isclass(yours) else [yours]
    return any(has_blank(source_of(function)) for function in functions)


def source_of(function: Callable) -> str:
    """The text of a function, empty where Python cannot find it."""
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        return ""


def has_blank(source: str) -> bool:
    """Whether a statement of the source is `...`, as in an empty blank."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a lambda in the middle of a line
        return False
    statements = (node.value for node in ast.walk(tree) if isinstance(node, ast.Expr))
    return any(isinstance(value, ast.Constant) and value.value is Ellipsis for value in statements)


def where(error: Exception) -> str:
    """The student's own line at which an exception arose, or nothing where there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [f for f in frames if "site-packages" not in f.filename and PACKAGE not in Path(f.filename).parents]
    return f"at your line `{theirs[-1].line.strip()}`: " if theirs and theirs[-1].line else ""


def first_line(error: Exception) -> str:
    """What an exception says, without MindSpore's pages of advice."""
    return (str(error).strip().splitlines() or [""])[0][:200]
