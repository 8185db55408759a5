"""The 2-D laboratory: a page that trains a small GAN in the browser, without a server and without a network.

`static/engine/` is the game of `gan_course.lessons.mixture_gan` in JavaScript, which runs in a worker; `static/page/`
is what one sees and touches. Beside them lie `static/laboratory.css` and the templates `page.html`, `text.html`,
`controls.html`.
"""

import shutil
from pathlib import Path

from jinja2 import Environment, PackageLoader

STATIC = Path(__file__).with_name("static")

# In the order in which they are read. The engine stands in the page itself: a page opened from a file may not load a
# script into a worker, but may make one of text that it holds.
ENGINE = (
    "matrices.js",
    "random.js",
    "network.js",
    "losses.js",
    "adam.js",
    "slopes.js",
    "turns.js",
    "mixtures.js",
    "modes.js",
    "game.js",
    "views.js",
    "worker.js",
)
PAGE = (
    "settings.js",
    "permalink.js",
    "export.js",
    "colours.js",
    "canvas.js",
    "plane.js",
    "chart.js",
    "sketch.js",
    "controls.js",
    "main.js",
    "events.js",
)
PRESETS = {
    "collapse": "Collapse",
    "packing": "Packing",
    "wgan-gp": "WGAN-GP",
    "relativistic": "Relativistic, R1 + R2",
}


def write_laboratory(folder: Path) -> Path:
    """Write the page and its scripts into `folder`, which is made where it is missing, and return the page.

    It asks for nothing outside of the folder, and opens from a file as well as from a server.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGE:
        shutil.copyfile(STATIC / "page" / name, folder / name)
    shutil.copyfile(STATIC / "laboratory.css", folder / "laboratory.css")
    environment = Environment(loader=PackageLoader("gan_course.laboratory", "."), trim_blocks=True)
    engine = {name: (STATIC / "engine" / name).read_text(encoding="utf-8") for name in ENGINE}
    html = environment.get_template("page.html").render(engine=engine, scripts=PAGE, presets=PRESETS)
    page = folder / "index.html"
    page.write_text(html, encoding="utf-8", newline="\n")
    return page
