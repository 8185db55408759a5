"""Panels over strengths: what is drawn is what was given, and stays inside the frame."""

import matplotlib.pyplot as plt
import pytest

from gan_course.viz.ladders import Panel, plot_ladders

SHARES = {"named": [0, 0.5, 1], "hurt": [1, 1, 1]}


@pytest.fixture()
def figure():
    panels = [Panel(f"{number} fault", "rate", ["0.1", "1", "10"], SHARES) for number in range(4)]
    yield plot_ladders(panels)
    plt.close("all")


def test_every_panel_has_its_curves_over_its_strengths(figure):
    shown = [axis for axis in figure.axes if axis.axison]
    assert [axis.get_title() for axis in shown] == [f"{number} fault" for number in range(4)]
    for axis in shown:
        assert {line.get_label(): list(line.get_ydata()) for line in axis.lines} == SHARES
        assert [text.get_text() for text in axis.get_xticklabels()] == ["0.1", "1", "10"]


def test_marks_of_none_and_all_lie_inside_the_frame(figure):
    low, high = figure.axes[0].get_ylim()
    assert low < -0.1 and high > 1.1


def test_curves_that_coincide_are_both_seen(figure):
    """The later one is drawn on top, so its marks are the smaller ones and its line has gaps."""
    below, above = figure.axes[0].lines
    assert above.get_markersize() < below.get_markersize() and above.get_linestyle() != "-"


def test_one_legend_names_the_curves_once(figure):
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == list(SHARES)


def test_text_can_be_read_on_a_projector(figure):
    """14 pixels at a width of 900: 10.08 points at 100 dots per inch."""
    axis = figure.axes[0]
    texts = [axis.title, axis.xaxis.label, *axis.get_xticklabels(), *figure.legends[0].get_texts()]
    assert figure.get_size_inches()[0] * 100 == 900 and min(text.get_fontsize() for text in texts) >= 10.1
