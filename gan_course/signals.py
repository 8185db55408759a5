"""The signals by which somebody ends a program: Ctrl-C, `kill`, and a terminal that is closed."""

import signal


def ending() -> list[int]:
    """Their numbers on this system: Windows knows no terminal that is closed."""
    return [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
