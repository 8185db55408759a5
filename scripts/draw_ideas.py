"""Draw the ideas of the lessons into `notebooks/pictures/idea_NAME.png`.

.venv/bin/python -m scripts.draw_ideas [NAME...]
"""

import sys
from importlib import import_module
from pathlib import Path

from PIL import Image

from scripts.ideas.style import pixels

PICTURES = Path(__file__).resolve().parents[1] / "notebooks" / "pictures"
IDEAS = (
    "bottleneck",
    "kl",
    "game",
    "batch_norm",
    "transposed_convolution",
    "folding",
    "embedding",
    "packing",
    "feature_space",
)


def figure_of(name: str):
    """The figure of one drawing, 9 inches wide."""
    return import_module(f"scripts.ideas.{name}").draw()


def image_of(figure) -> Image.Image:
    """The figure as a picture of 256 colours, which takes half of the bytes."""
    image = Image.fromarray(pixels(figure))
    return image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)


def main(names: list[str]) -> None:
    """Write the drawings of these names, all by default."""
    if unknown := set(names) - set(IDEAS):
        sys.exit(f"there is no drawing {', '.join(sorted(unknown))}: choose from {', '.join(IDEAS)}")
    for name in names or IDEAS:
        path = PICTURES / f"idea_{name}.png"
        image_of(figure_of(name)).save(path, optimize=True)
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
