"""Which number notices which fault: the stored table, and the faults themselves."""

import imageio.v3 as iio
import numpy as np
import pytest

from experiments import measures
from experiments.tables import RESULTS, read_table

NEW = ("texture_kernel_distance", "spectral_distance")


@pytest.fixture(scope="module")
def table():
    """{(fault, strength): numbers by name}."""
    rows = read_table(RESULTS / "08_measures.csv")
    numbers = {(row.pop("fault"), row.pop("strength")): row for row in rows}
    return {key: {name: float(value) for name, value in row.items()} for key, row in numbers.items()}


def values(table, fault, name):
    return [table["none", ""][name], *(table[fault, str(strength)][name] for strength in measures.FAULTS[fault][1])]


def test_the_table_is_whole(table):
    wanted = {(fault, str(strength)) for fault, (_, strengths) in measures.FAULTS.items() for strength in strengths}
    assert table.keys() == wanted | {("none", ""), ("noise", "")}


@pytest.mark.parametrize("fault", sorted(set(measures.FAULTS) - {"copies", "one pose"}))
def test_a_new_number_puts_every_fault_in_the_order_of_its_strength(table, fault):
    ordered = [name for name in NEW if np.all(np.diff(values(table, fault, name)) > 0)]
    assert "texture_kernel_distance" in ordered
    shares = values(table, fault, "share_clean")
    assert shares == sorted(shares, reverse=True)


def test_copies_are_caught_by_their_neighbours_alone(table):
    nearest = values(table, "copies", "nearest_ratio")
    assert nearest == sorted(nearest, reverse=True) and nearest[-1] == 0
    assert all(table["copies", "1.0"][name] <= table["none", ""][name] for name in (*NEW, "kernel_distance"))


IMAGES = np.random.default_rng(0).uniform(-1, 1, (20, 3, 16, 16))


def changed(fault, strength):
    return measures.FAULTS[fault][0](IMAGES, strength, np.random.default_rng(0))


@pytest.mark.parametrize(("fault", "strength"), [("grain", 0.2), ("weave", 0.2)])
def test_what_is_added_has_the_strength_that_is_said(fault, strength):
    """Noise of that standard deviation; a cosine of that amplitude along each axis has a mean square of a^2 / 2."""
    assert (changed(fault, strength) - IMAGES).std() == pytest.approx(strength, rel=0.02)


def test_pale_loses_that_part_of_the_contrast():
    np.testing.assert_allclose(changed("pale", 0.3).std(axis=(2, 3)), 0.7 * IMAGES.std(axis=(2, 3)))


def test_pasted_pictures_are_halves_of_two():
    pasted = changed("paste", 0.5)
    np.testing.assert_array_equal(pasted[10:], IMAGES[10:])
    np.testing.assert_array_equal(pasted[:10, ..., :8], IMAGES[:10, ..., :8])
    np.testing.assert_array_equal(pasted[:10, ..., 8:], np.concatenate([IMAGES[-1:], IMAGES[:9]])[..., 8:])


def test_salt_falls_on_that_share_of_the_pixels_in_all_channels():
    salted = (changed("salt", 0.2) != IMAGES).any(axis=1)
    assert salted.mean() == pytest.approx(0.2, abs=0.02)
    assert set(np.unique(changed("salt", 0.2)[salted[:, None].repeat(3, axis=1)])) == {-1, 1}


def test_colours_exchanged_wholly_are_the_channels_in_turn():
    np.testing.assert_allclose(changed("recoloured", 1.0), IMAGES[:, [2, 0, 1]])


def test_ragged_and_blurred_pictures_keep_a_constant_and_the_rest_moves():
    for fault in ("ragged", "blur", "averaged"):
        function, (least, *_) = measures.FAULTS[fault]
        flat = np.full((2, 3, 16, 16), 0.3)
        np.testing.assert_allclose(function(flat, least, np.random.default_rng(0)), 0.3)
        assert not np.allclose(changed(fault, least), IMAGES)


def test_a_small_trial_writes_a_table_and_a_picture(tmp_path, capsys):
    measures.main(["grain", "copies", "--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "08_measures.csv")
    assert [row["fault"] for row in rows] == ["none", "noise", *["grain"] * 3, *["copies"] * 3]
    assert float(rows[-1]["nearest_ratio"]) == 0 < float(rows[0]["nearest_ratio"])
    height, width, channels = iio.imread(tmp_path / "08_measures.png").shape
    assert (height, width, channels) == (66 * len(measures.FAULTS) - 2, 66 * 8 - 2, 3)
