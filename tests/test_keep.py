"""A training cell of a notebook: killed with its kernel, stopped, run twice, with other settings."""

import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from mindspore import ops
from mortal import KILL
from refusals import contents
from tiny import EVALUATE_EVERY, NUM_STEPS, few_digits, tiny_settings

from gan_course.errors import CourseError
from gan_course.lessons import TRAINED, dcgan, load_lesson, name_of
from gan_course.runs import resume
from gan_course.runs.folder import only_writer
from gan_course.runs.keep import train_and_keep
from gan_course.runs.saved import read_run
from gan_course.viz.gif import GifRecorder

pytestmark = pytest.mark.usefixtures("small_world")

ROOT = Path(__file__).resolve().parents[1]
LESSON = "dcgan"  # batch normalisation, an average, dropout masks
KERNEL = """
import os, sys
sys.path.insert(0, "tests")
from pathlib import Path
from test_keep import cells
from tiny import few_digits
def die(experiment):
    os.kill(os.getpid(), int(sys.argv[2]))
with few_digits():
    cells(Path(sys.argv[1]), at_step=7, event=die)
"""


def press_ctrl_c(experiment):
    signal.raise_signal(signal.SIGINT)


def build(event=lambda experiment: None, at_step=0, **changes):
    """The cell that builds a tiny experiment, in which something happens after a step."""
    experiment = load_lesson(LESSON).build(tiny_settings(LESSON, **changes), 0)
    step, numbers = experiment.step, iter(range(1, 1_000))

    def eventful(*batch):
        losses = step(*batch)
        if next(numbers) == at_step:
            event(experiment)
        return losses

    experiment.step = eventful
    return experiment


def training_cell(experiment, folder, **options):
    """The cell that trains it."""
    seen = {}

    def look(step, losses):
        if step % EVALUATE_EVERY == 0:
            seen[f"grid {step}"] = experiment.draw()

    recorder = GifRecorder(experiment.draw, experiment.num_steps)
    history = train_and_keep(experiment, folder, recorder, "digits", [look], seen, **options)
    return SimpleNamespace(experiment=experiment, recorder=recorder, history=history, seen=seen)


def cells(folder, event=lambda experiment: None, at_step=0):
    """Both cells, in a kernel of their own, with a checkpoint after every step."""
    resume.SECONDS_BETWEEN_CHECKPOINTS = -1
    return training_cell(build(event, at_step), folder)


def bits(made):
    """Everything that a student could look at afterwards."""
    cells = made.experiment.cells.items()
    arrays = {f"{name} {p.name}": p.asnumpy() for name, cell in cells for p in cell.get_parameters()}
    arrays |= made.seen | {"frames": np.array(made.recorder.frames)}
    state = made.experiment.batches.state()
    return {name: array.tobytes() for name, array in arrays.items()} | {
        "history": made.history.to_csv(),
        "captions": made.recorder.captions,
        "batches": state,
    }


def assert_same(made, expected):
    made, expected = bits(made), bits(expected)
    assert made.keys() == expected.keys()
    assert not [name for name in made if made[name] != expected[name]]


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A training that nothing happened to."""
    with few_digits():
        return training_cell(build(), tmp_path_factory.mktemp("whole"))


def test_it_trains_as_the_experiment_alone_does_and_says_nothing(whole, tmp_path, capsys):
    capsys.readouterr()
    training_cell(build(), tmp_path)
    assert capsys.readouterr().out == ""
    plain = build()
    recorder = GifRecorder(plain.draw, plain.num_steps)
    history = plain.train(callbacks=[recorder])
    assert_same(SimpleNamespace(experiment=plain, recorder=recorder, history=history, seen=whole.seen), whole)


def test_a_cell_whose_kernel_was_killed_goes_on_bit_for_bit(whole, tmp_path, capsys):
    died = subprocess.run([sys.executable, "-c", KERNEL, tmp_path, str(int(KILL))], cwd=ROOT, capture_output=True)
    assert died.returncode == -KILL or sys.platform == "win32", died.stderr
    made = training_cell(build(), tmp_path)
    said = f"goes on from step 6, saved in {tmp_path} (anew=True starts from step 0)\n"
    assert said in capsys.readouterr().out
    assert_same(made, whole)


def test_a_stopped_cell_goes_on_bit_for_bit_with_the_networks_that_are_there(whole, tmp_path, capsys):
    """Their step is compiled and they were trained on: what is saved must reach it all the same."""
    experiment = build(press_ctrl_c, at_step=4)
    assert training_cell(experiment, tmp_path).history.last_step == 4
    made = training_cell(experiment, tmp_path)
    assert "goes on from step 4," in capsys.readouterr().out
    assert_same(made, whole)


def test_networks_that_went_astray_are_brought_back(whole, tmp_path, monkeypatch):
    monkeypatch.setattr(resume, "SECONDS_BETWEEN_CHECKPOINTS", -1)

    def crash(experiment):
        raise RuntimeError("in the middle of a step")

    experiment = build(crash, at_step=7)  # the networks have learnt seven steps, six are saved
    with pytest.raises(RuntimeError):
        training_cell(experiment, tmp_path)
    assert_same(training_cell(experiment, tmp_path), whole)


def test_a_cell_run_twice_gives_what_it_gave_and_trains_nothing(whole, tmp_path, capsys):
    experiment = build()
    training_cell(experiment, tmp_path)
    experiment.step = None
    made = training_cell(experiment, tmp_path)
    assert (
        f"trained before, {NUM_STEPS} steps; taken from {tmp_path} (anew=True trains again)" in capsys.readouterr().out
    )
    assert_same(made, whole)
    again = build(lambda experiment: pytest.fail("trained"), at_step=2)
    assert_same(training_cell(again, tmp_path), whole)  # in a new kernel, which plays step 1 to see that it is the same


def test_anew_it_begins_at_step_0_with_networks_that_have_not_learnt(whole, tmp_path):
    first = training_cell(build(press_ctrl_c, at_step=4), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(CourseError, match="learnt before: run the cell that builds them, then this one"):
        training_cell(first.experiment, tmp_path, anew=True)
    assert contents(tmp_path) == before
    assert_same(training_cell(build(), tmp_path, anew=True), whole)


@pytest.mark.parametrize(
    ("changes", "message"),
    [({"batch_size": 7}, "batch_size 8, not 7: .*anew=True"), ({"base_channels": 3}, "base_channels 2, not 3")],
)
def test_another_training_in_its_folder_is_refused_and_nothing_is_touched(tmp_path, changes, message):
    training_cell(build(), tmp_path)
    before, other = contents(tmp_path), build(**changes)
    with pytest.raises(CourseError, match=message):
        training_cell(other, tmp_path)
    assert contents(tmp_path) == before and not other.has_learnt


def test_other_pictures_are_refused(tmp_path):
    training_cell(build(), tmp_path)
    before, other = contents(tmp_path), build()
    other.batches.arrays = tuple(array[::-1] for array in other.batches.arrays)
    with pytest.raises(CourseError, match="the pictures changed"):
        training_cell(other, tmp_path)
    assert contents(tmp_path) == before


def hinge_loss(real, fake):
    return ops.relu(1 - real).mean() + ops.relu(1 + fake).mean()


def test_another_loss_under_the_same_settings_is_refused(tmp_path):
    training_cell(build(), tmp_path)
    before = contents(tmp_path)
    hinge = dcgan.build(tiny_settings(LESSON), 0, loss_d=hinge_loss)
    with pytest.raises(CourseError, match="networks, losses or step are not those of the training in"):
        training_cell(hinge, tmp_path)
    assert contents(tmp_path) == before


def test_a_second_kernel_is_refused(tmp_path):
    with only_writer(tmp_path), pytest.raises(CourseError, match="another training writes into"):
        training_cell(build(), tmp_path)


def test_the_folder_is_one_to_draw_from(tmp_path):
    training_cell(build(), tmp_path)
    assert (read_run(tmp_path).lesson, read_run(tmp_path).step) == (LESSON, NUM_STEPS)


def test_settings_know_their_lesson():
    assert [name_of(load_lesson(lesson).SETTINGS["smoke"]) for lesson in TRAINED] == TRAINED


def test_trained_twice_without_a_folder_networks_say_that_they_go_on(capsys):
    experiment = build(press_ctrl_c, at_step=2)
    experiment.train()
    assert "learnt before" not in capsys.readouterr().out
    experiment.num_steps = 3
    experiment.train()
    assert "these networks have learnt before and go on, their history from step 0" in capsys.readouterr().out
