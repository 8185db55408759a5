"""The exceptions with a message for people: the input is wrong, or a training diverged; and what to do about it."""


class CourseError(Exception):
    """Bad input. Its message is one sentence that says what to do; the command line exits with code 2."""


class Diverged(Exception):
    """A training reached numbers that are NaN or infinite. The command line exits with code 1.

    Args:
        step: at which it was noticed.
        names: what is not finite: a loss, a parameter, or both.
    """

    def __init__(self, step: int, names: str, advice: str = "train with a lower learning rate"):
        super().__init__(f"step {step}: {names} no longer finite; {advice}")
        self.step = step
        self.names = names


def printable(text: str) -> str:
    """Words for a terminal, in one line: what would steer it, such as an end of line in a file's name, is escaped."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
