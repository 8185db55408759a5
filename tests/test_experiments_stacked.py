"""The table of Stacked MNIST, tried with two steps, and the networks of its recipes."""

from dataclasses import replace

import mindspore as ms
import numpy as np
import pytest

from experiments import stacked
from experiments.tables import read_table
from gan_course.lessons import dcgan

SMALL = {"base_channels": 2, "base_channels_d": 2, "batch_size": 4, "hidden_g": 4, "hidden_d": 4, "gray": False}


def tiny(**changes):
    return stacked.Recipe(replace(dcgan.SETTINGS["class"], **SMALL), **changes)


def test_a_row_for_each_run_and_none_twice(tmp_path, monkeypatch):
    monkeypatch.setattr(stacked, "recipes", lambda: {"packed": tiny(pack=2)})
    stacked.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "07_stacked.csv")
    assert [(row["run"], row["steps"]) for row in rows] == [("real", "0"), ("noise", "0"), ("packed", "2")]
    assert all(1 <= int(row["modes_captured"]) <= 200 and 0 <= float(row["share_confident"]) <= 1 for row in rows)
    assert (tmp_path / "07_stacked.png").exists()

    monkeypatch.setattr(stacked, "learnt", lambda *arguments: pytest.fail("a run was made again"))
    stacked.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)


@pytest.mark.slow
def test_the_relativistic_recipe_learns_and_its_penalty_is_seen():
    recipe = tiny(make_step=stacked.relativistic, normalise=False)
    recipe = replace(recipe, settings=replace(recipe.settings, normalise_hidden=False, normal_init=False))
    game = stacked.build(recipe, seed=0)
    before = [parameter.asnumpy().copy() for parameter in game.generator.get_parameters()]
    history = stacked.train(game.step, game.batches, 10, game.callbacks)  # the average moves every tenth step
    assert (history["penalty"] > 0).all() and np.isfinite(history["loss_g"]).all()
    assert any((a != b.asnumpy()).any() for a, b in zip(before, game.generator.get_parameters()))


@pytest.mark.parametrize("name", stacked.recipes())
def test_networks_of_every_recipe_fit_its_pictures(name):
    recipe = stacked.recipes()[name]
    generator, discriminator, average = stacked.networks(recipe, np.random.default_rng(0))
    fake = generator(ms.Tensor(np.zeros((12, recipe.settings.latent_dim), np.float32)))
    assert fake.shape == (12, 3, *recipe.settings.size)
    assert discriminator(fake).shape == (12 // recipe.pack, 1)
    names = [parameter.name for parameter in discriminator.get_parameters()]
    assert any("gamma" in name for name in names) == recipe.normalise
    assert (average is None) == (recipe.settings.average_decay == 0)
