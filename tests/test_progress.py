"""The progress bar in a log, on a terminal and in a notebook."""

import io
import sys
from types import SimpleNamespace

import IPython.display
import pytest

from gan_course.training import progress
from gan_course.training.progress import in_notebook, progress_bar, show_bar


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.isatty = lambda: terminal


def run_bar(initial=0):
    with progress_bar(5, initial, "vae") as bar:
        for _ in range(5 - initial):
            bar.set_postfix({"loss": "0.5"}, refresh=False)
            bar.update()
            bar.refresh()


@pytest.mark.parametrize("initial", [0, 3])
def test_a_log_gets_whole_lines_without_carriage_returns(monkeypatch, initial):
    stream = Stream(terminal=False)
    monkeypatch.setattr(sys, "stderr", stream)
    run_bar(initial)
    text = stream.getvalue()
    assert text.endswith("\n") and "\r" not in text and text.isascii()
    lines = text.splitlines()
    assert all(line == line.strip() and line.startswith("vae:") for line in lines)
    assert f"{initial}/5" in lines[0] and "5/5" in lines[-1] and "loss=0.5" in lines[-1]


@pytest.mark.parametrize("notebook", [True, False])
def test_no_loss_is_cut_off(monkeypatch, notebook):
    """Five losses, as many as a GAN of this course has, in one line of a notebook or a log."""
    losses = dict.fromkeys(["loss_d", "loss_g", "d_real", "d_fake", "accuracy_d"], 0.123)
    said, stream = [], Stream(terminal=False)
    monkeypatch.setattr(progress, "in_notebook", lambda: notebook)
    handle = SimpleNamespace(update=lambda content, raw: said.append(content["text/plain"]))
    monkeypatch.setattr(IPython.display, "display", lambda *_, **__: handle)
    monkeypatch.setattr(sys, "stderr", stream)
    with show_bar(15_000, 14_999, "2 updates") as show:
        show(15_000, losses)
    line = said[-1] if notebook else stream.getvalue().splitlines()[-1]
    assert line.startswith("2 updates: 15000/15000 ") and len(line) <= 110
    assert all(f"{name}=0.123" in line for name in losses)


def test_a_log_gets_few_lines_however_many_steps(monkeypatch):
    stream = Stream(terminal=False)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress_bar(10_000) as bar:
        for _ in range(10_000):
            bar.update()
    assert len(stream.getvalue().splitlines()) <= 3


def test_a_terminal_line_is_redrawn_in_place(monkeypatch):
    stream = Stream(terminal=True)
    monkeypatch.setattr(sys, "stderr", stream)
    run_bar()
    assert stream.getvalue().count("\r") > 1 and stream.getvalue().count("\n") == 1


def test_a_notebook_has_one_output_that_is_replaced(monkeypatch, capfd):
    shown, updates = [], []

    def display(content, **options):
        assert options == {"raw": True, "display_id": True}
        shown.append(content)
        return SimpleNamespace(update=lambda content, raw: updates.append(content["text/plain"]))

    monkeypatch.setattr(progress, "in_notebook", lambda: True)
    monkeypatch.setattr(IPython.display, "display", display)
    run_bar()
    assert shown == [{"text/plain": ""}]
    assert "0/5" in updates[0] and "5/5" in updates[-1] and "loss=0.5" in updates[-1]
    assert all(text and "\r" not in text and "\n" not in text for text in updates)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("shell", "expected"), [("ZMQInteractiveShell", True), ("TerminalInteractiveShell", False)])
def test_only_a_jupyter_kernel_is_a_notebook(monkeypatch, shell, expected):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=type(shell, (), {})))
    assert in_notebook() is expected


def test_plain_python_is_no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython")
    assert not in_notebook()


@pytest.mark.parametrize(("notebook", "least", "most"), [(True, 0.1, 1), (False, 10, 10)])
def test_a_notebook_is_redrawn_about_every_second_and_a_log_gets_a_line_every_ten(monkeypatch, notebook, least, most):
    monkeypatch.setattr(progress, "in_notebook", lambda: notebook)
    monkeypatch.setattr(IPython.display, "display", lambda *_, **__: SimpleNamespace(update=lambda *_, **__: None))
    monkeypatch.setattr(sys, "stderr", Stream(terminal=False))
    with progress_bar(5) as bar:
        assert least <= bar.mininterval <= most
        assert bar.n == 0 and bar.total == 5


def test_a_shown_step_moves_the_bar_and_tells_its_losses(monkeypatch):
    stream = Stream(terminal=False)
    monkeypatch.setattr(sys, "stderr", stream)
    with show_bar(9, 7, "vae") as show:
        show(8, {"loss": 0.25})
        show(9, {"loss": 0.125})
    lines = stream.getvalue().splitlines()
    assert "7/9" in lines[0] and "9/9" in lines[-1] and "loss=0.125" in lines[-1]
