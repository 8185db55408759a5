"""Scripts and styles of the pages: classic scripts, so that a page opens from the file system."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PLAYER_SCRIPTS = (  # in the order in which a page names them; what a player needs, with player.css
    "dom.js",
    "pictures.js",
    "chart.js",
    "curves.js",
    "bars.js",
    "numbers.js",
    "stage.js",
    "cell.js",
    "walk.js",
    "details.js",
    "screen.js",
    "controls.js",
    "player.js",
    "compare.js",
)
PAGE_SCRIPTS = ("page.js", "theme.js")
STYLES = ("player.css", "site.css")


def text_of(name: str) -> str:
    """What one of these files holds."""
    return (FOLDER / name).read_text(encoding="utf-8")
