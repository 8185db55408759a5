"""Pictures in a terminal: the right colours at the right places, and nothing where there is no terminal."""

import io
import re
import shutil
from os import terminal_size
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gan_course.show import terminal
from gan_course.show.terminal import LEAST_SCALE, Painter, fitted, half_blocks, in_terminal, replay_in_terminal
from gan_course.viz.grids import Grid
from gan_course.viz.recording import Recording

CODE = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])")


def emulate(text, rows=60, columns=200):
    """What stands on a terminal after `text`: colours of half characters, uint8 `(2 rows, columns, 3)`, and letters.

    It knows carriage returns, new lines, moves upwards, deletion to the end of a line, and 24-bit colours.
    """
    pixels, letters = np.zeros((2 * rows, columns, 3), np.uint8), np.full((rows, columns), " ")
    row = column = 0
    colours = [(0, 0, 0), (0, 0, 0)]
    while text:
        code = CODE.match(text)
        if code:
            numbers, kind = [int(number or 0) for number in code[1].split(";")], code[2]
            if kind == "F":
                row, column = row - numbers[0], 0
            elif kind == "K":
                start = min(column, columns - 1)  # behind the last column the cursor still stands on it
                pixels[2 * row : 2 * row + 2, start:], letters[row, start:] = 0, " "
            elif numbers[:2] == [38, 2] and numbers[5:7] == [48, 2]:
                colours = [tuple(numbers[2:5]), tuple(numbers[7:10])]
            else:
                assert (numbers, kind) == ([0], "m"), code[0]
            text = text[code.end() :]
            continue
        character, text = text[0], text[1:]
        if character == "\n":
            row, column = row + 1, 0
        elif character == "\r":
            column = 0
        else:
            assert column < columns, "it wraps"
            letters[row, column] = character
            if character == "▀":
                pixels[2 * row : 2 * row + 2, column] = colours
            column += 1
    return pixels, ["".join(line).rstrip() for line in letters]


@given(st.integers(1, 9), st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_half_blocks_have_the_colours_of_the_pixels(width, lines, seed):
    picture = np.random.default_rng(seed).integers(0, 3, (2 * lines, width, 3), np.uint8) * 100
    pixels, _ = emulate("\n".join(half_blocks(picture)))
    assert np.array_equal(pixels[: 2 * lines, :width], picture) and not pixels[2 * lines :].any()


@given(st.integers(1, 200), st.integers(1, 200), st.booleans(), st.integers(10, 120), st.integers(5, 40))
def test_a_picture_fits_and_keeps_its_shape(height, width, colour, columns, lines):
    picture = np.full((height, width, 3) if colour else (height, width), 77, np.uint8)
    shown = fitted(picture, None, columns, 2 * lines)
    assert len(shown) % 2 == 0 and len(shown) <= 2 * lines and shown.shape[1] <= columns and (shown == 77).all()
    scale = min(columns / width, 2 * lines / height)
    assert abs(shown.shape[1] - width * (int(scale) if scale >= 1 else scale)) <= 1


def numbered(grid):
    """A frame whose cells have the levels 1, 2, ... on a ground of 0."""
    frame = np.zeros((grid.rows * (grid.cell_height + 2) - 2, grid.columns * (grid.cell_width + 2) - 2), np.uint8)
    for index in range(grid.rows * grid.columns):
        top, left = (index // grid.columns) * (grid.cell_height + 2), (index % grid.columns) * (grid.cell_width + 2)
        frame[top : top + grid.cell_height, left : left + grid.cell_width] = 1 + index
    return frame


@given(st.integers(10, 200), st.integers(5, 60), st.sampled_from([8, 28, 64]))
def test_where_cells_would_be_too_small_whole_ones_are_left_out(columns, lines, side):
    grid = Grid(8, 8, side, side, 2)
    shown = fitted(numbered(grid), grid, columns, 2 * lines)
    assert len(shown) <= 2 * lines and shown.shape[1] <= columns
    room = min(columns, 2 * lines)
    large = {level for level in np.unique(shown) if (shown == level).sum() > 3 * (LEAST_SCALE * side - 2) ** 2}
    if room >= LEAST_SCALE * side:
        assert 1 in large
    if room >= LEAST_SCALE * (2 * side + 2):
        assert {1, 2, 9, 10} <= large


def test_every_picture_stands_where_the_last_one_stood(monkeypatch):
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: terminal_size((20, 13)))
    stream = io.StringIO()
    painter = Painter(stream)
    for level in (10, 200):
        painter.paint(np.full((20, 20), level, np.uint8), None, f"step {level}")
    pixels, lines = emulate(stream.getvalue(), columns=20)
    assert lines[:2] == ["step 200", "▀" * 20] and lines[11:] == [""] * 49
    assert (pixels[2:22, :20] == 200).all() and not pixels[22:].any()


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Experiment:
    num_steps, images = 5, np.zeros((1, 1, 4, 4), np.float32)

    def draw(self):
        return np.full((4, 4), 50, np.uint8)


@pytest.fixture
def stdout(monkeypatch):
    stream = Terminal()
    monkeypatch.setattr(terminal, "sys", SimpleNamespace(stdout=stream))
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: terminal_size((20, 13)))
    return stream


def test_the_first_and_the_last_picture_are_always_painted(stdout, monkeypatch):
    monkeypatch.setattr(terminal, "perf_counter", lambda: 1.0)  # no time for others
    callback = in_terminal(Experiment(), None, None)
    for step in range(6):
        callback(step, {})
    assert emulate(stdout.getvalue())[1][0] == "step 5"
    assert stdout.getvalue().count("step") == 2


def test_without_a_terminal_nothing_is_painted(capsys):
    callback = in_terminal(Experiment(), None, None)
    callback(0, {})
    replay_in_terminal(Recording("a", "a", "a", np.zeros((1, 4, 4), np.uint8), [0], [], 1))
    assert capsys.readouterr().out == ""


def test_a_recording_is_painted_frame_by_frame(stdout, monkeypatch):
    monkeypatch.setattr("gan_course.show.replay.FASTEST", 0)
    frames = np.stack([np.full((4, 4), level, np.uint8) for level in (1, 2)])
    replay_in_terminal(Recording("a", "a", "a", frames, [0, 1500], [0.0, 0.01], 1500), 0.01)
    assert emulate(stdout.getvalue())[1][0] == "step 1,500" and stdout.getvalue().count("step") == 2
