"""The exported program plays the game in the package, whatever the loss."""

import re
import runpy

import pytest
from javascript import javascript
from test_laboratory import GAMES, PYTHON

FEW = {"num_steps": "6", "hidden": "(8, 8, 8)"}


@pytest.mark.slow
@pytest.mark.parametrize("loss", GAMES)
def test_the_exported_program_plays(loss, tmp_path, capsys):
    text = javascript(PYTHON, {"loss": loss} | GAMES[loss])
    for name, value in FEW.items():
        text, count = re.subn(rf"(    {name}=).*,\n", rf"\g<1>{value},\n", text)
        assert count == 1
    program = tmp_path / "game.py"
    program.write_text(text)
    game = runpy.run_path(str(program))["game"]
    assert game.num_steps == 6 and game.generator is not None
    assert re.search(r"\d+ of (8|60|25|2) modes, \d+\.\d% of high quality", capsys.readouterr().out)
