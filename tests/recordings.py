"""Recordings whose every frame, number and word tells the step that it belongs to, for the tests of the gallery."""

import numpy as np

from gan_course.data import mnist
from gan_course.viz.grids import Grid
from gan_course.viz.pictures import image_grid
from gan_course.viz.recording import Recording

HOSTILE = "</script><script>window.hacked = 1</script>\"'><img src=x onerror=window.hacked=1>../../\u202egpj.exe\u2066"
GRID = Grid(columns=8, rows=8, cell_width=28, cell_height=28, gap=2)


def framed(count):
    """Frames of digits, `(count, 238, 238)`; the first cell of frame i is of the grey `grey_of(i)`."""
    digits, _ = mnist("test")
    frames = np.stack([image_grid(digits[64 * index : 64 * index + 64], columns=8) for index in range(count)])
    for index, frame in enumerate(frames):
        frame[:28, :28] = grey_of(index)
    return frames


def grey_of(index):
    """Greys that a screenshot can tell apart."""
    return 4 * index % 256


def told(name="a run", count=60, every=100, seconds_each=2.0, **changes):
    """A recording of `count` frames, one every so many steps. At step s loss_d is s / 1000, and loss_g 2 - s / 1000."""
    frames = framed(count)
    steps = [every * index for index in range(count)]
    last = steps[-1]
    evaluated = list(range(every, last + 1, every))
    rising = [step / last for step in evaluated]
    curve = list(range(0, last + 1, max(every // 2, 1)))
    fields = {
        "name": name,
        "title": "DCGAN",
        "lesson": "dcgan",
        "frames": frames,
        "steps": steps,
        "seconds": [seconds_each * index for index in range(count)],
        "num_steps": last,
        "steps_per_epoch": 1000.0,
        "curves": {
            "loss_d": (curve, [step / 1000 for step in curve]),
            "loss_g": (curve, [2 - step / 1000 for step in curve]),
            "d_real": (curve, [step / last for step in curve]),
        },
        "lines": {"log 2": 0.693, "2 log 2": 1.386},
        "numbers": {"frechet_classifier_distance": (evaluated, [1e6 / step for step in evaluated])},
        "bars": {"mode_share": (evaluated, {"0": rising, "1": [1 - share for share in rising]})},
        "words": [(step, f"The doctor at step {step}.") for step in steps[1:]],
        "metrics": {"step": last, "card": {"real": {"recall": 0.5}}},
        "config": {"seed": 0, "settings": {"latent_dim": 100}},
        "grid": GRID,
        "pictures": {"real": frames[0] // 2, "nearest": frames[1] // 2, "walk": frames[:12, :60, :60]},
    }
    return Recording(**fields | changes)


def hostile():
    """A run whose every name and word tries to be more than words."""
    recording = told(HOSTILE, count=4, title=HOSTILE, lesson=HOSTILE, alt=HOSTILE)
    recording.curves = {HOSTILE: ([0, 1], [0.0, 0.5])}
    recording.lines = {HOSTILE: 0.25}
    recording.numbers = {HOSTILE: ([0], [1.0])}
    recording.bars = {HOSTILE: ([0], {HOSTILE: [0.5], "b": [0.5]})}
    recording.words = [(0, HOSTILE)]
    recording.metrics = {HOSTILE: {HOSTILE: 1}}
    recording.config = {HOSTILE: HOSTILE, "class_names": [HOSTILE]}
    return recording


def bare():
    """As little as a recording can hold: one frame of an odd size."""
    frames = np.full((1, 31, 40, 3), 200, np.uint8)
    return Recording(name="bare", title="Bare", lesson="", frames=frames, steps=[0], seconds=[], num_steps=0)
