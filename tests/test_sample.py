"""`gan-course sample` on tiny runs: it draws what the run's own samplers draw, into files as asked, and refuses."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from refusals import assert_refused, contents
from tiny import tiny_settings, train_tiny

from gan_course import pretrained
from gan_course.cli.sample import file_names
from gan_course.data.batches import truncated_noise
from gan_course.data.sources import Folder
from gan_course.lessons import load_lesson
from gan_course.runs import saved
from gan_course.runs.folder import CHECKPOINT, CONFIG
from gan_course.runs.resume import load_networks
from gan_course.training.checkpoints import found
from gan_course.viz.pictures import image_grid, to_uint8

pytestmark = pytest.mark.usefixtures("small_world")

DRAWING = ("vae", "gan", "mlp-gan", "dcgan", "acgan", "wgan-gp")
ROOT = Path(__file__).resolve().parents[1]
RUN = "from gan_course.cli import main; main()"


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    """The current folder is empty, and nothing comes with the course but what a test puts into `shipped`."""
    (tmp_path / "here").mkdir()
    (tmp_path / "shipped").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path / "shipped")


@pytest.fixture
def run(finished, capsys):
    """Copies a finished run of a lesson to `run` in the current folder."""

    def copy_of(lesson):
        shutil.copytree(finished(lesson), "run")
        capsys.readouterr()  # the progress bar
        return Path("run")

    return copy_of


@pytest.fixture
def no_data(monkeypatch):
    """Whoever reads digits or pictures now fails."""
    module = sys.modules["gan_course.data.mnist"]
    monkeypatch.setattr(module, "read_idx", lambda *_: pytest.fail("read the digits"))
    for source in ("Digits", "Sunflowers", "Folder"):
        for method in ("pictures", "labelled"):
            name = f"gan_course.data.sources.{source}.{method}"
            monkeypatch.setattr(name, lambda *_, **__: pytest.fail("read the data"))


def expected_of(lesson, count, seed, **changes):
    """What the best generator of a finished run draws, by the experiment that trained it."""
    experiment = load_lesson(lesson).build(tiny_settings(lesson, **changes), 0)
    load_networks(experiment, Path("run") / CHECKPOINT)
    return next(iter(experiment.samplers.values()))(count, np.random.default_rng(seed))


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("lesson", DRAWING)
def test_a_run_draws_what_its_training_would_draw_without_its_data(command, run, lesson, request):
    run(lesson)
    expected = expected_of(lesson, 16, seed=3)
    request.getfixturevalue("no_data")
    code, out, err = command("sample", "run", "--n", "16", "--seed", "3")
    assert (code, err) == (0, "") and "16 pictures of 1 x " in out and "run-seed-3.png" in out
    columns = 8  # of acgan's four classes two sets
    np.testing.assert_array_equal(pixels("run-seed-3.png"), image_grid(expected, columns))


def test_by_default_there_are_64_small_pictures_and_fewer_large_ones(command, run):
    from gan_course.cli.sample import grid_shape

    run("vae")
    assert command("sample", "run")[0] == 0
    assert pixels("run-seed-0.png").shape == (8 * 30 - 2, 8 * 30 - 2)
    assert grid_shape((3, 64, 64), 0) == (8, 8)
    assert grid_shape((3, 128, 160), 0) == (6, 7)
    assert grid_shape((3, 1024, 1024), 0) == (1, 1)
    assert grid_shape((1, 28, 28), 3) == (6, 8) and grid_shape((1, 28, 28), 10) == (10, 8)


def test_a_folder_gets_a_file_a_picture_with_its_class(command, run):
    run("acgan")
    expected = expected_of("acgan", 6, seed=0)
    code, out, err = command("sample", "run", "--n", "6", "--out", "a/drawn")
    assert (code, err) == (0, "")
    files = sorted(Path("a/drawn").iterdir())
    names = ["0001-1.png", "0002-3.png", "0003-5.png", "0004-8.png", "0005-1.png", "0006-3.png"]
    assert [path.name for path in files] == names
    np.testing.assert_array_equal(np.stack([pixels(path) for path in files]), to_uint8(expected)[:, 0])


def test_classes_are_asked_for_in_their_order(command, run):
    run("acgan")
    command("sample", "run", "--n", "4", "--classes", "8,1", "--out", "two")
    assert [path.name for path in sorted(Path("two").iterdir())] == [f"000{i + 1}-{'81'[i % 2]}.png" for i in range(4)]
    experiment = load_lesson("acgan").build(tiny_settings("acgan"), 0)
    load_networks(experiment, Path("run") / CHECKPOINT)
    from gan_course.models.inference import generate

    z = np.random.default_rng(0).standard_normal((4, 3), np.float32)
    expected = generate(experiment.cells["average"], z, np.array([3, 0, 3, 0], np.int32))
    drawn = np.stack([pixels(path) for path in sorted(Path("two").iterdir())])
    np.testing.assert_array_equal(drawn, to_uint8(expected)[:, 0])


def test_own_pictures_need_not_be_there_any_more(command, tmp_path, photos):
    train_tiny("dcgan", Path("run"), data=Folder(photos), size=(8, 8), gray=False)
    changes = {"counts": None, "classes": None}
    train_tiny("acgan", Path("sorted"), data=Folder(photos), size=(8, 8), gray=False, **changes)
    shutil.rmtree(photos)
    assert command("sample", "run", "--n", "2", "--out", "drawn")[0] == 0
    assert pixels("drawn/0001.png").shape == (8, 8, 3)
    assert command("sample", "sorted", "--n", "2", "--classes", "dogs", "--out", "dogs")[0] == 0
    assert sorted(path.name for path in Path("dogs").iterdir()) == ["0001-dogs.png", "0002-dogs.png"]


def test_a_class_of_any_name_stays_in_the_folder():
    """A run, and so the names of its classes, may be anybody's."""
    names = file_names(5, ("../../x", "/etc/y", "..\\z", "a\nb\0", "花" * 200))
    assert all(Path(name).name == name and "\\" not in name and len(name.encode()) < 255 for name in names)
    assert names[0] == "0001-.._.._x.png" and len(set(names)) == 5


def test_an_older_run_without_class_names_reads_its_data(command, run):
    folder = run("acgan")
    config = json.loads((folder / CONFIG).read_text())
    assert config.pop("class_names") == ["1", "3", "5", "8"]
    (folder / CONFIG).write_text(json.dumps(config))
    expected = expected_of("acgan", 8, seed=0)
    assert saved.read_run(folder).class_names is None
    assert command("sample", "run", "--n", "8")[0] == 0
    np.testing.assert_array_equal(pixels("run-seed-0.png"), image_grid(expected, 8))


def test_truncated_noise_is_normal_noise_drawn_again():
    """Of z drawn again until |z| < t the variance is 1 - 2 t phi(t) / (2 Phi(t) - 1)."""
    from scipy.stats import norm

    for limit in (0.5, 1.5, 3.0):
        (z,) = truncated_noise(2000, 100, limit)(np.random.default_rng(0))
        assert z.dtype == np.float32 and np.abs(z).max() <= limit
        expected = 1 - 2 * limit * norm.pdf(limit) / (2 * norm.cdf(limit) - 1)
        assert z.var() == pytest.approx(expected, rel=0.02) and abs(z.mean()) < 0.01


def test_truncation_reaches_the_pictures(command, run):
    run("vae")
    for limit in ("0.001", "3"):
        command("sample", "run", "--n", "9", "--truncation", limit, "--out", f"{limit}.png")
        command("sample", "run", "--n", "9", "--truncation", limit, "--out", f"at-{limit}")
    drawn = {x: np.stack([pixels(path) for path in sorted(Path(f"at-{x}").iterdir())]) for x in ("0.001", "3")}
    spread = {limit: pictures.astype(float).std(axis=0).max() for limit, pictures in drawn.items()}
    assert spread["0.001"] <= 0.5 < spread["3"]  # all alike but for rounding


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu"], "rnu is no folder of a run, and no generator of that name comes with the course: there are none yet"),
        (["."], "is no folder of a run"),
        (["run", "--n", "0"], "--n must be from 1 to 10000, not 0"),
        (["run", "--n", "10001"], "--n must be from 1 to 10000"),
        (["run", "--seed", "-1"], "--seed must be from 0"),
        (["run", "--truncation", "0"], "--truncation must be more than 0"),
        (["run", "--truncation", "nan"], "--truncation must be more than 0"),
        (["run", "--out", "grid.jpg"], "--out must end in .png, not 'grid.jpg'"),
        (["run", "--out", "there.png"], "there.png exists: choose another --out"),
        (["run", "--out", "run"], "run exists and is not an empty folder: choose another --out"),
        (["run", "--classes", "1"], "knows no classes: leave out --classes"),
        (["run", "--out", "there.png/below"], "choose another --out"),
    ],
    ids=str,
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_made(command, run, arguments, message):
    run("vae")
    Path("there.png").write_text("precious")
    before = contents()
    assert_refused(command("sample", *arguments), message)
    assert contents() == before


def without_checkpoint(folder):
    shutil.rmtree(folder / "checkpoints")


def damaged(folder):
    for path in found(folder / CHECKPOINT):
        path.write_bytes(b"PK")


def of_another_version(folder):
    config = json.loads((folder / CONFIG).read_text())
    config["settings"]["strange"] = 1
    (folder / CONFIG).write_text(json.dumps(config))


def wider(folder):
    config = json.loads((folder / CONFIG).read_text())
    config["settings"]["latent_dim"] = 4
    (folder / CONFIG).write_text(json.dumps(config))


def of_nan(folder):
    with np.load(folder / CHECKPOINT) as file:
        content = dict(file)
    for key in content:
        if key.startswith("cell/") and key.endswith("bias"):
            content[key] = np.full_like(content[key], np.nan)
    np.savez(folder / CHECKPOINT, **content)


BROKEN = {
    "unfinished": ("vae", without_checkpoint, f"run has no {CHECKPOINT} yet: let its training go on"),
    "damaged": ("vae", damaged, "is damaged"),
    "of another version": ("vae", of_another_version, "settings of another version of the course"),
    "with other networks": (
        "vae",
        wider,
        "config.json says latent_dim 4, and the checkpoint 3: put it back, or train with --force",
    ),
    "diverged": ("vae", of_nan, "draws pictures of NaN"),
    "of a lesson that draws nothing": ("autoencoder", lambda folder: None, "lesson autoencoder draws nothing new"),
    "of the museum": ("museum", lambda folder: None, "lesson museum draws nothing new"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_run_that_cannot_draw_is_refused(command, run, case):
    lesson, spoil, message = BROKEN[case]
    spoil(run(lesson))
    before = contents()
    assert_refused(command("sample", "run"), message)
    assert contents() == before


def test_a_class_that_the_model_does_not_know_is_refused(command, run):
    run("acgan")
    assert_refused(command("sample", "run", "--classes", "1,7"), "there is no class '7': choose from 1, 3, 5, 8")


def test_a_name_that_could_be_a_run_too_is_refused(command, run, tmp_path):
    run("vae")
    (tmp_path / "shipped" / "run.npz").write_bytes(b"")
    (tmp_path / "shipped" / "digits.npz").write_bytes(b"")
    assert_refused(command("sample", "run"), "there is a run of that name here: write ./run for it")
    assert command("sample", "./run", "--n", "1")[0] == 0
    assert_refused(command("sample", "roses"), "choose one of digits, run, or train one")
    assert_refused(
        command("sample", "digits"), "digits.npz is damaged, or another file: get it again with git checkout"
    )


def test_it_takes_less_than_five_seconds_of_the_processor(run):
    """At most, on a machine that does nothing else; a busy one stretches the clock, not this."""
    run("dcgan")
    before = os.times()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    answer = subprocess.run(
        [sys.executable, "-c", RUN, "sample", "run"], env=environment, capture_output=True, timeout=60
    )
    after = os.times()
    assert answer.returncode == 0 and Path("run-seed-0.png").exists()
    assert after.children_user + after.children_system - before.children_user - before.children_system < 5
