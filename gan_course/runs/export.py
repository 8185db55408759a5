"""A generator as a file for other programs, written by MindSpore's own `save_checkpoint` and `export`."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn

from gan_course.lessons.trained import Saved, Trained, revive
from gan_course.models.inference import generate
from gan_course.models.subpixel import Unfold, without_transposed

NUM_COMPARED = 3  # pictures
LARGEST = 1e-4  # difference of a pixel, in [-1, 1], that is rounding


class Drawing(nn.Cell):
    """A generator whose pictures are unfolded: z `(N, latent_dim)`, with classes labels `(N,)` -> `(N, C, H, W)`."""

    def __init__(self, generator: nn.Cell, fold: int):
        super().__init__()
        self.generator = generator
        self.unfold = Unfold(fold)

    def construct(self, *inputs: Tensor) -> Tensor:
        return self.unfold(self.generator(*inputs))


def export(saved: Saved, kind: str, out: Path) -> str:
    """Write the generator to `out`, open it again, and return what was found, a sentence.

    The file is written beside its place and moved there when it was compared.

    Args:
        saved: of a run or a shipped generator.
        kind: a key of FORMATS.
        out: a new file, which ends in `kind`.

    Raises:
        CourseError: `saved` draws nothing.
        RuntimeError: the file, opened again, draws other pictures.
    """
    trained = revive(saved)
    inputs = trained.inputs(NUM_COMPARED, np.random.default_rng(0))
    expected = trained.sample(NUM_COMPARED, np.random.default_rng(0))
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=out.parent) as folder:
        unfinished = Path(folder) / out.name
        found = FORMATS[kind](saved, trained, unfinished, inputs, expected)
        os.replace(unfinished, out)
    shape = " x ".join(map(str, trained.image_shape))
    return f"{out}: {out.stat().st_size / 1000:,.0f} kB, pictures of {shape}; {found}"


def as_ckpt(saved: Saved, trained: Trained, path: Path, inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> str:
    """Weights alone, for `mindspore.load_checkpoint` into the course's own network."""
    ms.save_checkpoint(trained.generator, str(path))
    fresh = revive(saved._replace(weights=scrambled(saved)))
    missing, _ = ms.load_param_into_net(fresh.generator, ms.load_checkpoint(str(path)), strict_load=True)
    difference = compare(fresh.sample(NUM_COMPARED, np.random.default_rng(0)), expected)
    folded = f", folded by {trained.fold}" if trained.fold > 1 else ""
    return f"loaded into a fresh generator{folded}, its pictures differ by at most {difference:.1g}"


def as_mindir(saved: Saved, trained: Trained, path: Path, inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> str:
    """Network and weights, for any number of pictures."""
    dtypes = [ms.float32 if array.dtype == np.float32 else ms.int32 for array in inputs]
    any_number = [Tensor(shape=[None, *array.shape[1:]], dtype=dtype) for array, dtype in zip(inputs, dtypes)]
    ms.export(drawing(trained), *any_number, file_name=str(path), file_format="MINDIR")
    opened = nn.GraphCell(ms.load(str(path)))
    difference = compare(opened(*map(Tensor, inputs)).asnumpy(), expected)
    return f"{takes(inputs, 'N')}; opened again, its pictures differ by at most {difference:.1g}"


def as_onnx(saved: Saved, trained: Trained, path: Path, inputs: tuple[np.ndarray, ...], expected: np.ndarray) -> str:
    """Network and weights, for one picture at a time: MindSpore 2.10 exports no other number to ONNX.

    It also writes transposed convolutions so that no reader of ONNX takes them, so they are put as plain ones before;
    the network is compared in that shape. The file itself is compared only where there is a runtime for it.
    """
    without_transposed(trained.generator)
    difference = compare(generate(drawing(trained), *inputs), expected)
    one = [array[:1] for array in inputs]
    ms.export(drawing(trained), *map(Tensor, one), file_name=str(path), file_format="ONNX")
    try:
        from onnxruntime import InferenceSession
    except ImportError:
        said = f"before it was written its pictures differed by at most {difference:.1g}"
        return f"{takes(inputs, 1)}; {said}, the file was not opened again: there is no onnxruntime here"
    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    (pictures,) = session.run(None, {given.name: array for given, array in zip(session.get_inputs(), one)})
    return f"{takes(inputs, 1)}; opened again, its picture differs by at most {compare(pictures, expected[:1]):.1g}"


FORMATS = {"ckpt": as_ckpt, "mindir": as_mindir, "onnx": as_onnx}


def drawing(trained: Trained) -> nn.Cell:
    """What is exported: the generator itself, or one that unfolds its pictures."""
    network = Drawing(trained.generator, trained.fold) if trained.fold > 1 else trained.generator
    return network.set_train(False)


def takes(inputs: tuple[np.ndarray, ...], count: str | int) -> str:
    """The shapes that a file takes, in words."""
    shapes = [f"z ({count}, {inputs[0].shape[1]}) float32", f"labels ({count},) int32"]
    return f"takes {' and '.join(shapes[: len(inputs)])}"


def scrambled(saved: Saved) -> dict[str, dict[str, np.ndarray]]:
    """Other weights in the same shapes, so that what is loaded afterwards must come from the file."""
    return {
        network: {name: np.full_like(value, 0.5) for name, value in weights.items()}
        for network, weights in saved.weights.items()
    }


def compare(pictures: np.ndarray, expected: np.ndarray) -> float:
    """The largest difference of a pixel.

    Raises:
        RuntimeError: it is more than rounding.
    """
    difference = float(np.abs(pictures - expected).max())
    if not difference <= LARGEST:
        raise RuntimeError(f"the exported generator draws other pictures: they differ by {difference:.1g}")
    return difference
