"""Controls change the picture, without a browser; and without any the picture stands there."""

import io
from types import SimpleNamespace

import IPython.display
import numpy as np
import pytest
from PIL import Image

from gan_course.viz.sliders import choice, explore, press, slider


@pytest.fixture
def outputs(monkeypatch):
    """All that was displayed, in order, each a list of its contents from first to last."""
    shown = []

    def display(content, raw, display_id=False):
        assert raw
        shown.append([content])
        return (
            SimpleNamespace(update=lambda content, raw, place=shown[-1]: place.append(content)) if display_id else None
        )

    monkeypatch.setattr(IPython.display, "display", display)
    return shown


def grey_of(content):
    return np.asarray(Image.open(io.BytesIO(content["image/png"])).convert("L"))[0, 0]


def square(z1, z2):
    return np.full((4, 4), 100 + 10 * z1 + z2, np.uint8)


def test_a_slider_that_moves_changes_the_picture(outputs):
    explorer = explore(square, z1=slider(-3, 3), z2=slider(-3, 3, 1.0))
    explorer._ipython_display_()
    first, second = explorer.controls.children
    first.value = 2.0
    second.value = -3.0
    assert [grey_of(content) for content in outputs[1]] == [101, 121, 117]
    assert explorer.picture[0, 0] == 117
    assert (first.description, first.min, first.max) == ("z1", -3, 3)


def test_what_is_stored_is_a_view_of_the_controls_and_a_plain_picture_of_its_own(outputs):
    explore(square, z1=slider(-3, 3), z2=slider(-3, 3))._ipython_display_()
    controls, picture = outputs
    assert controls[0].keys() == {"application/vnd.jupyter.widget-view+json", "text/plain"}
    assert picture[0].keys() == {"image/png", "text/plain"}
    assert controls[0]["text/plain"] == picture[0]["text/plain"] == "Run this cell in Jupyter to move: z1, z2"
    assert Image.open(io.BytesIO(picture[0]["image/png"])).size == (640, 640)


def test_a_choice_is_handed_on_as_a_word():
    explorer = explore(
        lambda digit, z: np.full((2, 2), int(digit) + z, np.uint8), digit=choice("1", "3", "5"), z=slider(0, 9)
    )
    assert explorer.picture[0, 0] == 1
    explorer.controls.children[0].value = "5"
    assert explorer.picture[0, 0] == 5


def test_each_button_does_its_own_thing_and_counts(outputs):
    done = []
    actions = {"D only": lambda: done.append("d"), "G only": lambda: done.append("g")}
    explorer = press(lambda: np.full((2, 2), len(done), np.uint8), actions)
    explorer._ipython_display_()
    d_only, g_only = explorer.controls.children[0].children
    g_only.click()
    g_only.click()
    d_only.click()
    assert done == ["g", "g", "d"] and [grey_of(content) for content in outputs[1]] == [0, 1, 2, 3]
    assert (d_only.description, g_only.description) == ("D only: 1", "G only: 2")
