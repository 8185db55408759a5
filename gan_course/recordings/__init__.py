"""Recordings that come with the course, so that everything can be seen moving before anything was trained.

Each folder here holds one, by the name of its run; `scripts/recordings.py` makes them.
"""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent

PAIRS = [  # to be looked at side by side
    ("digits", "digits-paper"),
    ("sgd-0.10", "sgd-0.20"),
    ("acgan-natural", "acgan-balanced"),
    ("sunflowers", "sunflowers-folded"),
    ("ring-GAN", "ring-packing"),
    ("ring-unrolled", "ring-WGAN-GP"),
    ("museum-healthy", "museum-collapse"),
]


def names() -> list[str]:
    """Names of all that come along, in order."""
    return sorted(path.parent.name for path in FOLDER.glob("*/recording.json"))
