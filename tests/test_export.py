"""`gan-course export`: each format, opened again by MindSpore or whoever reads it, draws what the generator draws."""

import shutil
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import mindspore as ms
import numpy as np
import pytest
from mindspore import nn
from refusals import assert_refused, contents
from tiny import tiny_settings, train_tiny

from gan_course.cli.export import KINDS
from gan_course.lessons import load_lesson
from gan_course.runs import export
from gan_course.runs.folder import CHECKPOINT
from gan_course.runs.resume import load_networks
from gan_course.runs.saved import read_run

pytestmark = pytest.mark.usefixtures("small_world")

CASES = {"vae": {}, "dcgan, folded": {"fold": 2}, "acgan": {}, "mlp-gan": {}}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """The folder of a tiny run of a case, trained once, and what its best generator draws: {case: (folder, ...)}."""
    made = {}

    def train(case):
        if case not in made:
            lesson, folder = case.split(",")[0], tmp_path_factory.mktemp("run")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("gan_course.runs.train.brief_card_of", lambda *_: {})
                patch.setattr("gan_course.runs.train.doctor_lines", lambda *_: [])
                train_tiny(lesson, folder, **CASES[case])
            experiment = load_lesson(lesson).build(tiny_settings(lesson, **CASES[case]), 0)
            load_networks(experiment, folder / CHECKPOINT)
            made[case] = folder, next(iter(experiment.samplers.values()))
        return made[case]

    return train


@pytest.fixture
def run(trained, tmp_path, monkeypatch, capsys):
    """Copies a case's run to `run` in the current folder; returns five inputs and the pictures they give."""
    monkeypatch.chdir(tmp_path)

    def use(case):
        folder, draw = trained(case)
        shutil.copytree(folder, "run")
        capsys.readouterr()
        z = np.random.default_rng(4).standard_normal((5, 3), np.float32)
        labels = [np.arange(5, dtype=np.int32) % 4] if case == "acgan" else []
        return (z, *labels), draw(5, np.random.default_rng(4))

    return use


def test_the_command_line_knows_every_format():
    assert export.FORMATS.keys() == set(KINDS)


@pytest.mark.parametrize("case", CASES)
def test_mindir_draws_the_same_pictures_any_number_of_them(command, run, case):
    inputs, expected = run(case)
    code, out, err = command("export", "run")
    assert (code, err) == (0, "") and "run.mindir" in out and "opened again, its pictures differ by at most" in out
    opened = nn.GraphCell(ms.load("run.mindir"))
    for count in (5, 2):
        drawn = opened(*(ms.Tensor(array[:count]) for array in inputs)).asnumpy()
        np.testing.assert_allclose(drawn, expected[:count], atol=1e-5)
    assert [path.name for path in Path().iterdir()] != [] and not list(Path().glob("tmp*"))


@pytest.mark.parametrize("case", CASES)
def test_ckpt_holds_the_weights_of_the_best_generator(command, run, case):
    run(case)
    code, out, err = command("export", "run", "--format", "ckpt", "--out", "below/weights.ckpt")
    assert (code, err) == (0, "") and "loaded into a fresh generator" in out
    weights = read_run(Path("run")).weights
    kept = weights.get("average") or {k: v for k, v in weights["model"].items() if k.startswith("decoder")}
    loaded = {name: value.asnumpy() for name, value in ms.load_checkpoint("below/weights.ckpt").items()}
    assert loaded.keys() == kept.keys()
    assert all((loaded[name] == value).all() for name, value in kept.items())


@pytest.mark.parametrize("case", CASES)
def test_onnx_is_written_and_says_that_nobody_opened_it(command, run, case, monkeypatch):
    run(case)
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    code, out, err = command("export", "run", "--format", "onnx")
    assert (code, err) == (0, "") and "was not opened again: there is no onnxruntime here" in out
    content = Path("run.onnx").read_bytes()
    # ModelProto of onnx.proto: field 1 is the version of the format, field 2 who wrote it.
    assert content[0] == 0x08 and b"MindSpore" in content[:20]
    assert b"ConvTranspose" not in content  # MindSpore 2.10 gives it an output_shape that readers refuse


@pytest.fixture
def onnxruntime(monkeypatch):
    """A runtime that answers with the pictures that it is given."""
    module = ModuleType("onnxruntime")
    monkeypatch.setitem(sys.modules, "onnxruntime", module)

    def answer_with(pictures):
        session = SimpleNamespace(get_inputs=lambda: [SimpleNamespace(name="z")], run=lambda *_: [pictures])
        module.InferenceSession = lambda path, providers: session

    return answer_with


def test_where_there_is_a_runtime_onnx_is_compared_and_a_wrong_file_is_not_kept(command, run, onnxruntime):
    run("vae")
    _, draw = read_run(Path("run")), export.revive(read_run(Path("run"))).sample
    picture = draw(3, np.random.default_rng(0))[:1]
    onnxruntime(picture)
    code, out, _ = command("export", "run", "--format", "onnx")
    assert code == 0 and "opened again, its picture differs by at most 0" in out
    onnxruntime(picture + 0.1)
    before = contents()
    code, _, err = command("export", "run", "--format", "onnx", "--out", "wrong.onnx")
    assert code == 1 and "draws other pictures: they differ by 0.1" in err
    assert contents() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "rnu is no folder of a run"),
        (["run", "--format", "pt"], "there is no format 'pt': choose ckpt, mindir or onnx"),
        (["run", "--out", "model.onnx"], "--out must end in .mindir, not 'model.onnx'"),
        (["run", "--out", "there.mindir"], "there.mindir exists: choose another --out"),
        (["run", "--out", "there.mindir/a.mindir"], "choose another --out"),
    ],
    ids=str,
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_made(command, run, arguments, message):
    run("vae")
    Path("there.mindir").write_text("precious")
    before = contents()
    assert_refused(command("export", *arguments), message)
    assert contents() == before


def test_an_unfinished_run_is_refused(command, run):
    run("vae")
    (Path("run") / CHECKPOINT).unlink()
    assert_refused(command("export", "run"), "has no checkpoints/last.npz yet")
