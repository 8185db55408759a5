"""Several workers at one training: what is refused, how they are started and ended, and that they take one step."""

import errno
import inspect
import io
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from refusals import assert_refused
from tiny import tiny_settings

from gan_course.cli import workers
from gan_course.data import Batches
from gan_course.errors import CourseError
from gan_course.profiles import keep_to_own_cores
from gan_course.runs.folder import CHECKPOINT, only_writer
from gan_course.training.checkpoints import read_checkpoint
from gan_course.training.history import History

TESTS = Path(__file__).resolve().parent
FAKE = """
import subprocess, sys, time
from pathlib import Path
logs = Path(sys.argv[1])
"""
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="msrun is there on Linux alone")


@given(st.integers(-2, 70), st.integers(2, 64))
def test_a_number_of_workers_is_taken_if_each_gets_as_many_pictures_and_two_at_least(number, batch_size):
    shares = [batch_size // number] * number if number > 0 else []
    try:
        workers.check_workers(number, batch_size)
    except CourseError as error:
        assert sum(shares) != batch_size or shares[0] < 2
        assert f"not {number}" in str(error)
    else:
        assert sum(shares) == batch_size and shares[0] >= 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--workers", "3"], "--workers must share a batch of 128 evenly, at least 2 pictures each: 1, 2, 4, 8, 16"),
        (["--workers", "0"], "32, 64, not 0"),
        (["--workers", "2", "--show"], "leave out --workers or --show"),
        (["--device", "Abacus"], "there is no device Abacus that this MindSpore can use"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(command, tmp_path, arguments, message):
    assert_refused(command("train", "vae", "--profile", "smoke", "--out", str(tmp_path / "run"), *arguments), message)


def test_other_systems_are_told_that_they_have_no_msrun(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    workers.check_workers(1, 8)
    with pytest.raises(CourseError, match="on Linux alone: leave out --workers"):
        workers.check_workers(2, 8)


@linux
def test_msrun_reads_the_command_as_it_is_meant(monkeypatch, tmp_path):
    from mindspore.parallel.cluster.run import get_args

    arguments = ["train", "vae", "--workers", "2", "--out", "a folder"]
    command = workers.msrun_command(2, tmp_path, 5000, arguments)
    assert os.access(command[0], os.X_OK)
    monkeypatch.setattr(sys, "argv", command)
    read = get_args()
    assert (read.worker_num, read.local_worker_num, read.master_addr, read.master_port) == (2, 2, "127.0.0.1", 5000)
    assert (read.join, read.log_dir) == (True, str(tmp_path))
    assert [read.task_script, *read.task_script_args] == ["python", "-m", "gan_course", *arguments]


@linux
def test_msrun_still_tells_how_a_worker_ended_in_the_words_that_are_looked_for():
    from mindspore.parallel.cluster.process_entity import _api

    source = inspect.getsource(_api._ProcessManager.join_processes)
    assert re.search(workers.ENDED, source.replace("{ret_code}", "-9")).group(1) == "-9"


def test_the_parts_of_a_batch_make_the_batch_and_each_holds_as_much_of_every_update():
    def batches(part=None):
        rows = np.arange(40, dtype=np.float32)
        made = Batches(rows, batch_size=12, seed=3, latent_dim=2, draw=lambda rng: (rng.random((12, 1), np.float32),))
        made.part = made.part if part is None else part
        return made

    whole, first, second = batches(), batches(slice(0, None, 2)), batches(slice(1, None, 2))
    for _ in range(7):  # beyond an epoch
        for all_rows, *halves in zip(next(whole), next(first), next(second), strict=True):
            np.testing.assert_array_equal(np.stack(halves, 1).reshape(all_rows.shape), all_rows)
            for update in range(3):  # a batch for three updates: four rows each, of which a worker has two
                ours = halves[0].reshape(3, 2, -1)[update]
                assert all((row == all_rows.reshape(3, 4, -1)[update]).all(1).any() for row in ours)
            assert halves[1].flags["C_CONTIGUOUS"]
    assert whole.state() == first.state() == second.state()


def test_dropout_is_refused():
    from gan_course.lessons import dcgan
    from gan_course.runs.workers import share
    from gan_course.training.workers import Team

    experiment = dcgan.build(tiny_settings("dcgan", dropout=0.25))
    with pytest.raises(CourseError, match="dropout .* --workers 1"):
        share(experiment, Team(2, 0))


@linux
@pytest.mark.parametrize(("count", "expected"), [(1, [{0, 1, 2}]), (2, [{0, 2}, {1}]), (4, [{0}, {1}, {2}, {0}])])
def test_each_worker_keeps_to_cores_of_its_own_while_there_are_enough(monkeypatch, count, expected):
    taken = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2})
    monkeypatch.setattr(os, "sched_setaffinity", lambda _, cores: taken.append(set(cores)))
    monkeypatch.setenv("GAN_COURSE_WORKERS", str(count))
    for number in range(count):
        monkeypatch.setenv("DEVICE_ID", str(number))
        keep_to_own_cores()
    assert taken == expected


@pytest.fixture
def launch(monkeypatch, tmp_path):
    """Launch what a program does in the place of msrun, which gets the folder of the logs."""

    def launch(program):
        fake = [sys.executable, "-c", FAKE + program, str(tmp_path / workers.WORKERS)]
        monkeypatch.setattr(workers, "msrun_command", lambda *_: fake)
        return workers.launch(2, tmp_path, [])

    return launch


CHILD = "child = subprocess.Popen([sys.executable, '-c', {source!r}], start_new_session=True)\n"
SLEEPER = CHILD.format(source="import time; time.sleep(60)") + "(logs / 'child').write_text(str(child.pid))\n"
KILLED = "print('Worker process 7 exit with exception. Error code: {code}.', flush=True)\ntime.sleep(60)\n"


def gone(logs):
    """Whether the child of the program has ended, be it that nobody has buried it yet."""
    pid = int((logs / "child").read_text())
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


@linux
def test_what_the_first_worker_says_is_passed_on(launch, capfd):
    said = "\n".join(["dcgan: 1/2", "[INFO] of MindSpore", "gan-course: a warning", "step 2", ""])
    assert launch(f"(logs / 'worker_0.log').write_text({said!r}); time.sleep(0.5)") == 0
    assert capfd.readouterr() == ("dcgan: 1/2\nstep 2\n", "gan-course: a warning\n")


@linux
def test_when_all_workers_are_done_nobody_waits_for_msrun(launch):
    ready = "import os\nfor rank in '01':\n    os.environ |= {'MS_ROLE': 'MS_WORKER', 'RANK_ID': rank}\n"
    start = time.perf_counter()
    worker = "    " + CHILD.format(source="import time; time.sleep(2)")
    assert launch(ready + worker + "subprocess.Popen(['tail', '-f', '/dev/null'])\ntime.sleep(60)") == 0
    assert time.perf_counter() - start < 40


@linux
def test_a_killed_worker_ends_all_in_one_sentence(launch, tmp_path):
    with pytest.raises(CourseError, match="a worker was killed; the same command with --resume"):
        launch(SLEEPER + "time.sleep(1)\n" + KILLED.format(code=-9))
    assert gone(tmp_path / workers.WORKERS)


@linux
def test_a_second_command_in_the_folder_is_refused_and_harms_nothing(launch, tmp_path):
    logs = tmp_path / workers.WORKERS
    logs.mkdir()
    (logs / "worker_0.log").write_text("of the first\n")
    with only_writer(logs), pytest.raises(CourseError, match="another training writes into"):
        launch("")
    assert (logs / "worker_0.log").read_text() == "of the first\n"


@linux
def test_a_folder_that_is_removed_meanwhile_ends_no_worker(launch, tmp_path, capfd):
    said = "log = (logs / 'worker_0.log').open('w')\nimport shutil\nprint('gan: 1/2', file=log, flush=True)\n"
    said += "time.sleep(1)\nshutil.rmtree(logs)\ntime.sleep(1)\nprint('gan: 2/2', file=log, flush=True)"
    assert launch(said) == 0
    assert capfd.readouterr() == ("gan: 1/2\ngan: 2/2\n", "")


@linux
def test_the_end_of_msrun_itself_is_no_success(launch):
    with pytest.raises(CourseError, match="--resume"):
        launch("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")


@linux
@pytest.mark.parametrize("log", ["worker_0.log", "worker_1.log"])
def test_the_reason_of_any_worker_is_told_once_with_its_exit_code(launch, capfd, log):
    said = f"(logs / {log!r}).write_text('gan-course: no pictures\\n')\n"
    assert launch(said + KILLED.format(code=2)) == 2
    assert capfd.readouterr() == ("", "gan-course: no pictures\n")


@linux
def test_ctrl_c_lets_the_first_worker_finish_and_ends_all(launch, tmp_path, capfd):
    log = tmp_path / workers.WORKERS / "worker_0.log"
    stopping = (
        "import signal, sys, time\n"
        "def stop(*_):\n"
        f"    open({str(log)!r}, 'w').write('gan-course: stopped at step 5\\n')\n"
        "    sys.exit(130)\n"
        "signal.signal(signal.SIGTERM, stop)\n"
        f"open({str(tmp_path / 'ready')!r}, 'w').close()\n"
        "time.sleep(60)\n"
    )
    program = "import os\nos.environ |= {'MS_ROLE': 'MS_WORKER', 'RANK_ID': '0'}\n" + CHILD.format(source=stopping)
    program += "print(f'x exit with exception. Error code: {child.wait()}.', flush=True)\ntime.sleep(60)"

    def interrupt():
        while not (tmp_path / "ready").exists():
            pass
        threading.Event().wait(2 * workers.SECONDS_BETWEEN_LOOKS)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored by a job in the background
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        assert launch(program) == 130
    finally:
        signal.signal(signal.SIGINT, before)
    assert capfd.readouterr() == ("", "gan-course: stopped at step 5\n")


@linux
def test_a_second_ctrl_c_ends_all_at_once(launch, tmp_path, monkeypatch):
    def interrupted(lines):
        if (tmp_path / workers.WORKERS / "child").exists():
            raise KeyboardInterrupt

    monkeypatch.setattr(workers, "pass_on", interrupted)
    with pytest.raises(KeyboardInterrupt):
        launch(SLEEPER + "time.sleep(60)")
    assert gone(tmp_path / workers.WORKERS)


def test_nobody_is_stopped_by_a_terminal_that_was_closed(monkeypatch):
    class Closed(io.StringIO):
        def write(self, text):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(sys, "stdout", Closed())
    lines = iter(["gan: 1/2\n", "gan: 2/2\n", ""])
    workers.pass_on(lines)
    assert next(lines, None) is None


# The command is killed (kill -9).

COMMAND = """
import sys
from pathlib import Path
from gan_course.cli import workers
workers.msrun_command = lambda number, logs, port, arguments: [sys.executable, "-c", sys.argv[2], str(logs)]
workers.launch(2, Path(sys.argv[1]), [])
"""
WORKER = "import time; from gan_course.cli.workers import end_with_launcher; end_with_launcher(); "
WORKER += "print(1, flush=True); time.sleep(60)"
TWO = f"""
started = [subprocess.Popen([sys.executable, "-c", {WORKER!r}], start_new_session=True, stdout=subprocess.PIPE)]
started[0].stdout.readline()
started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))  # a scheduler, which is deaf
(logs / "all").write_text(" ".join(str(process.pid) for process in started))
time.sleep(60)
"""


def run_in_tests(*command, **options):
    return subprocess.Popen([sys.executable, "-c", *map(str, command)], cwd=TESTS.parent, **options)


def all_end(processes, seconds):
    """Whether these processes end within so many seconds."""
    latest = time.perf_counter() + seconds
    while time.perf_counter() < latest and any(map(workers.is_at_work, processes)):
        time.sleep(0.1)
    return not any(map(workers.is_at_work, processes))


@linux
def test_all_that_a_killed_command_started_ends_within_seconds(tmp_path):
    command, logs = run_in_tests(COMMAND, tmp_path, FAKE + TWO), tmp_path / workers.WORKERS
    while not (logs / "all").exists() or not (logs / "all").read_text():
        assert command.poll() is None
        time.sleep(0.1)
    started = psutil.Process(command.pid).children(recursive=True)
    assert {process.pid for process in started} > set(map(int, (logs / "all").read_text().split()))
    time.sleep(2 * workers.SECONDS_OF_MSRUN)
    assert all(map(workers.is_at_work, started))  # while the command is there, so are they
    command.kill()
    command.wait()
    assert all_end(started, 10)


@linux
def test_a_worker_that_lost_msrun_ends_alone(monkeypatch):
    """Its parent is a stranger then, with other children."""
    command = run_in_tests("import time; time.sleep(60)")
    monkeypatch.setenv("GAN_COURSE_LAUNCHER", str(command.pid))
    code = f"import subprocess, sys; print(subprocess.run([sys.executable, '-c', {WORKER!r}]).returncode, 'seen')"
    stranger = run_in_tests(code, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert stranger.stdout.readline() == "1\n"
    command.kill()
    command.wait()
    assert stranger.communicate(timeout=20) == (
        "1 seen\n",
        "gan-course: the command was killed; the same command with --resume goes on from the last checkpoint\n",
    )
    assert stranger.returncode == 0


def test_where_somebody_called_msrun_himself_nobody_is_watched(monkeypatch):
    monkeypatch.delenv("GAN_COURSE_LAUNCHER", raising=False)
    before = threading.active_count()
    workers.end_with_launcher()
    assert threading.active_count() == before


# With msrun and MindSpore


def msrun(folder, *command):
    """Run a Python command in two workers, without the course's own launcher."""
    flags = ["--worker_num=2", "--local_worker_num=2", f"--master_port={workers.free_port()}", "--join=True"]
    program = [Path(sys.executable).with_name("msrun"), *flags, f"--log_dir={folder}", "python", *command]
    environment = workers.launch_environment(2) | {"PYTHONPATH": os.pathsep.join([str(TESTS.parent), str(TESTS)])}
    subprocess.run(program, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@linux
@pytest.mark.slow
def test_two_workers_with_half_a_batch_each_take_the_step_of_one_with_all_of_it(tmp_path):
    script = str(TESTS / "shared_steps.py")
    subprocess.run([sys.executable, script, str(tmp_path / "one.npz"), "1"], cwd=TESTS.parent, check=True)
    msrun(tmp_path / "logs", script, str(tmp_path / "two.npz"), "2")
    with np.load(tmp_path / "one.npz") as one, np.load(tmp_path / "two.npz") as two:
        assert one.keys() == two.keys() and len(one) > 300
        for name in one:
            np.testing.assert_allclose(two[name], one[name], rtol=1e-5, atol=1e-5, err_msg=name)


@linux
@pytest.mark.slow
def test_two_workers_come_to_the_end_and_the_first_writes_the_results(tmp_path):
    command = ["-m", "gan_course", "train", "autoencoder", "--profile", "smoke", "--workers", "2", "--out", tmp_path]
    ended = subprocess.run([sys.executable, *command], cwd=TESTS.parent, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "") and ended.stdout.endswith(f"results in {tmp_path}\n")
    assert {"metrics.json", "samples.png", "recording"} <= {path.name for path in tmp_path.iterdir()}


def train_gan(folder, *more):
    """`gan-course train gan` for longer than anybody waits."""
    command = ["-m", "gan_course", "train", "gan", "--profile", "smoke", "--steps", "100000", "--out", str(folder)]
    return subprocess.Popen(
        [sys.executable, *command, *more], cwd=TESTS.parent, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def stop_after_some_steps(process):
    """Ctrl-C at the second line of progress; the first line of all, the last one, and the exit code."""
    lines = []
    while sum(line.startswith("gan: ") for line in lines) < 2:
        lines.append(process.stdout.readline())
        assert lines[-1], "it ended too soon"
    process.send_signal(signal.SIGINT)
    lines += process.communicate()[0].splitlines()
    return lines[0], lines[-1], process.returncode


def started_until_a_checkpoint(process, folder):
    """All that it has started when it has written a checkpoint."""
    while not (folder / CHECKPOINT).exists():
        assert process.poll() is None, process.stdout.read()
        threading.Event().wait(0.5)
    return psutil.Process(process.pid).children(recursive=True)


@linux
@pytest.mark.slow
def test_a_killed_command_ends_its_workers_and_leaves_a_checkpoint_from_which_two_go_on(tmp_path):
    process = train_gan(tmp_path, "--workers", "2")
    started = started_until_a_checkpoint(process, tmp_path)
    assert len(started) >= 4  # msrun, its scheduler, two workers
    process.kill()
    process.wait()
    assert all_end(started, 15)
    step = History.from_csv(read_checkpoint(tmp_path / CHECKPOINT)[0]["history"]).last_step
    process = train_gan(tmp_path, "--resume", "--workers", "2")
    first, last, code = stop_after_some_steps(process)
    assert first.startswith(f"gan: {step}/100000") and last.startswith("gan-course: stopped at step") and code == 130


@linux
@pytest.mark.slow
def test_a_killed_worker_leaves_a_checkpoint_from_which_two_go_on_or_one(tmp_path):
    process = train_gan(tmp_path, "--workers", "2")
    started = started_until_a_checkpoint(process, tmp_path)
    roles = {(child.environ().get("MS_ROLE"), child.environ().get("RANK_ID")): child for child in started}
    roles["MS_WORKER", "1"].kill()
    *_, last = process.communicate()[0].splitlines()
    assert process.returncode == 2 and last.startswith(
        "gan-course: a worker was killed; the same command with --resume"
    )
    for more in (["--workers", "2"], []):
        step = History.from_csv(read_checkpoint(tmp_path / CHECKPOINT)[0]["history"]).last_step
        process = train_gan(tmp_path, "--resume", *more)
        first, last, code = stop_after_some_steps(process)
        assert (
            first.startswith(f"gan: {step}/100000") and last.startswith("gan-course: stopped at step") and code == 130
        )
    assert not [child for child in started if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
