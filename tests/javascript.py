"""Runs the laboratory's scripts without its page: in Node where there is one, else in Chromium."""

import json
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from gan_course.laboratory import ENGINE, STATIC

ROOT = Path(__file__).resolve().parents[1]
PLAYWRIGHT = next(ROOT.glob(".venv-browser/lib/python3*/site-packages"), None)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NODE = shutil.which("node")
WITHOUT_PAGE = [f"engine/{name}" for name in ENGINE if name != "worker.js"]
WITHOUT_PAGE += [f"page/{name}" for name in ("settings.js", "permalink.js", "export.js")]


def javascript(function: str, *arguments):
    """What `function`, a JavaScript expression, returns for these arguments; both are things that JSON can hold."""
    scripts = [(STATIC / name).read_text(encoding="utf-8") for name in WITHOUT_PAGE]
    answer = f"JSON.stringify(({function})(...{json.dumps(arguments)}))"
    if NODE:
        text = "\n".join([*scripts, f"console.log({answer})"])
        done = subprocess.run([NODE, "-"], input=text, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
    return json.loads(in_chromium("\n".join([*scripts, answer])))


def in_chromium(text: str) -> str:
    """The value of the last line."""
    if PLAYWRIGHT is None or CHROMIUM is None:
        warnings.warn("THE LABORATORY'S STEPS WERE NOT HELD AGAINST THE PACKAGE'S: there is no Node", stacklevel=2)
        pytest.skip("neither Node (apt-get install nodejs) nor Chromium with Playwright (make test-slow)")
    sys.path.append(str(PLAYWRIGHT))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        value = browser.new_page().evaluate(f"(0, eval)({json.dumps(text)})")
        browser.close()
    sys.path.remove(str(PLAYWRIGHT))
    return value
