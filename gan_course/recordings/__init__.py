"""Recordings that come with the course, so that everything can be seen moving before anything was trained.

Each folder here holds one, by the name of its run; `scripts/recordings.py` makes them.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent

# Runs to look at side by side: names, and what to look for.
PAIRS = [
    ("digits", "digits-paper", "The recipe of lesson 05 and the DCGAN paper's, second by second"),
    ("sgd-0.10", "sgd-0.25", "Two learning rates of a published experiment: 0.10 and 0.25"),
    ("acgan-natural", "acgan-balanced", "Classes of unequal size: batches as the data are, and balanced ones"),
    ("sunflowers", "sunflowers-folded", "Plain networks, and networks that live at a quarter of the size"),
    ("ring-GAN", "ring-packing", "Eight modes: D sees one point at a time, or four"),
    ("ring-unrolled", "ring-WGAN-GP", "Eight modes: G looks ahead, or the game has another distance"),
    ("museum-healthy", "museum-collapse", "A healthy game, and one in which G learns too fast"),
]


def names() -> list[str]:
    """Names of all that come along, in order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/recording.json"))
