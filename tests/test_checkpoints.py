"""Checkpoints: everything comes back bit for bit, and a bad file is refused in one sentence."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import mindspore as ms
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mindspore import nn

from gan_course.errors import CourseError
from gan_course.training import checkpoints
from gan_course.training.checkpoints import found, load_checkpoint, read_checkpoint, read_whole, save_checkpoint

STATE = {"batches": {"order": 2**100, "next_batch": 3}, "history": "step,loss\n1,0.1\n"}
FRAMES = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def make_cells(width=3, seed=0):
    ms.set_seed(seed)
    model = nn.Dense(in_channels=2, out_channels=width)
    optimizer = nn.Adam(model.trainable_params(), 0.1)
    rng = np.random.default_rng(seed)
    for parameter in optimizer.get_parameters():
        parameter.set_data(ms.Tensor(rng.integers(1, 9, parameter.shape), parameter.dtype))
    return {"model": model, "optimizer": optimizer}


def values(cells):
    return {
        (name, parameter.name): (parameter.dtype, parameter.asnumpy().tobytes())
        for name, cell in cells.items()
        for parameter in cell.get_parameters()
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "checkpoints" / "last.npz"


@pytest.fixture
def saved(path):
    cells = make_cells()
    save_checkpoint(path, cells, STATE, {"frames": FRAMES})
    return values(cells)


def test_what_an_optimiser_shares_with_its_network_is_stored_once(path, saved):
    _, content = read_checkpoint(path)
    keys = [key for key in content if key.startswith("cell/")]
    assert sum("weight" in key for key in keys) == 3  # itself and Adam's two moments
    alone = {"model": make_cells(seed=1)["model"]}
    load_checkpoint(path, alone)
    assert values(alone).items() <= saved.items()


def test_everything_comes_back(path, saved):
    cells = make_cells(seed=1)
    assert values(cells) != saved
    state, arrays = load_checkpoint(path, cells)
    assert values(cells) == saved
    assert state == STATE
    assert list(arrays) == ["frames"] and arrays["frames"].dtype == np.uint8
    np.testing.assert_array_equal(arrays["frames"], FRAMES)


def test_the_folders_on_the_way_are_made(tmp_path):
    path = tmp_path / "runs" / "dcgan" / "checkpoints" / "last.npz"
    save_checkpoint(path, make_cells(), STATE)
    assert load_checkpoint(path, make_cells(seed=1)) == (STATE, {})


def test_the_optimiser_is_in_it(saved):
    names = {parameter for _, parameter in saved}
    assert {"weight", "bias", "global_step", "moment1.weight", "moment2.bias"} <= names


def test_a_newer_checkpoint_replaces_the_older_and_leaves_one_file(path, saved):
    newer = make_cells(seed=2)
    save_checkpoint(path, newer, {})
    cells = make_cells()
    assert load_checkpoint(path, cells) == ({}, {})
    assert values(cells) == values(newer)
    assert [file.name for file in path.parent.iterdir()] == ["last.npz"]


def test_a_save_that_fails_midway_leaves_the_older_one(path, saved, monkeypatch):
    def fail(handle):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(checkpoints.os, "fsync", fail)
        with pytest.raises(OSError, match="disk full"):
            save_checkpoint(path, make_cells(seed=2), {})
    cells = make_cells(seed=1)
    assert load_checkpoint(path, cells)[0] == STATE
    assert values(cells) == saved
    assert [file.name for file in path.parent.iterdir()] == ["last.npz"]  # a half file would keep the disk full


def steps_in(path):
    """The name of each checkpoint there, and what it holds."""
    return {file.name: read_whole(file)[0]["step"] for file in path.parent.iterdir()}


def test_the_last_three_are_kept(path):
    for step in range(5):
        save_checkpoint(path, {}, {"step": step}, keep=3)
    assert steps_in(path) == {"last.npz": 4, "last-1.npz": 3, "last-2.npz": 2}
    assert [file.name for file in found(path)] == ["last.npz", "last-1.npz", "last-2.npz"]


def test_a_power_cut_between_two_renamings_costs_nothing(path, monkeypatch):
    """Cut after each call of the system in turn: what is there is the newest, or the one before it."""
    for cut_after in range(6):
        shutil.rmtree(path.parent, ignore_errors=True)
        for step in range(3):
            save_checkpoint(path, {}, {"step": step}, keep=3)
        calls = iter(range(100))

        def replace(source, target, move=os.replace, calls=calls, cut_after=cut_after):
            if next(calls) >= cut_after:
                raise SystemExit("power cut")
            move(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(checkpoints.os, "replace", replace)
            try:
                save_checkpoint(path, {}, {"step": 3}, keep=3)
            except SystemExit:
                pass
        assert read_checkpoint(path)[0]["step"] in (2, 3)
    assert steps_in(path) == {"last.npz": 3, "last-1.npz": 2, "last-2.npz": 1}  # the last round was not cut


@given(data=st.data())
def test_any_byte_that_changed_is_noticed_or_changes_nothing(data):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "last.npz"
        save_checkpoint(path, make_cells(), STATE, {"frames": FRAMES})
        state, content = read_whole(path)
        packed = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(packed) - 1))
        packed[place] ^= 1 << data.draw(st.integers(0, 7))
        path.write_bytes(packed)
        found_then = read_whole(path)
        if found_then is not None:
            assert found_then[0] == state
            assert {name: array.tobytes() for name, array in found_then[1].items()} == {
                name: array.tobytes() for name, array in content.items()
            }


def test_a_missing_checkpoint(path):
    with pytest.raises(CourseError, match="no checkpoint at .*last.npz"):
        load_checkpoint(path, make_cells())


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_checkpoint_that_was_cut_short_is_damaged(path, saved, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    assert_damaged(path)


def test_a_flipped_bit_in_the_weights_is_noticed(path, saved):
    content = bytearray(path.read_bytes())
    weight = next(bits for (_, name), (_, bits) in saved.items() if name == "weight")
    content[content.index(weight)] ^= 1
    path.write_bytes(content)
    assert_damaged(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04"])
def test_something_else_under_its_name_is_damaged(path, content):
    path.parent.mkdir()
    path.write_bytes(content)
    assert_damaged(path)


def test_arrays_that_are_no_checkpoint_are_damaged(path):
    path.parent.mkdir()
    np.savez(path, images=np.zeros(3))
    assert_damaged(path)


def test_a_small_file_that_says_it_is_large_is_damaged(path, saved):
    """Zeros by the gigabyte take a megabyte, packed."""
    with np.load(path) as content:
        whole = dict(content)
    np.savez_compressed(path, zeros=np.zeros(10**7, np.uint8), **whole)
    assert path.stat().st_size < 10**6
    assert_damaged(path)


class MakesAFolder:
    """What a pickle could do to one who reads it."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.mkdir, (self.path,)


def test_a_checkpoint_cannot_run_code(path, tmp_path):
    path.parent.mkdir()
    np.savez(path, state=np.array([MakesAFolder(tmp_path / "made")], object))
    assert_damaged(path)
    assert not (tmp_path / "made").exists()


def assert_damaged(path):
    cells = make_cells()
    before = values(cells)
    with pytest.raises(CourseError, match="last.npz is damaged.*--force"):
        load_checkpoint(path, cells)
    assert values(cells) == before


@pytest.mark.parametrize("other", [{"width": 4}, {"width": 2}])
def test_a_checkpoint_of_a_network_of_another_size_is_refused(path, saved, other):
    with pytest.raises(CourseError, match="checkpoint of another network"):
        load_checkpoint(path, make_cells(**other))


def test_a_checkpoint_without_one_of_the_cells_is_refused(path):
    cells = make_cells()
    save_checkpoint(path, {"model": cells["model"]}, {})
    with pytest.raises(CourseError, match="checkpoint of another network"):
        load_checkpoint(path, cells)


def test_state_that_json_cannot_hold_is_refused_and_the_older_checkpoint_stays(path, saved):
    with pytest.raises(TypeError):
        save_checkpoint(path, make_cells(seed=2), {"array": np.zeros(3)})
    cells = make_cells(seed=1)
    assert load_checkpoint(path, cells)[0] == STATE
    assert values(cells) == saved
