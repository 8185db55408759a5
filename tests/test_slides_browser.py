"""Each deck in a real browser, from the file system: all slides at two sizes, none cut off, none too small to read.

Needs what `tests/test_browser.py` needs. Screenshots are left in the temporary folder of the test.
"""

from pathlib import Path

import pytest
from test_slides import NOTEBOOKS

from gan_course.slides.write import write_decks

pytestmark = pytest.mark.slow

AXE = Path(__file__).parent / "axe-core" / "axe.min.js"

# What is wrong with the slide that is shown, a line a fault. Lengths are those of the slide, which is 1280 x 720.
FAULTS = """() => {
  const slide = document.querySelector(".reveal .slides > section.present");
  const frame = slide.getBoundingClientRect(), scale = frame.height / 720, faults = [];
  if (slide.scrollHeight > slide.clientHeight || slide.scrollWidth > slide.clientWidth)
    faults.push(`holds ${slide.scrollWidth} x ${slide.scrollHeight}`);
  for (const element of slide.querySelectorAll("*:not(aside):not(aside *)")) {
    const box = element.getBoundingClientRect(), name = `${element.tagName} ${element.textContent.slice(0, 20)}`;
    if (box.width && (box.right > frame.right + 1 || box.bottom > frame.bottom + 1)) faults.push(`${name} is cut off`);
    if (element.matches("pre, p, li") && box.bottom > frame.bottom - 20 * scale) faults.push(`${name} is too low`);
    const words = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (words && !element.closest("msub, msup, msubsup, munder, mover, munderover, mfrac")
        && parseFloat(getComputedStyle(element).fontSize) < 720 / 40) faults.push(`${name} is small`);
    if (element.tagName === "IMG" && (!element.complete || !element.naturalWidth)) faults.push(`${name} is not there`);
    if (element.tagName === "FIGURE" && box.height / scale < 110) faults.push(`${name} is ${box.height / scale} high`);
    if (element.tagName === "PRE" && element.scrollWidth > element.clientWidth) faults.push(`${name} is too wide`);
  }
  return faults;
}"""


@pytest.fixture(scope="module")
def decks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("decks")
    return write_decks(NOTEBOOKS, folder)


@pytest.fixture
def opened(browser):
    """Opens a deck; what it asks of the network and what it complains of is gathered in `page.trouble`."""
    contexts = []

    def open_deck(path: Path, size=(1280, 720), **options):
        contexts.append(browser.new_context(viewport={"width": size[0], "height": size[1]}, **options))
        page = contexts[-1].new_page()
        page.trouble = []
        page.on("request", lambda request: page.trouble.append(request.url) if network(request.url) else None)
        page.on("console", lambda message: page.trouble.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.goto(path.as_uri())
        if options.get("java_script_enabled", True):
            page.wait_for_function("window.Reveal && Reveal.isReady()")
        return page

    yield open_deck
    for context in contexts:
        context.close()


def network(url):
    return not url.startswith(("file:", "data:", "blob:", "about:"))


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)], ids="{0[0]}x{0[1]}".format)
@pytest.mark.parametrize("number", range(len(NOTEBOOKS)), ids=[path.stem for path in NOTEBOOKS])
def test_every_slide_is_whole_and_legible(number, size, decks, opened, tmp_path):
    page = opened(decks[number], size)
    faults, total = {}, page.evaluate("Reveal.getTotalSlides()")
    for slide in range(total):
        page.evaluate(f"Reveal.slide({slide}, 0, 99)")  # with all that comes with a key
        page.wait_for_timeout(60)
        found = page.evaluate(FAULTS)
        faults |= {slide + 1: found} if found else {}
        page.screenshot(path=tmp_path / f"{slide + 1:02}.png")
    assert total <= 20 and not faults and not page.trouble


def test_the_space_bar_goes_through_all_slides_and_what_comes_with_a_key(decks, opened):
    page = opened(decks[0])
    parts = page.evaluate("Reveal.getTotalSlides()")
    parts += page.evaluate(
        "new Set([...document.querySelectorAll('section')].flatMap((s, i) =>"
        "[...s.querySelectorAll('.fragment')].map((f) => `${i} ${f.dataset.fragmentIndex}`))).size"
    )
    pressed = 0
    while not page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next") and pressed < 99:
        page.keyboard.press("Space")
        pressed += 1
    assert pressed == parts - 1


def test_the_speaker_sees_notes_in_a_window_of_its_own(decks, opened):
    page = opened(decks[0])
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    notes = popup.value.locator(".speaker-controls-notes:not(.hidden) .value")
    notes.wait_for(timeout=60_000)
    assert "principal component analysis" in notes.inner_text() and not page.trouble


@pytest.mark.parametrize("number", [2, 4, 7])  # with films, with pictures beside the text, with wide tables
def test_axe_finds_no_serious_fault(number, decks, opened):
    page = opened(decks[number])
    page.add_script_tag(path=AXE)
    for slide in range(page.evaluate("Reveal.getTotalSlides()")):
        page.evaluate(f"Reveal.slide({slide}, 0, 99)")
        found = page.evaluate("axe.run().then((result) => result.violations)")
        serious = [
            (fault["id"], fault["nodes"][0]["html"]) for fault in found if fault["impact"] in ("serious", "critical")
        ]
        assert not serious, slide + 1


def test_it_prints_a_page_a_slide_laid_out_as_on_the_screen(decks, opened):
    page = opened(decks[0])
    total = page.evaluate("Reveal.getTotalSlides()")
    page.goto(f"{decks[0].as_uri()}?print-pdf")
    page.locator(".pdf-page").nth(total - 1).wait_for(state="attached")
    shown = page.evaluate(
        "[...document.querySelectorAll('.pdf-page > section')].map((s) => [s.offsetHeight, s.offsetWidth])"
    )
    assert shown == [[720, 1280]] * total and not page.trouble


def test_without_javascript_all_slides_stand_one_below_the_other(decks, opened):
    page = opened(decks[0], java_script_enabled=False)
    boxes = [section.bounding_box() for section in page.locator("section").all()]
    assert len(boxes) > 10 and all(box and box["height"] > 50 for box in boxes)
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in zip(boxes, boxes[1:]))
    assert page.locator("section figure.fragment").first.is_visible() and not page.trouble
