"""When to take the next picture of a training: the dearer they are, the longer until the next."""


class Pace:
    """Keeps pictures to a share of a training's time, and a pause between two of them.

    Args:
        now: seconds on a clock; so are all other times.
        share: of the time since `now` that all pictures together may take.
        pause: seconds from one picture to the next, at least.
        most: pictures until the time since `now` doubles, about: the pause grows with a long training. None: it does
            not.
    """

    def __init__(self, now: float, share: float, pause: float, most: int | None = None):
        self.share, self.pause, self.most = share, pause, most
        self.began = self.shown = now
        self.spent, self.cost = 0.0, 0.0  # seconds, of all pictures so far and of the last one

    def is_due(self, now: float) -> bool:
        """Whether it is time for one."""
        pause = max(self.pause, (now - self.began) / self.most if self.most else 0)
        dear = self.spent + 2 * self.cost > self.share * (now - self.began)  # 2: this one and the last of all
        return now - self.shown >= pause and not dear

    def took(self, start: float, end: float) -> None:
        """Take note of a picture that was made between these times."""
        self.shown, self.cost = end, end - start
        self.spent += self.cost
