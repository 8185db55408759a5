"""An answer that stops leaves nothing behind."""

import mindspore as ms
import numpy as np
import pytest

from gan_course.checks.answer import Question, answer, difference, outputs, outputs_and_gradients, verdict
from gan_course.models.layers import dense


def test_a_gradient_that_stops_does_not_spoil_the_next_one():
    layer, x = dense(2, 3), ms.Tensor(np.ones((1, 2), np.float32))

    def stops_in_the_gradient(x):
        if (calls := getattr(stops_in_the_gradient, "calls", 0)) == 0:
            stops_in_the_gradient.calls = calls + 1
            return x
        raise ValueError("not again")

    probe = outputs_and_gradients((np.ones((2, 2), np.float32),))
    assert verdict(stops_in_the_gradient, Question(lambda x: x, probe, "same")).startswith("Your code stopped: ")

    plain = layer(x)  # made outside of the gradient, which therefore does not reach the layer
    _, gradients = ms.value_and_grad(lambda: plain.sum(), None, layer.trainable_params())()
    assert not any(gradient.asnumpy().any() for gradient in gradients)


def test_a_check_that_runs_again_without_its_answer_does_not_call_the_packages_own_right(capsys):
    def half(x):
        return x / 2

    question = Question(ours=lambda x: 2 * x, probe=outputs((np.ones(2, np.float32),)), right="twice.")
    for expected in ("Not yet: the result at [0] is 0.5", "Nothing here yet: this is the package's own"):
        half = answer(half, question)
        assert capsys.readouterr().out.startswith(expected)


def test_a_missing_return_is_not_taken_for_an_empty_blank(capsys):
    def lost(x):
        x * 2

    answer(lost, Question(ours=lambda x: 2 * x, probe=outputs((np.ones(2, np.float32),)), right="twice."))
    said = " ".join(capsys.readouterr().out.split())
    assert said.startswith("Not yet: nothing comes back from lost: is a `return` missing?")
    assert said.endswith("Meanwhile the lesson goes on with the package's own.")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (np.ones(3, np.float32), "has the shape (3,), where a single number is wanted: sum or average to the end."),
        ((ms.Tensor(1.0), ms.Tensor(2.0)), "is a tuple of 2, where a tensor is wanted."),
        (1.0, "is 1.0, where a tensor is wanted. Leave out float()."),
    ],
)
def test_what_kind_of_thing_is_wanted_is_said(found, said):
    wanted = {"same": True, "the loss": ms.Tensor(1.0)}
    seen = {"the loss": ms.Tensor(found) if isinstance(found, np.ndarray) else found}
    assert difference(seen, wanted, 1e-4) == f"the loss {said}"
