"""The one exception that means: the input is wrong, and here is what to do about it."""


class CourseError(Exception):
    """Bad input. Its message is one sentence that says what to do; the command line exits with code 2."""
