"""What the tests of the command line ask again and again."""

from pathlib import Path


def contents(folder=Path(".")):
    """Everything below a folder but its lock, with its bytes: to see that nothing was touched."""
    paths = [path for path in folder.rglob("*") if path.name != ".lock"]
    return {path: path.read_bytes() if path.is_file() else None for path in paths}


def assert_refused(answer, message):
    """Exit code 2 and one line on stderr, which says `message`."""
    code, out, err = answer
    assert code == 2 and out == ""
    assert err.startswith("gan-course: ") and err.endswith("\n") and err.count("\n") == 1
    assert message in err
    assert "Traceback" not in err
