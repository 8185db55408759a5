"""Generators that come along hold to their cards; tiny ones made here show that the tests would notice if not."""

import json
import re
import shutil

import numpy as np
import pytest
from click.testing import CliRunner
from tiny import few_digits, tiny_settings, train_tiny

from gan_course import pretrained
from gan_course.errors import CourseError
from gan_course.lessons import load_lesson
from gan_course.models.inference import in_chunks
from gan_course.pretrained import card, weights
from gan_course.runs import train
from gan_course.runs.folder import CHECKPOINT
from gan_course.runs.resume import load_networks
from scripts import ship

MEGABYTES = 12  # of all that come along
CASES = {  # what is trained to be shipped here
    "dcgan": {},
    "dcgan, folded": {"fold": 2},
    "acgan": {},
    "mlp-gan": {},
    "wgan-gp": {},
    "gan": {},
    "vae": {},
}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Trains a tiny run of a case and ships it, once each: the folder of the shipped files, and of the run."""
    made = {}

    def make(case, **options):
        lesson, name = case.split(",")[0], case.replace(", ", "-")
        folder, run = (tmp_path_factory.mktemp(f"{name}-{part}") for part in ("shipped", "run"))
        with pytest.MonkeyPatch.context() as patch, few_digits():
            patch.setattr(pretrained, "FOLDER", folder)
            patch.setattr(train, "brief_card_of", lambda *_: {})  # of no use here
            patch.setattr(train, "doctor_lines", lambda *_: [])
            train_tiny(lesson, run, **CASES[case])
            ship.ship(run, name, command="as a test does", **options)
        return folder, run

    def shipped_once(case):
        if case not in made:
            made[case] = make(case, discriminator=case in ("dcgan", "acgan"))
        return made[case]

    return shipped_once


@pytest.fixture
def own(shipped, monkeypatch, tmp_path):
    """Puts a copy of a case's shipped files where the course looks for them; returns its name, ready to be spoilt."""

    def use(case):
        shutil.copytree(shipped(case)[0], tmp_path / "own", dirs_exist_ok=True)
        monkeypatch.setattr(pretrained, "FOLDER", tmp_path / "own")
        return case.replace(", ", "-")

    return use


def check_pictures(name):
    model = pretrained.load(name)
    pictures = model.sample(8, np.random.default_rng(1))
    assert pictures.shape == (8, *model.image_shape) and pictures.dtype == np.float32
    assert np.isfinite(pictures).all() and np.abs(pictures).max() <= 1.0001  # MindSpore approximates tanh
    assert not model.generator.training


def check_card(name):
    """Its numbers are those of pictures drawn now."""
    text = (pretrained.FOLDER / f"{name}.md").read_text(encoding="utf-8")
    kept = card.read_block(text)
    assert {"samples", "seed", "numbers"} == kept.keys() and len(kept["numbers"]) >= 3
    assert card.measure(pretrained.load(name), kept["samples"], kept["seed"]) == pytest.approx(
        kept["numbers"], abs=card.TOLERANCE
    )
    for part in ("gan-course sample", "How it was trained", "Step ", "minutes from step", "Settings", "Licence"):
        assert part in text
    assert not re.search(r"(?<![\w.:/])/\w+/", text), "an absolute path"


@pytest.mark.parametrize("name", pretrained.names())
def test_what_comes_along_draws_and_holds_to_its_card(name):
    check_pictures(name)
    check_card(name)


def test_what_comes_along_is_small_has_cards_and_is_installed():
    files = [path for path in pretrained.FOLDER.iterdir() if path.suffix in (".npz", ".md")]
    assert sum(path.stat().st_size for path in files) < MEGABYTES * 1e6
    assert {path.stem for path in files if path.suffix == ".md"} == set(pretrained.names())
    project = (pretrained.FOLDER.parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    assert '"**/*.npz"' in project and '"**/*.md"' in project


@pytest.mark.parametrize("case", CASES)
def test_a_run_can_be_shipped_and_holds_to_its_card(own, case):
    name = own(case)
    assert pretrained.names() == [name]
    check_pictures(name)
    check_card(name)


@pytest.mark.parametrize("case", CASES)
def test_a_shipped_generator_draws_what_its_run_drew(own, shipped, case):
    """Within what float16 leaves of a weight, 2^-11 of it."""
    lesson, name = case.split(",")[0], own(case)
    with few_digits():
        experiment = load_lesson(lesson).build(tiny_settings(lesson, **CASES[case]), 0)
    load_networks(experiment, shipped(case)[1] / CHECKPOINT)
    draw = next(iter(experiment.samplers.values()))
    model = pretrained.load(name)
    drawn, expected = model.sample(13, np.random.default_rng(5)), draw(13, np.random.default_rng(5))
    np.testing.assert_allclose(drawn, expected, atol=0.005)
    assert expected.std() > 1e-4 and model.class_names == experiment.class_names
    assert (model.discriminator is not None) == (case in ("dcgan", "acgan"))
    if model.discriminator is not None:
        images = experiment.batches.arrays[0][:9]
        logits, known = (
            in_chunks(cell.set_train(False), images)
            for cell in (model.discriminator, experiment.cells["discriminator"])
        )
        np.testing.assert_allclose(logits[0], known[0], atol=0.01)


def rewrite(name, change):
    """Change the content of a shipped file: {name in the file: array}."""
    path = pretrained.FOLDER / f"{name}.npz"
    with np.load(path) as file:
        content = dict(file)
    change(content)
    np.savez(path, **content)
    weights.list_checksums(path.parent)


def brighter(content):
    content["generator/last.conv.bias"] = content["generator/last.conv.bias"] + np.float16(0.1)


def forgotten_statistics(content):
    for key in content:
        if key.endswith("moving_variance"):
            content[key] = content[key] * np.float16(0.01)


@pytest.mark.parametrize("spoil", [brighter, forgotten_statistics])
def test_a_card_does_not_hold_for_other_weights(own, monkeypatch, spoil):
    name = own("dcgan")
    rewrite(name, spoil)
    monkeypatch.setattr(card, "TOLERANCE", 0.002)  # ten steps of training move less than a real generator's
    with pytest.raises(AssertionError):
        check_card(name)


def change_about(**settings):
    def change(content):
        about = json.loads(str(content["about"]))
        about["settings"] = {k: v for k, v in (about["settings"] | settings).items() if v is not None}
        content["about"] = np.array(json.dumps(about))

    return change


def test_a_file_older_than_a_setting_takes_its_default(own):
    name = own("dcgan")
    assert load_lesson("dcgan").Settings.fold == 1
    before = pretrained.load(name).sample(3, np.random.default_rng(0))
    rewrite(name, change_about(fold=None))
    np.testing.assert_array_equal(pretrained.load(name).sample(3, np.random.default_rng(0)), before)


def truncate(name):
    path = pretrained.FOLDER / f"{name}.npz"
    path.write_bytes(path.read_bytes()[:-300])


def exchanged(name):
    """A whole file, with other weights than were shipped."""
    sums = (pretrained.FOLDER / weights.CHECKSUMS).read_text()
    rewrite(name, brighter)
    (pretrained.FOLDER / weights.CHECKSUMS).write_text(sums)


UNREADABLE = {
    "another file under its name": (exchanged, "is damaged, or another file"),
    "a damaged file": (truncate, "is damaged"),
    "pickled objects": (lambda name: rewrite(name, lambda c: c.update({"generator/x": np.array([{}])})), "is damaged"),
    "a setting that is gone": (lambda name: rewrite(name, change_about(colour=1)), "another version.*setting colour"),
    "another width": (lambda name: rewrite(name, change_about(base_channels=3)), "of another network: start.weight"),
    "a missing weight": (lambda name: rewrite(name, lambda c: c.pop("generator/start.bias")), "there is no start.bias"),
    "a weight too many": (
        lambda name: rewrite(name, lambda c: c.update({"generator/new": np.ones(1)})),
        "there is new as well",
    ),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_what_cannot_be_read_is_said(own, case):
    spoil, message = UNREADABLE[case]
    name = own("dcgan")
    spoil(name)
    with pytest.raises(CourseError, match=message):
        pretrained.load(name)


def test_an_unknown_name_gets_the_list(own):
    own("dcgan")
    with pytest.raises(CourseError, match="no generator 'roses' comes with the course: choose one of dcgan"):
        pretrained.load("roses")


def test_a_weight_beyond_float16_is_not_shipped(own, tmp_path):
    model = pretrained.load(own("vae"))
    bias = model.generator.trainable_params()[-1]
    bias.set_data(bias + 1e6)
    with pytest.raises(CourseError, match="beyond float16"):
        weights.write(tmp_path / "large.npz", model, 1)
    assert not (tmp_path / "large.npz").exists()


def test_own_pictures_leave_only_the_name_of_their_folder(monkeypatch, tmp_path, photos):
    from gan_course.data.sources import Folder

    train_tiny("dcgan", tmp_path / "run", data=Folder(photos), size=(8, 8))
    monkeypatch.setattr(pretrained, "FOLDER", tmp_path)
    ship.ship(tmp_path / "run", "mine", command="as a test does")
    shutil.rmtree(photos)
    check_pictures("mine")
    check_card("mine")
    with np.load(tmp_path / "mine.npz") as file:
        assert str(tmp_path) not in str(file["about"])


@pytest.mark.parametrize(
    ("lesson", "changes", "options"),
    [
        ("vae", {"num_steps": 9}, "--profile smoke --steps 9"),
        ("acgan", {"classes": ("3", "8"), "counts": (9, 8)}, "--profile smoke --classes 3,8 --counts 9,8"),
        ("mlp-gan", {}, "--profile full"),
    ],
)
def test_the_command_of_a_card_gives_the_settings_of_its_run(monkeypatch, tmp_path, lesson, changes, options):
    from dataclasses import replace

    from gan_course.lessons.trained import Saved
    from gan_course.runs.config import describe
    from gan_course.runs.folder import CONFIG, write_json

    settings = replace(load_lesson(lesson).SETTINGS[options.split()[1]], **changes)
    write_json(tmp_path / CONFIG, describe(lesson, settings, 7))
    saved = Saved("run", lesson, settings, (), 1, {})
    assert ship.training_command(saved, tmp_path) == f"gan-course train {lesson} {options} --seed 7"
    strange = saved._replace(settings=replace(settings, batch_size=3))
    with pytest.raises(CourseError, match="no command gives the settings.*--command"):
        ship.training_command(strange, tmp_path)


def test_the_script_refuses_in_one_line(own, shipped, tmp_path):
    own("dcgan")
    run = str(shipped("dcgan")[1])
    for arguments, message in [([run, "dcgan"], "exists"), ([str(tmp_path), "new"], "holds no run")]:
        result = CliRunner().invoke(ship.main, arguments)
        assert result.exit_code == 1 and message in result.output and result.output.count("\n") == 1
    assert CliRunner().invoke(ship.main, [run, "dcgan", "--force", "--command", "again"]).exit_code == 0
