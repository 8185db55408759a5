"""Folding and unfolding are exact inverses, and put pixels where they say."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.data.folding import fold, unfold


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_unfolding_undoes_folding_and_the_reverse(n, channels, height, width, factor):
    images = np.random.default_rng(0).random((n, channels, height * factor, width * factor), np.float32)
    folded = fold(images, factor)
    assert folded.shape == (n, channels * factor**2, height, width)
    np.testing.assert_array_equal(unfold(folded, factor), images)
    np.testing.assert_array_equal(fold(unfold(folded, factor), factor), folded)


def test_every_pixel_goes_where_the_formula_says():
    images = np.arange(2 * 3 * 4 * 6).reshape(2, 3, 4, 6)
    folded = fold(images, 2)
    for (n, c, y, x), value in np.ndenumerate(images):
        assert folded[n, 4 * c + 2 * (y % 2) + x % 2, y // 2, x // 2] == value


@pytest.mark.parametrize(("shape", "factor"), [((1, 1, 4, 6), 4), ((1, 1, 5, 4), 2), ((1, 1, 4, 4), 0)])
def test_sizes_that_do_not_fit_are_refused(shape, factor):
    with pytest.raises(ValueError, match="cannot be folded"):
        fold(np.zeros(shape), factor)


def test_channels_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="cannot be unfolded"):
        unfold(np.zeros((1, 6, 4, 4)), 2)
