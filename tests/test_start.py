"""A training that begins with weights of another one, and a finished one that is made longer."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from refusals import assert_refused, contents
from tiny import NUM_STEPS, parameters, tiny_settings, train_tiny

from gan_course import pretrained
from gan_course.errors import CourseError
from gan_course.lessons import load_lesson
from gan_course.runs.folder import CHECKPOINT, CONFIG
from gan_course.runs.saved import read_run
from gan_course.runs.start import begin_with
from gan_course.training.history import History
from gan_course.training.weights import weights_of
from scripts import ship

pytestmark = pytest.mark.usefixtures("small_world")

RESTARTED = ("autoencoder", "vae", "gan", "mlp-gan", "dcgan", "acgan", "wgan-gp", "museum")
CONSTANT_RATES = ("acgan", "mlp-gan", "gan")


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shipped").mkdir()
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path / "shipped")


@pytest.fixture
def run(finished, capsys):
    """Copies a finished run of a lesson to `run`."""

    def copy_of(lesson):
        shutil.copytree(finished(lesson), "run")
        capsys.readouterr()
        return Path("run")

    return copy_of


def config_of(folder):
    return json.loads((Path(folder) / CONFIG).read_text())


def history_of(folder):
    return History.from_csv((Path(folder) / "history.csv").read_text())


@pytest.mark.parametrize("lesson", RESTARTED)
def test_an_experiment_begins_with_the_networks_of_a_run(finished, lesson):
    experiment = load_lesson(lesson).build(tiny_settings(lesson), 1)
    start = read_run(finished(lesson))
    said = begin_with(experiment, start)
    assert "fresh" not in said and f"step {NUM_STEPS}" in said
    for name, network in experiment.networks.items():
        if name != "average":
            weights = weights_of(network)
            assert weights.keys() == start.weights[name].keys() and len(weights) >= 4
            assert all((weights[key] == start.weights[name][key]).all() for key in weights)
    optimizers = [cell for name, cell in experiment.cells.items() if name.startswith("optimizer")]
    assert all(cell.global_step.asnumpy() == 0 for cell in optimizers)


def test_the_average_begins_as_the_generator(finished):
    experiment = load_lesson("dcgan").build(tiny_settings("dcgan"), 1)
    start = read_run(finished("dcgan"))
    begin_with(experiment, start)
    for callback in experiment.callbacks:
        callback(0, {})  # as `train` does before its first step
    average = weights_of(experiment.cells["average"])
    assert all((average[name] == value).all() for name, value in start.weights["generator"].items())


def test_the_command_line_begins_with_the_weights_and_settings_of_a_run(command, run):
    run("wgan-gp")
    code, out, err = command("train", "wgan-gp", "--from", "run", "--steps", "1", "--out", "next", "--profile", "smoke")
    assert code == 0, err
    assert "begins with the generator and discriminator of run, step 10\n" in out
    config = config_of("next")
    assert config["from"] == "run" and config["settings"] == config_of("run")["settings"] | {"num_steps": 1}
    before, after = (read_run(Path(folder)).weights["generator"] for folder in ("run", "next"))
    steps = [np.abs(after[name] - before[name]).max() for name in after if "moving" not in name]
    assert 0 < max(steps) <= 1.01e-3  # Adam's first step moves no weight by more than its rate


@pytest.mark.parametrize(("lesson", "fresh"), [("dcgan", "discriminator"), ("vae", "encoder and mean_head and log")])
def test_what_a_shipped_generator_has_not_begins_afresh_and_is_said(command, run, lesson, fresh):
    ship.ship(run(lesson), "mine", command="as a test does")
    code, out, err = command("train", lesson, "--from", "mine", "--steps", "1", "--out", "next", "--profile", "smoke")
    assert code == 0, err
    assert f"of mine, step 10; fresh: {fresh}" in out and config_of("next")["from"] == "mine"
    begun = pretrained.load("mine").generator
    assert weights_of(begun).keys() <= set().union(*read_run(Path("next")).weights.values())


def test_it_is_resumed_as_it_was_begun(command, run):
    run("gan")
    begin = ["train", "gan", "--from", "run", "--steps", "2", "--out", "next"]
    assert command(*begin)[0] == 0
    assert_refused(command(*begin, "--resume", "--from", "./next"), "next was started with from run, not next")
    without = [word for word in begin if word not in ("--from", "run")]
    assert_refused(command(*without, "--resume"), "started with from run, not None")
    code, out, err = command(*begin, "--resume")
    assert code == 0 and "begins with" not in out, err
    assert config_of("next")["from"] == "run"


@pytest.mark.parametrize(
    ("lesson", "arguments", "message"),
    [
        ("gan", ["gan", "--from", "rnu"], "rnu is no folder of a run"),
        ("gan", ["vae", "--from", "run"], "run has none of the networks that are trained here: encoder, mean_head"),
        (
            "gan",
            ["wgan-gp", "--from", "run", "--profile", "smoke"],
            "run has another generator: there is no hidden.0.weight",
        ),
        (
            "mlp-gan",
            ["mlp-gan", "--from", "run", "--size", "16"],
            "run has another generator: layers.5.weight has the shape (64, 6), not (256, 6); choose the same lesson",
        ),
    ],
)
def test_other_networks_are_named_and_an_old_run_survives_it(command, run, lesson, arguments, message):
    run(lesson)
    Path("old").mkdir()
    (Path("old") / CHECKPOINT).parent.mkdir()
    (Path("old") / CHECKPOINT).write_text("precious")
    before = contents()
    assert_refused(command("train", *arguments, "--out", "old", "--force"), message)
    assert contents() == before


def longer(lesson, folder, num_steps, **changes):
    return train_tiny(lesson, folder, resume=True, num_steps=num_steps, **changes)


@pytest.mark.parametrize("lesson", CONSTANT_RATES)
def test_a_finished_run_made_longer_is_bit_for_bit_the_long_run(run, lesson):
    folder = run(lesson)
    assert longer(lesson, folder, 14)["step"] == 14
    train_tiny(lesson, Path("straight"), num_steps=14)
    trained, straight = (parameters(path / CHECKPOINT) for path in (folder, Path("straight")))
    different = [key for key in straight if key.startswith("cell/") and trained[key] != straight[key]]
    assert not different
    for name in ("loss_d", "loss_g"):
        np.testing.assert_array_equal(history_of(folder)[name], history_of("straight")[name])
    config = config_of(folder)
    assert config["settings"]["num_steps"] == 14 and config["earlier_num_steps"] == [NUM_STEPS]
    assert config_of("straight") == {key: value for key, value in config.items() if key != "earlier_num_steps"}


@pytest.mark.parametrize(
    ("lesson", "optimizer"), [("vae", "optimizer"), ("wgan-gp", "optimizer_g"), ("wgan-gp", "optimizer_d")]
)
def test_rates_that_fall_to_the_end_go_on_as_in_a_run_of_that_length(run, monkeypatch, lesson, optimizer):
    """The optimiser counts on from where it was, in the list of rates of a run of the new length."""
    folder = run(lesson)
    module, built = load_lesson(lesson), []
    build = module.build

    def build_and_keep(settings, seed):
        built.append(build(settings, seed))
        return built[-1]

    monkeypatch.setattr(module, "build", build_and_keep)
    longer(lesson, folder, 13)
    expected = build(tiny_settings(lesson, num_steps=13), 0).cells[optimizer]
    np.testing.assert_array_equal(
        built[-1].cells[optimizer].learning_rate.learning_rate, expected.learning_rate.learning_rate
    )
    updates = 2 if optimizer == "optimizer_d" else 1
    assert built[-1].cells[optimizer].global_step.asnumpy() == 13 * updates
    assert history_of(folder).last_step == 13


def test_it_can_be_made_longer_again_and_goes_on_after_a_stop(run):
    folder = run("autoencoder")
    longer("autoencoder", folder, 12)
    longer("autoencoder", folder, 15)
    longer("autoencoder", folder, 15)
    assert config_of(folder)["earlier_num_steps"] == [10, 12]
    with pytest.raises(CourseError, match="started with num_steps 15, not 12"):
        longer("autoencoder", folder, 12)


def test_the_command_line_makes_a_run_longer(command):
    begin = ["train", "gan", "--profile", "smoke", "--out", "run"]
    assert command(*begin, "--steps", "2")[0] == 0
    code, out, err = command(*begin, "--resume", "--steps", "3")
    assert code == 0, err
    assert "step 3" in out and config_of("run")["earlier_num_steps"] == [2]
    assert json.loads(Path("run/timing.json").read_text())["first_step"] == 3
    assert_refused(command(*begin, "--resume", "--steps", "2"), "started with num_steps 3, not 2")


def test_the_settings_of_a_start_are_kept_but_for_what_was_asked_for():
    from gan_course.cli.train import choose_settings
    from gan_course.data.sources import Sunflowers
    from gan_course.lessons.trained import Saved

    module = load_lesson("dcgan")
    begun = replace(module.Settings(), base_channels=7, num_steps=99_999, size=(32, 32))
    start = Saved("a run", "dcgan", begun, (), 1, {})
    chosen = choose_settings("dcgan", "smoke", {"data": Sunflowers(64)}, {}, {}, start)
    usual = choose_settings("dcgan", "smoke", {"data": Sunflowers(64)}, {}, {})
    assert chosen == replace(begun, data=Sunflowers(64), num_steps=usual.num_steps)
    assert choose_settings("dcgan", "smoke", {}, {}, {"num_steps": 5}, start).num_steps == 5
    other = start._replace(lesson="wgan-gp")
    assert choose_settings("dcgan", "smoke", {}, {}, {}, other) == module.SETTINGS["smoke"]
