"""The pages of the gallery in a real browser: they play, move together, ask nobody for anything, and all can use them.

Needs Debian's `chromium` and the environment of `make test-slow`, where Playwright is. Screenshots are left in the
temporary folder of the test, which `pytest --basetemp FOLDER` names.
"""

import io
import os
import re
import time
import warnings
from pathlib import Path

import pytest
from PIL import Image
from recordings import HOSTILE, bare, grey_of, hostile, told

from gan_course.gallery.course_page import Card, add_players, write_page
from gan_course.gallery.runs import shown_of
from gan_course.gallery.site import write_site
from gan_course.gallery.slugs import slug
from gan_course.gallery.widget import show_player
from gan_course.viz.recording import write_recording

pytestmark = pytest.mark.slow

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"
SIZES = {"phone": (390, 844), "laptop": (1280, 800), "projector": (1920, 1080)}
LAST = 59  # frame of the run "slow"
PAGES = {
    "index": "site/index.html",
    "player": "site/players/slow.html",
    "hostile": f"site/players/{slug(HOSTILE)}.html",
    "bare": "site/players/bare.html",
    "compare": "site/compare/slow-and-fast.html",
    "course": "course/index.html",
    "widget": "widget.html",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A gallery of four runs, the page of a course, and a widget."""
    folder = tmp_path_factory.mktemp("gallery")
    slow, fast = told("slow", 60, every=100), told("fast", 30, every=250, seconds_each=3.0)
    runs = {Path(recording.name): shown_of(recording) for recording in (slow, fast, bare())}
    runs[Path("hostile")] = shown_of(hostile())
    write_site(folder / "site", runs, [(Path("slow"), Path("fast"))])
    write_recording(folder / "course" / "05_dcgan" / "recording", told("digits", 5))
    cards = {"05_dcgan": Card("DCGAN", "0 min 12 s", None, [], {"confidence": "0.9"})}
    assert not add_players(folder / "course", cards)
    write_page(folder / "course" / "index.html", "The course", cards.values(), "gallery")
    (folder / "widget.html").write_text(
        "<!doctype html><html lang=en><meta charset=utf-8><title>w</title><main><h1>w</h1>"
        f"{show_player(fast)._repr_html_()}</main>"
    )
    return folder


@pytest.fixture
def visit(browser, folder):
    """Opens a page of the gallery; at the end no page may have asked for more than files, nor complained."""
    contexts, requests, complaints = [], [], []

    def open_page(name, size="laptop", still=True, **options):
        width, height = SIZES[size] if isinstance(size, str) else size
        motion = "reduce" if still else "no-preference"
        context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion=motion, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: message.type in ("error", "warning") and complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((folder / PAGES[name]).as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests and not [url for url in requests if not url.startswith(("file://", "data:", "blob:", "about:"))]
    assert not complaints


def settle(page):
    """Let a page lay itself out."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 100)))")


def frame(page):
    """Index of the frame that the player shows."""
    return page.evaluate("GanPlayer.onPage.frame")


def grey(page, screen=0):
    """The grey of the first cell, as the screen shows it."""
    canvas = page.locator(".gp-screen").nth(screen).locator("canvas.gp-frame").first
    picture = Image.open(io.BytesIO(canvas.screenshot())).convert("L")
    return picture.getpixel((round(picture.width * 10 / 238), round(picture.height * 10 / 238)))


def line_step(page, screen=0, chart=0):
    """The step at which the line of a chart stands, judged by where its first curve begins and ends on the screen."""
    return page.evaluate(
        """([screen, chart]) => {
            const plot = document.querySelectorAll(".gp-screen")[screen].querySelectorAll(".gp-plot")[chart];
            const points = plot.querySelector(".gp-curve").getAttribute("d").match(/[ML]([\\d.-]+)/g);
            const x = points.map((point) => Number(point.slice(1)));
            const now = Number(plot.querySelector(".gp-now").getAttribute("x1"));
            return (now - x[0]) / (x[x.length - 1] - x[0]);
        }""",
        [screen, chart],
    )


def texts(page, selector, screen=0):
    return page.locator(".gp-screen").nth(screen).locator(selector).all_inner_texts()


def near(number, other, by=3):
    return abs(number - other) <= by


@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_from_the_file_system(visit, name):
    page = visit(name)
    settle(page)
    assert page.locator("h1").count() == 1
    broken = "[...document.images].filter((image) => !image.loading && !image.naturalWidth).length"
    assert page.evaluate(broken) == 0


@pytest.mark.parametrize("index", [7, 30, 59])
def test_frame_curves_bars_numbers_and_words_agree(visit, index):
    page = visit("player")
    page.evaluate(f"GanPlayer.onPage.seek({index})")
    step = 100 * index
    assert near(grey(page), grey_of(index))
    for chart, last in ((0, 5900), (1, 5900)):
        assert near(line_step(page, chart=chart) * last, step, 8)
    told_values = [float(text) for text in texts(page, ".gp-legend output")]
    assert told_values == pytest.approx([step / 1000, 2 - step / 1000, step / 5900], abs=0.006)
    assert texts(page, ".gp-words") == [f"The doctor at step {step}."]
    assert f"step {step:,} of 5,900" in re.sub(r"\s+", " ", texts(page, ".gp-when")[0])
    [measured] = texts(page, ".gp-numbers output")
    assert float(measured.replace(",", "")) == pytest.approx(1e6 / step, rel=0.005)
    label = page.locator(".gp-bars").get_attribute("aria-label")
    assert f"measured at step {step:,}" in label and f" 0: {100 * step / 5900:.0f}," in label
    heights = [box["height"] for box in (page.locator(".gp-bars i").nth(k).bounding_box() for k in (0, 1))]
    assert heights[0] / (heights[0] + heights[1]) == pytest.approx(step / 5900, abs=0.02)


def test_every_button_does_what_it_says(visit):
    page = visit("player")
    assert frame(page) == LAST  # a reader who wants no motion sees the result
    press = lambda name: page.get_by_role("button", name=name, exact=True).click()  # noqa: E731
    for name, expected in (("first frame", 0), ("one frame on", 1), ("one frame on", 2), ("one frame back", 1)):
        press(name)
        assert frame(page) == expected and near(grey(page), grey_of(expected))
    press("last frame")
    press("one frame on")
    assert frame(page) == LAST
    press("play")  # from the beginning
    page.wait_for_function("GanPlayer.onPage.frame >= 2 && GanPlayer.onPage.frame < 30")
    press("pause")
    stopped = frame(page)
    time.sleep(0.6)
    assert frame(page) == stopped
    scrub = page.get_by_role("slider", name="place in the training")
    box = scrub.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert near(frame(page), LAST / 2, 2)
    assert scrub.get_attribute("aria-valuetext") == f"step {100 * frame(page):,}"
    real = page.get_by_role("button", name="Real pictures")
    assert real.get_attribute("aria-pressed") == "false" and page.locator("canvas.gp-frame:visible").count() == 1
    real.click()
    assert real.get_attribute("aria-pressed") == "true" and page.locator("canvas.gp-frame:visible").count() == 2


def test_speed_and_repeat(visit):
    page = visit("player")
    page.get_by_role("combobox").select_option("30")
    page.get_by_label("repeat").check()
    page.evaluate("GanPlayer.onPage.seek(50); GanPlayer.onPage.play()")
    page.wait_for_function("GanPlayer.onPage.frame > 2 && GanPlayer.onPage.frame < 40")  # it has begun again
    page.get_by_label("repeat").uncheck()
    page.wait_for_function(f"GanPlayer.onPage.frame === {LAST}")
    page.get_by_role("button", name="play", exact=True).wait_for()


def test_keys(visit):
    page = visit("player")
    for key, expected in (
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("End", LAST),
        ("ArrowRight", LAST),
        ("Home", 0),
    ):
        page.keyboard.press(key)
        assert frame(page) == expected, key
    page.keyboard.press("Space")
    page.wait_for_function("GanPlayer.onPage.frame >= 2")
    page.keyboard.press("Space")
    stopped = frame(page)
    time.sleep(0.5)
    assert frame(page) == stopped and 2 <= stopped < LAST
    page.get_by_role("slider", name="place in the training").focus()
    page.keyboard.press("ArrowRight")
    assert frame(page) == stopped + 1
    page.get_by_role("combobox").focus()
    page.keyboard.press("End")  # is the list's own key
    assert frame(page) == stopped + 1 and page.get_by_role("combobox").input_value() == "30"


def test_all_controls_are_reached_by_tab_in_the_order_of_the_page(visit):
    page = visit("player")
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        name = page.evaluate(
            """() => {
                const e = document.activeElement;
                if (e === document.body) return null;
                const outline = getComputedStyle(e).outlineStyle;
                return (e.getAttribute("aria-label") || e.innerText || e.type) + "|" + outline;
            }"""
        )
        if name is None or name in reached:
            break
        reached.append(name)
    names = [name.split("|")[0] for name in reached]
    assert all(name.endswith(("solid", "auto")) for name in reached)
    for wanted in (
        "all runs",
        "light or dark",
        "look at one cell",
        "Walk",
        "place in the training",
        "play",
        "Real pictures",
    ):
        assert wanted in names
    assert names.index("look at one cell") < names.index("Walk") < names.index("place in the training")


def test_a_click_on_a_cell_shows_it_beside_its_nearest_picture(visit):
    page = visit("player")
    page.evaluate("GanPlayer.onPage.seek(10)")
    box = page.locator("canvas.gp-frame").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 10 / 238, box["y"] + box["height"] * 10 / 238)
    cell = page.locator(".gp-cell")
    assert cell.locator("h3").inner_text() == "Cell 1: row 1, column 1"
    captions = ["step 1,000", "at the end, step 5,900", "the training picture nearest to the one at the end"]
    assert cell.locator("figcaption:visible").all_inner_texts() == captions
    pictures = [Image.open(io.BytesIO(cell.locator("canvas").nth(k).screenshot())).convert("L") for k in range(3)]
    greys = [picture.getpixel((picture.width // 2, picture.height // 2)) for picture in pictures]
    assert near(greys[0], grey_of(10)) and near(greys[1], grey_of(LAST)) and near(greys[2], grey_of(1) // 2)
    page.evaluate(f"GanPlayer.onPage.seek({LAST})")
    assert cell.locator("figcaption:visible").all_inner_texts() == ["step 5,900", "the training picture nearest to it"]
    page.mouse.click(box["x"] + box["width"] * 228 / 238, box["y"] + box["height"] * 228 / 238)
    assert cell.locator("h3").inner_text() == "Cell 64: row 8, column 8"


def test_cells_by_keyboard(visit):
    page = visit("player")
    page.get_by_role("button", name="look at one cell").focus()
    page.keyboard.press("Enter")
    title = page.locator(".gp-cell h3")
    assert title.inner_text() == "Cell 1: row 1, column 1"
    page.get_by_role("button", name="next cell").focus()
    page.keyboard.press("Enter")
    assert title.inner_text() == "Cell 2: row 1, column 2"
    page.get_by_role("button", name="previous cell").press("Enter")
    assert title.inner_text() == "Cell 1: row 1, column 1"
    page.get_by_role("button", name="close the cell").press("Enter")
    assert not page.locator(".gp-cell").is_visible() and not page.locator(".gp-outline").is_visible()


def test_a_click_on_a_curve_goes_there(visit):
    page = visit("player")
    box = page.locator(".gp-plot").first.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert 0 < frame(page) < LAST and near(line_step(page) * 5900, 100 * frame(page), 8)


def test_a_finger_moves_the_frame_through_time(visit):
    page = visit("player", size="phone", has_touch=True, is_mobile=True)
    page.evaluate("GanPlayer.onPage.seek(30)")
    box = page.locator("canvas.gp-frame").first.bounding_box()
    session = page.context.new_cdp_session(page)
    touch = lambda kind, x: session.send(  # noqa: E731
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [] if kind == "touchEnd" else [{"x": x, "y": box["y"] + 100}]},
    )
    touch("touchStart", box["x"] + 100)
    for x in range(100, 201, 10):
        touch("touchMove", box["x"] + x)
    touch("touchEnd", 0)
    assert near(frame(page), 30 + 60 * 100 / box["width"], 2)
    page.touchscreen.tap(box["x"] + 10, box["y"] + 10)
    assert page.locator(".gp-cell h3").inner_text() == "Cell 1: row 1, column 1"
    page.get_by_role("button", name="first frame").tap()
    assert frame(page) == 0


def test_the_walk_walks_and_stops(visit):
    page = visit("player")
    place = page.get_by_role("slider", name="place on the walk")
    page.get_by_role("button", name="Walk", exact=True).click()
    page.wait_for_function("Number(document.querySelector('.gp-walk input').value) >= 2")
    page.get_by_role("button", name="Stop").click()
    stopped = place.input_value()
    time.sleep(0.5)
    assert place.input_value() == stopped
    place.focus()
    place.press("End")
    assert place.input_value() == "11" and frame(page) == LAST


def test_two_runs_stay_in_step(visit):
    page = visit("compare")
    assert page.evaluate("GanPlayer.onPage.position") == 7250
    for step, slow, fast in ((2500, 25, 10), (2600, 26, 10), (2700, 27, 10), (7250, LAST, 29)):
        page.evaluate(f"GanPlayer.onPage.seek({position_of(page, step)})")
        assert near(grey(page, 0), grey_of(slow)) and near(grey(page, 1), grey_of(fast)), step
        assert near(line_step(page, 0) * 5900, step, 10) and near(line_step(page, 1) * 7250, step, 10)
    page.get_by_role("radio", name="seconds").check()
    for seconds, slow, fast in ((30, 15, 10), (32, 16, 10), (33, 16, 11), (87, 43, 29), (118, LAST, 29)):
        page.evaluate(f"GanPlayer.onPage.seek({position_of(page, seconds, (2, 60), (3, 30))})")
        assert page.evaluate("GanPlayer.onPage.position") == seconds
        assert near(grey(page, 0), grey_of(slow)) and near(grey(page, 1), grey_of(fast)), seconds
        assert near(line_step(page, 0) * 118, seconds, 1) and near(line_step(page, 1) * 87, seconds, 1)
    page.keyboard.press("Home")
    assert page.evaluate("GanPlayer.onPage.position") == 0 and near(grey(page, 1), grey_of(0))
    page.get_by_role("button", name="play", exact=True).click()
    page.wait_for_function("GanPlayer.onPage.position > 10")
    page.get_by_role("button", name="pause", exact=True).click()
    lines = [line_step(page, 0) * 118, line_step(page, 1) * 87]
    assert lines[0] == pytest.approx(lines[1], abs=1)
    page.get_by_role("button", name="Real pictures").click()
    assert page.locator("canvas.gp-frame:visible").count() == 4


def position_of(page, place, slow=(100, 60), fast=(250, 30)):
    """Where a place is among all places of both runs."""
    places = sorted({each * k for each, count in (slow, fast) for k in range(count)})
    return places.index(place)


def test_the_axis_by_keyboard(visit):
    page = visit("compare")
    page.get_by_role("radio", name="steps").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="seconds").is_checked() and page.evaluate("GanPlayer.onPage.position") == 118
    page.keyboard.press("ArrowLeft")
    assert page.get_by_role("radio", name="steps").is_checked()


def test_a_training_that_goes_on_is_followed(visit):
    page = visit("player")
    page.evaluate(
        """() => {
            const whole = JSON.parse(document.getElementById("recording").textContent);
            window.until = (count) => {
                const part = JSON.parse(JSON.stringify(whole));
                part.frames.steps = part.frames.steps.slice(0, count);
                part.frames.seconds = part.frames.seconds.slice(0, count);
                part.frames.sheets[0].count = count;
                part.words = part.words.slice(0, count - 1);
                return part;
            };
            GanPlayer.onPage = GanPlayer.create(document.querySelector("main div"), until(2), { base: "slow/" });
        }"""
    )
    assert frame(page) == 1 and texts(page, ".gp-words") == ["The doctor at step 100."]
    page.evaluate("GanPlayer.onPage.update(until(5))")
    assert frame(page) == 4 and near(grey(page), grey_of(4))  # who looked at the last frame sees the new last one
    page.evaluate("GanPlayer.onPage.seek(2); GanPlayer.onPage.update(until(9))")
    assert frame(page) == 2 and near(grey(page), grey_of(2))
    assert page.get_by_role("slider", name="place in the training").get_attribute("max") == "8"


def test_light_and_dark(visit):
    ground = "getComputedStyle(document.body).backgroundColor"
    for system, other in (("light", "dark"), ("dark", "light")):
        page = visit("player", color_scheme=system)
        colours = [page.evaluate(ground)]
        page.get_by_role("button", name="light or dark").click()
        colours.append(page.evaluate(ground))
        assert colours == [{"light": "rgb(255, 255, 255)", "dark": "rgb(18, 22, 27)"}[name] for name in (system, other)]
        page.reload()
        assert page.evaluate(ground) == colours[1]  # it is remembered


def test_full_screen(visit):
    page = visit("player")
    before = page.locator("canvas.gp-frame").first.bounding_box()["height"]
    page.get_by_role("button", name="full screen").click()
    page.wait_for_function("document.fullscreenElement !== null")
    page.wait_for_function(f"document.querySelector('canvas.gp-frame').getBoundingClientRect().height > {before}")
    page.get_by_role("button", name="full screen").click()
    page.wait_for_function("document.fullscreenElement === null")


def test_settings_and_numbers_are_folded(visit):
    page = visit("player")
    table = page.locator(".gp-tables")
    assert not table.is_visible()
    page.locator("summary").click()
    assert (
        table.is_visible()
        and "settings › latent_dim" in table.inner_text()
        and "card › real › recall" in table.inner_text()
    )


def test_it_plays_by_itself_unless_the_reader_wants_no_motion(visit):
    page = visit("player", still=False)
    page.wait_for_function("GanPlayer.onPage.frame > 2 && GanPlayer.onPage.frame < 59")
    page = visit("player", still=True)
    time.sleep(0.7)
    assert frame(page) == LAST


def test_hostile_names_do_nothing(visit):
    for name in ("hostile", "index"):
        page = visit(name)
        settle(page)
        assert page.evaluate("window.hacked === undefined && !document.querySelector('img[src=x]')")
        assert HOSTILE.split("\u202e")[0] in page.locator("main").inner_text()
    page = visit("hostile")
    page.locator("summary").click()
    page.evaluate("GanPlayer.onPage.seek(0)")
    assert texts(page, ".gp-words") == [HOSTILE] or HOSTILE.split("\u202e")[0] in texts(page, ".gp-words")[0]
    assert page.evaluate("window.hacked === undefined")


def test_without_javascript_a_page_is_a_contact_sheet(visit, folder):
    for name in ("player", "compare"):
        page = visit(name, java_script_enabled=False)
        images = page.locator("noscript img, main img")
        assert images.count() >= 2 and "drawn at step 5,900" in page.locator("main").inner_text()
        assert all(images.nth(k).bounding_box()["width"] > 200 for k in range(images.count()))
    page.screenshot(path=folder / "without-javascript.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_serious_fault(visit, name, scheme):
    page = visit(name, color_scheme=scheme)
    settle(page)
    for summary in page.locator("summary:visible").all():
        summary.click()
    for button in page.locator("button:visible", has_text="look at one cell").all():
        button.click()
    found = []
    for part in page.frames:  # each by itself: messages between frames of files arrive nowhere
        part.evaluate(AXE.read_text(encoding="utf-8"))
        options = "{resultTypes: ['violations'], iframes: false, preload: false}"
        found += part.evaluate(f"axe.run(document, {options})")["violations"]
    serious = [(fault["id"], node["target"], node["failureSummary"]) for fault in found for node in fault["nodes"]]
    grave = {fault["id"] for fault in found if fault["impact"] in ("serious", "critical")}
    assert not [fault for fault in serious if fault[0] in grave]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_the_screen(visit, folder, name, size):
    page = visit(name, size)
    settle(page)
    page.screenshot(path=folder / f"{name}-{size}.png")
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0


@pytest.mark.parametrize("name", ["index", "player", "compare", "course"])
def test_text_is_at_least_14_pixels_at_900(visit, name):
    page = visit(name, (900, 800))
    smallest = page.evaluate(
        """() => {
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            const sizes = [];
            while (walker.nextNode()) {
                const element = walker.currentNode.parentElement;
                if (!walker.currentNode.data.trim() || element.closest("script, noscript")) continue;
                sizes.push(parseFloat(getComputedStyle(element).fontSize));
            }
            return Math.min(...sizes);
        }"""
    )
    assert smallest >= 14


def test_it_prints(visit, folder):
    page = visit("player")
    page.emulate_media(media="print")
    assert not page.locator(".gp-controls").is_visible() and page.locator("canvas.gp-frame").first.is_visible()
    page.pdf(path=folder / "player.pdf")
    assert (folder / "player.pdf").stat().st_size > 10_000


def test_it_is_painted_within_a_second_and_plays_30_frames_a_second(visit):
    """The best of three openings; on a machine that has other things to do, it is not said to be slow."""
    paints, rates = [], []
    for _ in range(3):
        page = visit("player", size="projector")
        settle(page)
        paints.append(page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime"))
        rates.append(page.evaluate(RATE))
        page.context.close()
        if paints[-1] < 1000 and rates[-1] > 29:
            break
    measured = f"first paint after {min(paints):.0f} ms, {max(rates):.1f} frames a second"
    if (min(paints) >= 1000 or max(rates) <= 29) and os.getloadavg()[0] > os.cpu_count():
        warnings.warn(f"NOT JUDGED, SINCE THE MACHINE IS BUSY: {measured}", stacklevel=1)
        pytest.skip("the machine is busy")
    print(measured)
    assert min(paints) < 1000 and max(rates) > 29


RATE = """async () => {
    const canvas = document.querySelector("canvas.gp-frame");
    let painted = 0;
    const paint = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...given) {
        if (this.canvas === canvas) painted++;
        return paint.apply(this, given);
    };
    document.querySelector("select").value = "30";
    GanPlayer.onPage.seek(0);
    painted = 0;
    const began = performance.now();
    GanPlayer.onPage.play();
    await new Promise((done) => {
        const look = () => (GanPlayer.onPage.frame >= 58 ? done() : requestAnimationFrame(look));
        requestAnimationFrame(look);
    });
    const seconds = (performance.now() - began) / 1000;
    CanvasRenderingContext2D.prototype.drawImage = paint;
    return painted / seconds;
}"""
