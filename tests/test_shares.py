"""Shares of modes against SciPy's interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation import shares
from gan_course.evaluation.shares import (
    mode_share,
    modes_captured,
    pose_metrics,
    share_difference,
    share_estimate,
    wilson_interval,
)


@given(st.integers(1, 5000), st.floats(0, 1), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_interval_is_scipys(total, part, confidence):
    count = round(part * total)
    expected = binomtest(count, total).proportion_ci(confidence, method="wilson")
    np.testing.assert_allclose(wilson_interval(count, total, confidence), expected, atol=1e-9)


def test_shares_of_known_labels():
    shares = mode_share(np.array([0] * 6 + [1] * 4))
    assert list(shares) == ["face-on", "slim", "odd"]
    for name, count in (("face-on", 6), ("slim", 4), ("odd", 0)):
        low, high = binomtest(count, 10).proportion_ci(method="wilson")
        np.testing.assert_allclose(shares[name], (count / 10, low, high), atol=1e-9)


def test_a_lost_mode_may_still_be_as_common_as_the_docstring_says():
    share, low, high = mode_share(np.zeros(200, np.int32))["odd"]
    assert share == low == 0 and round(high, 3) == 0.019


def test_any_names_will_do():
    assert mode_share(np.array([1, 1]), names=("a", "b"))["b"][0] == 1


def test_the_interval_holds_the_truth_nineteen_times_of_twenty():
    counts = np.random.default_rng(0).binomial(200, 0.1, 2000)
    held = [low <= 0.1 <= high for low, high in (wilson_interval(int(count), 200) for count in counts)]
    assert 0.93 < np.mean(held) < 0.97


@pytest.mark.parametrize("labels", [[], [3], [-1], [0.5], [[0, 1]]])
def test_other_labels_are_refused(labels):
    with pytest.raises(ValueError, match="labels must be"):
        mode_share(np.array(labels))


def test_the_refusal_tells_which_labels_there_could_be():
    with pytest.raises(ValueError, match="from 0 to 2, not -1 to 4"):
        mode_share(np.array([-1, 4, 0]))


@pytest.mark.parametrize("count, total, confidence", [(1, 0, 0.9), (-1, 3, 0.9), (4, 3, 0.9), (1, 3, 1), (1, 3, 0)])
def test_impossible_numbers_are_refused(count, total, confidence):
    with pytest.raises(ValueError, match="no interval"):
        wilson_interval(count, total, confidence)


def test_drawings_have_the_poses_they_were_drawn_in():
    images, poses = sunflowers(60, gray=True, seed=5, shares=(0.5, 0.3, 0.2))
    metrics = pose_metrics(images)
    drawn = np.bincount(poses, minlength=3) / 60
    got = [metrics[name] for name in ("mode_share_face_on", "mode_share_slim", "mode_share_odd")]
    np.testing.assert_allclose(got, drawn, atol=0.06)
    assert metrics["share_confident"] > 0.9


def test_few_poses_of_noise_are_confident():
    noise = np.random.default_rng(0).uniform(-1, 1, (50, 1, 64, 64)).astype(np.float32)
    assert pose_metrics(noise)["share_confident"] < 0.3


def test_modes_captured_are_those_of_one_in_a_hundred():
    assert modes_captured(np.array([2, 1, 0, 197]), 200) == 2
    assert modes_captured(np.array([2, 1, 0, 197]), 201) == 1  # 2 of 201 are less than one in a hundred
    assert modes_captured(np.zeros(3, int), 100) == 0


def test_a_share_is_estimated_with_wilsons_interval():
    hits = np.array([True] * 3 + [False] * 4)
    assert share_estimate(hits) == pytest.approx((3 / 7, *binomtest(3, 7).proportion_ci(method="wilson")), abs=1e-9)
    assert share_estimate(hits).high == pytest.approx(share_estimate(hits)[2])


def probabilities(*largest):
    """Rows whose largest probability stands at position 0, 1, 2, 0, ..."""
    rows = np.full((len(largest), 3), 0.0)
    for row, value in enumerate(largest):
        rows[row] = (1 - value) / 2
        rows[row, row % 3] = value
    return rows


def test_numbers_of_digits_and_poses_count_what_is_above_eight_tenths(monkeypatch):
    rows = probabilities(0.9, 0.8, 0.81, 0.5)
    monkeypatch.setattr(shares, "digit_probabilities", lambda images: rows)
    monkeypatch.setattr(shares, "pose_probabilities", lambda images: rows)
    assert shares.digit_metrics(np.zeros(4)) == pytest.approx(
        {"classifier_confidence": 3.01 / 4, "share_confident": 0.5, "modes_captured": 2}
        | {"mode_share_0": 0.5, "mode_share_1": 0.25, "mode_share_2": 0.25}
    )
    assert pose_metrics(np.zeros(4)) == {
        "mode_share_face_on": 0.5,
        "mode_share_slim": 0.25,
        "mode_share_odd": 0.25,
        "share_confident": 0.5,
    }


@pytest.mark.parametrize(
    "counts, low, high",
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090), ((0, 10, 0, 20), -0.1611, 0.2775)],
)
def test_the_difference_of_shares_is_newcombes(counts, low, high):
    """Table II of his paper, columns of method 10."""
    found = share_difference(*counts)
    assert found.value == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    back = share_difference(*counts[2:], *counts[:2])
    assert (back.low, back.high) == (pytest.approx(-found.high), pytest.approx(-found.low))
