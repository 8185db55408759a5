"""`gan-course score` on tiny runs: the card of every lesson that draws samples, and what it refuses."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pytest
from gan_course.run import BEST, CHECKPOINT, run
from gan_course.score import held_out, held_out_digits
from refusals import assert_refused, contents

from gan_course import score
from gan_course.evaluation.digits import classify_digits
from gan_course.lessons import load_lesson

TINY = {
    "autoencoder": {"num_train": 128, "num_test": 50, "num_steps": 1},
    "vae": {"num_train": 128, "num_test": 50, "num_steps": 1},
    "gan": {"num_steps": 3, "num_fakes": 50, "evaluate_every": 1},
    "dcgan": {"num_steps": 2, "num_samples": 50, "base_channels": 2, "base_channels_d": 2},
    "mlp-gan": {"num_steps": 2, "num_samples": 50, "size": (16, 16), "num_train": 32},
    "acgan": {"num_steps": 2, "num_samples": 50, "base_channels": 2},
}
COLUMNS = {"vae": ["decoder"], "gan": ["generator"], "dcgan": ["average", "generator"]}
COLUMNS["mlp-gan"] = COLUMNS["acgan"] = COLUMNS["dcgan"]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Makes the folder of a finished run of a lesson, once a lesson."""
    folders = {}

    def folder_of(lesson):
        if lesson not in folders:
            folders[lesson] = tmp_path_factory.mktemp(lesson)
            run(lesson, "smoke", TINY[lesson], 0, folders[lesson], False)
        return folders[lesson]

    return folder_of


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
    code, out, err = command("score", "tried", "--samples", "100")
    assert code == 0 and err == ""
    card = json.loads((folder / "scorecard.json").read_text())
    assert (card["samples"], card["seed"]) == (100, 0)
    steps = {TINY[lesson]["num_steps"]}
    if (folder / BEST).exists():
        steps.add(json.loads((folder / "metrics.json").read_text())["best_step"])
    wanted = [f"{name} {step}" for step in sorted(steps) for name in COLUMNS[lesson]]
    assert list(card["sets"]) == ["real", *wanted, "noise"]
    assert all(name in out for name in card["sets"]) and "kernel_distance: " in out
    assert ("doctor: Too short to tell" in out) == (lesson != "vae")
    for numbers in card["sets"].values():
        assert all(number["low"] <= number["value"] <= number["high"] for number in numbers.values())
    real, noise = card["sets"]["real"], card["sets"]["noise"]
    assert real["kernel_distance"]["value"] < noise["kernel_distance"]["value"]
    assert real["nearest_held_out_ratio"]["value"] != 1  # real images are no yardstick of themselves
    assert ("gan_train_accuracy" in out) == ("gan_train_accuracy" in real) == (lesson == "acgan")


def test_a_model_that_knows_classes_is_compared_with_as_many_of_each(command, copy):
    folder = copy("acgan")
    command("score", "tried", "--samples", "400")
    real = json.loads((folder / "scorecard.json").read_text())["sets"]["real"]
    shares = {digit: real[f"mode_share_{digit}"]["value"] for digit in "0123456789"}
    assert all(share == pytest.approx(0.25 if digit in "1358" else 0, abs=0.02) for digit, share in shares.items())
    assert real["modes_captured"]["value"] == 4 and real["gan_test_accuracy"]["value"] > 0.85
    noise = json.loads((folder / "scorecard.json").read_text())["sets"]["noise"]
    assert noise["gan_test_accuracy"]["value"] == pytest.approx(0.25, abs=0.1)


@pytest.mark.parametrize("lesson", ["dcgan", "acgan", "mlp-gan"])
def test_a_training_ends_with_a_brief_card_of_all_generators(copy, lesson, monkeypatch):
    monkeypatch.setattr(score, "NUM_BRIEF", {"mnist": 200, "sunflowers": 10})
    folder = copy(lesson)
    before = json.loads((folder / "metrics.json").read_text())
    score.add_brief_card(folder)
    card = json.loads((folder / "metrics.json").read_text())
    sets = card.pop("card")
    assert card == before
    steps = sorted({before["best_step"], before["step"]})
    assert list(sets) == ["real", *(f"{name} {step}" for step in steps for name in ("average", "generator"))]
    assert all(set(numbers) == set(sets["real"]) >= {"kernel_distance", "recall"} for numbers in sets.values())
    assert ("frechet_classifier_distance" in sets["real"]) == (lesson != "mlp-gan")


def test_a_training_without_a_classifier_ends_without_a_card(copy):
    folder = copy("autoencoder")
    before = contents(folder)
    score.add_brief_card(folder)
    assert contents(folder) == before


def test_held_out_digits_come_in_turn_and_once(test_digits):
    images, positions = held_out_digits([8, 1, 5])
    assert positions[:6].tolist() == [0, 1, 2, 0, 1, 2]
    assert len(images) == 3 * (test_digits[1] == 5).sum() == len(np.unique(images, axis=0))
    assert (classify_digits(images) == np.array([8, 1, 5])[positions]).mean() > 0.98


def test_the_same_seed_gives_the_same_card_and_another_seed_another(command, copy):
    folder = copy("vae")
    cards = []
    for seed in ("0", "0", "1"):
        command("score", "tried", "--samples", "100", "--seed", seed)
        cards.append((folder / "scorecard.json").read_bytes())
    assert cards[0] == cards[1] != cards[2]


def test_scoring_changes_nothing_of_the_run(command, copy):
    folder = copy("gan")
    before = contents(folder)
    command("score", "tried", "--samples", "100")
    after = contents(folder)
    del after[folder / "scorecard.json"]
    assert after == before


def other_network(folder):
    config = json.loads((folder / "config.json").read_text())
    config["settings"]["hidden"] = [7]
    (folder / "config.json").write_text(json.dumps(config))


def change(key, value):
    def spoil(folder):
        config = json.loads((folder / "config.json").read_text())
        config[key] = value
        (folder / "config.json").write_text(json.dumps(config))

    return spoil


def cut_short(folder):
    (folder / CHECKPOINT).write_bytes((folder / CHECKPOINT).read_bytes()[:-500])


REFUSED = {
    "no config": (lambda folder: (folder / "config.json").unlink(), "tried holds no run: train one with"),
    "a damaged config": (lambda folder: (folder / "config.json").write_text("{"), "tried holds no run"),
    "another config": (lambda folder: (folder / "config.json").write_text('{"a": 1}'), "tried holds no run"),
    "no checkpoint": (lambda folder: (folder / CHECKPOINT).unlink(), "has no checkpoints/last.npz"),
    "a damaged checkpoint": (cut_short, "last.npz is damaged"),
    "another network": (other_network, "is a checkpoint of another network"),
    "a lesson that is gone": (change("lesson", "gna"), "no lesson 'gna'"),
    "settings that are gone": (change("settings", {"gna": 1}), "settings of another version"),
    "pictures of one's own": (change("settings", {"data": "photos"}), "only digits and sunflowers have a classifier"),
}
REFUSED_OF_ACGAN = {
    "kinds of flowers": (["--samples", "100"], {"data": "sunflowers"}, "only digits have a classifier of classes"),
    "more than there are": (["--samples", "3569"], {}, "only 3568 held-out images to compare with"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_scored_is_refused_and_left_alone(command, copy, case):
    spoil, message = REFUSED[case]
    spoil(copy("vae"))
    before = contents()
    assert_refused(command("score", "tried", "--samples", "100"), message)
    assert contents() == before


@pytest.mark.parametrize("case", REFUSED_OF_ACGAN)
def test_what_has_no_card_of_classes_is_refused(command, copy, case):
    arguments, settings, message = REFUSED_OF_ACGAN[case]
    folder = copy("acgan")
    config = json.loads((folder / "config.json").read_text())
    config["settings"] |= settings
    (folder / "config.json").write_text(json.dumps(config))
    assert_refused(command("score", "tried", *arguments), message)


def test_a_lesson_that_draws_no_samples_is_refused(command, copy):
    copy("autoencoder")
    assert_refused(command("score", "tried", "--samples", "100"), "lesson autoencoder, which draws nothing new")


def test_a_diverged_run_is_refused(command, copy):
    folder = copy("gan")
    with np.load(folder / CHECKPOINT) as file:
        content = {name: array * np.nan if name.startswith("cell/generator") else array for name, array in file.items()}
    np.savez(folder / CHECKPOINT, **content)
    assert_refused(command("score", "tried", "--samples", "100"), "draws pictures of NaN")


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
    lesson = load_lesson("mlp-gan")
    training = lesson.build(replace(lesson.SETTINGS["smoke"], size=(16, 24), num_train=32)).batches.arrays[0]
    others = held_out("sunflowers", training, 40)
    assert others.shape == (40, *training.shape[1:])
    assert not any((other == training).all(axis=(1, 2, 3)).any() for other in others)


def test_held_out_digits_are_the_test_set_in_another_order(test_digits):
    images = held_out("mnist", test_digits[0], 10)
    assert sorted(images.sum(axis=(1, 2, 3))) == sorted(test_digits[0].sum(axis=(1, 2, 3)))
    assert not np.array_equal(images, test_digits[0])
