"""How fast the course is, beside PyTorch on the same machine: `make bench`."""
