"""The scorecard on pictures of two pixels, where every answer is known, and on real digits."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from scipy.ndimage import gaussian_filter
from scipy.spatial.distance import cdist
from scipy.stats import binomtest

from gan_course.data.sunflowers import sunflowers
from gan_course.evaluation import scorecard as module
from gan_course.evaluation.appearance import APPEARANCE_METRICS
from gan_course.evaluation.card_table import MEANINGS
from gan_course.evaluation.classifier import Classifier
from gan_course.evaluation.gan_train_test import Labels
from gan_course.evaluation.scorecard import CLASSIFIERS, brief_card, evaluate_samples, make_reference, scorecard


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


EYE = Classifier(flat, left_or_right, ("left", "right"))
TRAINING, HELD_OUT = two_pixels(600, 0), two_pixels(600, 1)


def measured(samples):
    rng = np.random.default_rng(0)
    return evaluate_samples(samples, make_reference(EYE, TRAINING, HELD_OUT[400:], 400, rng), rng)


def test_one_half_of_the_truth():
    """Only left ones: precise, half of the variety, log 2 away from even shares."""
    pictures = two_pixels(800, 2)
    card = measured(pictures[flat(pictures)[:, 0] > 0])
    assert card["precision"].value > 0.8 and card["recall"].value == pytest.approx(0.5, abs=0.1)
    assert card["modes_captured"].value == 1
    assert card["mode_share_left"].value == 1 and card["mode_share_right"].value == 0
    assert card["class_kl"].value == pytest.approx(np.log(2), abs=0.15)
    assert card["nearest_held_out_ratio"].value == pytest.approx(1, abs=0.3)


def test_copies_are_noticed_by_their_distance_in_pixels():
    card = measured(TRAINING[:300])
    assert card["nearest_held_out_ratio"] == (0, 0, 0) and card["precision"].value > 0.9


def test_a_classifier_that_is_always_as_confident_is_quoted():
    """At 0.7 for the left no mode counts as shown, and the KL is that of one class from the shares of the truth."""
    classifier = EYE._replace(probabilities=lambda images: np.tile([0.7, 0.3], (len(images), 1)))
    rng = np.random.default_rng(0)
    card = evaluate_samples(HELD_OUT[:200], make_reference(classifier, TRAINING, HELD_OUT[400:], 200, rng), rng)
    assert card["classifier_confidence"] == pytest.approx((0.7, 0.7, 0.7))
    assert card["modes_captured"] == (0, 0, 0) and card["mode_share_left"].value == 1
    assert card["class_kl"] == pytest.approx([np.log(200.5 / 200)] * 3)  # no picture of the other class counts a half


def test_training_images_moved_a_little_are_as_far_as_they_were_moved():
    rng = np.random.default_rng(0)
    apart = np.linspace(-1, 1, 40, dtype=np.float32)  # 0.05 from one to the next
    training = np.stack([apart, -apart], axis=1).reshape(-1, 1, 1, 2)
    reference = make_reference(EYE, training, training + np.float32(0.01), 40, rng)
    moved = evaluate_samples(training[:30] + np.float32(0.002), reference, rng)["nearest_held_out_ratio"]
    assert moved == pytest.approx((0.2, 0.2, 0.2), rel=1e-3)


def test_intervals_hold_the_value_and_shrink_with_more_samples():
    few, many = (measured(two_pixels(count, 3)) for count in (100, 1600))
    for card in (few, many):
        assert all(low <= value <= high for value, low, high in card.values())
    for metric in ("precision", "mode_share_left", "classifier_confidence"):
        assert few[metric].high - few[metric].low > 2 * (many[metric].high - many[metric].low)


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
    """Of two sizes, with fewer held-out images than samples, or with none left for the yardstick."""
    uneven, ten = {"a": TRAINING[:9], "b": TRAINING[:8]}, {"a": TRAINING[:10]}
    for generated, held_out in ((uneven, HELD_OUT), (ten, HELD_OUT[:9]), (ten, HELD_OUT[:10])):
        with pytest.raises(ValueError, match="cannot be compared"):
            scorecard(EYE, TRAINING, held_out, generated, np.random.default_rng(0))


def test_every_number_is_explained():
    measured_of_all = {name for name in measured(HELD_OUT[:100]) if not name.startswith("mode_share")}
    assert measured_of_all | set(APPEARANCE_METRICS) == set(MEANINGS) and len(MEANINGS) == len(measured_of_all) + 3


def test_drawings_get_the_numbers_of_their_appearance_as_well():
    """On both cards: far from real ones where they are blurred, and the same number where both compare with all."""
    classifier, count = CLASSIFIERS["sunflowers"], 40
    training, held_out = (sunflowers(2 * count, (32, 32), seed=seed)[0] for seed in (0, 1))
    faulty = {"blurred": gaussian_filter(held_out[:count], (0, 0, 1, 1))}
    full = scorecard(classifier, training[:count], held_out, faulty, np.random.default_rng(0))
    brief = brief_card(classifier, training[:count], held_out, faulty, np.random.default_rng(0))
    for name in APPEARANCE_METRICS[:2]:
        assert full["real"][name].value < full["blurred"][name].low
        assert all(brief[kind][name] == pytest.approx(full[kind][name].value, rel=1e-3) for kind in brief)
    assert "share_clean" in full["noise"] and "share_clean" not in measured(HELD_OUT[:100])


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


def test_held_out_images_are_no_yardstick_of_themselves():
    """The first are moved by 0.02 from training images, those behind by 0.01: twice as far, not as far."""
    apart = np.linspace(-1, 1, 40, dtype=np.float32)
    training = np.stack([apart, -apart], axis=1).reshape(-1, 1, 1, 2)
    held_out = np.concatenate([training[:20] + np.float32(0.02), training[20:] + np.float32(0.01)])
    card = scorecard(EYE, training, held_out, {"copies": training[:20]}, np.random.default_rng(0))
    assert card["real"]["nearest_held_out_ratio"].value == pytest.approx(2, rel=1e-3)
    assert card["copies"]["nearest_held_out_ratio"].value == 0


def test_the_yardstick_is_the_last_of_the_images_that_are_not_compared(monkeypatch):
    """Of 30 samples the first 10 are compared; of 40 held-out images the last 10 are the yardstick."""
    monkeypatch.setattr(module, "NUM_NEAREST", 10)
    apart = np.linspace(-1, 1, 40, dtype=np.float32)
    training = np.stack([apart, -apart], axis=1).reshape(-1, 1, 1, 2)
    moved = np.repeat(np.float32([0.02, 0.005, 0.01]), [10, 20, 10]).reshape(40, 1, 1, 1)
    card = scorecard(EYE, training, training + moved, {"copies": training[:30]}, np.random.default_rng(0))
    assert card["real"]["nearest_held_out_ratio"].value == pytest.approx(2, rel=1e-3)


def test_the_interval_of_recall_is_that_of_other_samples_not_of_other_real_images():
    """Half of the real images lie amid eight samples on a circle, half far off: any four samples cover the one half."""
    places = np.linspace(0, 0.001, 40, dtype=np.float32)
    real = np.stack([np.concatenate([places, 5 + places]), np.zeros(80, np.float32)], axis=1).reshape(-1, 1, 1, 2)
    rng = np.random.default_rng(0)
    reference = make_reference(EYE, real, real + np.float32(1), 80, rng)
    angles = np.pi / 4 * np.arange(8)
    samples = 0.1 * np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32).reshape(-1, 1, 1, 2)
    assert evaluate_samples(samples, reference, rng)["recall"] == (0.5, 0.5, 0.5)


def test_the_interval_of_recall_is_as_wide_as_recall_varies_over_sets_of_samples():
    rng = np.random.default_rng(0)
    reference = make_reference(EYE, TRAINING, HELD_OUT, 200, rng)
    sets = [two_pixels(100, seed, spread=0.07) for seed in range(100, 140)]
    numbers = [evaluate_samples(samples, reference, rng)["recall"] for samples in sets]
    width = np.mean([number.high - number.low for number in numbers])
    assert width == pytest.approx(2 * 1.96 * np.std([number.value for number in numbers], ddof=1), rel=0.35)


def test_shares_of_samples_have_wilsons_interval_even_for_none_and_all():
    pictures = two_pixels(100, 4)
    left = pictures[flat(pictures)[:, 0] > 0]
    for samples in (pictures, left):
        card = measured(samples)
        for name, share in (("left", (flat(samples)[:, 0] > 0).mean()), ("right", (flat(samples)[:, 0] < 0).mean())):
            count, total = round(share * len(samples)), len(samples)
            expected = binomtest(count, total).proportion_ci(method="wilson")
            assert card[f"mode_share_{name}"] == pytest.approx((share, *expected), abs=1e-9)
    far = measured(50 + two_pixels(50, 5))["precision"]
    assert far == pytest.approx((0, *binomtest(0, 50).proportion_ci(method="wilson")), abs=1e-9)


def test_a_mode_is_captured_from_one_confident_picture_in_a_hundred():
    probabilities = np.array([[0.99, 0.01]] * 198 + [[0.1, 0.9]] * 2)
    rng, again = np.random.default_rng(0), np.arange(200)[None].repeat(2, axis=0)
    reference = make_reference(EYE, TRAINING, HELD_OUT, 200, rng)
    assert module.class_metrics(probabilities, reference, again)["modes_captured"] == (2, 2, 2)
    probabilities[-1] = [0.2, 0.8]  # not above 0.8
    assert module.class_metrics(probabilities, reference, again)["modes_captured"] == (1, 1, 1)


def test_names_with_a_hyphen_become_keys():
    classifier = EYE._replace(names=("face-on", "right"))
    reference = make_reference(classifier, TRAINING, HELD_OUT, 50, np.random.default_rng(0))
    assert "mode_share_face_on" in evaluate_samples(HELD_OUT[:50], reference, np.random.default_rng(0))


def test_a_reference_holds_as_many_pictures_as_asked_for_and_none_twice():
    twice = np.concatenate([TRAINING, TRAINING])
    reference = make_reference(EYE, twice, HELD_OUT, 500, np.random.default_rng(0))
    assert len(reference.features) == 500 == len(np.unique(reference.features, axis=0))
    assert reference.radii.min() > 0 and reference.training is twice
    few = make_reference(EYE, twice, HELD_OUT, 700, np.random.default_rng(0))
    assert len(few.features) == 600
    assert few.class_counts.tolist() == [(flat(TRAINING)[:, 0] > 0).sum(), (flat(TRAINING)[:, 0] < 0).sum()]


def test_a_reference_with_labels_shows_all_classes_alike_and_no_picture_twice():
    """The training set of a balanced GAN: 500 left ones, and 50 right ones ten times over."""
    left = TRAINING[flat(TRAINING)[:, 0] > 0][:250]
    right = TRAINING[flat(TRAINING)[:, 0] < 0][:50]
    training = np.concatenate([left, *[right] * 5])
    labels = np.repeat([0, 1], 250)
    reference = make_reference(EYE, training, HELD_OUT, 400, np.random.default_rng(0), labels)
    assert reference.class_counts.tolist() == [50, 50] and reference.radii.min() > 0
    fresh = two_pixels(100, 9)
    right_ones = np.concatenate([fresh[flat(fresh)[:, 0] < 0][:40]] * 2)
    rng = np.random.default_rng(0)
    repeated = brief_card(EYE, training, HELD_OUT, {"right": right_ones}, rng, labels)["right"]["precision"]
    distinct = np.concatenate([left[:50], right])
    radii = np.sort(cdist(flat(distinct), flat(distinct)), axis=1)[:, 3]
    by_hand = (cdist(flat(right_ones), flat(distinct))[:, 50:] <= radii[50:]).any(axis=1).mean()
    assert repeated == pytest.approx(by_hand, abs=0.03)  # without distinct pictures no ball reaches a new one


def test_labels_reach_the_card():
    shown = (flat(HELD_OUT)[:, 0] < 0).astype(int)
    pairs = np.stack([np.flatnonzero(shown == 0)[:250], np.flatnonzero(shown == 1)[:250]], axis=1).ravel()
    labels = Labels((flat(TRAINING)[:, 0] < 0).astype(int), shown[pairs])
    card = scorecard(EYE, TRAINING, HELD_OUT[pairs], {"a": HELD_OUT[pairs][:200]}, np.random.default_rng(0), labels)
    assert {"gan_train_accuracy", "gan_test_accuracy"} <= card["a"].keys() == card["noise"].keys()


def test_the_brief_card_has_the_numbers_of_the_formulas():
    """With all training images as the reference: matrix square roots, sums over pairs, distances by SciPy."""
    generated = {"good": two_pixels(60, 5), "poor": two_pixels(60, 6, centre=0.35, spread=0.2)}
    card = brief_card(EYE, TRAINING[:60], HELD_OUT, generated, np.random.default_rng(0))
    assert list(card) == ["real", "good", "poor"]
    y = flat(TRAINING[:60]).astype(np.float64)

    def pairs(a, b, others):
        kernels = (a @ b.T / 2 + 1) ** 3
        return kernels[~np.eye(60, dtype=bool)].mean() if others else kernels.mean()

    def share(points, centres):
        return (cdist(points, centres) <= np.sort(cdist(centres, centres))[:, 3] + 1e-9).any(axis=1).mean()

    for name, samples in {"real": HELD_OUT[:60], **generated}.items():
        x = flat(samples).astype(np.float64)
        c, d = np.cov(x.T), np.cov(y.T)
        frechet = ((x.mean(0) - y.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real)
        kernel = pairs(x, x, True) + pairs(y, y, True) - 2 * pairs(x, y, False)
        expected = [frechet, kernel, share(x, y), share(y, x)]
        assert list(card[name].values()) == pytest.approx(expected, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(("count", "there"), [(10, False), (11, True)])
def test_a_brief_card_has_a_frechet_distance_from_more_images_than_features_on(count, there):
    wide = EYE._replace(features=lambda images: np.repeat(flat(images), 5, axis=1))
    samples = {"good": two_pixels(20, 5)}
    card = brief_card(wide, TRAINING[:count], HELD_OUT[:20], samples, np.random.default_rng(0))
    assert set(card["good"]) - {"kernel_distance", "precision", "recall"} == {"frechet_classifier_distance"} - (
        set() if there else {"frechet_classifier_distance"}
    )
