"""Runs: a lesson trained into a folder, resumed, and judged; one writer for each file."""
