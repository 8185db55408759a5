"""A training shown while it runs: on a page in the browser of this machine, or in the terminal."""
