"""The course's train steps and metrics, held against PyTorch in float64 and other independent implementations."""
