"""Settings for the property tests, and the digits, read once."""

import os
import signal
import sys

import pytest
from hypothesis import settings

import gan_course  # noqa: F401  sets MindSpore's log level before a test imports MindSpore

os.environ["MPLBACKEND"] = "Agg"

# No deadline: the first example also compiles. Derandomised: one tree gets one verdict, on every machine.
settings.register_profile("course", deadline=None, derandomize=True)
settings.load_profile("course")


@pytest.fixture(scope="session")
def training_digits():
    """Images and labels of MNIST's training set."""
    from gan_course.data import mnist

    return mnist("train")


@pytest.fixture(scope="session")
def test_digits():
    """Images and labels of MNIST's test set."""
    from gan_course.data import mnist

    return mnist("test")


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs `gan-course` with arguments; returns its exit code, stdout and stderr."""
    from gan_course import cli

    before = signal.getsignal(signal.SIGTERM)  # `main` sets its own

    def call(*arguments):
        monkeypatch.setattr(sys, "argv", ["gan-course", *arguments])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code
        return code, *capsys.readouterr()

    yield call
    signal.signal(signal.SIGTERM, before)
