"""`gan-course train --show` in a real browser: the pictures arrive while it trains, and stay when it has ended.

Needs what `test_browser` needs. Screenshots are left in the temporary folder of the test, which `pytest --basetemp
FOLDER` names.
"""

import os
import re
import subprocess
import sys
import time
from threading import Thread
from urllib.parse import urlsplit

import pytest

SIZES = {"laptop": (1280, 720), "projector": (1920, 1080)}
PICTURE = "() => document.querySelector('.gp-frame') && document.querySelector('.gp-frame').toDataURL()"


class Training:
    """`gan-course train` with a page, in a process of its own; `lines` is what it has printed so far."""

    def __init__(self, folder, *options):
        command = "import sys; from gan_course.cli import main; sys.argv[0] = 'gan-course'; main()"
        options = ["train", "gan", "--profile", "smoke", "--out", str(folder), "--show=address", *options]
        environment = os.environ | {"PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        self.lines = []
        Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True).start()

    def address(self):
        """Of its page, as soon as it is printed."""
        wait(lambda: any("http://" in line for line in self.lines), 60, self)
        return re.search(r"http://\S+", next(line for line in self.lines if "http://" in line))[0]


@pytest.fixture
def training(tmp_path):
    started = []

    def start(*options):
        started.append(Training(tmp_path / "run", *options))
        return started[-1]

    yield start
    for training in started:
        training.process.kill()
        training.process.wait()


@pytest.fixture
def page(browser):
    """An empty page; `page.complaints` are errors of the console, `page.hosts` the machines that it asked."""
    page = browser.new_page(viewport=dict(zip(("width", "height"), SIZES["laptop"])))
    page.complaints, page.hosts = [], set()
    page.on("console", lambda message: message.type in ("error", "warning") and page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.hosts.add(urlsplit(request.url).hostname or urlsplit(request.url).scheme))
    yield page
    page.close()


def wait(condition, seconds, complaint):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, getattr(complaint, "lines", complaint)
        time.sleep(0.05)


def words(page):
    """The sentence of the page."""
    return page.locator("#words").inner_text()


def watch(page, training, seconds=300):
    """All different pictures that the page has shown until the training's process has ended, and the page has them."""
    shown = []

    def ended():
        picture = page.evaluate(PICTURE)
        if picture and picture not in shown:
            shown.append(picture)
        return training.process.poll() is not None

    wait(ended, seconds, training)
    end = time.monotonic() + 3  # the last ones are shown one after another
    while time.monotonic() < end:
        ended()
    return shown


@pytest.mark.slow
def test_a_smoke_run_shows_at_least_five_pictures_and_the_page_outlives_it(page, training, tmp_path):
    run = training()
    page.goto(run.address())
    wait(lambda: "getting ready" in words(page), 30, run)
    shown = watch(page, run)
    assert run.process.returncode == 0, run.lines
    assert len(shown) >= 5
    assert any("needs nothing from here" in line for line in run.lines)
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=tmp_path / f"trained-{size}.png")

    # There is no server any more: all is in the page.
    assert words(page) == "Trained. All that was seen is here."
    last = page.evaluate(PICTURE)
    page.locator("body").press("Home")
    wait(lambda: page.evaluate(PICTURE) != last, 5, "Home shows no other frame")
    wait(lambda: page.locator("#numbers dd b").first.inner_text() == "0", 5, "the large step is not that of the frame")
    page.locator("body").press("End")
    wait(lambda: page.evaluate(PICTURE) == last, 5, "End does not show the last frame")
    assert page.locator("#numbers dd b").first.inner_text() == "12"
    page.get_by_role("button", name=re.compile("^Real")).click()
    assert page.locator(".gp-frame").nth(1).is_visible()
    assert page.complaints == [] and page.hosts <= {"127.0.0.1", "blob", "data"}


@pytest.mark.slow
def test_a_page_that_comes_late_gets_everything_and_one_that_is_closed_disturbs_nobody(page, browser, training):
    run = training("--steps", "60")
    early = browser.new_page()
    early.goto(run.address())
    wait(lambda: early.evaluate(PICTURE), 120, run)
    early.close()
    page.goto(run.address())
    wait(lambda: page.evaluate(PICTURE), 30, run)
    watch(page, run)
    assert run.process.returncode == 0, run.lines
    assert int(page.locator(".gp-controls input[type=range]").get_attribute("max")) >= 20
    assert page.complaints == []


@pytest.mark.slow
def test_a_training_that_is_killed_leaves_its_pictures(page, training):
    run = training("--steps", "100000")
    page.goto(run.address())
    wait(lambda: page.evaluate(PICTURE), 120, run)
    run.process.kill()
    wait(lambda: "no longer answers" in words(page), 60, page)
    assert page.locator(".gp-frame").first.is_visible()
