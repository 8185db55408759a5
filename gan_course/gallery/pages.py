"""Pages from templates: whatever a run is called, on a page it is only words."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

from gan_course.gallery.slugs import one_way

WIDTH, HEIGHT = 240, 60  # of the small curves on a card, in units of their own


class Entry(NamedTuple):
    """A run on the pages of a site; addresses are relative to the site."""

    slug: str
    title: str
    name: str
    document: dict[str, Any]

    @property
    def page(self) -> str:
        return f"players/{self.slug}.html"

    @property
    def still(self) -> str:
        return f"players/{self.slug}/still.webp"


def environment() -> Environment:
    """Templates that escape all that they are given, and refuse what they are not given."""
    made = Environment(
        loader=PackageLoader("gan_course.gallery", "templates"),
        autoescape=True,
        finalize=one_way,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"number": number, "flat": flat}
    made.globals |= {"small_curves": small_curves, "ends": ends, "size": (WIDTH, HEIGHT)}
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": True}  # in the order of the recording
    return made


def render(template: str, **content: Any) -> str:
    """A page from one of the templates."""
    return environment().get_template(template).render(**content)


def number(value: Any) -> str:
    """As the player writes it: 8000 -> "8,000", 0.693147 -> "0.693", None -> "–"."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "–" if value is None else str(value)
    return f"{value:,.0f}" if float(value).is_integer() or abs(value) >= 1000 else f"{value:.3g}"


def flat(content: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Groups of numbers in one table: {"a": {"b": 1}} -> {"a › b": 1}."""
    rows: dict[str, Any] = {}
    for name, value in content.items():
        path = f"{before} › {name}" if before else name
        rows |= flat(value, path) if isinstance(value, dict) else {path: value}
    return rows


def losses(document: dict[str, Any]) -> dict[str, Any]:
    """The curves for a card: the losses, or what else there is, two at most."""
    curves = document["curves"]
    named = [name for name in curves if "loss" in name] or list(curves)
    return {name: curves[name] for name in named[:2]}


def ends(document: dict[str, Any]) -> dict[str, float | None]:
    """Where these curves end."""
    return {name: curve["values"][-1] for name, curve in losses(document).items() if curve["values"]}


def small_curves(document: dict[str, Any]) -> Iterable[str]:
    """These curves as points of an SVG polyline, on one scale."""
    curves = losses(document).values()
    points = [[pair for pair in zip(curve["steps"], curve["values"]) if pair[1] is not None] for curve in curves]
    heights = [value for line in points for _, value in line]
    low, high = min(heights, default=0), max(heights, default=1)
    last = max((step for line in points for step, _ in line), default=1) or 1

    def place(step: float, value: float) -> str:
        return f"{step / last * WIDTH:.1f},{2 + (HEIGHT - 4) * (1 - (value - low) / ((high - low) or 1)):.1f}"

    return [" ".join(place(*pair) for pair in line) for line in points]
