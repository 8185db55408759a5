"""Settings for the property tests, the digits, read once, and a browser."""

import os
import shutil
import signal
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

import gan_course  # noqa: F401  sets MindSpore's log level before a test imports MindSpore
from gan_course.signals import ending

os.environ["MPLBACKEND"] = "Agg"

ROOT = Path(__file__).resolve().parents[1]
PLAYWRIGHT = next(ROOT.glob(".venv-browser/lib/python3*/site-packages"), None)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

# No deadline: the first example also compiles. Derandomised: one tree gets one verdict, on every machine.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture(scope="session")
def training_digits():
    """Images and labels of MNIST's training set."""
    from gan_course.data import mnist

    return mnist("train")


@pytest.fixture(scope="session")
def test_digits():
    """Images and labels of MNIST's test set."""
    from gan_course.data import mnist

    return mnist("test")


@pytest.fixture(scope="module")
def small_world():
    """MNIST of few digits for a whole file: `pytestmark = pytest.mark.usefixtures("small_world")`."""
    from tiny import few_digits

    with few_digits():
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory):
    """Makes the folder of a finished tiny run of a lesson, and beside it what a power cut would have left, once each.

    The checkpoint of the second is of step 5, and there is nothing else but the config.
    """
    from tiny import few_digits, train_tiny

    from gan_course.runs import resume

    folders = {}

    def folders_of(lesson):
        folder, cut = (tmp_path_factory.mktemp(f"{lesson}-{name}") for name in ("finished", "cut"))

        def store_and_copy(run, history, store=resume.store):
            store(run, history)
            if history.last_step == 5:
                shutil.copytree(run.folder, cut, dirs_exist_ok=True)

        with pytest.MonkeyPatch.context() as patch, few_digits():
            patch.setattr(resume, "store", store_and_copy)
            patch.setattr(resume, "SECONDS_BETWEEN_CHECKPOINTS", -1)
            train_tiny(lesson, folder)
        return folder, cut

    def finished_run(lesson, power_cut=False):
        if lesson not in folders:
            folders[lesson] = folders_of(lesson)
        return folders[lesson][power_cut]

    return finished_run


@pytest.fixture
def photos(tmp_path):
    """A folder with 20 pictures of 12 x 10 in each of two classes, cats and dogs."""
    from PIL import Image

    rng = np.random.default_rng(0)
    for name in ("cats", "dogs"):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for index in range(20):
            pixels = rng.integers(0, 256, (10, 12, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "photos" / name / f"{index}.png")
    return tmp_path / "photos"


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs `gan-course` with arguments; returns its exit code, stdout and stderr."""
    from gan_course import cli

    before = {number: signal.getsignal(number) for number in ending()}  # `main` sets its own

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["gan-course", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    yield call
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture(scope="module")
def browser(request):
    """Chromium without a window, driven by Playwright. A module each: while it runs, no other event loop may."""
    if PLAYWRIGHT is None or CHROMIUM is None:
        missing = "Chromium (apt-get install chromium)" if CHROMIUM is None else "Playwright (make test-slow)"
        warnings.warn(f"NOTHING OF {request.module.__name__} WAS TESTED: there is no {missing}", stacklevel=1)
        pytest.skip(f"no {missing}")
    sys.path.append(str(PLAYWRIGHT))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    sys.path.remove(str(PLAYWRIGHT))
