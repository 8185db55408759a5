"""Whole runs of the lessons, tiny: what they write, that they repeat, and that they go on bit for bit."""

import json
import re
import shutil
import signal
from dataclasses import replace
from hashlib import sha256
from types import SimpleNamespace

import filelock
import mindspore as ms
import numpy as np
import pytest
from PIL import Image
from refusals import contents
from tiny import EVALUATE_EVERY, NUM_STEPS, parameters, tiny_settings, train_tiny

from gan_course.data import Batches
from gan_course.errors import CourseError, Diverged
from gan_course.lessons import LESSONS, TRAINED, load_lesson
from gan_course.runs import resume
from gan_course.runs.best import DISTANCES, best_of, is_best
from gan_course.runs.config import read_config, read_settings
from gan_course.runs.folder import BEST, CHECKPOINT, only_writer
from gan_course.training.checkpoints import before, found, load_checkpoint
from gan_course.training.history import History

pytestmark = pytest.mark.usefixtures("small_world")

SAME_BYTES = ("history.csv", "metrics.json", "config.json", "samples.png", "progress.gif", "progress.png")
GAN_LOSSES = ["loss_d", "loss_g", "d_real", "d_fake", "accuracy_d"]
CLASS_LOSSES = ["class_real", "class_fake", "accuracy_class_real", "accuracy_class_fake"]
CLASS_ACCURACIES = [*(f"class_accuracy_{digit}" for digit in "1358"), "lowest_class_accuracy"]
DIGIT_DISTANCES = ["frechet_classifier_distance", "kernel_distance"]
FLOWER_DISTANCES = ["kernel_distance", "texture_kernel_distance", "spectral_distance", "share_clean"]
DIGITS = ["classifier_confidence", "share_confident", "modes_captured", *(f"mode_share_{digit}" for digit in range(10))]
POSES = ["mode_share_face_on", "mode_share_slim", "mode_share_odd", "share_confident"]
CURVES = {
    "autoencoder": ["mae", "test_mae"],
    "vae": ["loss", "nll", "kl", "test_neg_elbo", "test_nll", "test_kl", *DIGIT_DISTANCES],
    "gan": [*GAN_LOSSES, "white_dots", *DIGIT_DISTANCES],
    "mlp-gan": [*GAN_LOSSES, "nearest_ratio", *POSES, *FLOWER_DISTANCES],
    "dcgan": [*GAN_LOSSES, *DIGITS, *DIGIT_DISTANCES],
    "acgan": [*GAN_LOSSES, *CLASS_LOSSES, *CLASS_ACCURACIES, *DIGIT_DISTANCES],
    "wgan-gp": ["loss_d", "penalty", "loss_g", *DIGITS, *DIGIT_DISTANCES],
    "museum": [*GAN_LOSSES, "variety"],
}
MEASURED = [lesson for lesson, curves in CURVES.items() if set(DISTANCES) & set(curves)]


@pytest.fixture
def copy(finished, tmp_path):
    """Copies a finished run of a lesson, to be spoilt."""

    def copy_of(lesson):
        return shutil.copytree(finished(lesson), tmp_path / lesson)

    return copy_of


def happening_at(monkeypatch, lesson, step_number, event):
    """Let `event(experiment)` happen after a step, counted from the start of the process that runs it."""
    module = load_lesson(lesson)
    build = module.build

    def build_with_event(settings, seed):
        experiment = build(settings, seed)
        steps = iter(range(1, 1000))

        def step(*batch):
            losses = experiment.step(*batch)
            if next(steps) == step_number:
                event(experiment)
            return losses

        return replace(experiment, step=step)

    monkeypatch.setattr(module, "build", build_with_event)


def press_ctrl_c(experiment):
    signal.raise_signal(signal.SIGINT)


def cut_the_power(experiment):
    raise RuntimeError("power cut")


def assert_same_results(folder, expected):
    different = [name for name in SAME_BYTES if (folder / name).read_bytes() != (expected / name).read_bytes()]
    assert not different
    assert parameters(folder / BEST) == parameters(expected / BEST)


def read_history(folder):
    return History.from_csv((folder / "history.csv").read_text())


def read_metrics(folder):
    return json.loads((folder / "metrics.json").read_text())


def test_the_tiny_lessons_are_all_lessons():
    assert list(CURVES) == TRAINED


@pytest.mark.parametrize("lesson", CURVES)
def test_a_run_writes_every_result(finished, lesson):
    folder = finished(lesson)
    written = {path.relative_to(folder).as_posix() for path, content in contents(folder).items() if content}
    assert "recording/frames-0.webp" in written
    assert {name for name in written if not name.endswith(".webp")} == {
        *SAME_BYTES,
        "recording/recording.json",
        "losses.png",
        "timing.json",
        CHECKPOINT,
        *(f"checkpoints/{path.name}" for path in before(folder / CHECKPOINT, resume.KEPT)),
        *([BEST] if lesson in MEASURED else []),
    }
    history = read_history(folder)
    assert history.names == CURVES[lesson]
    assert history.steps(CURVES[lesson][0]).tolist() == list(range(1, NUM_STEPS + 1))
    best = LESSONS[lesson].best
    assert history.steps(best).tolist() == [EVALUATE_EVERY, 2 * EVALUATE_EVERY, NUM_STEPS]
    metrics = read_metrics(folder)
    assert metrics["step"] == NUM_STEPS and metrics[best] == pytest.approx(history[best][-1], abs=1e-6)
    with Image.open(folder / "progress.gif") as gif:
        assert gif.n_frames == NUM_STEPS + 1  # fewer steps than frames wanted: every step, and the start
    for name in ("samples.png", "losses.png", "progress.png"):
        with Image.open(folder / name) as picture:
            picture.verify()


def test_the_config_says_all_that_a_run_depends_on(finished):
    configs = {lesson: read_config(finished(lesson)) for lesson in CURVES}
    assert all((config["lesson"], config["seed"]) == (lesson, 0) for lesson, config in configs.items())
    settings = {lesson: read_settings(config, finished(lesson)) for lesson, config in configs.items()}
    assert settings == {lesson: tiny_settings(lesson) for lesson in CURVES}
    assert configs["vae"]["versions"]["numpy"] == np.__version__


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(finished, tmp_path):
    train_tiny("vae", tmp_path / "again")
    assert_same_results(tmp_path / "again", finished("vae"))
    train_tiny("vae", tmp_path / "other", seed=1)
    for name in ("history.csv", "metrics.json", "samples.png"):
        assert (tmp_path / "other" / name).read_bytes() != (finished("vae") / name).read_bytes()


@pytest.mark.parametrize("lesson", CURVES)
def test_after_a_power_cut_a_run_goes_on_as_if_nothing_had_happened(finished, tmp_path, lesson):
    folder = shutil.copytree(finished(lesson, power_cut=True), tmp_path / "cut")
    assert not (folder / "history.csv").exists()
    train_tiny(lesson, folder, resume=True)
    assert json.loads((folder / "timing.json").read_text())["first_step"] == 6
    assert_same_results(folder, finished(lesson))


def test_stopped_by_ctrl_c_a_run_is_whole_and_goes_on_bit_for_bit(finished, tmp_path, monkeypatch):
    folder = tmp_path / "stopped"
    with monkeypatch.context() as patch:
        happening_at(patch, "vae", 6, press_ctrl_c)
        assert train_tiny("vae", folder)["step"] == 6
    assert read_metrics(folder)["step"] == read_history(folder).last_step == 6
    with Image.open(folder / "progress.gif") as gif:
        assert gif.n_frames == 7
    train_tiny("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


@pytest.mark.parametrize("lesson", TRAINED)
def test_stopped_after_its_first_step_a_long_run_is_whole(tmp_path, monkeypatch, command, lesson):
    """Its film has a single frame, its curves a point or none."""
    folder = tmp_path / "run"
    happening_at(monkeypatch, lesson, 1, press_ctrl_c)
    assert train_tiny(lesson, folder, num_steps=100_000)["step"] == 1
    assert {*SAME_BYTES, "recording"} <= {path.name for path in folder.iterdir()}
    with Image.open(folder / "progress.gif") as gif:
        assert gif.n_frames == 1
    assert command("gallery", str(folder), "--out", str(tmp_path / "site"))[0] == 0
    code, _, err = command("gif", str(folder), "--out", str(tmp_path / "film.gif"))
    assert code in (0, 2) and "unexpected" not in err


def test_a_checkpoint_is_written_only_when_it_is_time(tmp_path, monkeypatch):
    happening_at(monkeypatch, "autoencoder", 8, cut_the_power)
    with pytest.raises(RuntimeError, match="power cut"):
        train_tiny("autoencoder", tmp_path / "dead")
    assert not (tmp_path / "dead" / CHECKPOINT).exists()  # half a minute has not passed


@pytest.mark.parametrize(("seconds", "pause"), [(0.1, 30), (0.9, 30), (3, 100), (9, 300), (3_600, 300)])
def test_a_checkpoint_that_takes_long_is_written_later_but_never_much(seconds, pause):
    """At most 3 % of the time; a laptop that slept meanwhile must not end them."""
    assert resume.pause_after(seconds) == pytest.approx(pause)


@pytest.mark.parametrize("lesson", MEASURED)
def test_the_best_checkpoint_is_that_of_the_lowest_distance(finished, lesson):
    """Its networks, loaded, measure again what `metrics.json` says was best."""
    folder = finished(lesson)
    metrics, history = read_metrics(folder), read_history(folder)
    name = next(name for name in DISTANCES if name in history.names)
    steps, values = history.steps(name).tolist(), history[name].tolist()
    assert metrics["best_step"] == steps[values.index(min(values))]
    experiment = load_lesson(lesson).build(tiny_settings(lesson), 0)
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


def test_resuming_a_finished_run_trains_nothing_and_changes_nothing(copy, finished, monkeypatch):
    happening_at(monkeypatch, "vae", 1, lambda experiment: pytest.fail("trained"))
    folder = copy("vae")
    train_tiny("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


def test_starting_anew_leaves_no_old_checkpoint_to_resume(copy, monkeypatch):
    happening_at(monkeypatch, "autoencoder", 1, cut_the_power)
    folder = copy("autoencoder")
    with pytest.raises(RuntimeError):
        train_tiny("autoencoder", folder, seed=1)
    assert not found(folder / CHECKPOINT) and not (folder / BEST).exists()


def test_a_run_that_was_stopped_before_its_first_checkpoint_begins_again(finished, copy, capsys):
    folder = copy("vae")
    shutil.rmtree(folder / "checkpoints")
    train_tiny("vae", folder, resume=True)
    assert f"{folder} has no checkpoint yet: its run begins at step 0" in capsys.readouterr().err
    assert_same_results(folder, finished("vae"))


def test_a_run_that_was_killed_at_step_0_has_its_first_frame_once(finished, tmp_path, monkeypatch):
    folder = tmp_path / "killed"
    with monkeypatch.context() as patch:
        patch.setattr(resume, "SECONDS_BETWEEN_CHECKPOINTS", -1)
        happening_at(patch, "vae", 1, cut_the_power)
        with pytest.raises(RuntimeError):
            train_tiny("vae", folder)
    state, arrays = load_checkpoint(folder / CHECKPOINT, {})
    assert History.from_csv(state["history"]).last_step == 0 and arrays["frame_steps"].tolist() == [0]
    train_tiny("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


@pytest.mark.parametrize("gone", [1, 2])
def test_a_damaged_checkpoint_is_replaced_by_the_one_before(finished, copy, capsys, gone):
    folder = copy("vae")
    paths = found(folder / CHECKPOINT)
    for path in paths[:gone]:
        path.write_bytes(path.read_bytes()[:-500])
    train_tiny("vae", folder, resume=True)
    names = " and ".join(path.name for path in paths[:gone])
    assert capsys.readouterr().err.count(f"{names} damaged, {paths[gone].name} taken in its place") == 1
    assert (
        json.loads((folder / "timing.json").read_text())["first_step"] == NUM_STEPS + 2 - gone
    )  # the last was kept twice
    assert_same_results(folder, finished("vae"))


def test_two_trainings_in_one_folder_are_refused(finished, copy):
    folder = copy("vae")
    before = contents(folder)
    with only_writer(folder), pytest.raises(CourseError, match="another training writes into"):
        train_tiny("vae", folder, resume=True)
    assert contents(folder) == before
    train_tiny("vae", folder, resume=True)


def test_a_folder_that_knows_no_locks_is_written_all_the_same(tmp_path, monkeypatch):
    def refuse(self):
        raise NotImplementedError("no flock here")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    assert train_tiny("vae", tmp_path / "remote")["step"] == NUM_STEPS


def test_other_pictures_under_the_same_name_are_refused(copy, monkeypatch):
    folder = copy("vae")
    config = json.loads((folder / "config.json").read_text())
    monkeypatch.setattr(resume, "digest", lambda experiment: "another")
    with pytest.raises(CourseError, match="the pictures changed since the run in .* began: .*--force"):
        train_tiny("vae", folder, resume=True)
    assert json.loads((folder / "config.json").read_text()) == config


def test_pictures_in_eight_bits_are_the_same_pictures_as_scaled_ones():
    """A run that began when they were kept as float32 is gone on with; the digest was this formula."""
    levels = np.random.default_rng(0).integers(0, 256, (1500, 1, 4, 4), np.uint8)
    images, labels = levels.astype(np.float32) / np.float32(127.5) - np.float32(1), np.arange(1500, dtype=np.int32)
    expected = sha256()
    for array in (images, labels):
        expected.update(f"{array.dtype} {array.shape}".encode() + array.tobytes())
    for pictures in (levels, images):
        batches = Batches(pictures, labels, batch_size=8, seed=0)
        assert resume.digest(SimpleNamespace(batches=batches)) == expected.hexdigest()
    fewer = Batches(levels[:-1], labels[:-1], batch_size=8, seed=0)  # somebody deleted a photograph
    assert resume.digest(SimpleNamespace(batches=fewer)) != expected.hexdigest()


def cut_short(folder):
    for path in found(folder / CHECKPOINT):
        path.write_bytes(path.read_bytes()[:-500])


def of_older_mindspore(folder):
    config = json.loads((folder / "config.json").read_text())
    config["versions"]["mindspore"] = "2.9.0"
    (folder / "config.json").write_text(json.dumps(config))


def write_config(content):
    return lambda folder: (folder / "config.json").write_text(content)


def without_beta(folder):
    config = json.loads((folder / "config.json").read_text())
    del config["settings"]["beta"]
    (folder / "config.json").write_text(json.dumps(config))


NO_RESUME = {
    "damaged checkpoints": (cut_short, {}, "is damaged.*--force"),
    "another version of MindSpore": (of_older_mindspore, {}, "started with mindspore 2.9.0, not 2.10.0"),
    "no config": (lambda folder: (folder / "config.json").unlink(), {}, "holds no run"),
    "a damaged config": (write_config("{"), {}, "holds no run"),
    "a config of something else": (write_config("[1]"), {}, "holds no run"),
    "settings of another version": (without_beta, {}, "by another version of the course"),
    "another seed": (lambda folder: None, {"seed": 1}, "started with seed 0"),
    "fewer steps": (lambda folder: None, {"num_steps": 8}, "started with num_steps 10, not 8"),
    "more steps, and another batch": (
        lambda folder: None,
        {"num_steps": 12, "batch_size": 7},
        "started with batch_size 8, not 7",
    ),
}


@pytest.mark.parametrize("case", NO_RESUME)
def test_what_cannot_be_resumed_is_refused_and_left_alone(copy, case):
    spoil, options, message = NO_RESUME[case]
    folder = copy("vae")
    spoil(folder)
    before = contents(folder)
    with pytest.raises(CourseError, match=message):
        train_tiny("vae", folder, resume=True, **options)
    assert contents(folder) == before


def test_a_run_of_another_lesson_is_not_resumed(copy):
    folder = copy("autoencoder")
    before = contents(folder)
    with pytest.raises(CourseError, match="started with lesson autoencoder"):
        train_tiny("vae", folder, resume=True)
    assert contents(folder) == before


def test_a_checkpoint_of_another_network_is_not_resumed(copy, monkeypatch):
    folder = copy("autoencoder")
    before = contents(folder)
    lesson = load_lesson("autoencoder")
    build = lesson.build
    monkeypatch.setattr(lesson, "build", lambda settings, seed: build(replace(settings, hidden=(9, 6)), seed))
    with pytest.raises(CourseError, match="another network"):
        train_tiny("autoencoder", folder, resume=True)
    assert contents(folder) == before


def spoil_generator(experiment):
    weight = experiment.cells["generator"].trainable_params()[0]
    weight.set_data(ms.Tensor(np.full(weight.shape, np.nan, np.float32)))


def test_a_run_that_diverges_says_what_went_bad_and_goes_on_from_the_last_good_checkpoint(
    finished, tmp_path, monkeypatch
):
    folder = tmp_path / "diverged"
    with monkeypatch.context() as patch:
        patch.setattr(resume, "SECONDS_BETWEEN_CHECKPOINTS", -1)
        happening_at(patch, "gan", 6, spoil_generator)
        with pytest.raises(Diverged, match=r"step 6: generator\.layers\.0\.weight") as error:
            train_tiny("gan", folder)
    assert f"the last good checkpoint is {folder / CHECKPOINT}, of step 5" in str(error.value)
    assert read_history(folder).last_step == 6
    assert (folder / "losses.png").exists() and not (folder / "metrics.json").exists()
    train_tiny("gan", folder, resume=True)
    assert json.loads((folder / "timing.json").read_text())["first_step"] == 6
    assert_same_results(folder, finished("gan"))


def test_the_doctor_speaks_up_after_a_run(tmp_path, capsys, monkeypatch):
    train_tiny("gan", tmp_path / "short", num_steps=1)
    assert re.fullmatch("doctor: Too short to tell: .*\n", capsys.readouterr().out)
    from_zero = np.random.default_rng(0).integers(0, 2, (35, 1, 28, 28)).astype(np.float32)
    monkeypatch.setattr(load_lesson("gan"), "mnist", lambda split: (from_zero, np.zeros(35, np.int32)))
    train_tiny("gan", tmp_path / "ill", num_steps=1)
    assert re.match(r"doctor: The real images lie in \[0, 1\], .*\n", capsys.readouterr().out)


def test_the_doctor_is_silent_where_nothing_is_wrong(tmp_path, capsys):
    train_tiny("vae", tmp_path / "vae", num_steps=2)
    assert capsys.readouterr().out == ""
