"""The table of recipes: equal seconds, one change at a time, and a trial of it."""

from dataclasses import asdict

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


def test_a_slow_step_gets_fewer_of_them(tmp_path, monkeypatch):
    small = {name: tiny_settings("dcgan", batch_size=size) for name, size in (("slow", 8), ("quick", 16))}
    monkeypatch.setattr(recipes, "pace", lambda settings: [{"ms_a_step": 100 if settings == small["slow"] else 50}])
    monkeypatch.setattr(recipes, "train_for_row", lambda settings, seed, file: [{"step": settings.num_steps}])
    monkeypatch.setattr(recipes, "lay_out", lambda *_, **__: None)
    recipes.same_seconds("table", small, 20, tmp_path, smoke=False)
    steps = [(row["run"], row["seed"], row["step"]) for row in read_table(tmp_path / "table.csv")]
    assert steps == [(name, str(seed), str(n)) for seed in range(3) for name, n in (("slow", 200), ("quick", 400))]


def test_a_trial(tmp_path, monkeypatch):
    small = {name: tiny_settings("dcgan", num_steps=3, batch_size=size) for name, size in (("a", 8), ("b", 16))}
    monkeypatch.setattr(recipes, "digit_recipes", lambda: small)
    monkeypatch.setattr(recipes, "WARM_UP", 1)
    monkeypatch.setattr(recipes, "TIMED", 4)
    monkeypatch.setattr(recipes, "pace", lambda settings: [{"ms_a_step": 250}])
    with few_digits():
        result = CliRunner().invoke(recipes.main, ["digits", "--smoke", "--out", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert [row["run"] for row in read_table(tmp_path / "05_recipes_digits.csv")] == ["a", "b"]
    assert (tmp_path / "05_recipes_digits.png").exists()


def test_the_pace_counts_what_comes_now_and_then():
    with few_digits():
        (row,) = recipes.pace(tiny_settings("dcgan", num_steps=3))
    assert 0 < row["ms_a_step"] < 10_000


def test_the_published_recipe_has_a_row_of_its_own_and_one_of_ten_times_the_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(recipes, "pace", lambda settings: [{"ms_a_step": 50}])
    monkeypatch.setattr(recipes, "train_for_row", lambda settings, seed, file: [{"step": settings.num_steps}])
    recipes.published(tmp_path, smoke=True)
    rows = [(row["run"], int(row["step"])) for row in read_table(tmp_path / "05_published_digits.csv")]
    assert rows == [("chosen", 10), ("published", 10), ("published, ten times as long", 100)]
