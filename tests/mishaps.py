"""What goes wrong with MindSpore, made on purpose: `python tests/mishaps.py` prints each message, as JSON.

In a process of its own, since an exception inside `value_and_grad` or a jitted function leaves MindSpore 2.10 in a
state that spoils what comes after it.
"""

import json
import sys
from functools import partial

import gan_course  # noqa: F401  sets MindSpore's log level

# isort: split
import mindspore as ms
import numpy as np
from mindspore import mint, nn, ops
from mindspore.graph.api import _pynative_executor


class WithoutInit(nn.Cell):
    def __init__(self):
        self.layer = nn.Dense(2, 2)


class Forward(nn.Cell):
    def forward(self, x):
        return x


class OneInput(nn.Cell):
    def construct(self, x):
        return x


class PlainList(nn.Cell):
    def __init__(self):
        super().__init__()
        self.layers = [nn.Dense(2, 2)]


def features():
    nn.Dense(3, 2)(ops.ones((1, 4)))


def channels():
    nn.Conv2d(3, 2, 3)(ops.ones((1, 1, 8, 8)))


def float64():
    nn.Dense(3, 2)(ms.Tensor(np.ones((1, 3))))


def numpy_array():
    nn.Dense(3, 2)(np.ones((1, 3), np.float32))


def tensor_in_a_string():
    return f"{ops.ones((1,)).sum():.3f}"


def padding():
    nn.Conv2d(1, 1, 4, stride=2, padding=1)(ops.ones((1, 1, 8, 8)))


def forward():
    Forward()(ops.ones((1, 2)))


def without_init():
    WithoutInit()


def too_many_inputs():
    OneInput()(ops.ones((1,)), ops.ones((1,)))


def no_parameters():
    nn.Adam(PlainList().trainable_params())


def one_name_in_an_optimizer():
    nn.Adam(nn.Dense(2, 2).trainable_params() + nn.Dense(2, 2).trainable_params())


def one_name_in_a_step():
    one, other = nn.Dense(2, 2), nn.Dense(2, 2)

    @ms.jit
    def both(x):
        return one(x) + other(x)

    both(ops.ones((1, 2)))


def gradients_of_inputs():
    layer = nn.Dense(2, 2)
    _, gradients = ms.value_and_grad(lambda x: layer(x).sum())(ops.ones((3, 2)))
    nn.SGD(layer.trainable_params())(gradients)


def pair_of_gradients():
    layer = nn.Dense(2, 2)
    _, gradients = ms.value_and_grad(lambda x: layer(x).sum(), 0, layer.trainable_params())(ops.ones((3, 2)))
    nn.SGD(layer.trainable_params())(gradients)


def partial_loss():
    layer = nn.Dense(2, 2)
    loss = partial(lambda factor, x: (factor * layer(x)).sum(), 2.0)
    ms.value_and_grad(loss, None, layer.trainable_params())(ops.ones((3, 2)))


def lambda_in_jit():
    layer = nn.Dense(2, 2)
    loss_and_gradients = ms.value_and_grad(lambda x: layer(x).sum(), None, layer.trainable_params())

    @ms.jit
    def step(x):
        return loss_and_gradients(x)

    step(ops.ones((3, 2)))


def trainable_params_in_jit():
    layer = nn.Dense(2, 2)

    @ms.jit
    def count():
        return len(layer.trainable_params())

    count()


def typed_into_a_terminal():
    namespace = {"ms": ms, "__name__": "__main__"}
    exec("@ms.jit\ndef typed(x):\n    return 2 * x\n", namespace)
    namespace["typed"](ops.ones((2,)))


def union_of_dictionaries():
    @ms.jit
    def union(x):
        return {"a": x} | {"b": x}

    union(ops.ones((2,)))


def another_device():
    ms.set_device("GPU")


def beta1_of_0():
    nn.Adam(nn.Dense(2, 2).trainable_params(), beta1=0.0)


def mint_convolution():
    mint.nn.Conv2d(1, 1, 3)(ops.ones((1, 1, 8, 8)))


def too_few_rates():
    layer = nn.Dense(1, 1, has_bias=False)
    optimizer = nn.SGD(layer.trainable_params(), learning_rate=[0.1, 0.05, 0.01])
    for _ in range(4):
        optimizer((ops.ones((1, 1)),))


def label_too_large():
    @ms.jit  # not compiled, it may end the process
    def loss(logits, labels):
        return ops.cross_entropy(logits, labels)

    loss(ops.ones((2, 4)), ms.Tensor([0, 7], ms.int32)).asnumpy()


def one_shape_too_few():
    ops.binary_cross_entropy_with_logits(ops.ones((4, 1)), ops.ones((4,)))


def another_network():
    content = {"weight": ms.Parameter(ops.ones((2, 2)), name="weight")}
    ms.load_param_into_net(nn.Dense(3, 3), content)


MISHAPS = [
    features,
    channels,
    float64,
    numpy_array,
    tensor_in_a_string,
    padding,
    forward,
    without_init,
    too_many_inputs,
    no_parameters,
    one_name_in_an_optimizer,
    one_name_in_a_step,
    gradients_of_inputs,
    pair_of_gradients,
    partial_loss,
    lambda_in_jit,
    trainable_params_in_jit,
    typed_into_a_terminal,
    union_of_dictionaries,
    mint_convolution,
    beta1_of_0,
    too_few_rates,
    label_too_large,
    one_shape_too_few,
    another_network,
    another_device,  # last: MindSpore does not recover from it
]


def message_of(mishap):
    """What MindSpore says; None if it goes through. Some is noticed late, and said again while it clears up."""
    said = None
    for action in (mishap, ms.runtime.synchronize, *[_pynative_executor.clear_res] * 3):
        try:
            action()
        except Exception as error:
            said = said or str(error)
    return said


if __name__ == "__main__":
    ms.set_device("CPU")  # may be said only before anything is computed
    ms.runtime.launch_blocking()  # each line waits for its end, so that its error is its own
    json.dump({mishap.__name__: message_of(mishap) for mishap in MISHAPS}, sys.stdout)
