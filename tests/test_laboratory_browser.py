"""The laboratory in Chromium, from the file system: every control by mouse and by keys, and nothing asked for outside.

Needs Debian's `chromium` and the environment of `make test-slow`, where Playwright is. Screenshots are left in the
temporary folder of the test, which `pytest --basetemp FOLDER` names.
"""

import sys
import time
import warnings

import pytest
from javascript import CHROMIUM, PLAYWRIGHT

from gan_course.laboratory import write_laboratory

SIZES = {"phone": (390, 844), "laptop": (1280, 720), "projector": (1920, 1080)}
SMALL = "width=16&batchSize=32"  # a game that is fast

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    return write_laboratory(tmp_path_factory.mktemp("site") / "lab").as_uri()


@pytest.fixture(scope="module")
def browser():
    if PLAYWRIGHT is None or CHROMIUM is None:
        missing = "Chromium (apt-get install chromium)" if CHROMIUM is None else "Playwright (make test-slow)"
        warnings.warn(f"THE LABORATORY WAS NOT TESTED IN A BROWSER: there is no {missing}", stacklevel=1)
        pytest.skip(f"no {missing}")
    sys.path.append(str(PLAYWRIGHT))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()
    sys.path.remove(str(PLAYWRIGHT))


@pytest.fixture
def lab(browser, address):
    """Opens the page at a permalink; afterwards the console must be empty, and nothing outside asked for."""
    complaints, requests, pages = [], [], []

    def at(link=SMALL, size="laptop", **options):
        page = browser.new_page(viewport=dict(zip(("width", "height"), SIZES[size])), **options)
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(request.url))
        page.goto(f"{address}#{link}")
        if "data=drawn" not in link:
            page.wait_for_function("page.counts !== null")
        pages.append(page)
        return page

    yield at
    for page in pages:
        page.close()
    assert not complaints
    assert not [url for url in requests if not url.startswith(("blob:", "data:", address.removesuffix("index.html")))]


def rounds(page):
    return int(page.inner_text("#rounds").replace(",", ""))


def weights(page):
    """Something that changes with G's weights, and something that changes with D's."""
    return page.evaluate("[page.picture.net.join(), page.picture.surface.join()]")


def press(page, selector):
    """Press a button that makes a new picture, and wait for that."""
    page.evaluate("() => { page.before = page.picture; }")
    page.click(selector)
    page.wait_for_function("page.picture !== page.before")


def test_it_starts_paused_runs_and_pauses(lab):
    page = lab()
    time.sleep(0.3)
    assert rounds(page) == 0 and page.inner_text("#run") == "Run"
    page.click("#run")
    page.wait_for_function("Number(document.getElementById('rounds').textContent) >= 20")
    page.click("#run")
    page.wait_for_function("!page.picture.running")
    stood = rounds(page)
    time.sleep(0.5)
    assert rounds(page) == stood and f"after {stood:,} rounds" in page.inner_text("#status")
    assert page.evaluate("page.curves.d.length") == stood == page.evaluate("page.curves.g.length")


@pytest.mark.parametrize(("button", "moves"), [("d", (False, True)), ("g", (True, False)), ("both", (True, True))])
def test_each_step_moves_its_own_player(lab, button, moves):
    page = lab()
    before = weights(page)
    press(page, f"#step-{button}")
    after = weights(page)
    assert tuple(old != new for old, new in zip(before, after)) == moves and rounds(page) == 1


def test_keys_do_what_the_buttons_do_and_leave_the_rest_alone(lab):
    page = lab()
    page.focus("#plane")
    for key, expected in {"b": 1, "d": 2, "g": 3, "n": 0}.items():
        page.keyboard.press(key)
        page.wait_for_function(f"page.picture.rounds === {expected}")
    page.keyboard.press("r")
    page.wait_for_function("page.picture.rounds > 3")
    page.keyboard.press("r")
    page.wait_for_function("!page.picture.running")
    stood = rounds(page)
    page.focus('[name="seed"]')
    page.keyboard.press("d")
    time.sleep(0.3)
    assert rounds(page) == stood


def test_every_control_is_reached_by_the_tab_key(lab):
    page = lab()
    wanted = page.evaluate(
        """[...document.querySelectorAll('button, select, input, a[href], summary, [tabindex="0"]')]
          .filter((one) => one.checkVisibility() && !one.disabled && (one.type !== "radio" || one.checked)).length"""
    )
    seen = []
    for _ in range(wanted):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
    assert len(set(seen)) == wanted and seen == sorted(seen)


def test_rules_change_while_it_runs_and_a_new_pack_starts_d_anew(lab):
    page = lab()
    page.click("#run")
    for loss in ("saturating", "wasserstein", "relativistic"):
        page.select_option("#loss", loss)
        page.evaluate("() => { page.before = page.picture.rounds; }")
        page.wait_for_function("page.picture.rounds > page.before + 5")
        assert page.locator("#penalty").is_visible() == (loss == "wasserstein") != page.locator("#r1").is_visible()
    page.click("#run")
    page.wait_for_function("!page.picture.running")
    net, surface = weights(page)
    page.select_option("#pack", "2")
    page.wait_for_function(f"page.picture.surface.join() !== {surface!r}")
    assert page.evaluate("page.picture.rounds") > 0 and weights(page)[0] == net
    page.select_option('[name="width"]', "32")
    page.wait_for_function("page.picture.rounds === 0")


def test_slow_motion_shows_each_player_by_itself(lab):
    page = lab(f"{SMALL}&speed=2")
    page.click("#run")
    page.wait_for_function("document.getElementById('turn').textContent === 'D has learnt'")
    page.wait_for_function("document.getElementById('turn').textContent === 'G has learnt'")
    page.click("#run")
    assert rounds(page) <= 3


def test_modes_are_drawn_with_the_mouse_and_learnt(lab):
    page = lab(f"{SMALL}&data=drawn")
    assert page.locator("#run").is_disabled()
    box = page.locator("#plane").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()
    page.wait_for_function("page.counts !== null")
    drawn = page.evaluate("page.settings.drawn")
    assert drawn[0] == pytest.approx(-1.5, abs=0.05) and -0.2 <= drawn[-2] <= 0.02
    assert all(abs(height) < 0.05 for height in drawn[1::2]) and 2 * 8 <= len(drawn) <= 2 * 13
    page.focus("#plane")
    for key in ("ArrowUp", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function(f"page.settings.drawn.length === {len(drawn) + 2}")
    assert page.evaluate("page.settings.drawn.slice(-2)") == pytest.approx([0, 0.2], abs=0.02)
    page.click("#undo")
    page.wait_for_function(f"page.settings.drawn.length === {len(drawn)}")
    press(page, "#step-both")
    assert page.inner_text("#modes").endswith(f"of {len(drawn) // 2}")
    assert page.evaluate("page.settings.drawn") == drawn
    page.click("#clear")
    assert page.locator("#run").is_disabled()


def test_modes_are_drawn_with_a_finger(lab):
    page = lab(f"{SMALL}&data=drawn", size="phone", has_touch=True)
    page.locator("#plane").scroll_into_view_if_needed()
    page.locator("#plane").tap(position={"x": 60, "y": 60})
    page.wait_for_function("page.settings.drawn.length === 2 && page.counts !== null")
    page.locator("#run").tap()
    page.wait_for_function("page.picture.rounds > 3")


def test_a_permalink_restores_every_control(lab):
    first = lab()
    first.select_option("#loss", "relativistic")
    first.select_option('[name="turnsD"]', "3")
    first.fill('[name="seed"]', "77")
    first.check('[name="average"]')
    first.check('[name="players"][value="g"]')
    first.uncheck('[name="show"][value="net"]')
    for slider, value in {"r1": "3", "rateG": "2", "fall": "0", "speed": "1"}.items():
        first.fill(f"#{slider}", value)
    second = lab(first.evaluate("location.hash.slice(1)"))
    assert second.evaluate("page.settings") == first.evaluate("page.settings")
    controls = "[...form.elements].map(({ name, type, value, checked }) => [name, type, value, checked])"
    assert second.evaluate(controls) == first.evaluate(controls)
    assert second.evaluate("page.settings.seed") == 77
    assert second.inner_text("#python") == first.inner_text("#python")


def test_presets_are_permalinks_and_start_anew(lab):
    page = lab()
    for name in page.evaluate("Object.keys(PRESETS)"):
        press(page, "#step-both")
        page.click(f'[data-preset="{name}"]')
        page.wait_for_function("page.picture.rounds === 0")
        assert page.evaluate("page.settings") == page.evaluate(f"presetSettings('{name}')")
        assert page.get_attribute(f'[data-preset="{name}"]', "aria-current") == "true"
        assert page.evaluate("location.hash") == page.get_attribute(f'[data-preset="{name}"]', "href")


def test_the_program_is_copied_and_saved(lab, browser):
    page = lab()
    with page.expect_download() as download:
        page.click("#download")
    text = download.value.path().read_text()
    assert text == page.evaluate("byId('python').textContent") and "rounds_step" in text
    page.click("#copy-python")
    page.wait_for_function("byId('copy-python').textContent === 'Copied'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_it_fits_every_screen(lab, size, scheme, tmp_path):
    page = lab(f"{SMALL}&loss=relativistic&r1=0.1", size=size, color_scheme=scheme)
    page.click("#run")
    page.wait_for_function("page.picture.rounds > 50")
    page.click("#run")
    page.wait_for_function("!page.picture.running")
    page.screenshot(path=tmp_path / f"{size}-{scheme}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll('button, select, input')].filter((one) => one.checkVisibility())
          .map((one) => (one.closest('label') || one).getBoundingClientRect().height))"""
    )
    assert smallest >= 24  # pixels, for a finger
