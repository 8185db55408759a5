"""Train steps, a file a family: `step(*batch)` updates the networks and returns the losses by name.

Each step is jitted whole and takes its randomness as an argument, so that the same batch gives the same bits. Networks
come in training mode; an optimiser is any of MindSpore's over a network's `trainable_params()`.
"""
