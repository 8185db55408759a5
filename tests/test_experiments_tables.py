"""What the experiments share: their command line, tables that grow, and pictures side by side."""

import os
import signal

import numpy as np
import pytest
from click.testing import CliRunner

from experiments.tables import (
    RESULTS,
    TRIALS,
    command,
    fill_table,
    lay_out,
    read_table,
    rounded,
    side_by_side,
    train_to_the_end,
    work_folder,
    write_table,
)
from gan_course.training.history import History


@pytest.fixture
def call():
    """Runs a command of experiments `one` and `two`; returns what it was called with."""

    def call(*arguments):
        calls = []

        @command("Measure.", ["one", "two"])
        def main(names, smoke, out):
            calls.append((names, smoke, out))

        result = CliRunner().invoke(main, arguments)
        return calls[0] if calls else result

    return call


def test_all_experiments_by_default_and_those_asked_for_else(call, tmp_path):
    assert call() == (("one", "two"), False, RESULTS)
    assert call("two", "--out", str(tmp_path)) == (("two",), False, tmp_path)


@pytest.mark.parametrize("arguments", [["--smoke", "--out", "here"], ["--out", "here", "--smoke"]])
def test_a_trial_never_replaces_the_true_tables(call, arguments):
    assert call("--smoke") == (("one", "two"), True, TRIALS)
    assert call(*arguments)[2].name == "here"
    assert RESULTS not in work_folder(TRIALS, "tried").parents


def test_the_help_tells_the_names(call):
    assert "NAME is one of one, two; all by default." in call("--help").output


def test_an_unknown_experiment_is_refused(call):
    refused = call("one", "tow")
    assert refused.exit_code == 2 and "'tow' is not one of 'one', 'two'" in refused.output


def test_ctrl_c_ends_with_one_line_even_where_it_comes_as_sigterm():
    before = signal.getsignal(signal.SIGTERM)

    @command("Measure.", ["one"])
    def main(names, smoke, out):
        os.kill(os.getpid(), signal.SIGTERM)

    result = CliRunner().invoke(main)
    assert result.exit_code == 130 and result.output == "stopped: the same command goes on from here\n"
    assert signal.getsignal(signal.SIGTERM) is before


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
    with pytest.raises(KeyboardInterrupt):
        train_to_the_end(Stopped(9))


def test_a_run_is_made_once_and_kept_when_a_later_one_is_stopped(tmp_path):
    path, made = tmp_path / "table.csv", []

    def run(name, seed, stopped=False):
        def make():
            if stopped:
                raise KeyboardInterrupt
            made.append((name, seed))
            return [{"score": 0.5}, {"run": f"{name}, again", "score": 1}]

        return {"run": name, "seed": seed}, make

    with pytest.raises(KeyboardInterrupt):
        fill_table(path, [run("a", 0), run("a", 1), run("b", 0, stopped=True)])
    rows = fill_table(path, [run("a", 0), run("a", 1), run("b", 0)])
    assert made == [("a", 0), ("a", 1), ("b", 0)]
    assert rows == read_table(path)
    assert [(row["run"], row["seed"], row["score"]) for row in rows[:3]] == [
        ("a", "0", "0.5"),
        ("a, again", "0", "1"),
        ("a", "1", "0.5"),
    ]


def test_a_table_comes_back_with_the_run_first(tmp_path):
    path = tmp_path / "new" / "table.csv"
    assert read_table(path) == []
    write_table(path, [{"score": 0.5, "run": "a"}, {"seed": 1, "run": "b", "score": 1, "more": "x, y"}])
    assert path.read_text(encoding="utf-8").startswith("run,seed,score,more\n")
    assert read_table(path) == [
        {"run": "a", "seed": "", "score": "0.5", "more": ""},
        {"run": "b", "seed": "1", "score": "1", "more": "x, y"},
    ]


@pytest.mark.parametrize("path", sorted(RESULTS.glob("0[4-9]_*.csv")), ids=lambda path: path.stem)
def test_a_table_that_is_whole_stays_as_it_is_to_the_byte(path, tmp_path):
    before = path.read_bytes()
    write_table(tmp_path / path.name, read_table(path))
    assert (tmp_path / path.name).read_bytes() == before


def test_only_fractions_are_rounded():
    assert rounded({"run": "a", "step": 12, "score": 0.123456}, digits=3) == {"run": "a", "step": 12, "score": 0.123}


def test_pictures_lie_in_rows_once_they_are_all_there(tmp_path):
    picture = np.zeros((10, 6), np.uint8)
    assert side_by_side([picture] * 5).shape == (2 * 18, 4 * 14)
    assert side_by_side([np.zeros((10, 6, 3), np.uint8)] * 2, columns=2).shape == (18, 2 * 14, 3)
    files, path = [tmp_path / "a.npy", tmp_path / "b.npy"], tmp_path / "both.png"
    for file in files:
        assert not path.exists()
        np.save(file, np.stack([picture] * 2))
        lay_out(files, path, columns=4)
    assert path.exists()
