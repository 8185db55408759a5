"""The command line: what it answers to bad input, in one line, and that it leaves everything as it was."""

import importlib
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from refusals import assert_refused, contents

from gan_course.data.mnist import MNIST_DIR
from gan_course.data.sources import Digits, Folder, Sunflowers
from gan_course.errors import CourseError, Diverged
from gan_course.lessons import LESSONS, TRAINED, dcgan, load_lesson

RUN = "from gan_course.cli import main; main()"
ON_MNIST = [name for name in TRAINED if not LESSONS[name].any_pictures]
FLOWERS = {"size": (28, 28), "gray": True, "shift": 3, **dcgan.LARGE}
SLOWER = {"learning_rate_g": 0.25 / 3, "learning_rate_d": 0.125 / 3}  # plain gradient descent with three channels
TELL_MODULES = "import atexit, sys; atexit.register(lambda: print('mindspore' in sys.modules)); "


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Run in an empty folder, with no profile chosen; results go below it, where nothing is said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", "outputs")
    monkeypatch.delenv("GAN_COURSE_PROFILE", raising=False)


@pytest.fixture
def runs(monkeypatch):
    """What would have been run."""
    import gan_course.runs.train

    calls = []

    def train_lesson(*arguments):
        calls.append(arguments)
        return {"step": arguments[1].num_steps, "test_mae": 0.5, "card": {}}

    monkeypatch.setattr(gan_course.runs.train, "train_lesson", train_lesson)
    return calls


@pytest.fixture
def old_run(tmp_path):
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "history.csv").write_text("precious")
    return folder


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["train", "gna"], "no lesson 'gna': choose one of autoencoder, vae"),
        (["train", "judging"], "lesson judging is a notebook only: open notebooks/08_judging_samples.ipynb"),
        (["train"], "LESSON"),
        (["train", "vae", "--profile", "fast"], "no profile 'fast': choose smoke, class or full"),
        (["train", "vae", "--steps", "-3"], "--steps must be at least 1, not -3"),
        (["train", "vae", "--steps", "0"], "--steps must be at least 1, not 0"),
        (["train", "vae", "--steps", "9" * 30], "--steps must be at most 10000000"),
        (["train", "vae", "--steps", "many"], "'many' is not a valid integer"),
        (["train", "vae", "--seed", "-1"], "--seed must be from 0"),
        (["train", "vae", "--seed", str(2**32)], "--seed must be from 0 to 4294967295"),
        (["train", "vae", "--resume", "--force"], "choose one of them"),
        (["train", "vae", "--fast"], "--fast"),
        (["train", "vae", "dcgan"], "dcgan"),
        (["train", "vae", "--data", "mnist"], "lesson vae learns from MNIST as it is: leave out --data"),
        (["train", "vae", "--counts", "1,2"], "vae knows no classes: leave out --classes, --counts and --labels"),
        (["train", "acgan", "--counts", "5,many"], "--counts must be whole numbers with commas between"),
        (["train", "acgan", "--counts", "5,-1"], "--counts must be whole numbers with commas between"),
        (["train", "mlp-gan", "--size", "big"], "--size must be HEIGHTxWIDTH"),
        (["trian", "vae"], "No such command 'trian'"),
        (["data", "lst"], "No such command 'lst'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_arguments_are_refused_in_one_line_and_nothing_is_made(command, runs, arguments, message):
    assert_refused(command(*arguments), message)
    assert runs == [] and contents() == {}


def test_a_bad_profile_in_the_environment_is_refused(command, runs, monkeypatch):
    monkeypatch.setenv("GAN_COURSE_PROFILE", "fast")
    assert_refused(command("train", "vae"), "no profile 'fast'")
    assert runs == [] and contents() == {}


def test_a_folder_with_files_is_refused_and_left_alone(command, runs, old_run):
    before = contents()
    assert_refused(command("train", "vae", "--out", "old"), "old is not empty: add --resume")
    assert runs == [] and contents() == before


@pytest.mark.parametrize("out", ["file", "file/below", "file/far/below"])
def test_a_file_in_the_way_is_refused_and_left_alone(command, runs, out):
    Path("file").write_text("precious")
    before = contents()
    assert_refused(command("train", "vae", "--out", out), "choose another --out")
    assert runs == [] and contents() == before


def test_a_folder_that_cannot_be_written_to_is_refused(command, runs, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    assert_refused(command("train", "vae", "--out", "locked"), "cannot write to locked (Permission denied)")
    assert runs == []


def test_resuming_where_nothing_was_started_is_refused(command, old_run):
    before = contents()
    assert_refused(
        command("train", "vae", "--profile", "smoke", "--out", "old", "--resume"), "old holds no run: train one with"
    )
    assert contents() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--classes", "1,x"], "mnist has no pictures of class 'x': choose from 0, 1"),
        (["--counts", "5,6"], "2 counts for 4 classes: give one for each"),
        (["--counts", "9,9,9,9000"], "9000 pictures of class 8, of which there are 5851"),
    ],
)
def test_classes_that_cannot_be_had_are_refused_and_an_old_run_survives_it(command, old_run, arguments, message):
    before = contents()
    assert_refused(command("train", "acgan", "--profile", "smoke", "--out", "old", "--force", *arguments), message)
    assert contents() == before


@pytest.fixture
def damaged_data(tmp_path_factory, monkeypatch):
    """The training images are cut short, for the command line and for the lessons."""
    module = importlib.import_module("gan_course.data.mnist")  # `gan_course.data.mnist` is the function
    read, name = module.read_idx, "train-images-idx3-ubyte"
    damaged = tmp_path_factory.mktemp("mnist") / f"{name}.gz"
    damaged.write_bytes((MNIST_DIR / damaged.name).read_bytes()[:5000])
    monkeypatch.setattr(
        module, "read_idx", lambda folder, stem: read(damaged.parent if stem == name else MNIST_DIR, stem)
    )
    return damaged


@pytest.mark.parametrize("lesson", ON_MNIST)
def test_damaged_data_is_named_and_an_old_run_survives_it(command, damaged_data, old_run, lesson):
    before = contents()
    answer = command("train", lesson, "--profile", "smoke", "--out", "old", "--force")
    assert_refused(answer, f"{damaged_data} cannot be unpacked")
    assert "git checkout -- data/mnist/train-images-idx3-ubyte.gz" in answer[2]
    assert contents() == before


def test_the_list_of_data_names_a_damaged_file(command, damaged_data):
    assert_refused(command("data", "list"), str(damaged_data))


def test_the_list_of_data_counts_the_digits(command):
    code, out, err = command("data", "list")
    assert code == 0 and err == ""
    digits = out.splitlines()[:2]
    assert [line.split()[:3] for line in digits] == [["mnist", "train", "60,000"], ["mnist", "test", "10,000"]]
    assert all("1 x 28 x 28, 10 classes" in line for line in digits)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["vae", "--out", "a/b"], ("vae", "class", {}, 0, "a/b", False)),
        (["vae", "--profile", "full", "--seed", "7", "--out", "a"], ("vae", "full", {}, 7, "a", False)),
        (["autoencoder", "--steps", "3", "--out", "a"], ("autoencoder", "class", {"num_steps": 3}, 0, "a", False)),
        (["vae", "--out", "old", "--resume"], ("vae", "class", {}, 0, "old", True)),
        (["vae", "--out", "old", "--force"], ("vae", "class", {}, 0, "old", False)),
        (
            ["mlp-gan", "--data", "mnist", "--gray", "--out", "a"],
            ("mlp-gan", "class", {"data": Digits(), "size": (28, 28)}, 0, "a", False),
        ),
        (["mlp-gan", "--size", "32", "--out", "a"], ("mlp-gan", "class", {"size": (32, 32)}, 0, "a", False)),
        (
            ["mlp-gan", "--colour", "--out", "a"],
            (
                "mlp-gan",
                "class",
                SLOWER | {"gray": False},
                0,
                "a",
                False,
            ),
        ),
        (
            ["dcgan", "--data", "sunflowers:100", "--size", "28", "--gray", "--steps", "9", "--out", "a"],
            ("dcgan", "class", FLOWERS | {"data": Sunflowers(100), "num_steps": 9}, 0, "a", False),
        ),
        (
            ["acgan", "--classes", "1,3", "--counts", "20, 30", "--out", "a"],
            ("acgan", "class", {"classes": ("1", "3"), "counts": (20, 30)}, 0, "a", False),
        ),
        (
            ["acgan", "--classes", "1,3", "--out", "a"],
            ("acgan", "class", {"classes": ("1", "3"), "counts": None}, 0, "a", False),
        ),
    ],
    ids=str,
)
def test_good_arguments_run_the_lesson_in_a_folder_that_exists(command, runs, old_run, arguments, expected):
    lesson, profile, changes, seed, out, resume = expected
    code, said, err = command("train", *arguments)
    assert code == 0 and err == ""
    assert runs == [(lesson, replace(load_lesson(lesson).SETTINGS[profile], **changes), seed, Path(out), resume)]
    assert Path(out).is_dir() and "test_mae 0.5" in said and out in said and "card" not in said
    assert (old_run / "history.csv").read_text() == "precious"


def test_results_go_where_the_environment_says_unless_told(command, runs, monkeypatch, tmp_path):
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path / "results"))
    command("train", "vae")
    command("train", "vae", "--out", "here")
    assert [folder for *_, folder, _ in runs] == [tmp_path / "results" / "vae", Path("here")]


def test_the_courses_sunflowers_and_a_folder_of_that_name_are_told_apart(command, runs):
    Path("sunflowers").mkdir()
    assert_refused(
        command("train", "dcgan", "--data", "sunflowers", "--out", "a"), "write ./sunflowers for its pictures"
    )
    command("train", "dcgan", "--data", "./sunflowers", "--out", "a")
    assert [settings.data for _, settings, *_ in runs] == [Folder(Path("sunflowers").resolve())]


def test_a_table_and_the_scaling_belong_to_the_folder(command, runs, photos):
    Path("table.csv").write_text("a.png,x\n")
    chosen = ["--data", str(photos), "--labels", "table.csv", "--scaling", "nearest"]
    command("train", "acgan", *chosen, "--out", "a")
    command("train", "dcgan", "--data", str(photos), "--scaling", "smooth", "--out", "b")
    table = Path("table.csv").resolve()
    assert [settings.data for _, settings, *_ in runs] == [Folder(photos, table, nearest=True), Folder(photos)]
    for options in (["--labels", "table.csv"], ["--scaling", "nearest"], ["--data", "mnist", "--scaling", "nearest"]):
        assert_refused(
            command("train", "acgan", *options, "--out", "c"), "are for pictures in a folder: add --data DIR"
        )
    assert_refused(command("train", "dcgan", *chosen, "--out", "c"), "dcgan knows no classes")
    assert_refused(command("train", "acgan", "--data", "", "--out", "c"), "--data is empty")
    assert not Path("c").exists()


def test_batches_are_as_large_as_asked_for(command, runs):
    command("train", "dcgan", "--batch-size", "7", "--out", "a")
    assert [settings.batch_size for _, settings, *_ in runs] == [7]
    assert_refused(
        command("train", "dcgan", "--batch-size", "1", "--out", "b"), "--batch-size must be at least 2, not 1"
    )


@pytest.mark.parametrize("out", ["photos", "photos/runs/one", "photos/../photos/new"])
def test_results_among_the_pictures_are_refused_before_anything_is_made(command, runs, photos, monkeypatch, out):
    """Else the next training would learn from its own pictures."""
    monkeypatch.chdir(photos.parent)
    before = contents()
    assert_refused(command("train", "dcgan", "--data", "photos", "--out", out), "would lie among the pictures of")
    monkeypatch.chdir(photos)
    monkeypatch.delenv("GAN_COURSE_OUTPUTS", raising=False)
    assert_refused(command("train", "dcgan", "--data", ".", "--out", "outputs/dcgan"), "choose another place for --out")
    monkeypatch.chdir(photos.parent)
    assert contents() == before and runs == []


def test_that_pictures_become_grey_is_said_unless_it_was_asked_for(command, runs, photos):
    for options, said in [([], True), (["--gray"], False), (["--colour"], False)]:
        _, _, err = command("train", "mlp-gan", "--data", str(photos), "--out", "a", *options)
        assert ("learnt in grey: --colour keeps" in err) == said
    assert [settings.gray for _, settings, *_ in runs] == [True, True, False]


def test_a_training_that_was_stopped_says_how_to_go_on(command, monkeypatch):
    import gan_course.runs.train

    monkeypatch.setattr(gan_course.runs.train, "train_lesson", lambda *_, **__: {"step": 3})
    code, out, err = command("train", "vae", "--steps", "9")
    assert code == 130 and "results in" in out
    assert err == "gan-course: stopped at step 3 of 9: the same command with --resume goes on\n"


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            OSError(28, "No space left on device", "runs/a"),
            "No space left on device (runs/a): mend that and call again",
        ),
        (MemoryError(), "out of memory: choose smaller pictures (--size) or batches"),
    ],
)
def test_a_full_disk_or_memory_takes_one_line_that_says_what_to_do(command, monkeypatch, error, message):
    fail_with(monkeypatch, error)
    code, out, err = command("train", "vae")
    assert (code, out) == (1, "") and len(err.splitlines()) == 1 and message in err


def test_the_profile_comes_from_the_environment_unless_given(command, runs, monkeypatch):
    monkeypatch.setenv("GAN_COURSE_PROFILE", "smoke")
    command("train", "vae", "--out", "one")
    command("train", "vae", "--out", "two", "--profile", "full")
    assert [settings for _, settings, *_ in runs] == [load_lesson("vae").SETTINGS[name] for name in ("smoke", "full")]


def fail_with(monkeypatch, error):
    import gan_course.runs.train

    def train_lesson(*_):
        raise error

    monkeypatch.setattr(gan_course.runs.train, "train_lesson", train_lesson)


def test_our_own_mistakes_take_one_line_and_exit_code_1(command, monkeypatch):
    fail_with(monkeypatch, RuntimeError("boom\nmany\nlines"))
    code, out, err = command("train", "vae")
    assert (code, out, err) == (1, "", "gan-course: unexpected RuntimeError: boom (--debug shows where)\n")


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize(("error", "exit_code"), [(RuntimeError("boom"), 1), (CourseError("boom"), 2)])
def test_debug_shows_where_wherever_it_stands(command, monkeypatch, error, exit_code, place):
    fail_with(monkeypatch, error)
    arguments = ["train", "vae"]
    arguments.insert(place, "--debug")
    code, _, err = command(*arguments)
    assert code == exit_code
    assert "Traceback" in err and ", in train_lesson" in err and err.splitlines()[-1].startswith("gan-course: ")


def test_ctrl_c_before_or_after_training_is_no_error_of_ours(command, monkeypatch):
    fail_with(monkeypatch, KeyboardInterrupt())
    code, out, err = command("train", "vae")
    assert (code, out, err.strip()) == (130, "", "gan-course: stopped")


def test_without_arguments_there_is_help(command):
    code, out, err = command()
    assert code == 2 and (out + err).startswith("Usage:")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["train", "--help"], ["data", "list", "-h"]], ids=" ".join)
def test_help_is_no_error(command, arguments):
    code, out, err = command(*arguments)
    assert code == 0 and err == "" and out.startswith("Usage:")


def test_the_help_of_train_names_every_lesson_that_trains(command):
    _, out, _ = command("train", "--help")
    assert all((lesson in out) == (lesson in TRAINED) for lesson in LESSONS)


def python(code, *arguments):
    """Run code in a Python of its own; return the process and the seconds of the processor, however busy it is."""
    before = os.times()
    process = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, timeout=60)
    after = os.times()
    return process, after.children_user + after.children_system - before.children_user - before.children_system


def test_importing_the_package_is_quick_and_loads_nothing_else():
    code = """
import os, sys, time
before, start = set(sys.modules), time.process_time()
import gan_course
print(time.process_time() - start, *set(sys.modules) - before)
"""
    seconds, *modules = python(code)[0].stdout.split()
    assert modules == ["gan_course"] and float(seconds) < 0.1


def test_help_is_quick_and_does_not_load_mindspore():
    process, seconds = python(TELL_MODULES + RUN, "--help")
    assert process.returncode == 0 and process.stdout.splitlines()[-1] == "False"
    assert seconds < 1


def test_bad_input_is_noticed_before_mindspore_is_loaded():
    process, _ = python(TELL_MODULES + RUN, "train", "gna")
    assert process.returncode == 2 and process.stdout == "False\n"
    assert process.stderr.startswith("gan-course: there is no lesson 'gna'") and process.stderr.count("\n") == 1


def test_a_diverged_training_takes_one_line_and_exit_code_1(command, monkeypatch):
    fail_with(monkeypatch, Diverged(7, "loss_d"))
    code, out, err = command("train", "gan")
    assert (code, out) == (1, "")
    assert err == "gan-course: step 7: loss_d no longer finite; train with a lower learning rate\n"
