"""Drawings of the ideas, a file each: `draw()` makes the figure. `scripts/draw_ideas.py` writes them."""
