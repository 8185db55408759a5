"""Pictures of a training while it runs, in one output of a notebook that is replaced: samples, curves, a line of text.

It costs at most 3 % of the training's time, by measuring itself: the dearer a picture, the longer until the next.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import perf_counter

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gan_course.viz.pace import Pace
from gan_course.viz.panel import Panel
from gan_course.viz.png import encode, enlarged

Draw = Callable[[], np.ndarray]  # a picture, uint8 (H, W) or (H, W, 3)
Bars = Callable[[], dict[str, float]]  # heights from 0 to 1, by label
Show = Callable[[int, dict[str, float]], None]  # the number of the step, its losses

SHARE = 0.03  # of the training's time
PAUSE = 2.0  # seconds from one picture to the next, at least
WIDTH, LEAST_HEIGHT, LINE_HEIGHT, GAP = 900, 320, 30, 16  # pixels
SIDE = 480  # of the samples, to be enlarged to
MAX_BYTES, MAX_BYTES_COLOUR = 20_000, 40_000  # of the last picture, which the notebook keeps
SHOWN = {"image/png": {"width": WIDTH}}


def live(
    draw: Draw,
    curves: Sequence[str] = (),
    lines: dict[str, float] | None = None,
    bars: Bars = dict,
    bars_label: str = "",
) -> Callable:
    """What shows a training in a notebook while it runs: the argument `progress` of `train`.

        train(step, batches, num_steps, progress=live(draw, lines={"log 2": np.log(2)}))

    Args:
        draw: returns the picture of the model now, uint8 `(H, W)` or `(H, W, 3)`, always from the same noise. What it
            takes counts as cost, so a slow one is called less often.
        curves: which losses to show; all by default. The first three are told in the line of text as well.
        lines: label -> height of a dashed line, for values known beforehand.
        bars: returns numbers from 0 to 1 by label, to be shown as bars, or nothing as long as there are none.
        bars_label: what these are; without it there are no bars.
    """

    @contextmanager
    def progress(num_steps: int, first: int, description: str) -> Iterator[Show]:
        picture = LivePicture(draw, Panel(curves, lines, bars_label), bars, num_steps, first, description)
        try:
            yield picture.after
        finally:
            picture.finish()

    return progress


class LivePicture:
    """One output of a notebook; see `live`."""

    def __init__(self, draw: Draw, panel: Panel, bars: Bars, num_steps: int, first: int, description: str):
        from IPython.display import display

        self.draw, self.panel, self.bars = draw, panel, bars
        self.num_steps, self.first, self.step, self.description = num_steps, first, first, description
        line = self.line("the first step takes longer")
        content = encode(self.compose(self.draw(), line))
        self.handle = display(bundle(content, line), raw=True, display_id=True, metadata=SHOWN)
        self.began = perf_counter()  # the first picture came before the training
        self.pace = Pace(self.began, SHARE, PAUSE)

    def after(self, step: int, losses: dict[str, float]) -> None:
        """Take note of a step, and show a picture if it is time for one."""
        self.step = step
        self.panel.add(step, losses)
        now = perf_counter()
        if step == self.num_steps or not self.pace.is_due(now):
            return
        left = (now - self.began) / (step - self.first) * (self.num_steps - step)
        line = self.line(f"{left / 60:.0f} min left" if left > 120 else f"{left:.0f} s left")
        self.show(encode(self.compose(self.draw(), line)), line)
        self.pace.took(now, perf_counter())

    def finish(self) -> None:
        """Show the last state, in few bytes."""
        ended = "" if self.step == self.num_steps else "stopped after "
        line = self.line(f"{ended}{perf_counter() - self.began:.0f} s")
        samples = self.draw()
        max_bytes = MAX_BYTES_COLOUR if samples.ndim == 3 else MAX_BYTES
        for coarseness, colours in [(1, 64), (1, 16), (2, 32), (2, 16), (4, 16), (8, 16)]:
            content = encode(self.compose(samples, line, coarseness), colours, smallest=True)
            if len(content) <= max_bytes:
                break
        self.show(content, line)

    def show(self, content: bytes, line: str) -> None:
        """Put a picture into the place of the last one."""
        self.handle.update(bundle(content, line), raw=True, metadata=SHOWN)

    def line(self, time: str) -> str:
        """Where the training stands, in one line."""
        losses = [f"{name} {value:.3g}" for name, value in self.panel.last(3).items()]
        step = f"{self.description}: step {self.step:,} of {self.num_steps:,}".removeprefix(": ")
        return ", ".join([step, time, *losses])

    def compose(self, samples: np.ndarray, line: str, coarseness: int = 1) -> Image.Image:
        """Samples to the left, curves and bars to the right, the line above both: `WIDTH` pixels wide."""
        left = enlarged(samples, SIDE, coarseness)
        height = max(left.height, LEAST_HEIGHT)
        canvas = Image.new("RGB", (WIDTH, LINE_HEIGHT + height), "white")
        ImageDraw.Draw(canvas).text((4, 4), line, fill="black", font=ImageFont.load_default(17))
        canvas.paste(left, (0, LINE_HEIGHT))
        right = self.panel.render(WIDTH - left.width - GAP, height, self.bars())
        canvas.paste(Image.fromarray(right), (left.width + GAP, LINE_HEIGHT))
        return canvas


def bundle(png: bytes, line: str) -> dict[str, bytes | str]:
    """What an output holds: a front end shows the picture, and a reader without pictures the line."""
    return {"image/png": png, "text/plain": line}
