"""The page of errors: MindSpore says what stands there, the command line too, and the doctor's names are his own."""

import ast
import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn, ops

from gan_course.evaluation.symptoms import SYMPTOMS
from gan_course.lessons.museum import EXHIBITS

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("errors", "glossary", "phrase_book")
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in NAMES}
PAGE = PAGES["errors"]
GAME, COMMAND_LINE = (
    PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    for heading in ("The game goes wrong", "What the command line says")
)

SAID = {  # by tests/mishaps.py
    "features": "For 'MatMul' the input dimensions must be equal, but got 'x1_col': 4 and 'x2_row': 3.",
    "channels": "For 'Conv2D', 'C_in' of input 'x' shape divide by parameter 'group' must be equal to 'C_in' of input "
    "'weight' shape: 3, but got 'C_in' of input 'x' shape: 1, and 'group': 1.",
    "float64": "For 'MatMul', the type of 'x2' should be same as 'x1', but got 'x1' with type Tensor[Float64] and 'x2' "
    "with type Tensor[Float32].",
    "numpy_array": "For primitive[Shape], the input argument must be Tensor, but got <class 'numpy.ndarray'>.",
    "tensor_in_a_string": "unsupported format string passed to Tensor.__format__",
    "padding": "For 'Conv2D', the 'pad' must be zero when 'pad_mode' is not 'pad', but got 'pad': 1 and 'pad_mode': "
    "same.",
    "forward": "For 'Cell', the method 'construct' is not defined.",
    "without_init": "has no attribute '_auto_prefix'",
    "too_many_inputs": "construct() takes 2 positional arguments but 3 were given",
    "no_parameters": "For 'Optimizer', the argument parameters must not be empty.",
    "one_name_in_an_optimizer": "its name 'weight' already exists. Please set a unique name for the parameter.",
    "one_name_in_a_step": "its name 'weight' already exists. Please set a unique name for the parameter.",
    "gradients_of_inputs": "Illegal DoSignaturePrimitive 'S_Prim_SGD' in the graph",
    "pair_of_gradients": "CPU kernel op [Default/SGD-op0] resize failed.",
    "partial_loss": "'functools.partial' object has no attribute '__name__'",
    "lambda_in_jit": "Parse Lambda Function Fail.",
    "typed_into_a_terminal": "Mindspore can not compile temporary source code in terminal.",
    "trainable_params_in_jit": "'mindspore.nn.cell.Cell.trainable_params' is not supported in 'construct' or function "
    "with @jit decorator.",
    "union_of_dictionaries": "For operation 'bitwise_or', current input arguments types are <Dictionary, Dictionary>.",
    "another_device": "Unsupported device target GPU. This process only supports one of the ['CPU'].",
    "mint_convolution": "The kernel Conv2DExt unregistered.",
    "too_few_rates": "For 'Gather', the 'input_indices' should be in the range [0, 3), but got 3",
    "label_too_large": "For 'GatherD', the value of 'index' must be in [-4, 4), but got: 7",
    "one_shape_too_few": "For 'BCEWithLogitsLoss', two inputs 'input' and 'target' shape are not equal",
    "beta1_of_0": "For 'Adam', the 'beta1' must be in range of (0.0, 1.0), but got 0.0 with type 'float'.",
    "another_network": "weight in the argument 'net' should have the same shape as weight in the argument "
    "'parameter_dict'. But got its shape (3, 3) in the argument 'net' and shape (2, 2) in the argument "
    "'parameter_dict'.",
}


@pytest.fixture(scope="module")
def messages():
    """What MindSpore says to each mishap."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "mishaps.py"], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("mishap", SAID)
def test_mindspore_says_what_the_page_quotes(messages, mishap):
    assert SAID[mishap] in PAGE
    assert SAID[mishap] in (messages[mishap] or "nothing")


def test_every_mishap_is_quoted(messages):
    assert messages.keys() == SAID.keys()


def test_a_way_that_is_cut_gives_gradients_of_0_without_a_word():
    layer, x = nn.Dense(2, 1), ops.ones((3, 2))
    made_before = layer(x)
    cuts = [
        lambda: made_before.sum(),
        lambda: ops.stop_gradient(layer(x)).sum(),
        lambda: ms.Tensor(layer(x).asnumpy()).sum(),
    ]
    for cut in cuts:
        _, gradients = ms.value_and_grad(cut, None, layer.trainable_params())()
        assert not any(gradient.asnumpy().any() for gradient in gradients)
    _, gradients = ms.value_and_grad(lambda: layer(x).sum(), None, layer.trainable_params())()
    assert all(gradient.asnumpy().all() for gradient in gradients)


def test_layers_in_a_list_are_not_found():
    cell = nn.Cell()
    cell.layers = [nn.Dense(2, 2)]
    assert cell.trainable_params() == []
    cell.layers = nn.CellList([nn.Dense(2, 2)])
    assert len(cell.trainable_params()) == 2


def test_a_compiled_function_keeps_mode_and_numbers_of_its_first_call():
    norm, x = nn.BatchNorm1d(1).set_train(), ms.Tensor([[1.0], [3.0]])
    rate = 1.0

    @ms.jit
    def compiled(x):
        return rate * norm(x)

    first = compiled(x).asnumpy().copy()
    norm.set_train(False)
    rate = 5.0
    np.testing.assert_array_equal(compiled(x).asnumpy(), first)


def compiled(layer):
    @ms.jit
    def apply(x):
        return layer(x)

    return apply


def test_a_compiled_function_sees_what_is_assigned_and_not_what_is_loaded():
    x, threes = ops.ones((1, 2)), 3 * ops.ones((1, 2))
    changes = {2: lambda layer: layer.weight.set_data(threes), 6: lambda layer: ops.assign(layer.weight, threes)}
    for seen, change in changes.items():
        layer = nn.Dense(2, 1, weight_init="ones", bias_init="zeros")
        apply = compiled(layer)
        assert apply(x).item() == 2
        change(layer)
        assert apply(x).item() == seen and layer(x).item() == 6


def test_names_that_are_not_found_raise_no_error():
    content = {"0.weight": ms.Parameter(ops.ones((1, 2)), name="0.weight")}
    missing, unused = ms.load_param_into_net(nn.Dense(2, 1), content, strict_load=True)
    assert missing == ["weight", "bias"] and unused == ["0.weight"]


def test_a_partial_in_a_compiled_loss_gives_gradients_of_0():
    layer = nn.Dense(2, 1)
    doubled = partial(lambda factor, x: (factor * layer(x)).sum(), 2.0)

    def loss(x):
        return doubled(x)

    loss_and_gradients = ms.value_and_grad(loss, None, layer.trainable_params())

    @ms.jit
    def step(x):
        return loss_and_gradients(x)

    _, gradients = step(ops.ones((3, 2)))
    assert not any(gradient.asnumpy().any() for gradient in gradients)


def test_losses_of_two_shapes_compare_everyone_with_everyone():
    assert (ops.ones((4, 1)) - ops.ones((4,))).shape == (4, 4)


def test_mindspore_says_nothing_of_infinity_and_nan():
    assert np.isneginf(ops.log(ms.Tensor([0.0])).asnumpy()) and np.isnan(ops.log(ms.Tensor([-1.0])).asnumpy())


# The command line.


def sentences(package):
    """Patterns of all texts of a package, with `.+` for what is put into them."""
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (re.escape(part.value) if isinstance(part, ast.Constant) else ".+" for part in node.values)
                yield "".join(parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)


def test_the_command_line_says_what_the_page_quotes():
    quoted = re.findall(r"^\| `(.+?)` \|", COMMAND_LINE, flags=re.MULTILINE)
    assert len(quoted) >= 20
    known = [re.compile(pattern) for pattern in sentences(ROOT / "gan_course") if len(pattern) > 6]
    for message in quoted:
        whole = message.partition(" (3 skipped")[0]  # put behind it by another sentence
        found = [pattern.pattern for pattern in known if pattern.fullmatch(whole)]
        assert any(len(pattern.replace(".+", "")) > 6 for pattern in found), message


# The doctor.


def test_the_doctors_names_and_exhibits_are_right_and_all_there():
    named = re.findall(r"`(\w+)`, exhibit (\d+)", GAME)
    numbers = {name: number for number, name in enumerate(EXHIBITS, 1)}
    assert {name: int(number) for name, number in named} == numbers
    assert {name for name, _ in named} == {symptom.__name__ for symptom in SYMPTOMS}


# The links of all three pages.


def anchor(heading):
    """GitHub's name of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    anchors = {anchor(heading) for heading in re.findall(r"^#+ (.+)$", PAGES[name], flags=re.MULTILINE)}
    text = re.sub(r"```.*?```", "", PAGES[name], flags=re.DOTALL)
    for link in re.findall(r"\]\((.+?)\)", text):
        path, _, fragment = link.partition("#")
        if path.startswith("https://"):
            continue
        assert (ROOT / "docs" / path).exists() if path else fragment in anchors, link
