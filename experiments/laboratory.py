"""How far each preset of the laboratory gets: `.venv/bin/python -m experiments.laboratory`, a line for each seed.

Modes captured and share of high quality after 15, 30 and 60 seconds: in Node of its processor's time and without
pictures, or with `--browser` of the clock, in the page itself, for which it needs what `make test-slow` needs.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import click

from gan_course.laboratory import ENGINE, PRESETS, STATIC, write_laboratory

ROOT = Path(__file__).resolve().parents[1]
PLAYWRIGHT = next(ROOT.glob(".venv-browser/lib/python3*/site-packages"), None)
SECONDS = (15, 30, 60)
Counts = list[tuple[int, int, float]]  # rounds, modes captured, share of high quality; at each of SECONDS

RACE = """
const settings = { ...presetSettings(process.argv[2]), seed: Number(process.argv[3]) };
const game = newGame(settings);
const start = process.cpuUsage();
const counts = SECONDS.map((seconds) => {
  const passed = () => { const { user, system } = process.cpuUsage(start); return (user + system) / 1e6; };
  while (passed() < seconds) play(game);
  const { captured, share } = countsOf(game);
  return [game.rounds, captured, share];
});
console.log(JSON.stringify(counts));
"""


@click.command(help=__doc__.partition("\n")[0])
@click.argument("presets", nargs=-1, type=click.Choice(list(PRESETS)))
@click.option("--seeds", default=5, show_default=True, help="How many seeds, from 0 on.")
@click.option("--browser", is_flag=True, help="In the page, by the clock.")
def main(presets: tuple[str, ...], seeds: int, browser: bool) -> None:
    """Print a line for each game."""
    games = [(preset, seed) for preset in presets or PRESETS for seed in range(seeds)]
    for (preset, seed), counts in zip(games, in_browser(games) if browser else in_node(games)):
        columns = [f"{n:6} rounds, {modes} modes, {share:4.0%}" for n, modes, share in counts]
        print(f"{preset:<13} seed {seed}:  " + "   ".join(columns), flush=True)


def in_node(games: list[tuple[str, int]]) -> Iterator[Counts]:
    """One process a game."""
    names = [*(f"engine/{name}" for name in ENGINE if name != "worker.js"), "page/settings.js"]
    scripts = [(STATIC / name).read_text(encoding="utf-8") for name in names]
    text = "\n".join([*scripts, f"const SECONDS = {list(SECONDS)};", RACE])
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "race.js"
        program.write_text(text, encoding="utf-8")
        for preset, seed in games:
            command = [shutil.which("node") or "node", str(program), preset, str(seed)]
            yield json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def in_browser(games: list[tuple[str, int]]) -> Iterator[Counts]:
    """One page after the other, each pressed to run."""
    sys.path.append(str(PLAYWRIGHT))
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        address = write_laboratory(Path(folder)).as_uri()
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for preset, seed in games:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(address)
            hash_ = page.evaluate(f"toHash({{ ...presetSettings('{preset}'), seed: {seed} }})")
            page.evaluate(f"location.hash = '{hash_}'")
            page.wait_for_function(f"page.settings.seed === {seed} && page.counts !== null")
            yield list(watch(page))
            page.close()
        browser.close()


def watch(page) -> Iterator[tuple[int, int, float]]:
    """What the page has counted at each of SECONDS after Run."""
    page.click("#run")
    start = time.monotonic()
    for seconds in SECONDS:
        time.sleep(max(0.0, start + seconds - time.monotonic()))
        yield page.evaluate("[page.picture.rounds, page.counts.captured, page.counts.share]")


if __name__ == "__main__":
    main()
