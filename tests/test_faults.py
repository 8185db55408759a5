"""What befalls a training: a full disk, a folder that is gone, a clock set back, NaN, sleep: nothing is lost.

Where there is a slow test beside a quick one, the slow one has the fault itself, in a process of its own.
"""

import ast
import errno
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import tqdm.std
from PIL import ImageFont
from test_runs import assert_same_results, cut_the_power, happening_at, read_history, spoil_generator
from tiny import EVALUATE_EVERY, NUM_STEPS, parameters, train_tiny

from gan_course import course
from gan_course.errors import CourseError, Diverged
from gan_course.files import check_writable
from gan_course.lessons.experiment import measured
from gan_course.profiles import output_folder
from gan_course.runs import resume
from gan_course.runs.folder import BEST, CHECKPOINT, METRICS, prepare_folder, read_json, write_json
from gan_course.training.checkpoints import load_checkpoint
from gan_course.training.history import History
from gan_course.viz import stopwatch
from gan_course.viz.gif import GifRecorder, stamp
from gan_course.viz.pictures import plot_curves
from gan_course.viz.stopwatch import ASLEEP, Stopwatch

pytestmark = pytest.mark.usefixtures("small_world")

PACKAGE = Path(course.__file__).parent
RESULTS = ["history.csv", "losses.png", "samples.png", "progress.gif", "progress.png", "metrics.json"]
ODD_NAME = 'it\'s "so" & 100% größte 花 $HOME'


@pytest.fixture
def storing_always(monkeypatch):
    monkeypatch.setattr(resume, "SECONDS_BETWEEN_CHECKPOINTS", -1)


@contextmanager
def mounted(folder, size):
    """A file system of so many bytes at `folder`, which forgets everything at the end of the block."""
    folder.mkdir(exist_ok=True)
    mount = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True
    )
    if not mount or mount.returncode:
        pytest.skip("needs a tmpfs: on Linux, as root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def remount(folder, options):
    subprocess.run(["mount", "-o", f"remount,{options}", folder], check=True)


# A full disk.


def fill_the_disk(monkeypatch, name, write_number=1):
    """From the nth time on that a file of that name is to be put on the disk, there is no room for it."""
    flush, seen = os.fsync, []

    def fsync(handle):
        if Path(os.readlink(f"/proc/self/fd/{handle}")).name == f"{name}.unfinished":
            seen.append(handle)
            if len(seen) >= write_number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        flush(handle)

    monkeypatch.setattr(os, "fsync", fsync)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", ["best.npz", *RESULTS, "frames-0.webp", "recording.json"])
def test_a_disk_that_is_full_at_a_file_names_it_and_costs_nothing(
    finished, tmp_path, monkeypatch, storing_always, name
):
    with monkeypatch.context() as patch:
        fill_the_disk(patch, name)
        with pytest.raises(OSError, match="No space left on device") as error:
            train_tiny("vae", tmp_path / "full")
    assert Path(error.value.filename).name == name
    assert not list((tmp_path / "full").rglob("*.unfinished"))  # a half file would keep the disk full
    assert not list((tmp_path / "full").rglob(name))
    train_tiny("vae", tmp_path / "full", resume=True)
    assert_same_results(tmp_path / "full", finished("vae"))


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("write_number", [13, 14])  # that of step 6: a checkpoint goes to the disk twice, 0 to 5 did
def test_a_disk_that_is_full_at_a_checkpoint_leaves_those_before(
    finished, tmp_path, monkeypatch, storing_always, write_number
):
    folder = tmp_path / "full"
    with monkeypatch.context() as patch:
        fill_the_disk(patch, Path(CHECKPOINT).name, write_number)
        with pytest.raises(OSError, match="No space left") as error:
            train_tiny("vae", folder)
    assert error.value.filename == str(folder / CHECKPOINT) and not list(folder.rglob("*.unfinished"))
    state, _ = load_checkpoint(folder / CHECKPOINT, {})
    assert History.from_csv(state["history"]).last_step == 5
    train_tiny("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


def test_a_disk_without_room_for_a_word_is_refused_before_the_training(tmp_path):
    with mounted(tmp_path / "disk", 8192) as disk:
        with pytest.raises(OSError):
            (disk / "other").write_bytes(bytes(100_000))
        with pytest.raises(CourseError, match=r"cannot write to .* \(No space left on device\): choose another --out"):
            prepare_folder(disk, resume=False, force=True)
        assert not (disk / ".writable").exists()


# A folder that cannot be written, or is gone.


def test_a_read_only_disk_is_refused_before_the_training(tmp_path, monkeypatch, capsys):
    with mounted(tmp_path / "disk", "1m") as disk:
        (disk / "outputs" / "01_autoencoder").mkdir(parents=True)
        remount(disk, "ro")
        with pytest.raises(CourseError, match=r"\(Read-only file system\): choose another --out"):
            prepare_folder(disk / "run", resume=False, force=False)
        with pytest.raises(CourseError, match=r"\(Read-only file system\): choose another --out"):
            prepare_folder(disk / "outputs", resume=True, force=False)
        monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(disk / "outputs"))
        with pytest.raises(CourseError, match="set GAN_COURSE_OUTPUTS to a folder that can be written"):
            output_folder("01_autoencoder")  # as the first cell of the lesson does
        with pytest.raises(SystemExit) as stop:
            course.main()
        said = capsys.readouterr()
        assert stop.value.code == 2 and said.out == ""
        assert said.err.startswith("make course: cannot write to") and said.err.count("\n") == 1


def test_a_folder_that_exists_and_cannot_be_written_is_refused(tmp_path, monkeypatch):
    def refuse(self, content):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", str(tmp_path))
    for make in (lambda: prepare_folder(tmp_path, False, False), lambda: output_folder("01_autoencoder")):
        with pytest.raises(CourseError, match=r"cannot write to .* \(Permission denied\)"):
            make()
    monkeypatch.undo()
    check_writable(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["01_autoencoder"]


def test_a_disk_that_becomes_read_only_keeps_the_checkpoint(finished, tmp_path, monkeypatch, storing_always):
    """As a file system does that found itself damaged."""
    usual, folder = Path.open, tmp_path / "run"

    def refuse(path, mode="r", *arguments, **options):
        if "w" in mode:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
        return usual(path, mode, *arguments, **options)

    with monkeypatch.context() as patch:
        happening_at(patch, "vae", 6, lambda experiment: patch.setattr(Path, "open", refuse))
        with pytest.raises(OSError, match="Read-only file system") as error:
            train_tiny("vae", folder)
    assert error.value.filename == str(folder / CHECKPOINT)
    train_tiny("vae", folder, resume=True)
    assert json.loads((folder / "timing.json").read_text())["first_step"] == 6
    assert_same_results(folder, finished("vae"))


def test_a_folder_that_is_removed_meanwhile_is_made_again(finished, tmp_path, monkeypatch, capsys, storing_always):
    folder = tmp_path / "removed"
    happening_at(monkeypatch, "vae", 9, lambda experiment: shutil.rmtree(folder))
    assert train_tiny("vae", folder)["step"] == NUM_STEPS
    assert capsys.readouterr().err.count(f"{folder} was removed: made again, with all that is kept of the run\n") == 1
    different = {path.name for path in finished("vae").rglob("*")} ^ {path.name for path in folder.rglob("*")}
    assert different <= {"best.npz", "last-2.npz", ".lock"}  # of steps that were over
    train_tiny("vae", folder, resume=True)
    assert (folder / "history.csv").read_bytes() == (finished("vae") / "history.csv").read_bytes()
    assert parameters(folder / CHECKPOINT).keys() == parameters(finished("vae") / CHECKPOINT).keys()


def test_a_path_may_have_any_letters(finished, tmp_path):
    folder = tmp_path / ODD_NAME
    train_tiny("vae", folder)
    train_tiny("vae", folder, resume=True)
    assert_same_results(folder, finished("vae"))


# Clocks, and sleep.


def test_a_clock_that_is_set_back_changes_nothing(finished, tmp_path, monkeypatch, storing_always):
    moments = iter(range(10**9, 0, -3600))  # an hour back at each look
    for place in (time, tqdm.std):
        monkeypatch.setattr(place, "time", lambda: float(next(moments)))
    train_tiny("vae", tmp_path / "back")
    monkeypatch.undo()
    assert_same_results(tmp_path / "back", finished("vae"))
    assert 0 <= json.loads((tmp_path / "back" / "timing.json").read_text())["train_seconds"] < 1000


def test_nothing_asks_for_the_time_of_day():
    """`perf_counter` and `monotonic` never go backwards."""
    asked = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("time", "datetime"):
                asked |= {(path.name, alias.name) for alias in node.names}
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("time", "datetime"):
                asked.add((path.name, node.attr))
    assert {name for _, name in asked} == {"perf_counter", "monotonic", "sleep"}


def test_an_hour_asleep_is_no_hour_of_work():
    now = 100.0
    watch = Stopwatch(5.0, clock=lambda: now)
    for seconds, total in [(2, 7), (3600, 7), (3, 10), (ASLEEP + 1, 10), (ASLEEP - 1, 9 + ASLEEP)]:
        now += seconds
        assert watch() == pytest.approx(total)


def test_the_film_and_the_timing_of_a_run_do_not_count_sleep(tmp_path, monkeypatch):
    clock = [0.0]
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: clock[0])

    def pass_time(experiment):
        clock[0] += 7200.0

    happening_at(monkeypatch, "vae", 6, pass_time)
    train_tiny("vae", tmp_path / "asleep")
    assert json.loads((tmp_path / "asleep" / "timing.json").read_text())["train_seconds"] == 0
    recording = json.loads((tmp_path / "asleep" / "recording" / "recording.json").read_text())
    assert max(recording["frames"]["seconds"]) == 0


def test_a_film_that_goes_on_keeps_its_seconds(monkeypatch):
    clock = [50.0]
    monkeypatch.setattr(stopwatch, "perf_counter", lambda: clock[0])
    recorder = GifRecorder(lambda: np.zeros((4, 4), np.uint8), num_steps=20)
    recorder.frames, recorder.captions, recorder.steps_taken, recorder.seconds = [None], [""], [0], [12.0]
    for step in range(1, 4):
        recorder(step, {})
        clock[0] += 1.5
    assert recorder.seconds[0] == 12 and recorder.seconds[-1] <= 15 and recorder.watch() == pytest.approx(16.5)


# Numbers that are none.


def test_weights_that_go_bad_before_an_evaluation_are_not_evaluated(finished, tmp_path, monkeypatch, storing_always):
    """The losses of the step were those of the weights before it."""
    folder = tmp_path / "diverged"
    with monkeypatch.context() as patch:
        happening_at(patch, "gan", 2 * EVALUATE_EVERY, spoil_generator)
        with pytest.raises(Diverged, match=r"step 8: generator\.layers\.0\.weight .* of step 7; lower") as error:
            train_tiny("gan", folder)
    assert "the last good checkpoint is" in str(error.value)
    assert read_history(folder).last_step == 8 and not (folder / METRICS).exists()
    with np.load(folder / BEST) as best:
        assert all(np.isfinite(best[name]).all() for name in best if name.startswith("cell/"))
    train_tiny("gan", folder, resume=True)
    assert_same_results(folder, finished("gan"))


def test_json_has_no_word_for_what_is_no_number(tmp_path):
    content = {"a": float("nan"), "b": {"c": [float("inf"), 1.5, "x", None]}, "d": np.float64("-inf")}

    def refuse(word):
        raise ValueError(word)

    write_json(tmp_path / "a.json", content)
    read = json.loads((tmp_path / "a.json").read_text(), parse_constant=refuse)
    assert read == read_json(tmp_path / "a.json") == {"a": None, "b": {"c": [None, 1.5, "x", None]}, "d": None}


def test_numbers_that_could_not_be_measured_are_left_out():
    found = measured({"a": 1.0, "b": float("nan"), "c": {"d": np.float32("inf"), "e": np.float32(2)}})
    assert found == {"a": 1.0, "c": {"e": 2}}


def test_pictures_that_are_there_twice_break_no_number_and_mislead_no_doctor(tmp_path, monkeypatch, capsys):
    from gan_course.data.sources import Sunflowers

    draw = Sunflowers.pictures

    def twice(self, *arguments, **options):
        return np.concatenate([half := draw(self, *arguments, **options)[:20], half])

    monkeypatch.setattr(Sunflowers, "pictures", twice)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        metrics = train_tiny("mlp-gan", tmp_path)
    assert "nearest_ratio" not in metrics and "kernel_distance" in metrics
    assert np.isfinite([row for row in read_history(tmp_path)["kernel_distance"]]).all()
    assert "rate" not in capsys.readouterr().out


# Fonts.


def test_a_machine_without_fonts_draws_captions_and_curves(monkeypatch, tmp_path):
    import matplotlib

    usual = ImageFont.truetype

    def refuse(font, *arguments, **options):
        if isinstance(font, str | Path):
            raise OSError("cannot open resource")
        return usual(font, *arguments, **options)

    frames = [np.zeros((40, 120), np.uint8)]
    expected = stamp(frames, ["step 1"])
    monkeypatch.setattr(ImageFont, "truetype", refuse)
    monkeypatch.setitem(matplotlib.rcParams, "font.family", ["No such font"])
    assert np.array_equal(stamp(frames, ["step 1"]), expected)  # Pillow has its letters within
    plot_curves({"loss": ([1, 2], [1.0, 2.0])}, "loss").savefig(tmp_path / "curves.png")
    assert (tmp_path / "curves.png").stat().st_size > 5000


# Ctrl-C at the start.

IMPORTING = """
import signal, sys
from gan_course.cli import stop
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, stop)
sys.path.insert(0, sys.argv[1])
import {module}
"""
SLOW = """
import time
try:
    print("ready", flush=True)
    time.sleep(20)
except BaseException as error:
    raise ImportError("initialization failed") from error
"""


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_within_an_import_is_one_line(tmp_path, number):
    """A module that is half made turns a KeyboardInterrupt into an ImportError, or worse."""
    (tmp_path / "slow.py").write_text(SLOW)
    code, _, err = signalled([sys.executable, "-c", IMPORTING.format(module="slow"), tmp_path], number)
    assert (code, err) == (130, "gan-course: stopped\n")


def signalled(command, number, wait=0.0):
    """Start a command, send a signal so many seconds after its first line; exit code, stdout, stderr."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    time.sleep(wait)
    process.send_signal(number)
    out, err = process.communicate(timeout=300)
    return process.returncode, first + out, err


ENTRY = "print('begun', flush=True); from gan_course.cli import main; main()"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("wait", [0.1, 0.3, 0.6, 1.0, 1.4, 1.8, 2.2, 2.5])
def test_ctrl_c_in_the_first_seconds_is_one_line(tmp_path, wait):
    command = [sys.executable, "-c", ENTRY, "train", "gan", "--profile", "smoke", "--out", tmp_path / "run"]
    code, _, err = signalled(command, signal.SIGINT, wait)
    assert code == 130 and err.splitlines()[-1].startswith("gan-course: stopped") and "Traceback" not in err


# In a process of its own.


def train_alone(folder, *more, prefix=(), **environment):
    """`gan-course train gan --profile smoke`; exit code and stderr."""
    command = [*prefix, sys.executable, "-m", "gan_course", "train", "gan", "--profile", "smoke", "--out", folder]
    changed = {name: value for name, value in {**os.environ, **environment}.items() if value is not None}
    done = subprocess.run([*command, *more], capture_output=True, text=True, env=changed, cwd=PACKAGE.parent)
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alone")
    assert train_alone(folder)[0] == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": None, "MPLCONFIGDIR": None},
        {"HOME": "/proc/nowhere", "MPLCONFIGDIR": "/proc/nowhere"},
        {"OMP_NUM_THREADS": "64", "OPENBLAS_NUM_THREADS": "64"},
    ],
    ids=["no home", "a home that cannot be written", "more threads than cores"],
)
def test_surroundings_that_change_nothing(alone, tmp_path, environment):
    code, err = train_alone(tmp_path / "run", **environment)
    assert code == 0 and "Traceback" not in err
    assert_same_results(tmp_path / "run", alone)


@pytest.mark.slow
@pytest.mark.parametrize("size", ["600k", "2m", "4800k", "5500k", "5900k"])
def test_a_small_disk_that_fills_is_one_line_and_costs_nothing(alone, tmp_path, size):
    """Full at the best networks, the checkpoint, the film, the contact sheet, the recording."""
    with mounted(tmp_path / "disk", size) as disk:
        code, err = train_alone(disk / "run")
        assert code == 1 and err.splitlines()[-1].startswith("gan-course: No space left on device (")
        assert "Traceback" not in err and not list(disk.rglob("*.unfinished"))
        remount(disk, "size=50m")
        code, err = train_alone(disk / "run", "--resume")
        assert code == 0
        assert_same_results(disk / "run", alone)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_process_that_was_stopped_goes_on_bit_for_bit(alone, tmp_path):
    code = "from gan_course.viz import stopwatch; stopwatch.ASLEEP = 3.0; from gan_course.cli import main; main()"
    command = [sys.executable, "-c", code, "train", "gan", "--profile", "smoke", "--out", tmp_path / "run"]
    process = subprocess.Popen(command, stdout=-3, stderr=-3)
    while not (tmp_path / "run" / "config.json").exists():
        time.sleep(0.05)
    process.send_signal(signal.SIGSTOP)
    time.sleep(8)
    process.send_signal(signal.SIGCONT)
    assert process.wait(timeout=300) == 0
    assert_same_results(tmp_path / "run", alone)


TERMINAL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); from gan_course.cli import main; main()"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="terminals")
def test_a_training_whose_terminal_is_closed_keeps_everything(tmp_path):
    import termios  # Windows has none

    ours, theirs = os.openpty()
    termios.tcsetwinsize(ours, (24, 100))
    command = [sys.executable, "-c", TERMINAL, "train", "gan", "--profile", "smoke", "--steps", "100000"]
    process = subprocess.Popen(
        [*command, "--out", tmp_path], stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    )
    os.close(theirs)
    said = b""
    while not re.search(rb"\b[1-9]\d+/100000 ", said):
        said += os.read(ours, 1000)
    os.close(ours)
    assert process.wait(timeout=300) != -signal.SIGHUP
    state, _ = load_checkpoint(tmp_path / CHECKPOINT, {})
    assert read_history(tmp_path).last_step == History.from_csv(state["history"]).last_step >= 10
    assert {"metrics.json", "samples.png", "recording"} <= {path.name for path in tmp_path.iterdir()}


def test_a_power_cut_before_the_first_checkpoint_leaves_a_run_to_go_on_with(finished, tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        happening_at(patch, "vae", 3, cut_the_power)
        with pytest.raises(RuntimeError):
            train_tiny("vae", tmp_path / "cut")
    prepare_folder(tmp_path / "cut", resume=False, force=False)  # nothing that would be lost
    train_tiny("vae", tmp_path / "cut", resume=True)
    assert_same_results(tmp_path / "cut", finished("vae"))


def test_a_kill_while_the_first_file_is_written_leaves_a_folder_to_begin_in(tmp_path):
    half = tmp_path / "config.json.unfinished"
    half.write_text('{"lesson": ')
    prepare_folder(tmp_path, resume=False, force=False)
    (tmp_path / "notes.txt").write_text("somebody's")
    with pytest.raises(CourseError, match="is not empty"):
        prepare_folder(tmp_path, resume=False, force=False)
    assert half.exists()
