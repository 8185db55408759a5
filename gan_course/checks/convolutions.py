"""The blanks of lesson 05 about one layer: the stamp of a transposed convolution, and the sizes that come out."""

from collections.abc import Callable
from functools import partial
from typing import Any

import mindspore as ms
import numpy as np
from mindspore import Tensor

from gan_course.checks.answer import Question, answer, filled
from gan_course.models.layers import conv_transpose


def stamp(yours: Callable) -> Callable:
    """`stamp(x, kernel)`: a transposed convolution of stride 2 and padding 1, `(H, W)`, `(4, 4)` -> `(2H, 2W)`."""
    rng = np.random.default_rng(0)
    trials = [(rng.standard_normal((3, 5)), rng.standard_normal((4, 4))) for _ in range(2)]

    def probe(function: Callable) -> dict[str, Any]:
        return {f"picture {i + 1}": filled(function(x.copy(), k.copy())) for i, (x, k) in enumerate(trials)}

    return answer(
        yours,
        Question(
            ours=stamped_by_a_layer,
            probe=probe,
            right="it is what the layer does, for each of its channels: sixteen weights, used at every place.",
            mistakes={
                "where stamps overlap they must add up: += and not =.": partial(stamps, add=False),
                "the kernel is turned round. That is a convolution's way; here each number stamps the kernel as it "
                "is.": lambda x, kernel: stamps(x, kernel[::-1, ::-1]),
                "the kernel is transposed: rows go with i and columns with j.": lambda x, kernel: stamps(x, kernel.T),
                "one row on each side is still to be cut off: [1:-1, 1:-1].": partial(stamps, cut=(0, 0)),
                "two rows are cut off at the end. Cut one on each side.": partial(stamps, cut=(0, 2)),
                "the stamps lie one pixel apart; the stride is 2, so stamp i begins at 2 i.": partial(stamps, stride=1),
                "the windows begin at i and j; they begin at 2 i and 2 j, two pixels apart.": partial(stamps, apart=1),
                "each stamp is the kernel itself: multiply it by the number that stamps, x[i, j].": lambda x, kernel: (
                    stamps(np.ones_like(x), kernel)
                ),
            },
        ),
    )


def stamps(
    x: np.ndarray, kernel: np.ndarray, stride: int = 2, cut: tuple = (1, 1), add: bool = True, apart: int | None = None
) -> np.ndarray:
    """The stamp by hand, right or not; the stamps lie `apart`, by default as far as the stride says."""
    apart = apart or stride
    height, width = x.shape
    out = np.zeros((stride * (height - 1) + 4, stride * (width - 1) + 4))
    for i in range(height):
        for j in range(width):
            window = out[apart * i : apart * i + 4, apart * j : apart * j + 4]
            window[:] = window * add + x[i, j] * kernel
    before, after = cut
    return out[before : out.shape[0] - after, before : out.shape[1] - after]


def stamped_by_a_layer(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The same by the package's layer."""
    layer = conv_transpose(1, 1)
    layer.weight.set_data(Tensor(kernel[None, None].astype(np.float32)))
    layer.bias.set_data(Tensor(np.zeros(1, np.float32)))
    return layer(ms.Tensor(x[None, None].astype(np.float32))).asnumpy()[0, 0].astype(x.dtype)


def after_convolution(n: int, kernel: int, stride: int, padding: int) -> int:
    """A side of n pixels after a convolution."""
    return (n + 2 * padding - kernel) // stride + 1


def after_transposed(n: int, kernel: int, stride: int, padding: int) -> int:
    """A side of n pixels after a transposed convolution."""
    return stride * (n - 1) + kernel - 2 * padding


def both(convolution: Callable = after_convolution, transposed: Callable = after_transposed) -> Callable:
    """The two sides, right or not."""
    return lambda *trial: (convolution(*trial), transposed(*trial))


def lengths(yours: Callable) -> Callable:
    """`lengths(n, kernel, stride, padding)`: a side of n pixels after a convolution, and after a transposed one."""
    trials = [(28, 4, 2, 1), (7, 4, 2, 1), (7, 3, 2, 1), (9, 5, 3, 2), (6, 3, 1, 0), (10, 4, 3, 0)]

    def probe(function: Callable) -> dict[str, Any]:
        named = {f"for n = {n}, kernel {k}, stride {s}, padding {p} the result": (n, k, s, p) for n, k, s, p in trials}
        return {name: filled(function(*trial)) for name, trial in named.items()}

    return answer(
        yours,
        Question(
            ours=both(),
            probe=probe,
            right="with a kernel of 4, a stride of 2 and a padding of 1 the one halves and the other doubles.",
            mistakes={
                "half a window is no window: round down, with // in place of /.": both(
                    lambda n, k, s, p: (n + 2 * p - k) / s + 1
                ),
                "the zeros lie on both sides: 2 paddings in the convolution.": both(
                    lambda n, k, s, p: (n + p - k) // s + 1
                ),
                "the first window counts as well: + 1 after the division.": both(
                    lambda n, k, s, p: (n + 2 * p - k) // s
                ),
                "+ 1 stands inside the division: the first window counts after it.": both(
                    lambda n, k, s, p: (n + 2 * p - k + 1) // s
                ),
                "rows are cut off on both sides of a transposed convolution: - 2 padding.": both(
                    transposed=lambda n, k, s, p: s * (n - 1) + k - p
                ),
                "n stamps have n - 1 steps between them: stride times (n - 1), then one whole kernel.": both(
                    transposed=lambda n, k, s, p: s * n + k - 2 * p
                ),
                "in a transposed convolution the padding is cut off, on both sides: - 2 padding.": both(
                    transposed=lambda n, k, s, p: s * (n - 1) + k
                ),
                "the two are exchanged: first the convolution, then the transposed one.": both(
                    after_transposed, after_convolution
                ),
            },
        ),
    )
