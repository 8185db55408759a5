"""Anything at all, on the command line, in a run's config.json, as sizes and classes: a sentence, or success."""

import contextlib
import io
import json
import shutil
from pathlib import Path

import click
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tiny import tiny_settings, train_tiny

from gan_course.cli import commands, train
from gan_course.data.classes import Labelled, choose, large_enough
from gan_course.data.sources import source_named
from gan_course.errors import CourseError
from gan_course.lessons import LESSONS, load_lesson
from gan_course.models.dcgan import start_size
from gan_course.runs.config import as_json, describe, resumed, source_from_json
from gan_course.runs.folder import CONFIG

pytestmark = pytest.mark.usefixtures("small_world")
FIXTURES = [HealthCheck.function_scoped_fixture]  # what they make is made anew for each example

ODD = ["", " ", "-1", "0", "1", "9" * 40, "nan", "inf", "1e9", "٣", "64x64", "5x5", "a,b", "1,3", ",", "9,9", "none"]
ODD += ["mnist", "sunflowers", "sunflowers:0", "sunflowers:9", "photos", "nowhere", "loop", "..", "smooth", "nearest"]
ODD += ["table.csv", "dcgan", "acgan", "smoke", "a\nb", "\x1b[31m", "\udce9", "x" * 300, "--", "<b>&\"'"]
WORDS = st.sampled_from(ODD) | st.text(st.characters(exclude_characters="\0"), max_size=8)  # no system passes a NUL


def leaves(command, path=()):
    """Every command that is no group of others, by what is typed for it."""
    if isinstance(command, click.Group):
        return {key: leaf for name, one in command.commands.items() for key, leaf in leaves(one, (*path, name)).items()}
    return {path: command}


COMMANDS = leaves(commands.commands)


@st.composite
def arguments(draw, path, fixed=()):
    """Some options of a command with any words, and any words besides; those that are `fixed` stay out."""
    options = [option for option in COMMANDS[path].params if isinstance(option, click.Option)]
    free = [option for option in options if option.name not in fixed]
    words = []
    for option in draw(st.lists(st.sampled_from(free), max_size=4)) if free else ():
        name = draw(st.sampled_from([*option.opts, *option.secondary_opts]))
        words += [name] if option.is_flag else [name, *(draw(WORDS) for _ in range(option.nargs))]
    return words


@given(st.data())
@settings(max_examples=100)
def test_every_option_of_every_command_takes_its_words_or_refuses_them(data):
    """Parsed, not run."""
    path = data.draw(st.sampled_from(sorted(COMMANDS)))
    given_words = [*data.draw(arguments(path)), *data.draw(st.lists(WORDS, max_size=2))]
    with contextlib.suppress(CourseError, click.ClickException):
        COMMANDS[path].make_context(path[-1], given_words)


@pytest.fixture
def here(tmp_path, photos, monkeypatch):
    """A folder with pictures in two classes, a table and a link in a circle; trainings are not run."""
    import gan_course.runs.train

    def train_lesson(lesson, settings, seed, folder, *_, **__):
        json.dumps(describe(lesson, settings, seed))
        return {"step": settings.num_steps}

    monkeypatch.setattr(gan_course.runs.train, "train_lesson", train_lesson)
    monkeypatch.setattr(train, "launch", lambda *_: 0)  # of workers
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GAN_COURSE_PROFILE", "smoke")
    Path("table.csv").write_text("cats/0.png,x\ndogs/0.png,y\n")
    Path("loop").symlink_to("loop")
    return tmp_path


def call(*words):
    """Exit code, stdout and stderr of `gan-course`."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            commands.run(list(words))
        except SystemExit as stop:
            code = stop.code
    return code, out.getvalue(), err.getvalue()


def assert_answered(code, out, err):
    """Success, or one line that is no surprise."""
    said = err.splitlines()[-1:]
    assert code == 0 or (code == 2 and len(said) == 1 and said[0].startswith("gan-course: ")), (code, err)
    assert "unexpected" not in err and "Traceback" not in err


@given(st.data())
@settings(max_examples=60, suppress_health_check=FIXTURES)
def test_a_training_begins_or_is_refused_whatever_is_asked_for(here, data):
    words = data.draw(arguments(("train",), fixed=("place", "out", "help", "start")))
    lesson = data.draw(st.sampled_from([*LESSONS, "gna"]))
    out = data.draw(st.sampled_from(["run", "photos/run", "table.csv", "loop", "n" * 300, "a\nb", "-"]))
    assert_answered(*call("train", lesson, *words, "--out", out))


@given(st.data())
@settings(max_examples=30, suppress_health_check=FIXTURES)
def test_a_folder_is_looked_at_or_refused_whatever_is_asked_for(here, data):
    words = data.draw(arguments(("data", "check"), fixed=("out", "help", "size")))
    folder = data.draw(st.sampled_from(["photos", "photos/cats", "loop", "table.csv", "nowhere", "n" * 300]))
    assert_answered(*call("data", "check", *words, "--size", "8", "--", folder))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 10) | st.floats() | st.text(max_size=5) | st.just(10**30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=5,
)


@st.composite
def changed(draw, config):
    """The text of a config.json with something in it that was not there, or something missing; or any text."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.text(max_size=20) | JSON.map(json.dumps) | st.just("[" * 100_000))
    config = json.loads(json.dumps(config))
    where = draw(st.sampled_from([config, config["settings"], config.get("versions", {})]))
    key = draw(st.sampled_from([*where, "new"]))
    if draw(st.booleans()):
        where[key] = draw(JSON)
    else:
        where.pop(key, None)
    return json.dumps(config)


@pytest.fixture(scope="module")
def spoilt(finished, tmp_path_factory):
    """Copies a finished run of a lesson, with what is drawn in the place of its config.json."""
    place = tmp_path_factory.mktemp("spoilt")

    def copy_of(lesson, data):
        shutil.rmtree(place / lesson, ignore_errors=True)
        shutil.copytree(finished(lesson), place / lesson)
        path = place / lesson / CONFIG
        path.write_text(data.draw(changed(json.loads(path.read_text()))), encoding="utf-8", errors="backslashreplace")
        return place / lesson

    return copy_of


def draw_from(folder):
    """Sample and export, into nothing that is there yet."""
    for words in (["sample", "--n", "2"], ["export", "--format", "ckpt"]):
        out = folder.with_name("drawn.png" if words[0] == "sample" else "made.ckpt")
        out.unlink(missing_ok=True)
        assert_answered(*call(words[0], str(folder), *words[1:], "--out", str(out)))


@pytest.mark.parametrize("lesson", ["vae", "acgan"])
@given(data=st.data())
@settings(max_examples=6, suppress_health_check=FIXTURES)
def test_a_run_with_any_config_is_drawn_from_or_refused(spoilt, lesson, data):
    draw_from(spoilt(lesson, data))


@pytest.mark.slow
@pytest.mark.parametrize("lesson", ["vae", "acgan", "dcgan", "gan"])
@given(data=st.data())
@settings(max_examples=100, suppress_health_check=FIXTURES)
def test_a_run_with_any_config_is_drawn_from_scored_and_resumed_or_refused(spoilt, lesson, data):
    folder = spoilt(lesson, data)
    draw_from(folder)
    assert_answered(*call("score", str(folder), "--samples", "100"))
    with contextlib.suppress(CourseError):
        train_tiny(lesson, folder, resume=True)


@given(data=st.data())
@settings(max_examples=60, suppress_health_check=FIXTURES)
def test_a_run_with_any_config_is_gone_on_with_or_refused(spoilt, data):
    """Only what is asked before anything is built."""
    config = describe("vae", tiny_settings("vae"), 0)
    try:
        assert resumed(config, spoilt("vae", data)).items() >= config.items()
    except CourseError as error:
        assert "spoilt" in str(error)


@given(JSON | WORDS)
@example({"folder": "photos", "labels": 3})
@example({})
def test_any_source_is_found_again_or_refused(content):
    try:
        source = source_from_json(content)
    except CourseError:
        return
    assert source_from_json(json.loads(json.dumps(as_json(source)))) == source
    if isinstance(content, str):
        assert source == source_named(content)


@given(
    st.none() | st.lists(st.sampled_from(["a", "b", "c", "", "A"]), max_size=4),
    st.none() | st.lists(st.integers(-1, 5), max_size=4),
    st.integers(0, 9),
)
def test_any_classes_and_counts_are_had_or_refused(classes, counts, at_least):
    labels = np.array([0, 0, 1, 2, 2, 2], np.int32)
    pictures = Labelled(np.arange(6, dtype=np.float32).reshape(6, 1, 1, 1), labels, ("a", "b", "c"))
    try:
        images, chosen, names = large_enough(choose(pictures, classes, counts), at_least)
    except CourseError:
        return
    assert names == tuple(classes or ("a", "b", "c")) and len(images) >= at_least
    assert [names[label] for label in chosen] == ["aabccc"[int(image)] for image in images.ravel()]
    assert counts is None or np.bincount(chosen).tolist() == counts


@given(st.integers(4, 1024), st.integers(4, 1024))
def test_any_size_fits_the_networks_or_is_refused(height, width):
    halvings = load_lesson("dcgan").halvings_of((height, width))
    with contextlib.suppress(CourseError):
        rows, columns = start_size((height, width), halvings)
        assert (rows << halvings, columns << halvings) == (height, width) and halvings >= 1
