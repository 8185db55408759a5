"""The table of recipes: equal seconds, one change at a time, and a trial of it."""

from dataclasses import asdict

import numpy as np
import pytest
from click.testing import CliRunner
from tiny import few_digits, tiny_settings

from experiments import recipes
from experiments.tables import read_table


@pytest.mark.parametrize("made", [recipes.digit_recipes, recipes.flower_recipes])
def test_each_recipe_but_the_papers_changes_one_thing(made):
    chosen, *others = made().values()
    assert len({*made().values()}) == len(made())
    for name, settings in list(made().items())[1:]:
        changed = {key for key, value in asdict(settings).items() if value != asdict(chosen)[key]}
        if name != "as in the paper" and "folded" not in name:
            assert 1 <= len(changed) <= 2, name  # two where both networks change alike


def test_a_slow_step_gets_fewer_of_them(monkeypatch):
    monkeypatch.setattr(recipes, "seconds_a_step", lambda experiment: 0.5)
    with few_digits():
        (row,) = recipes.train_for(tiny_settings("dcgan"), seed=0, seconds=1.6, file=None)
    assert row["step"] == 3 and np.isfinite(row["frechet_classifier_distance"])


def test_a_trial(tmp_path, monkeypatch):
    small = {name: tiny_settings("dcgan", num_steps=3, batch_size=size) for name, size in (("a", 8), ("b", 16))}
    monkeypatch.setattr(recipes, "digit_recipes", lambda: small)
    monkeypatch.setattr(recipes, "WARM_UP", 1)
    monkeypatch.setattr(recipes, "TIMED", 3)
    monkeypatch.setattr(recipes, "train_for", short(recipes.train_for))
    with few_digits():
        result = CliRunner().invoke(recipes.main, ["digits", "--smoke", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert [row["run"] for row in read_table(tmp_path / "05_recipes_digits.csv")] == ["a", "b"]
    assert (tmp_path / "05_recipes_digits.png").exists()


def short(train_for):
    """The same within a moment."""
    return lambda settings, seed, seconds, file: train_for(settings, seed, 0.01, file)
