"""The linear probe on data whose best accuracy is known, and its fit against the gradient being 0."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import norm

from gan_course.evaluation.linear_probe import fit, linear_probe_accuracy, linear_probe_answers, with_ones


def two_clouds(n, distance, width=5, seed=0):
    """Two Gaussian clouds; the first feature tells them apart, the others are noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, n)
    features = rng.standard_normal((n, width))
    features[:, 0] += distance * labels
    return 100 + 7 * features, labels  # a scale that standardising takes off


@pytest.mark.parametrize("distance", [0.0, 1.0, 3.0])
def test_it_comes_to_the_best_that_is_possible(distance):
    found = linear_probe_accuracy(*two_clouds(2000, distance), *two_clouds(5000, distance, seed=1))
    assert found == pytest.approx(norm.cdf(distance / 2), abs=0.02)


def test_answers_are_those_of_the_nearer_cloud():
    features, labels = two_clouds(500, 30.0, width=2)
    test, own = two_clouds(50, 30.0, width=2, seed=1)
    np.testing.assert_array_equal(linear_probe_answers(features, labels, test), own)


@pytest.mark.parametrize("width", [4, 60])
def test_the_fit_is_a_minimum(width):
    """Fewer features than examples, and more."""
    features, labels = two_clouds(30, 2.0, width)
    features = (features - 100) / 7
    weights, decay = fit(features, labels, 0.1, 3), 0.1
    error = softmax(with_ones(features) @ weights, axis=1) - np.eye(3)[labels]
    gradient = with_ones(features).T @ error / 30 + decay * np.vstack([weights[:-1], np.zeros(3)])
    np.testing.assert_allclose(gradient, 0, atol=1e-3)


def test_more_features_than_examples_still_generalise():
    assert linear_probe_accuracy(*two_clouds(180, 6.0, width=200), *two_clouds(1000, 6.0, width=200, seed=1)) > 0.8


def test_arrays_that_do_not_match_are_refused():
    features, labels = two_clouds(20, 1.0)
    with pytest.raises(ValueError, match="one label for each row"):
        linear_probe_accuracy(features, labels[:-1], features, labels)
    with pytest.raises(ValueError, match=r"\(N, F\)"):
        linear_probe_accuracy(features, labels, features[:, :-1], labels)


def test_ten_examples_are_enough_and_nine_are_not():
    features, labels = two_clouds(10, 30.0)
    assert set(linear_probe_answers(features, labels, features)) <= {0, 1}
    with pytest.raises(ValueError, match="N at least 10"):
        linear_probe_answers(features[:9], labels[:9], features)


def test_the_decay_is_chosen_by_every_fifth_example():
    """The fifth is always class 0, whatever its features say: only the decay that forgets the features is right."""
    rng = np.random.default_rng(0)
    labels = np.where(np.arange(200) % 5 == 0, 0, np.arange(200) % 3 == 0).astype(int)
    features = np.where(np.arange(200)[:, None] % 5 == 0, rng.normal(size=(200, 4)) + 2, labels[:, None] * 2.0 - 1)
    test = rng.normal(size=(20, 4)) + 1
    chosen = linear_probe_answers(features, labels, test, decays=(1e-3, 1e4))
    np.testing.assert_array_equal(chosen, linear_probe_answers(features, labels, test, decays=(1e4,)))
    assert (chosen != linear_probe_answers(features, labels, test, decays=(1e-3,))).any()


def test_a_feature_that_never_changes_changes_nothing():
    features, labels = two_clouds(100, 3.0)
    test, _ = two_clouds(100, 3.0, seed=1)
    with_constant = [np.hstack([part, np.full((100, 1), 5.0)]) for part in (features, test)]
    plain = linear_probe_answers(features, labels, test)
    np.testing.assert_array_equal(linear_probe_answers(with_constant[0], labels, with_constant[1]), plain)


def test_the_units_of_the_features_do_not_count():
    features, labels = two_clouds(200, 2.0)
    test, _ = two_clouds(300, 2.0, seed=1)
    units, zeros = np.array([1e-3, 1.0, 50.0, 1e3, 1e-2]), np.array([0.0, -3.0, 1e3, 5.0, 1.0])
    answers = linear_probe_answers(units * features + zeros, labels, units * test + zeros)
    assert (answers == linear_probe_answers(features, labels, test)).mean() > 0.98
