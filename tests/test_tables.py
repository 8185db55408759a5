"""What the tools for tables share."""

from pathlib import Path

import numpy as np
import pytest

from gan_course.training.history import History
from tables import RESULTS, ROOT, command_line, read_table, rounded, side_by_side, train_to_the_end, write_table


def test_all_experiments_by_default_and_those_asked_for_else(tmp_path):
    parser = command_line("Measure.", ["one", "two"])
    assert parser.parse_args([]).names == ["one", "two"] and not parser.parse_args([]).smoke
    options = parser.parse_args(["two", "--smoke", "--out", str(tmp_path)])
    assert (options.names, options.smoke, options.out) == (["two"], True, tmp_path)


@pytest.mark.parametrize("arguments", [["--smoke", "--out", "here"], ["--out", "here", "--smoke"]])
def test_a_trial_never_replaces_the_true_tables(arguments):
    parser = command_line("Measure.", ["one"])
    assert parser.parse_args([]).out == RESULTS
    assert parser.parse_args(["--smoke"]).out == ROOT / "outputs" / "smoke_tables"
    assert parser.parse_args(arguments).out == Path("here")


def test_an_unknown_experiment_is_refused(capsys):
    with pytest.raises(SystemExit) as stop:
        command_line("Measure.", ["one", "two"]).parse_args(["one", "tow"])
    assert stop.value.code == 2
    assert "there is no experiment tow: choose from one, two" in capsys.readouterr().err


def test_a_table_comes_back_with_the_run_first(tmp_path):
    path = tmp_path / "new" / "table.csv"
    assert read_table(path) == []
    write_table(path, [{"score": 0.5, "run": "a"}, {"seed": 1, "run": "b", "score": 1, "more": "x, y"}])
    assert path.read_text(encoding="utf-8").startswith("run,seed,score,more\n")
    assert read_table(path) == [
        {"run": "a", "seed": "", "score": "0.5", "more": ""},
        {"run": "b", "seed": "1", "score": "1", "more": "x, y"},
    ]


def test_only_fractions_are_rounded():
    assert rounded({"run": "a", "step": 12, "score": 0.123456}, digits=3) == {"run": "a", "step": 12, "score": 0.123}


def test_pictures_lie_in_rows():
    picture = np.zeros((10, 6), np.uint8)
    assert side_by_side([picture] * 5).shape == (2 * 18, 4 * 14)
    assert side_by_side([np.zeros((10, 6, 3), np.uint8)] * 2, columns=2).shape == (18, 2 * 14, 3)


class Stopped:
    """An experiment that Ctrl-C ends after `last_step` of its 10 steps."""

    num_steps = 10

    def __init__(self, last_step):
        self.last_step = last_step

    def train(self, **options):
        history = History()
        history.record(self.last_step, loss=1.0)
        return history


def test_a_run_that_was_stopped_is_in_no_table():
    assert train_to_the_end(Stopped(10)).last_step == 10
    with pytest.raises(SystemExit, match="stopped at step 9 of 10"):
        train_to_the_end(Stopped(9))
