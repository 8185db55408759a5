"""Pictures of 128x160 for equal seconds: what is held beside what, and a trial."""

from dataclasses import replace

import imageio.v3 as iio
import pytest

from experiments import large
from experiments.tables import read_table


def test_the_published_training_is_as_published_and_both_learn_from_the_same_pictures():
    published, ours = large.large_recipes().values()
    assert (published.batch_size, published.base_channels, published.base_channels_d) == (50, 32, 32)
    assert (published.learning_rate_g, published.learning_rate_d, published.beta1) == (1e-4, 1e-4, 0.5)
    assert (published.dropout, published.norm_kept, published.average_decay) == (0.25, 0.8, 0)
    assert (published.data, published.size, published.mirror) == (ours.data, ours.size, ours.mirror)
    assert published.num_steps * published.batch_size == large.PUBLISHED_PICTURES


def test_shallow_and_deep_differ_in_their_depth_alone():
    shallow, deep = large.depth_recipes().values()
    assert (shallow.num_doublings + shallow.last_conv, shallow.num_halvings) == (3, 3)
    assert replace(shallow, num_doublings=deep.num_doublings, num_halvings=deep.num_halvings) == deep


def test_equal_seconds_buy_more_of_the_quicker_steps(tmp_path, monkeypatch):
    recipes = large.depth_recipes()
    monkeypatch.setattr(large, "pace", lambda settings: [{"ms_a_step": 500 if settings.num_halvings == 3 else 2000}])
    assert large.steps_for(tmp_path / "pace.csv", recipes, 60) == {"shallow": 120, "deep": 30}


@pytest.mark.slow
def test_a_trial(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "WARM_UP", 1)
    monkeypatch.setattr(large, "TIMED", 2)
    large.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "05_large.csv")
    assert [row["run"] for row in rows] == list(large.large_recipes())
    assert all(int(row["pictures"]) == int(row["step"]) * int(row["batch_size"]) for row in rows)
    assert [row["run"] for row in read_table(tmp_path / "05_large_depth.csv")] == ["shallow", "deep"]
    assert iio.imread(tmp_path / "05_large.png").shape == (3 * 66 + 20, 5 * 66 - 2, 3)
    assert iio.imread(tmp_path / "05_large_depth.png").ndim == 3
