"""Whole runs of the lessons, tiny: what they write, that they repeat, and that they go on bit for bit."""

import json
import re
import shutil
import signal
from dataclasses import fields, replace

import mindspore as ms
import numpy as np
import pytest
from gan_course.run import BEST, CHECKPOINT, DISTANCES, best_of, is_best, run
from PIL import Image

from gan_course import run as run_module
from gan_course.data import mnist
from gan_course.errors import CourseError, Diverged
from gan_course.lessons import LESSONS, TRAINED, load_lesson
from gan_course.training.checkpoints import load_checkpoint
from gan_course.training.history import History

NUM_STEPS, STEPS_PER_EPOCH = 10, 4
SAME_BYTES = ("history.csv", "metrics.json", "config.json", "samples.png", "progress.gif", "progress.png")
TINY = {"latent_dim": 3, "hidden": (8, 6), "batch_size": 8, "num_train": 35, "num_steps": NUM_STEPS}
TINY |= {"num_epochs": 3, "num_test": 32}  # of the lessons that count epochs
TINY |= {"size": (8, 8), "mirror": False}  # of those that learn from any pictures
TINY |= {"num_fakes": 32, "evaluate_every": STEPS_PER_EPOCH}  # of those that count steps
TINY |= {"base_channels": 2, "base_channels_d": 2, "num_samples": 50, "dropout": 0.25}  # of those with convolutions
TINY |= {"counts": (9, 9, 9, 8)}  # of those with classes
GAN_LOSSES = ["loss_d", "loss_g", "d_real", "d_fake", "accuracy_d"]
CLASS_LOSSES = ["class_real", "class_fake", "accuracy_class_real", "accuracy_class_fake"]
CLASS_ACCURACIES = [*(f"class_accuracy_{digit}" for digit in "1358"), "lowest_class_accuracy"]
DIGITS = ["classifier_confidence", "share_confident", "modes_captured"]
POSES = ["mode_share_face_on", "mode_share_slim", "mode_share_odd", "share_confident"]
CURVES = {
    "autoencoder": ["mae", "test_mae"],
    "vae": ["loss", "nll", "kl", "test_neg_elbo", "test_nll", "test_kl", *DISTANCES],
    "gan": [*GAN_LOSSES, "white_dots", *DISTANCES],
    "mlp-gan": [*GAN_LOSSES, "nearest_ratio", *POSES, "kernel_distance"],
    "dcgan": [*GAN_LOSSES, *DIGITS, *DISTANCES],
    "acgan": [*GAN_LOSSES, *CLASS_LOSSES, *CLASS_ACCURACIES, *DISTANCES],
    "wgan-gp": [
        "loss_d",
        "penalty",
        "loss_g",
        "classifier_confidence",
        "share_confident",
        "modes_captured",
        *DISTANCES,
    ],
    "museum": [*GAN_LOSSES, "variety"],
}


@pytest.fixture(scope="module")
def digits():
    """A few real digits for each split."""
    return {split: mnist(split, per_class=4) for split in ("train", "test")}


@pytest.fixture(scope="module", autouse=True)
def tiny_lessons(digits):
    """Lessons that take a second: three epochs of 4 batches, cut off at step 10."""
    with pytest.MonkeyPatch.context() as patch:
        for name in CURVES:
            lesson = load_lesson(name)
            known = {field.name for field in fields(lesson.Settings)}
            tiny = lesson.Settings(**{key: value for key, value in TINY.items() if key in known})
            if getattr(tiny, "data", None) == "mnist":
                tiny = replace(tiny, size=None)  # MNIST is 28x28
            patch.setattr(lesson, "SETTINGS", {"smoke": tiny})
            patch.setattr(lesson, "mnist", digits.get, raising=False)
        yield


def start(lesson, folder, *, seed=0, steps=None, resume=False):
    folder.mkdir(exist_ok=True)
    return run(lesson, "smoke", {} if steps is None else {"num_steps": steps}, seed, folder, resume)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Makes the folder of a finished run of a lesson, once a lesson."""
    folders = {}

    def folder_of(lesson):
        if lesson not in folders:
            folders[lesson] = tmp_path_factory.mktemp(lesson)
            start(lesson, folders[lesson])
        return folders[lesson]

    return folder_of


@pytest.fixture
def copy(finished, tmp_path):
    """Copies a finished run of a lesson, to be spoilt."""

    def copy_of(lesson):
        return shutil.copytree(finished(lesson), tmp_path / lesson)

    return copy_of


def happening_at(monkeypatch, lesson, step_number, event):
    """Let `event()` happen within a step, counted from the start of the process that runs it."""
    module = load_lesson(lesson)
    build = module.build

    def build_with_event(settings, seed):
        experiment = build(settings, seed)
        steps = iter(range(1, 1000))

        def step(*batch):
            if next(steps) == step_number:
                event()
            return experiment.step(*batch)

        return replace(experiment, step=step)

    monkeypatch.setattr(module, "build", build_with_event)


def press_ctrl_c():
    signal.raise_signal(signal.SIGINT)


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_same_results(folder, expected):
    for name in SAME_BYTES:
        assert (folder / name).read_bytes() == (expected / name).read_bytes(), name


def test_the_tiny_lessons_are_all_lessons():
    assert list(CURVES) == TRAINED


@pytest.mark.parametrize("lesson", CURVES)
def test_a_run_writes_every_result(finished, lesson):
    folder = finished(lesson)
    assert {path.as_posix() for path in contents(folder)} == {
        *SAME_BYTES,
        "losses.png",
        "timing.json",
        CHECKPOINT.as_posix(),
        *([BEST.as_posix()] if set(DISTANCES) & set(CURVES[lesson]) else []),
    }
    history = History.from_csv((folder / "history.csv").read_text())
    assert history.names == CURVES[lesson]
    assert history.steps(CURVES[lesson][0]).tolist() == list(range(1, NUM_STEPS + 1))
    best = LESSONS[lesson].best
    assert history.steps(best).tolist() == [4, 8, 10]
    metrics = json.loads((folder / "metrics.json").read_text())
    assert metrics["step"] == NUM_STEPS
    assert metrics[best] == pytest.approx(history[best][-1], abs=1e-6)
    with Image.open(folder / "progress.gif") as gif:
        assert gif.n_frames == NUM_STEPS + 1  # fewer steps than frames wanted: every step, and the start
    for name in ("samples.png", "losses.png", "progress.png"):
        with Image.open(folder / name) as picture:
            picture.verify()


@pytest.mark.parametrize("lesson", CURVES)
def test_the_config_says_all_that_the_run_depends_on(finished, lesson):
    config = json.loads((finished(lesson) / "config.json").read_text())
    assert (config["lesson"], config["profile"], config["seed"]) == (lesson, "smoke", 0)
    settings = load_lesson(lesson).Settings
    lists = {key: tuple(value) for key, value in config["settings"].items() if isinstance(value, list)}
    config["settings"] |= lists  # JSON knows no tuples
    assert settings(**config["settings"]) == load_lesson(lesson).SETTINGS["smoke"]
    assert config["versions"]["numpy"] == np.__version__


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(finished, tmp_path):
    start("vae", tmp_path / "again")
    assert_same_results(tmp_path / "again", finished("vae"))
    start("vae", tmp_path / "other", seed=1)
    for name in ("history.csv", "metrics.json", "samples.png"):
        assert (tmp_path / "other" / name).read_bytes() != (finished("vae") / name).read_bytes()


@pytest.mark.parametrize(
    ("lesson", "stop"), [("autoencoder", 4), ("vae", 6), ("gan", 5), ("mlp-gan", 6), ("dcgan", 5), ("acgan", 6)]
)
def test_stopped_and_resumed_is_the_same_as_never_stopped(finished, tmp_path, monkeypatch, lesson, stop):
    folder = tmp_path / "stopped"
    with monkeypatch.context() as patch:
        happening_at(patch, lesson, stop, press_ctrl_c)
        assert start(lesson, folder)["step"] == stop
    assert json.loads((folder / "metrics.json").read_text())["step"] == stop
    assert History.from_csv((folder / "history.csv").read_text()).last_step == stop
    with Image.open(folder / "progress.gif") as gif:
        assert gif.n_frames == stop + 1
    start(lesson, folder, resume=True)
    assert_same_results(folder, finished(lesson))
    assert parameters(folder / BEST) == parameters(finished(lesson) / BEST)


def parameters(path):
    """The bytes of everything in a checkpoint, by name; None if there is no such file."""
    if not path.exists():
        return None
    with np.load(path) as content:
        return {name: array.tobytes() for name, array in content.items()}


@pytest.mark.parametrize("lesson", [name for name, curves in CURVES.items() if set(DISTANCES) & set(curves)])
def test_the_best_checkpoint_is_that_of_the_lowest_distance(finished, lesson):
    """Its networks, loaded, measure again what `metrics.json` says was best."""
    folder = finished(lesson)
    metrics = json.loads((folder / "metrics.json").read_text())
    history = History.from_csv((folder / "history.csv").read_text())
    name = next(name for name in DISTANCES if name in history.names)
    steps, values = history.steps(name).tolist(), history[name].tolist()
    assert metrics["best_step"] == steps[values.index(min(values))]
    module = load_lesson(lesson)
    experiment = module.build(module.SETTINGS["smoke"], 0)
    state, _ = load_checkpoint(folder / BEST, experiment.networks)
    assert History.from_csv(state["history"]).last_step == metrics["best_step"]
    assert experiment.evaluate()[name] == pytest.approx(min(values), rel=1e-5)
    assert metrics[f"best_{name}"] == pytest.approx(min(values), abs=1e-6)


def history_of(*values):
    history = History()
    for step, value in enumerate(values, 1):
        history.record(step, **({} if value is None else {"kernel_distance": value}))
    return history


def test_the_best_step_is_the_first_of_the_lowest_and_nan_is_never_best():
    assert best_of(history_of(3.0, float("nan"), 1.0, 1.0)) == ("kernel_distance", 3, 1.0)
    assert best_of(history_of(float("nan"))) is None and best_of(history_of(None)) is None
    values = (3.0, None, float("nan"), 4.0, 2.0)
    better = [step for step in range(1, 6) if is_best(history_of(*values[:step]), step)]
    assert better == [1, 5]


def test_a_run_that_dies_goes_on_from_its_last_checkpoint(finished, tmp_path, monkeypatch):
    def die():
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "SECONDS_BETWEEN_CHECKPOINTS", -1)
        happening_at(patch, "vae", 8, die)
        with pytest.raises(RuntimeError, match="power cut"):
            start("vae", tmp_path / "dead")
    start("vae", tmp_path / "dead", resume=True)
    assert json.loads((tmp_path / "dead" / "timing.json").read_text())["first_step"] == 8
    assert_same_results(tmp_path / "dead", finished("vae"))


def test_resuming_a_finished_run_trains_nothing_and_changes_nothing(copy, finished, monkeypatch):
    happening_at(monkeypatch, "vae", 1, lambda: pytest.fail("trained"))
    folder = copy("vae")
    start("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


def test_starting_anew_leaves_no_old_checkpoint_to_resume(copy, monkeypatch):
    def die():
        raise RuntimeError("power cut")

    happening_at(monkeypatch, "autoencoder", 1, die)
    folder = copy("autoencoder")
    with pytest.raises(RuntimeError):
        start("autoencoder", folder, seed=1)
    with pytest.raises(CourseError, match="no checkpoint"):
        start("autoencoder", folder, seed=1, resume=True)


def cut_short(folder):
    path = folder / CHECKPOINT
    path.write_bytes(path.read_bytes()[:-500])


def spoil_config(folder):
    (folder / "config.json").write_text("{")


NO_RESUME = {
    "a damaged checkpoint": (cut_short, {}, "is damaged.*--force"),
    "no checkpoint": (lambda folder: (folder / CHECKPOINT).unlink(), {}, "no checkpoint"),
    "no config": (lambda folder: (folder / "config.json").unlink(), {}, "holds no run"),
    "a damaged config": (spoil_config, {}, "holds no run"),
    "a config of something else": (lambda folder: (folder / "config.json").write_text("[1]"), {}, "holds no run"),
    "another seed": (lambda folder: None, {"seed": 1}, "started with seed 0"),
    "another number of steps": (lambda folder: None, {"steps": 12}, "started with settings .*'num_steps': 10"),
}


@pytest.mark.parametrize("case", NO_RESUME)
def test_what_cannot_be_resumed_is_refused_and_left_alone(copy, case):
    spoil, options, message = NO_RESUME[case]
    folder = copy("vae")
    spoil(folder)
    before = contents(folder)
    with pytest.raises(CourseError, match=message):
        start("vae", folder, resume=True, **options)
    assert contents(folder) == before


def test_a_run_of_another_lesson_is_not_resumed(copy):
    folder = copy("autoencoder")
    before = contents(folder)
    with pytest.raises(CourseError, match="started with lesson autoencoder"):
        start("vae", folder, resume=True)
    assert contents(folder) == before


def test_a_checkpoint_of_another_network_is_not_resumed(copy, monkeypatch):
    folder = copy("autoencoder")
    before = contents(folder)
    lesson = load_lesson("autoencoder")
    build = lesson.build
    monkeypatch.setattr(lesson, "build", lambda settings, seed: build(replace(settings, hidden=(9, 6)), seed))
    with pytest.raises(CourseError, match="another network"):
        start("autoencoder", folder, resume=True)
    assert contents(folder) == before


@pytest.fixture
def diverged(monkeypatch, tmp_path):
    """A run of `gan` whose generator becomes NaN after step 6; with a checkpoint after every step before."""
    lesson, build = load_lesson("gan"), load_lesson("gan").build

    def build_fragile(settings, seed):
        experiment = build(settings, seed)
        step, calls = experiment.step, []

        def fragile(*batch):
            losses = step(*batch)
            calls.append(losses)
            if len(calls) == 6:
                weight = experiment.cells["generator"].trainable_params()[0]
                weight.set_data(ms.Tensor(np.full(weight.shape, np.nan, np.float32)))
            return losses

        experiment.step = fragile
        return experiment

    with monkeypatch.context() as patch:
        patch.setattr(run_module, "SECONDS_BETWEEN_CHECKPOINTS", -1)
        patch.setattr(lesson, "build", build_fragile)
        with pytest.raises(Diverged) as error:
            start("gan", tmp_path / "diverged")
    return tmp_path / "diverged", str(error.value)


def test_a_run_that_diverges_says_what_went_bad_and_where_the_last_good_checkpoint_is(diverged):
    folder, message = diverged
    assert message.startswith("step 6: generator.layers.0.weight")
    assert f"the last good checkpoint is {folder / CHECKPOINT}, of step 5" in message
    assert History.from_csv((folder / "history.csv").read_text()).last_step == 6
    assert (folder / "losses.png").exists() and not (folder / "metrics.json").exists()


def test_a_diverged_run_goes_on_from_its_last_good_checkpoint(diverged, finished):
    folder, _ = diverged
    start("gan", folder, resume=True)
    assert json.loads((folder / "timing.json").read_text())["first_step"] == 6
    assert_same_results(folder, finished("gan"))


def test_the_doctor_speaks_up_after_a_run(tmp_path, capsys, monkeypatch):
    start("gan", tmp_path / "short")
    assert re.fullmatch("doctor: Too short to tell: .*\n", capsys.readouterr().out)
    lesson = load_lesson("gan")
    monkeypatch.setattr(lesson, "mnist", lambda split: (np.ones((35, 1, 28, 28), np.float32), np.zeros(35)))
    start("gan", tmp_path / "ill")
    assert re.match(r"doctor: The real images lie in \[1, 1\], .*\n", capsys.readouterr().out)


def test_the_doctor_is_silent_where_nothing_is_wrong(tmp_path, capsys):
    start("vae", tmp_path / "vae", steps=2)
    assert capsys.readouterr().out == ""
