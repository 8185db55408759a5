"""`gan-course score` on tiny runs: the card of every lesson that draws samples, and what it refuses."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image
from refusals import assert_refused, contents
from tiny import DIGITS_A_CLASS, NUM_STEPS

from gan_course.data import mnist
from gan_course.data.kinds import KINDS
from gan_course.data.sources import Digits, Sunflowers
from gan_course.evaluation.appearance import APPEARANCE_METRICS
from gan_course.evaluation.digits import classify_digits
from gan_course.runs import score
from gan_course.runs.folder import CHECKPOINT
from gan_course.runs.score import held_out, held_out_digits
from gan_course.training.checkpoints import found

pytestmark = pytest.mark.usefixtures("small_world")

COLUMNS = {"vae": ["decoder"], "gan": ["generator"]}
COLUMNS |= dict.fromkeys(["mlp-gan", "dcgan", "acgan", "wgan-gp"], ["average", "generator"])


@pytest.fixture
def copy(finished, tmp_path, monkeypatch, capsys):
    """Copies a finished run of a lesson to `tried` in the current folder, to be spoilt."""
    monkeypatch.chdir(tmp_path)

    def copy_of(lesson):
        shutil.copytree(finished(lesson), tmp_path / "tried")
        capsys.readouterr()  # the progress bar
        return tmp_path / "tried"

    return copy_of


@pytest.mark.parametrize("lesson", COLUMNS)
def test_every_lesson_that_draws_gets_its_card(command, copy, lesson):
    folder = copy(lesson)
    before = contents(folder)
    code, out, err = command("score", "tried", "--samples", "100")
    assert code == 0 and err == ""
    assert contents(folder) == before | {folder / "scorecard.json": (folder / "scorecard.json").read_bytes()}
    card = json.loads((folder / "scorecard.json").read_text())
    assert (card["samples"], card["seed"]) == (100, 0)
    steps = sorted({json.loads((folder / "metrics.json").read_text())["best_step"], NUM_STEPS})
    wanted = [f"{name} {step}" for step in steps for name in COLUMNS[lesson]]
    assert list(card["sets"]) == ["real", *wanted, "noise"]
    assert all(name in out for name in card["sets"]) and "kernel_distance: " in out
    assert ("share_clean: " in out) == ("spectral_distance" in card["sets"]["real"]) == (lesson == "mlp-gan")
    assert ("doctor: Too short to tell" in out) == (lesson != "vae")
    for numbers in card["sets"].values():
        assert all(number["low"] <= number["value"] <= number["high"] for number in numbers.values())
    real, noise = card["sets"]["real"], card["sets"]["noise"]
    assert real["kernel_distance"]["value"] < noise["kernel_distance"]["value"]
    assert real["nearest_held_out_ratio"]["value"] != 1  # real images are no yardstick of themselves
    assert ("gan_train_accuracy" in out) == ("gan_train_accuracy" in real) == (lesson == "acgan")


def test_a_model_that_knows_classes_is_compared_with_as_many_of_each(command, copy):
    folder = copy("acgan")
    command("score", "tried", "--samples", "100")
    sets = json.loads((folder / "scorecard.json").read_text())["sets"]
    shares = {digit: sets["real"][f"mode_share_{digit}"]["value"] for digit in "0123456789"}
    assert all(share == pytest.approx(0.25 if digit in "1358" else 0, abs=0.05) for digit, share in shares.items())
    assert sets["real"]["modes_captured"]["value"] == 4 and sets["real"]["gan_test_accuracy"]["value"] > 0.6
    assert sets["noise"]["gan_test_accuracy"]["value"] == pytest.approx(0.25, abs=0.15)


@pytest.mark.parametrize("lesson", COLUMNS)
def test_a_training_ends_with_a_brief_card_of_all_generators(finished, lesson):
    metrics = json.loads((finished(lesson) / "metrics.json").read_text())
    sets = metrics["card"]
    steps = sorted({metrics["best_step"], metrics["step"]})
    assert list(sets) == ["real", *(f"{name} {step}" for step in steps for name in COLUMNS[lesson])]
    assert all(set(numbers) == set(sets["real"]) >= {"kernel_distance", "recall"} for numbers in sets.values())
    assert (set(APPEARANCE_METRICS) <= set(sets["real"])) == (lesson == "mlp-gan")
    assert ("frechet_classifier_distance" in sets["real"]) == (lesson in ("dcgan", "wgan-gp"))  # more than 128 images


@pytest.mark.parametrize("lesson", ["autoencoder", "museum"])
def test_a_training_without_a_classifier_ends_without_a_card(finished, lesson):
    assert "card" not in json.loads((finished(lesson) / "metrics.json").read_text())


def test_held_out_digits_come_in_turn_and_once():
    images, positions = held_out_digits([8, 1, 5])
    assert positions[:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert len(images) == 3 * DIGITS_A_CLASS == len(np.unique(images, axis=0))
    assert (classify_digits(images) == np.array([8, 1, 5])[positions]).mean() > 0.98


def test_the_same_seed_gives_the_same_card_and_another_seed_another(command, copy):
    folder = copy("vae")
    cards = []
    for seed in ("0", "0", "1"):
        command("score", "tried", "--samples", "100", "--seed", seed)
        cards.append((folder / "scorecard.json").read_bytes())
    assert cards[0] == cards[1] != cards[2]


def edit_config(edit):
    def spoil(folder):
        config = json.loads((folder / "config.json").read_text())
        edit(config)
        (folder / "config.json").write_text(json.dumps(config))

    return spoil


def set_settings(**changes):
    return edit_config(lambda config: config["settings"].update(changes))


def trained_with(**changes):
    """As if the run had had other settings from its start: its checkpoint says so, too."""

    def spoil(folder):
        set_settings(**changes)(folder)
        with np.load(folder / CHECKPOINT) as file:
            content = dict(file)
        state = json.loads(str(content["state"]))
        state["config"]["settings"].update(changes)
        np.savez(folder / CHECKPOINT, **content | {"state": np.array(json.dumps(state))})

    return spoil


def write_config(content):
    return lambda folder: (folder / "config.json").write_text(content)


def cut_short(folder):
    for path in found(folder / CHECKPOINT):
        path.write_bytes(path.read_bytes()[:-500])


def with_photos(folder):
    photos = folder.parent / "photos"
    photos.mkdir()
    for number in range(8):
        Image.new("L", (8, 8), 20 * number).save(photos / f"{number}.png")
    trained_with(data=str(photos))(folder)


def diverge(folder):
    with np.load(folder / CHECKPOINT) as file:
        content = {name: array * np.nan if name.startswith("cell/generator") else array for name, array in file.items()}
    np.savez(folder / CHECKPOINT, **content)


KINDS_OF_FLOWERS = trained_with(data="sunflowers:9", classes=list(KINDS))
REFUSED = {  # the lesson, what is done to its run, and the answer
    "no config": ("vae", lambda folder: (folder / "config.json").unlink(), "tried holds no run: train one with"),
    "a damaged config": ("vae", write_config("{"), "tried holds no run"),
    "another config": ("vae", write_config('{"a": 1}'), "tried holds no run"),
    "no checkpoint": ("vae", lambda folder: shutil.rmtree(folder / "checkpoints"), "has no checkpoints/last.npz"),
    "a damaged checkpoint": ("vae", cut_short, "last.npz is damaged"),
    "another network": ("vae", trained_with(hidden=[7]), "is a checkpoint of another network"),
    "changed settings": ("vae", set_settings(hidden=[7]), "says hidden [7], and the checkpoint [8, 6]: put it back"),
    "a lesson that is gone": ("vae", edit_config(lambda config: config.update(lesson="gna")), "tried holds no run"),
    "settings that are gone": ("vae", edit_config(lambda config: config["settings"].pop("beta")), "another version"),
    "pictures of one's own": ("mlp-gan", with_photos, "only digits and sunflowers have a classifier"),
    "kinds of flowers": ("acgan", KINDS_OF_FLOWERS, "only digits have a classifier of classes"),
    "nothing new": ("autoencoder", lambda folder: None, "its lesson draws nothing new"),
    "NaN": ("gan", diverge, "draws pictures of NaN"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_scored_is_refused_and_left_alone(command, copy, case):
    lesson, spoil, message = REFUSED[case]
    spoil(copy(lesson))
    before = contents()
    assert_refused(command("score", "tried", "--samples", "100"), message)
    assert contents() == before


def test_more_samples_than_there_are_held_out_digits_of_the_classes_are_refused(command, copy):
    copy("acgan")
    assert_refused(command("score", "tried", "--samples", "241"), "only 240 held-out images to compare with")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere holds no run"),
        (["nowhere", "--samples", "99"], "--samples must be from 100 to 10000"),
        (["nowhere", "--samples", "10001"], "--samples must be from 100 to 10000"),
        (["nowhere", "--seed", "-1"], "--seed must be from 0"),
        ([], "DIR"),
    ],
)
def test_bad_arguments_are_refused(command, arguments, message):
    assert_refused(command("score", *arguments), message)


@pytest.mark.parametrize(("samples", "drawn"), [(100, 200), (1500, 2500)])
def test_of_sunflowers_as_many_more_are_drawn_for_the_yardstick(copy, monkeypatch, samples, drawn):
    folder, asked = copy("mlp-gan"), []

    class Enough(Exception):
        pass

    def held_out(source, training, count):
        asked.append(count)
        raise Enough

    monkeypatch.setattr(score, "held_out", held_out)
    with pytest.raises(Enough):
        score.score(folder, samples)
    assert asked == [drawn]


def test_held_out_sunflowers_look_like_the_training_ones_and_are_others():
    source = Sunflowers(35)
    training = source.pictures((16, 24))
    others = held_out(source, training, 40)
    assert others.shape == (40, 3, 16, 24)
    assert not any((other == training).all(axis=(1, 2, 3)).any() for other in others)


def test_held_out_digits_are_the_test_set_in_another_order():
    digits, _ = mnist("test")
    images = held_out(Digits(), digits, 10)
    assert sorted(images.sum(axis=(1, 2, 3))) == sorted(digits.sum(axis=(1, 2, 3)))
    assert not np.array_equal(images, digits)
