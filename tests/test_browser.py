"""JupyterLab in a real browser: a training shows itself, can be stopped, and controls move a picture.

Needs Debian's `chromium` and the environment of `make test-slow`, where Playwright is. Screenshots are left in the
temporary folder of the test, which `pytest --basetemp FOLDER` names.
"""

import json
import os
import socket
import subprocess
import sys
import time
from urllib.request import urlopen

import nbformat
import pytest

SIZES = {"laptop": (1280, 800), "projector": (1920, 1080)}

CELLS = [
    """
from dataclasses import replace
import numpy as np
from gan_course.lessons import gan
from gan_course.models.inference import generate
from gan_course.viz.pictures import image_grid
from gan_course.viz.sliders import explore, press, slider
experiment = gan.build(replace(gan.SETTINGS["smoke"], num_steps=1_000_000, evaluate_every=1_000_000))
print("built")
""",
    'history = experiment.train(description="digits")',
    """
z = np.random.default_rng(1).standard_normal((2, 12, 100), np.float32)
def draw(turn):
    return image_grid(generate(experiment.cells["generator"], np.cos(turn) * z[0] + np.sin(turn) * z[1]), columns=6)
print("still alive:", history.last_step > 100, np.isfinite(draw(0.5)).all())
""",
    "explore(draw, turn=slider(0, 6.3))",
    """
pressed = []
press(lambda: draw(len(pressed)), {"more": lambda: pressed.append(1)})
""",
    """
from gan_course.gallery.widget import show_player
from gan_course.viz.recording import Recording
frames = np.arange(0, 240, 20, np.uint8)[:, None, None].repeat(16, 1).repeat(16, 2)
show_player(Recording("greys", "A run", "", frames, steps=list(range(12)), seconds=[], num_steps=11))
""",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where JupyterLab works, with the notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [nbformat.v4.new_code_cell(source.strip()) for source in CELLS]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), folder / "live.ipynb")
    news = folder / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return folder


@pytest.fixture(scope="module")
def lab(folder):
    """The address of a JupyterLab of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--IdentityProvider.token="]
    kept = {"JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "GAN_COURSE_OUTPUTS": "outputs"}
    kept |= {"JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
    environment = os.environ | {name: str(folder / place) for name, place in kept.items()}
    with (folder / "lab.log").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            wait(lambda: answers(f"{address}/api"), 60, "JupyterLab does not start")
            yield address
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture(scope="module")
def page(browser, lab):
    """The notebook, opened; `page.complaints` are errors of the console."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), SIZES["laptop"])))
    page.complaints = []
    page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.goto(f"{lab}/lab/tree/live.ipynb")
    page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]', timeout=60_000)
    return page


def answers(address):
    try:
        return urlopen(address, timeout=2).status == 200
    except OSError:
        return False


def wait(condition, seconds, complaint):
    """Until the condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, complaint
        time.sleep(0.1)


def cell(page, number):
    return page.locator(".jp-Notebook .jp-CodeCell").nth(number)


def run(page, number):
    """Start a cell, as a student does."""
    cell(page, number).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")


def finished(page, number):
    return cell(page, number).locator(".jp-InputPrompt").inner_text() == f"[{number + 1}]:"


def run_and_wait(page, number, seconds=60):
    run(page, number)
    wait(lambda: finished(page, number), seconds, f"cell {number} does not end")


def picture(page, number):
    """The picture that a cell shows, as text; None if there is none."""
    images = cell(page, number).locator(".jp-OutputArea img")
    return images.last.get_attribute("src") if images.count() else None


def photograph(page, folder, number, name):
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        cell(page, number).scroll_into_view_if_needed()
        time.sleep(0.5)
        page.screenshot(path=folder / f"{name}-{size}.png")


@pytest.mark.slow
def test_a_training_shows_five_pictures_or_more_and_stops_at_the_button(page, folder):
    run_and_wait(page, 0)
    run(page, 1)
    seen = []

    def five_pictures():
        now = picture(page, 1)
        if now is not None and now not in seen:
            seen.append(now)
        return len(seen) >= 5

    wait(five_pictures, 60, "fewer than five pictures in a minute")
    assert not finished(page, 1) and cell(page, 1).locator(".jp-OutputArea-child").count() == 1
    photograph(page, folder, 1, "training")
    page.locator('[data-command="notebook:interrupt-kernel"]').first.click()
    wait(lambda: finished(page, 1), 30, "the stop button does not stop")
    assert picture(page, 1) and cell(page, 1).locator(".jp-OutputArea-child").count() == 1
    run_and_wait(page, 2)
    assert "still alive: True True" in cell(page, 2).locator(".jp-OutputArea").inner_text()


@pytest.mark.slow
def test_a_slider_changes_the_picture(page, folder):
    run_and_wait(page, 3)
    before = picture(page, 3)
    handle = cell(page, 3).locator(".noUi-handle")
    handle.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    wait(lambda: picture(page, 3) != before, 20, "the slider moves nothing")
    photograph(page, folder, 3, "slider")


@pytest.mark.slow
def test_a_button_changes_the_picture(page, folder):
    run_and_wait(page, 4)
    before = picture(page, 4)
    cell(page, 4).get_by_role("button", name="more").click()
    wait(lambda: picture(page, 4) != before, 20, "the button does nothing")
    assert cell(page, 4).get_by_role("button", name="more: 1").count() == 1
    photograph(page, folder, 4, "button")


@pytest.mark.slow
def test_a_player_plays_in_an_output(page, folder):
    run_and_wait(page, 5)
    player = cell(page, 5).frame_locator(".jp-OutputArea iframe")
    step = player.locator(".gp-when b")
    player.get_by_role("button", name="first frame").click()
    assert step.inner_text() == "0"
    player.get_by_role("button", name="play", exact=True).click()
    wait(lambda: step.inner_text() == "11", 20, "the player does not play")
    photograph(page, folder, 5, "player")


@pytest.mark.slow
def test_what_is_saved_shows_the_pictures_without_a_kernel(page, folder):
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    outputs = []

    def saved():
        content = json.loads((folder / "live.ipynb").read_text())
        outputs[:] = [cell["outputs"] for cell in content["cells"][: len(CELLS)]]
        return all(outputs)

    wait(saved, 20, "the notebook is not saved")
    ((training,), slider, button) = outputs[1], outputs[3], outputs[4]
    assert "stopped after" in "".join(training["data"]["text/plain"])
    assert len(training["data"]["image/png"]) < 40_000 * 4 / 3
    for controls, shown in (slider, button):
        assert "application/vnd.jupyter.widget-view+json" in controls["data"] and "image/png" in shown["data"]


@pytest.mark.slow
def test_the_console_holds_no_error(page):
    assert not page.complaints
