"""Each symptom: what raises it, from which value on, and that nothing else does."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from gan_course.evaluation.doctor import recognise
from gan_course.evaluation.symptoms import SYMPTOMS
from gan_course.lessons.museum import EXHIBITS

SIGNS_OF = {
    "not_finite": {"not_finite_step": 7.0},
    "data_from_zero": {"real_min": 0.0, "real_max": 1.0},
    "large_epsilon": {"largest_epsilon": 0.8},
    "d_updates_g": {"shared_parameters": 4.0},
    "moving_noise": {"redraw_change": 3.0},
    "training_mode": {"sampling_change": 0.1},
    "mixed_batch": {"d_fake": 0.01, "loss_g": 0.5, "update_gap": -4.0},
    "wrong_labels": {"accuracy_class_real": 0.1, "class_chance": 0.1},
    "double_softmax": {"accuracy_class_real": 0.95, "class_real": 1.5, "class_chance": 0.1},
    "saturating_loss": {"loss_g": -0.3, "d_fake": 0.2},
    "d_wins": {"accuracy_d": 1.0, "d_fake": 0.001, "loss_g": 7.0},
    "collapse": {"variety": 0.1},
}
EDGES = {  # a sign at which the doctor is still silent, and one a little further at which it is not
    "data_from_zero": [("real_min", -0.02, -0.01), ("real_max", 1.01, 1.02)],
    "large_epsilon": [("largest_epsilon", 0.01, 0.0101)],
    "d_updates_g": [("shared_parameters", 0, 1)],
    "moving_noise": [("redraw_change", 1e-6, 2e-6)],
    "training_mode": [("sampling_change", 1e-6, 2e-6)],
    "mixed_batch": [("update_gap", -0.5, -0.51), ("steps", 999, 1000), ("loss_g", 0, 0.01)],
    "wrong_labels": [("accuracy_class_real", 0.1 + 0.25 * 0.9, 0.1 + 0.24 * 0.9), ("steps", 999, 1000)],
    "double_softmax": [("accuracy_class_real", 0.8, 0.81), ("class_real", 1.38, 1.40), ("steps", 999, 1000)],
    "saturating_loss": [("loss_g", 0, -0.01)],
    "d_wins": [("accuracy_d", 0.985, 0.986), ("d_fake", 0.1, 0.099), ("steps", 999, 1000)],
    "collapse": [("variety", 0.5, 0.49), ("steps", 999, 1000)],
}
QUOTED = {  # what the sentence must tell of the signs
    "not_finite": "at step 7:",
    "data_from_zero": "lie in [0, 1]",
    "large_epsilon": "an epsilon of 0.8",
    "d_updates_g": "moves 4 of G's",
    "mixed_batch": "gives fakes 0.01 on average",
    "wrong_labels": "names 10% of",
    "double_softmax": "names 95% of the classes rightly, and yet its class loss stays at 1.50",
    "saturating_loss": "loss_g is -0.3",
    "d_wins": "tells 100.0% rightly, and its mean output for fakes is 0.001",
    "collapse": "differ 10% as much",
}


@pytest.mark.parametrize("name", SIGNS_OF)
def test_each_fault_is_named_by_its_sign_alone(name):
    found = recognise({"steps": 2000} | SIGNS_OF[name])
    assert list(found) == [name]
    assert found[name].endswith(".") and len(found[name]) > 60


@pytest.mark.parametrize("name", ["mixed_batch", "wrong_labels", "double_softmax", "collapse", "d_wins"])
def test_a_short_training_raises_no_alarm_by_its_curves_and_samples(name):
    assert recognise({"steps": 30} | SIGNS_OF[name]) == {}


@pytest.mark.parametrize("num_classes", [3, 4, 10])
def test_the_floor_of_the_class_loss_is_that_of_a_softmax_of_a_softmax(num_classes):
    best = softmax(1e3 * np.eye(num_classes), axis=1)  # the best logits behind a softmax: 1 and zeros
    floor = -log_softmax(best, axis=1).diagonal().mean()
    signs = {"steps": 2000, "class_chance": 1 / num_classes, "accuracy_class_real": 0.95}
    assert list(recognise(signs | {"class_real": 1.001 * floor})) == ["double_softmax"]
    assert f"above {floor:.2f}" in recognise(signs | {"class_real": 1.001 * floor})["double_softmax"]
    assert recognise(signs | {"class_real": 0.8 * floor}) == {}


@pytest.mark.parametrize("name", EDGES)
def test_thresholds_lie_between_these_values(name):
    for sign, silent, ill in EDGES[name]:
        signs = {"steps": 2000} | SIGNS_OF[name]
        if name == "data_from_zero":  # one end of the range at a time
            signs |= {"real_min": -1.0, "real_max": 1.0}
        assert name not in recognise(signs | {sign: silent}), sign
        assert name in recognise(signs | {sign: ill}), sign


@pytest.mark.parametrize("name", QUOTED)
def test_the_sentence_tells_the_numbers(name):
    assert QUOTED[name] in recognise({"steps": 2000} | SIGNS_OF[name])[name]


def test_samples_of_nan_are_broken_weights():
    assert "samples hold NaN" in recognise({"steps": 2000, "not_finite_samples": 1.0})["not_finite"]


def test_a_negative_loss_is_told_only_beside_an_output_of_d_and_is_no_victory_of_d():
    assert recognise({"steps": 2000, "loss_g": -0.3}) == {}  # a critic's loss may be negative
    signs = {"steps": 2000} | SIGNS_OF["d_wins"] | {"loss_g": -0.3}
    assert list(recognise(signs)) == ["saturating_loss"]


def test_the_likelier_cause_comes_first():
    signs = {"steps": 2000} | {sign: value for signs in SIGNS_OF.values() for sign, value in signs.items()}
    found = list(recognise(signs | SIGNS_OF["d_wins"] | SIGNS_OF["double_softmax"]))
    assert found[:6] == [
        "not_finite",
        "data_from_zero",
        "large_epsilon",
        "d_updates_g",
        "moving_noise",
        "training_mode",
    ]
    assert found[-2:] == ["collapse", "d_wins"]


def test_there_is_a_symptom_for_every_exhibit_and_a_sign_here_for_every_symptom():
    symptoms = {symptom.__name__ for symptom in SYMPTOMS}
    assert EXHIBITS.keys() <= symptoms
    assert symptoms == SIGNS_OF.keys()


def test_d_may_win_where_the_loss_of_g_is_nothing_or_was_not_measured():
    signs = {"steps": 2000, "accuracy_d": 1.0, "d_fake": 0.001}
    assert list(recognise(signs)) == list(recognise(signs | {"loss_g": 0.0})) == ["d_wins"]
