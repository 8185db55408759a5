"""The scorecard on pictures of two pixels, where every answer is known, and on real digits."""

import numpy as np
import pytest

from gan_course.evaluation.bootstrap import Estimate
from gan_course.evaluation.digits import digit_features
from gan_course.evaluation.distances import digit_distances
from gan_course.evaluation.frechet import fit_gaussian, frechet_distance
from gan_course.evaluation.kernel_distance import kernel_distance
from gan_course.evaluation.precision_recall import precision_recall
from gan_course.evaluation.scorecard import (
    CLASSIFIERS,
    LABEL_MEANINGS,
    MEANINGS,
    Judge,
    Labels,
    as_table,
    brief_card,
    label_metrics,
    make_reference,
    measure,
    scorecard,
    small_pixels,
)


def two_pixels(count, seed, centre=0.5, spread=0.1):
    """Pictures `(N, 1, 1, 2)` of two classes, left or right bright."""
    rng = np.random.default_rng(seed)
    side = rng.choice([-centre, centre], count)
    points = np.stack([side, -side], axis=1) + spread * rng.standard_normal((count, 2))
    return points.astype(np.float32).reshape(count, 1, 1, 2)


def flat(images):
    return images.reshape(len(images), -1)


def left_or_right(images):
    left = 1 / (1 + np.exp(-3 * (flat(images)[:, 0] - flat(images)[:, 1])))
    return np.stack([left, 1 - left], axis=1)


EYE = Judge(flat, left_or_right, ("left", "right"))
TRAINING, HELD_OUT = two_pixels(600, 0), two_pixels(600, 1)


def measured(samples):
    rng = np.random.default_rng(0)
    return measure(samples, make_reference(EYE, TRAINING, HELD_OUT[::-1], 400, rng), rng)


def test_one_half_of_the_truth():
    """Only left ones: precise, half of the variety, log 2 away from even shares."""
    pictures = two_pixels(800, 2)
    card = measured(pictures[flat(pictures)[:, 0] > 0])
    assert card["precision"].value > 0.8 and card["recall"].value == pytest.approx(0.5, abs=0.1)
    assert card["modes_captured"].value == 1
    assert card["mode_share_left"] == (1, 1, 1) and card["mode_share_right"] == (0, 0, 0)
    assert card["class_kl"].value == pytest.approx(np.log(2), abs=0.15)
    assert card["nearest_held_out_ratio"].value == pytest.approx(1, abs=0.3)


def test_copies_are_noticed_by_their_distance_in_pixels():
    card = measured(TRAINING[:300])
    assert card["nearest_held_out_ratio"] == (0, 0, 0) and card["precision"].value > 0.9


def test_a_judge_who_is_always_as_sure_is_quoted():
    """At 0.7 for the left no mode counts as clear, and the KL is that of one class from the shares of the truth."""
    judge = EYE._replace(probabilities=lambda images: np.tile([0.7, 0.3], (len(images), 1)))
    rng = np.random.default_rng(0)
    card = measure(HELD_OUT[:200], make_reference(judge, TRAINING, HELD_OUT[::-1], 200, rng), rng)
    assert card["classifier_confidence"] == pytest.approx((0.7, 0.7, 0.7))
    assert card["modes_captured"] == (0, 0, 0) and card["mode_share_left"] == (1, 1, 1)
    assert card["class_kl"] == pytest.approx([np.log(200.5 / 200)] * 3)  # no picture of the other class counts a half


def test_training_images_moved_a_little_are_as_far_as_they_were_moved():
    rng = np.random.default_rng(0)
    apart = np.linspace(-1, 1, 40, dtype=np.float32)  # 0.05 from one to the next
    training = np.stack([apart, -apart], axis=1).reshape(-1, 1, 1, 2)
    reference = make_reference(EYE, training, training + np.float32(0.01), 40, rng)
    moved = measure(training[:30] + np.float32(0.002), reference, rng)["nearest_held_out_ratio"]
    assert moved == pytest.approx((0.2, 0.2, 0.2), rel=1e-3)


def test_intervals_hold_the_value_and_shrink_with_more_samples():
    few, many = (measured(two_pixels(count, 3)) for count in (100, 1600))
    for card in (few, many):
        assert all(low <= value <= high for value, low, high in card.values())
    for metric in ("precision", "mode_share_left", "classifier_confidence"):
        assert few[metric].high - few[metric].low > 2 * (many[metric].high - many[metric].low)


def test_a_share_is_that_of_the_formula():
    card = measured(two_pixels(400, 4))
    share, low, high = card["mode_share_left"]
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(share * (1 - share) / 400), rel=0.3)


def test_generators_stand_between_real_and_noise_in_order():
    generated = {"good": two_pixels(500, 5, spread=0.13), "poor": two_pixels(500, 6, centre=0.35, spread=0.2)}
    card = scorecard(EYE, TRAINING, HELD_OUT, generated, np.random.default_rng(0))
    assert list(card) == ["real", "good", "poor", "noise"]
    for metric, sign in (("frechet_classifier_distance", 1), ("kernel_distance", 1), ("precision", -1)):
        values = [sign * numbers[metric].value for numbers in card.values()]
        assert values == sorted(values), metric
    again = scorecard(EYE, TRAINING, HELD_OUT, generated, np.random.default_rng(0))
    assert again == card


def test_sets_that_cannot_be_compared_are_refused():
    for generated, held_out in (({"a": TRAINING[:9], "b": TRAINING[:8]}, HELD_OUT), ({"a": TRAINING}, HELD_OUT[:99])):
        with pytest.raises(ValueError, match="cannot be compared"):
            scorecard(EYE, TRAINING, held_out, generated, np.random.default_rng(0))


def test_the_table_has_a_row_a_metric_and_a_column_a_set():
    number, other = Estimate(0.5, 0.4, 0.6), Estimate(12.25, 12.0, 12.5)
    lines = as_table({"real": {"precision": number}, "noise": {"precision": other}}).splitlines()
    assert lines[0].split() == ["real", "noise"]
    assert lines[1].split() == ["precision", "0.500", "±0.100", "12.2", "±0.2"]
    assert lines[2:] == ["", f"precision: {MEANINGS['precision']}"]


def test_every_number_is_explained():
    assert {name for name in measured(HELD_OUT[:100]) if not name.startswith("mode_share")} == set(MEANINGS)


def test_labels_of_perfect_shuffled_and_missing_classes():
    """Bright on the left is class 0. Perfect samples teach and pass, those with the wrong class fail both."""

    def sides(images):
        return (flat(images)[:, 0] < flat(images)[:, 1]).astype(int)

    def of_class(labels, seed):
        pictures = two_pixels(4 * len(labels), seed)
        shown = sides(pictures)
        return np.stack([pictures[np.flatnonzero(shown == label)[number]] for number, label in enumerate(labels)])

    asked = np.arange(300) % 2
    held_out = of_class(np.arange(600) % 2, 7)
    labels = Labels(sides(TRAINING), sides(held_out))
    sets = {"real": held_out[:300], "perfect": of_class(asked, 8), "swapped": of_class(1 - asked, 9)}
    sets["noise"] = np.random.default_rng(0).uniform(-1, 1, sets["perfect"].shape)
    card = label_metrics(sets, TRAINING, held_out, labels, np.random.default_rng(0))
    assert set(card["real"]) == set(LABEL_MEANINGS)
    for name, expected in {"real": 1, "perfect": 1, "swapped": 0}.items():
        assert all(accuracy.value == pytest.approx(expected, abs=0.01) for accuracy in card[name].values()), name
    assert card["noise"]["gan_test_accuracy"].value == pytest.approx(0.5, abs=0.1)


def test_the_brief_card_has_the_numbers_of_the_functions():
    generated = {"good": two_pixels(300, 5), "poor": two_pixels(300, 6, centre=0.35, spread=0.2)}
    card = brief_card(EYE, TRAINING, HELD_OUT, generated, np.random.default_rng(0))
    assert list(card) == ["real", "good", "poor"]
    real = flat(TRAINING)[np.random.default_rng(0).choice(600, 300, replace=False)]
    for name, samples in {"real": HELD_OUT[:300], **generated}.items():
        x = flat(samples)
        assert list(card[name].values()) == pytest.approx(
            [
                frechet_distance(fit_gaussian(x), fit_gaussian(real)),
                kernel_distance(x, real),
                *precision_recall(x, real),
            ]
        )


def test_a_brief_card_of_few_training_images_has_no_frechet_distance():
    wide = Judge(lambda images: np.repeat(flat(images), 5, axis=1), left_or_right, EYE.names)
    card = brief_card(wide, TRAINING[:8], HELD_OUT[:8], {"good": two_pixels(8, 5)}, np.random.default_rng(0))
    assert set(card["good"]) == {"kernel_distance", "precision", "recall"}


def test_small_pixels_are_means_of_four():
    images = np.random.default_rng(0).uniform(-1, 1, (3, 2, 28, 28)).astype(np.float32)
    means = images.reshape(3, 2, 14, 2, 14, 2).mean(axis=(3, 5)).reshape(3, -1)
    np.testing.assert_allclose(small_pixels(images), means, atol=1e-6)


def test_digits_with_a_fault_lie_between_real_ones_and_noise(training_digits, test_digits):
    """A generator that lost a digit, and one that lays two digits upon each other."""
    images, labels = test_digits
    images = images[np.random.default_rng(0).permutation(len(images))]
    faulty = {"lost": test_digits[0][labels != 3][-500:], "laid": np.maximum(images[-500:], images[-1000:-500])}
    card = scorecard(CLASSIFIERS["mnist"], training_digits[0][:5000], images, faulty, np.random.default_rng(0))
    for name in faulty:
        for distance in ("frechet_classifier_distance", "kernel_distance"):
            assert card["real"][distance].value < card[name][distance].value < card["noise"][distance].value
    assert card["noise"]["precision"].value == card["noise"]["recall"].value == 0
    assert card["lost"]["modes_captured"].value == 9 < card["real"]["modes_captured"].value == 10
    assert card["laid"]["precision"].high < card["real"]["precision"].low


def test_distances_to_follow_are_those_of_the_features(training_digits, test_digits):
    images, samples = training_digits[0][:700], test_digits[0][:300]
    real, fake = digit_features(images), digit_features(samples)
    assert digit_distances(images)(samples) == pytest.approx(
        {
            "frechet_classifier_distance": frechet_distance(fit_gaussian(fake), fit_gaussian(real)),
            "kernel_distance": kernel_distance(fake, real),
        }
    )


def test_broken_samples_have_no_distance(training_digits):
    broken = np.full((10, 1, 28, 28), np.nan, np.float32)
    assert all(np.isnan(value) for value in digit_distances(training_digits[0][:50])(broken).values())
