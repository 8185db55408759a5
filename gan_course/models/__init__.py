"""The networks of the course: `Cell`s and nothing else."""
