"""How a sunflower is drawn: the paint box, the plant, and what lies behind it."""
