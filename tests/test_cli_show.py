"""`gan-course train --show` and `gan-course demo`: what is shown where, and what is refused."""

import signal
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from refusals import assert_refused

import gan_course.runs.train
from gan_course import recordings
from gan_course.cli import audience as audience_module
from gan_course.cli import demo
from gan_course.lessons import TRAINED
from gan_course.profiles import has_windows
from gan_course.runs import measure
from gan_course.show import page, terminal
from gan_course.viz.recording import Recording, write_recording


@pytest.fixture(autouse=True)
def empty_folder(tmp_path, monkeypatch):
    """Run in an empty folder; results go below it. No browser is opened."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_COURSE_OUTPUTS", "outputs")
    monkeypatch.setattr(page.webbrowser, "open", lambda address: pytest.fail("a browser was opened"))


@pytest.fixture
def runs(monkeypatch):
    """The audiences of what would have been run."""
    audiences = []

    def train_lesson(*arguments, audience=None):
        audiences.append(audience)
        return {"step": arguments[1].num_steps}

    monkeypatch.setattr(gan_course.runs.train, "train_lesson", train_lesson)
    return audiences


@pytest.fixture
def opened(monkeypatch):
    """Addresses that a browser was asked for."""
    addresses = []
    monkeypatch.setattr(page.webbrowser, "open", lambda address: addresses.append(address))
    monkeypatch.setattr(audience_module, "has_windows", lambda: True)
    return addresses


def record(folder, lesson="dcgan"):
    frames = np.stack([np.full((4, 4), level, np.uint8) for level in (0, 100, 200)])
    write_recording(folder, Recording("mine", "DCGAN", lesson, frames, [0, 1, 2], [0.0, 0.1, 0.2], 2))


def test_nothing_is_shown_unless_it_is_asked_for(command, runs):
    code, out, _ = command("train", "vae")
    assert code == 0 and runs == [None] and "127.0.0.1" not in out


def test_a_page_is_opened_before_the_training(command, runs, opened):
    code, out, err = command("train", "vae", "--show")
    assert code == 0, err
    assert runs[0].args[1] == {"name": "vae", "title": "Variational autoencoder", "lesson": "vae"}
    assert opened and opened[0] in out


def test_the_address_alone_opens_no_browser(command, runs):
    code, out, _ = command("train", "vae", "--show=address")
    assert code == 0 and "http://127.0.0.1:" in out and runs[0] is not None


def test_without_a_display_no_browser_is_opened(command, runs, monkeypatch):
    """Python would start one that takes over the terminal."""
    monkeypatch.setattr(audience_module, "has_windows", lambda: False)
    code, out, _ = command("train", "vae", "--show")
    assert code == 0 and "http://127.0.0.1:" in out


@pytest.mark.parametrize(
    ("platform", "environment", "windows"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "w"}, True),
        ("win32", {}, True),
    ],
)
def test_windows_are_where_a_display_is(monkeypatch, platform, environment, windows):
    monkeypatch.setattr("gan_course.profiles.sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr("gan_course.profiles.os", SimpleNamespace(environ=environment))
    assert has_windows() is windows


def test_in_the_terminal(command, runs):
    code, out, _ = command("train", "vae", "--show", "terminal")
    assert code == 0 and runs == [terminal.in_terminal] and "127.0.0.1" not in out


def test_another_place_is_refused(command, runs):
    assert_refused(command("train", "vae", "--show=wall"), "'wall' is not one of 'browser', 'address', 'terminal'")
    assert runs == []


# A demonstration


def test_without_a_lesson_a_demo_lists_them(command):
    code, out, _ = command("demo")
    assert code == 0 and [line.split()[2] for line in out.splitlines()] == TRAINED


def test_a_demo_trains_as_many_steps_as_fit(command, monkeypatch):
    calls = []
    monkeypatch.setattr(measure, "settings_until", lambda moment, lesson, settings: replace(settings, num_steps=500))
    monkeypatch.setattr(gan_course.runs.train, "train_lesson", lambda *given, **named: calls.append((given, named)))
    for _ in range(2):  # the second takes the place of the first
        code, out, err = command("demo", "dcgan", "--show=address")
        assert code == 0, err
    assert "500 of the 3,000 steps of the class profile fit into 180 s" in out and "--replay" in out
    (lesson, settings, seed, folder), named = calls[0]
    assert (lesson, settings.num_steps, seed, folder.as_posix()) == ("dcgan", 500, 0, "outputs/demo/dcgan")


def test_a_demo_that_takes_too_long_is_stopped_and_kept(monkeypatch):
    clock, stops, steps = SimpleNamespace(now=0.0), [], []
    monkeypatch.setattr(demo, "perf_counter", lambda: clock.now)
    monkeypatch.setattr(demo.signal, "raise_signal", stops.append)
    callback = demo.stopping_at(10.0, lambda *training: lambda step, losses: steps.append(step))("a", "b", "c")
    for step, clock.now in enumerate([20.0, 5.0, 11.0]):  # the first is before the training, which would not notice
        callback(step, {})
    assert steps == [0, 1, 2] and stops == [signal.SIGINT]


def test_a_recording_is_played_instead(command, tmp_path):
    record(tmp_path / "run" / "recording")
    code, out, err = command("demo", "dcgan", "--replay=run", "--show=address")
    assert code == 0 and "http://127.0.0.1:" in out, err


def test_the_recording_of_the_last_demo_is_taken_where_none_comes_along(command, monkeypatch, tmp_path):
    monkeypatch.setattr(recordings, "FOLDER", tmp_path / "none")
    assert_refused(command("demo", "dcgan", "--replay"), "no recording of dcgan yet: run gan-course demo dcgan once")
    record(tmp_path / "outputs" / "demo" / "dcgan" / "recording")
    assert demo.find_recording("dcgan", "").as_posix() == "outputs/demo/dcgan/recording"


def test_a_recording_that_comes_along_is_found_by_lesson_and_by_name(monkeypatch, tmp_path):
    monkeypatch.setattr(recordings, "FOLDER", tmp_path)
    for name in ("digits", "sunflowers"):
        record(tmp_path / name)
    assert demo.find_recording("dcgan", "") == tmp_path / "digits"
    assert demo.find_recording("dcgan", "sunflowers") == tmp_path / "sunflowers"


def test_every_lesson_has_a_recording_that_comes_along():
    assert list(demo.REPLAYED) == TRAINED
    if recordings.names():
        assert set(demo.REPLAYED.values()) <= set(recordings.names())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["demo", "gna"], "no lesson 'gna': choose one of autoencoder, vae"),
        (["demo", "judging"], "lesson judging is a notebook only"),
        (["demo", "dcgan", "--replay=nowhere"], "nowhere holds no recording: name a run's folder, or choose one of"),
        (["demo", "dcgan", "--seconds", "5"], "5 is not in the range 20<=x<=600"),
    ],
)
def test_bad_arguments_are_refused(command, arguments, message):
    assert_refused(command(*arguments), message)
