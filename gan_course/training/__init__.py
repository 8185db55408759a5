"""Losses, train steps, the loop around them, and checkpoints."""
