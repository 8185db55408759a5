"""Controls above a picture: sliders, a choice, or buttons, and a plain picture where they do not run.

The picture is an output of its own, which the controls replace. So a stored notebook shows it wherever it is read,
without a kernel as well, as it was when the cell ran.
"""

from collections.abc import Callable

import ipywidgets as widgets
import numpy as np

from gan_course.viz.png import encode, enlarged

SIDE = 640  # pixels of the picture, at most
COLOURS = 32


def slider(low: float, high: float, value: float = 0.0, step: float = 0.1) -> widgets.FloatSlider:
    """A number from `low` to `high`."""
    return widgets.FloatSlider(value, min=low, max=high, step=step)


def choice(*options: str) -> widgets.ToggleButtons:
    """One of several words, the first one at the beginning."""
    return widgets.ToggleButtons(options=options, style={"button_width": "60px"})


def explore(draw: Callable[..., np.ndarray], **controls: widgets.ValueWidget) -> "Explorer":
    """A picture of what the controls say, for the last line of a cell.

        explore(draw, z1=slider(-3, 3), z2=slider(-3, 3))  # draw(z1=0.0, z2=0.0), and again whenever one moves

    Args:
        draw: takes the values of all controls by name; returns a picture, uint8 `(H, W)` or `(H, W, 3)`.
        **controls: by `slider` and `choice`, or others of ipywidgets; their names stand before them.
    """

    def draw_now() -> np.ndarray:
        return draw(**{name: control.value for name, control in controls.items()})

    for name, control in controls.items():
        control.description = name
        control.layout.width = "600px"
    explorer = Explorer(draw_now, list(controls.values()), ", ".join(controls))
    for control in controls.values():
        control.observe(lambda change: explorer.update(), "value")
    return explorer


def press(draw: Callable[[], np.ndarray], actions: dict[str, Callable[[], object]]) -> "Explorer":
    """A picture with a button for each action; each counts how often it was pressed.

    Args:
        draw: returns the picture after what was done so far, uint8 `(H, W)` or `(H, W, 3)`.
        actions: what a button does, by its label.
    """
    buttons = [widgets.Button(description=label) for label in actions]
    explorer = Explorer(draw, [widgets.HBox(buttons)], ", ".join(actions))

    def pressed(button: widgets.Button, label: str, count: int = 0) -> Callable[[widgets.Button], None]:
        def act(_: widgets.Button) -> None:
            nonlocal count
            count += 1
            actions[label]()
            button.description = f"{label}: {count}"
            explorer.update()

        return act

    for button, label in zip(buttons, actions):
        button.on_click(pressed(button, label))
    return explorer


class Explorer:
    """Controls and a picture; a notebook shows it as the value of a cell."""

    def __init__(self, draw: Callable[[], np.ndarray], rows: list[widgets.Widget], names: str):
        self.draw = draw
        self.controls = widgets.VBox(rows)
        self.hint = f"Run this cell in Jupyter to move: {names}"
        self.picture = draw()
        self.handle = None

    def update(self) -> None:
        """Draw again and put the picture into the place of the last one."""
        self.picture = self.draw()
        if self.handle is not None:
            self.handle.update(self.bundle(), raw=True)

    def bundle(self) -> dict[str, bytes | str]:
        """What the output of the picture holds."""
        png = encode(enlarged(self.picture, SIDE), COLOURS, smallest=True)
        return {"image/png": png, "text/plain": self.hint}

    def _ipython_display_(self) -> None:
        from IPython.display import display

        display(self.controls._repr_mimebundle_() | {"text/plain": self.hint}, raw=True)
        self.handle = display(self.bundle(), raw=True, display_id=True)
