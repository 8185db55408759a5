"""Decks of slides from the committed notebooks: what their cells' metadata put on slides, shown by reveal.js."""
