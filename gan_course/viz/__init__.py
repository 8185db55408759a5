"""Pictures from arrays: grids, curves, GIFs and the page that shows them."""
