"""The table of Stacked MNIST, tried with two steps, and the networks of its recipes."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import stacked
from experiments.tables import read_table
from gan_course.lessons import dcgan


def test_a_row_for_each_run_and_none_twice(tmp_path, monkeypatch):
    small = {"base_channels": 2, "base_channels_d": 2, "batch_size": 4, "hidden_g": 4, "hidden_d": 4, "gray": False}
    tiny = stacked.Recipe(replace(dcgan.SETTINGS["class"], **small))
    slopes = replace(tiny.settings, normalise_hidden=False, normal_init=False)
    made = {  # compiling takes most of the time
        "plain": tiny,
        "packed": replace(tiny, pack=2),
        "relativistic": stacked.Recipe(slopes, stacked.relativistic, normalise=False),
    }
    monkeypatch.setattr(stacked, "recipes", lambda: made)
    stacked.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)
    rows = read_table(tmp_path / "07_stacked.csv")
    assert [row["run"] for row in rows] == ["real", "noise", *made]
    assert [row["steps"] for row in rows] == ["0", "0", "2", "2", "2"]
    assert all(1 <= int(row["modes_captured"]) <= 200 and 0 <= float(row["share_confident"]) <= 1 for row in rows)
    assert (tmp_path / "07_stacked.png").exists()

    monkeypatch.setattr(stacked, "learnt", lambda *arguments: pytest.fail("a run was made again"))
    stacked.main(["--smoke", "--out", str(tmp_path)], standalone_mode=False)


@pytest.mark.parametrize("name", stacked.recipes())
def test_networks_of_every_recipe_fit_its_pictures(name):
    recipe = stacked.recipes()[name]
    generator, discriminator, average = stacked.networks(recipe, np.random.default_rng(0))
    z = stacked.ms.Tensor(np.zeros((12, recipe.settings.latent_dim), np.float32))
    fake = generator(z)
    assert fake.shape == (12, 3, *recipe.settings.size)
    assert discriminator(fake).shape == (12 // recipe.pack, 1)
    names = [parameter.name for parameter in discriminator.get_parameters()]
    assert any("gamma" in name for name in names) == recipe.normalise
    assert (average is None) == (recipe.settings.average_decay == 0)
