"""A figure of panels: shares of runs over the strengths of a fault."""

from collections.abc import Sequence
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

STYLES = (  # of the curves: told apart without colours as well, and each seen where one lies on another
    {"color": "C0", "marker": "o", "linestyle": "-", "markersize": 11, "markerfacecolor": "white"},
    {"color": "C1", "marker": "s", "linestyle": "--", "markersize": 5},
    {"color": "C2", "marker": "^", "linestyle": ":", "markersize": 4},
)


class Panel(NamedTuple):
    """What one panel shows."""

    title: str
    unit: str  # of the strengths
    strengths: Sequence[str]  # from weak to strong, evenly spaced on the axis
    shares: dict[str, Sequence[float]]  # by label, one for each strength, from 0 to 1


def plot_ladders(panels: Sequence[Panel], columns: int = 3) -> Figure:
    """Panels in rows, 900 pixels wide, one legend above them all."""
    rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(9, 2.1 * rows + 0.4), sharey=True, layout="constrained", squeeze=False
    )
    for axis, panel in zip(axes.flat, panels):
        for (label, shares), style in zip(panel.shares.items(), STYLES):
            axis.plot(shares, label=label, linewidth=2.5, markeredgewidth=2, **style)
        axis.set_xticks(range(len(panel.strengths)), panel.strengths)
        axis.set_ylim(-0.15, 1.15)  # room for the marks of none and all
        axis.margins(x=0.1)
        axis.set_title(panel.title, fontsize=12)
        axis.set_xlabel(panel.unit, fontsize=11)
        axis.set_yticks([0, 0.5, 1], ["0", "half", "all"])
        axis.tick_params(labelsize=11)
    for axis in axes.flat[len(panels) :]:
        axis.set_axis_off()
    figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=12)
    return figure
