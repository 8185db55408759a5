"""The drawings of the ideas: those in the repository are what the script draws, legible, right, and used."""

import re
from functools import cache
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from PIL import Image
from scipy.signal import convolve2d

from scripts.draw_ideas import IDEAS, PICTURES, figure_of, image_of, main
from scripts.ideas import batch_norm, kl, packing, transposed_convolution
from scripts.ideas.style import PALE

NOTEBOOKS = sorted((Path(__file__).resolve().parents[1] / "notebooks").glob("*.ipynb"))
every_idea = pytest.mark.parametrize("name", IDEAS)


@cache
def drawn(name):
    """The figure, made once for all tests."""
    return figure_of(name)


def texts_of(figure):
    return [text for axis in figure.axes for text in axis.texts if text.get_text().strip()]


@every_idea
def test_committed_pictures_are_what_the_script_draws(name):
    with Image.open(PICTURES / f"idea_{name}.png") as committed:
        before, now = (np.asarray(image.convert("RGB"), np.int16) for image in (committed, image_of(drawn(name))))
    assert before.shape == now.shape
    assert (np.abs(before - now).max(axis=2) > 40).mean() < 1e-4  # less than two changed digits


@every_idea
def test_files_are_small_and_as_wide_as_two_pixels_for_one(name):
    path = PICTURES / f"idea_{name}.png"
    assert path.stat().st_size < 120_000
    with Image.open(path) as image:
        assert image.width == 1800


def test_there_are_no_other_drawings():
    assert {path.stem for path in PICTURES.glob("idea_*")} == {f"idea_{name}" for name in IDEAS}


@every_idea
def test_text_has_14_pixels_on_a_page_900_wide(name):
    inches = drawn(name).get_figwidth()
    sizes = {text.get_text(): text.get_fontsize() / 72 * 900 / inches for text in texts_of(drawn(name))}
    assert sizes and not {words: size for words, size in sizes.items() if size < 14 - 1e-9}


@every_idea
def test_words_are_dark_enough_to_be_read(name):
    """A contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3) on every ground that there is."""
    for text, ground in product(texts_of(drawn(name)), ["white", *PALE.values()]):
        lighter, darker = luminance(ground) + 0.05, luminance(text.get_color()) + 0.05
        assert lighter / darker >= 4.5, text.get_text()


def luminance(colour):
    """Relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    channels = np.array(to_rgb(colour))
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


@every_idea
def test_no_text_is_cut_off_or_lies_on_another(name):
    figure = drawn(name)
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts_of(figure)]
    sheet = figure.bbox.padded(-8)  # 4 pixels at 900 wide
    assert not [words for words, box in boxes if not sheet.containsx(box.x0) or not sheet.containsx(box.x1)]
    assert not [words for words, box in boxes if not sheet.containsy(box.y0) or not sheet.containsy(box.y1)]
    pairs = [(one, other) for index, one in enumerate(boxes) for other in boxes[:index]]
    assert not [(one[0], other[0]) for one, other in pairs if one[1].padded(-2).overlaps(other[1].padded(-2))]


def test_every_drawing_stands_in_a_lesson_with_a_text_for_those_who_cannot_see_it():
    cells = [cell for path in NOTEBOOKS for cell in nbformat.read(path, as_version=4).cells]
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    alts = {name: re.findall(rf"!\[([^\]]*)\]\(pictures/idea_{name}\.png\)", prose) for name in IDEAS}
    assert not {name: found for name, found in alts.items() if not found or min(map(len, found)) < 60}


def test_an_unknown_drawing_is_named_beside_those_there_are():
    with pytest.raises(SystemExit, match="no drawing photo: choose from bottleneck, kl"):
        main(["photo"])


def test_stamps_are_a_convolution_of_the_input_spread_out():
    image, kernel = np.array([[1, -2, 3], [0, 4, 1], [2, 2, 5]]), np.arange(25).reshape(5, 5)
    spread = np.zeros((7, 7), int)
    spread[::3, ::3] = image
    assert np.array_equal(transposed_convolution.stamps(image, kernel, stride=3)[-1], convolve2d(spread, kernel))


def test_batch_norm_leaves_mean_beta_and_standard_deviation_gamma():
    _, last = batch_norm.steps(batch_norm.BATCH)[-1]
    assert np.allclose([last.mean(), last.std()], [batch_norm.BETA, batch_norm.GAMMA], atol=1e-4)


def test_the_clouds_with_kl_are_together_as_wide_as_the_bell_curve():
    means = kl.cloud_means(np.random.default_rng(0))
    assert np.allclose(means.mean(axis=0), 0)
    assert np.allclose(means.var(axis=0) + kl.SPREAD**2, 1)


def test_kl_and_shares_of_known_cases():
    home = np.zeros((3, 2))
    assert kl.mean_kl(home, 1.0) == 0 and kl.mean_kl(home + 1, 1.0) == 1
    z = np.random.default_rng(0).standard_normal((100_000, 2))
    assert kl.share_covered(home, 1.0, z) == pytest.approx(1 - np.exp(-2), abs=0.005)
    assert packing.share_alike(np.arange(10), 4) == pytest.approx(0.001)
