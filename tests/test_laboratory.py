"""The laboratory's page and its scripts, without a browser: held against the package, SciPy and NumPy."""

import random
import re
import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest
from javascript import NODE, WITHOUT_PAGE, javascript
from scipy import stats

from gan_course.data import mixtures
from gan_course.evaluation.modes import mixture_metrics
from gan_course.laboratory import ENGINE, PAGE, PRESETS, STATIC, write_laboratory
from gan_course.lessons.mixture_gan import FREQUENCIES, MIXTURES, Settings
from gan_course.training.schedules import cosine_ramp

SCRIPTS = [*(STATIC / "engine" / name for name in ENGINE), *(STATIC / "page" / name for name in PAGE)]
ELSEWHERE = r"(https?:)?//[a-z0-9-]+\.[a-z]|\bfetch\(|XMLHttpRequest|import\("
CHOICES = "() => [CHOICES, LAYERS, DEFAULTS]"
PYTHON = "(over) => { const settings = { ...DEFAULTS, ...over }; return toPython(settings, toHash(settings)); }"
GAMES = {  # one for each loss, and other data and rules with them
    "non-saturating": {"r1": 0.1, "pack": 2},
    "saturating": {"pack": 3, "average": True, "fall": 0, "data": "spiral"},
    "wasserstein": {"turnsD": 3, "data": "grid"},
    "relativistic": {"r1": 0.1, "r2": 0.2, "turnsG": 2, "data": "drawn", "drawn": [-1, 0, 0.5, 2]},
}


class Page(HTMLParser):
    """What the page asks for, its controls, and the labels of these."""

    def __init__(self, text):
        super().__init__()
        self.asked, self.controls, self.labels, self.ids, self.open_label = [], [], set(), [], False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.ids += [given["id"]] if "id" in given else []
        self.asked += [given[key] for key in ("src", "href") if key in given]
        if tag == "label":
            self.open_label = True
            self.labels.add(given.get("for"))
        if tag in ("input", "select"):
            self.controls.append((given.get("name"), self.open_label or given.get("id") in self.labels))

    def handle_endtag(self, tag):
        self.open_label = self.open_label and tag != "label"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_laboratory(tmp_path_factory.mktemp("site") / "lab").parent


@pytest.fixture(scope="module")
def page(folder):
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_the_page_has_all_that_it_asks_for_and_asks_for_nothing_else(folder, page):
    local = [address for address in page.asked if not address.startswith(("#", "data:"))]
    assert set(local) == {path.name for path in folder.iterdir()} - {"index.html"}
    for path in folder.iterdir():
        assert not re.search(ELSEWHERE, path.read_text(encoding="utf-8")), path


def test_every_setting_has_a_control_and_every_control_a_label(page):
    _, layers, defaults = javascript(CHOICES)
    assert all(labelled for _, labelled in page.controls)
    assert {name for name, _ in page.controls} == defaults.keys() - {"drawn"}
    assert sum(name == "show" for name, _ in page.controls) == len(layers)
    assert len(set(page.ids)) == len(page.ids)


def test_presets_are_named_alike_by_the_page_and_by_its_scripts():
    assert javascript("() => Object.keys(PRESETS)") == list(PRESETS)


def test_scripts_are_short_and_fit_into_one_page():
    """They share one scope, and the engine's stand within the page."""
    names = []
    for path in SCRIPTS:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 260 and max(map(len, text.splitlines())) <= 120, path
        assert text.startswith("//") and '"use strict";' in text and "</script" not in text, path
        names += re.findall(r"^(?:async )?(?:function|const|let) (\w+)", text, flags=re.MULTILINE)
    assert len(set(names)) == len(names)
    assert {path.name for path in (STATIC / "engine").iterdir()} == set(ENGINE)
    assert {path.name for path in (STATIC / "page").iterdir()} == set(PAGE)


def test_centres_are_the_packages():
    numbers = "(data) => { const { centres, std, limit } = mixtureOf({ data }); return [[...centres], std, limit]; }"
    for name, centres in {"ring": mixtures.ring(), "grid": mixtures.grid(), "spiral": mixtures.spiral()}.items():
        found = javascript(numbers, name)
        np.testing.assert_allclose(np.reshape(found[0], (-1, 2)), centres, atol=1e-6)
        if name in MIXTURES:
            assert found[1:] == [MIXTURES[name].std, MIXTURES[name].limit]


def test_networks_are_as_the_lesson_has_them():
    sizes = javascript(
        """(over) => {
          const game = newGame({ ...DEFAULTS, ...over });
          return [game.generator.weights, game.discriminator.weights].map((list) => list.map((array) => [...array]));
        }""",
        {"width": 128, "pack": 2},
    )
    inputs = 4 * (1 + 2 * len(FREQUENCIES))
    for weights, widths in zip(sizes, [(2, 128, 128, 128, 2), (inputs, 128, 128, 128, 1)]):
        assert list(map(len, weights[1::2])) == list(widths[1:])
        for matrix, width_in, width_out in zip(weights[::2], widths, widths[1:]):
            assert len(matrix) == width_in * width_out
            assert np.std(matrix) == pytest.approx(np.sqrt(2 / width_in), rel=4 / np.sqrt(2 * len(matrix)))
        assert all(0.7 < np.std(bias) < 1.3 for bias in weights[1:-1:2]) and not any(weights[-1])


def test_first_settings_are_those_of_the_lesson_but_for_width_and_rates():
    _, _, first = javascript(CHOICES)
    pairs = {"beta1": "beta1", "fall": "num_steps", "batchSize": "batch_size", "latentDim": "latent_dim"}
    assert {name: first[name] for name in pairs} == {name: getattr(Settings(), other) for name, other in pairs.items()}


def test_modes_and_quality_are_counted_as_in_the_package():
    rng = np.random.default_rng(0)
    ring = MIXTURES["ring"]
    cloud = mixtures.sample(ring.centres[:5], 0.03, 400, rng)
    cloud[:40] = rng.uniform(-3, 3, (40, 2))
    counts = javascript("(points) => countModes(points, mixtureOf(DEFAULTS))", cloud.ravel().tolist())
    ours = mixture_metrics(cloud, ring.centres, ring.std)
    assert (counts["captured"], counts["share"]) == (ours["modes_captured"], pytest.approx(ours["high_quality_share"]))
    assert sum(counts["counts"]) == round(400 * counts["share"])


def test_rates_fall_as_in_the_package():
    """Three turns of D a round: as many steps of the cosine in each."""
    left = javascript(
        """(over) => [0, 1, 2, 3, 4].flatMap((rounds) =>
          [0, 1, 2].map((turn) => rateLeft({ rounds, settings: { ...DEFAULTS, ...over } }, turn, 3)))""",
        {"fall": 4},
    )
    np.testing.assert_allclose(left[:12], cosine_ramp(1.0, 0.01, 12), rtol=1e-9)
    assert left[12:] == pytest.approx([0.01] * 3)


def test_the_averaged_g_follows_slowly():
    """A tenth round: at most 0.99^10 of the old average is kept, and at first (1 + n) / (10 + n)."""
    at_first, *later = javascript(
        """(over) => {
          const game = newGame({ ...DEFAULTS, ...over });
          const seen = [[...game.average.weights[0]]];
          for (let i = 1; i <= 20; i++) {
            play(game);
            if (i % 10 === 0) seen.push([game.generator, game.average].map((network) => [...network.weights[0]]));
          }
          return seen;
        }""",
        {"width": 16, "batchSize": 32},
    )
    average = np.array(at_first)
    for number, (generator, found) in enumerate(later, start=1):
        kept = min(0.99**10, (1 + number) / (10 + number))
        average = kept * average + (1 - kept) * np.array(generator)
        np.testing.assert_allclose(found, average, atol=1e-12)


def test_random_numbers_are_uniform_normal_and_the_same_again():
    draw = """(seed, stream) => {
      const random = newRandom(seed, stream);
      return [Array.from({ length: 4000 }, random.uniform), [...normals(random, 4000)]];
    }"""
    (uniform, normal), again, other = (javascript(draw, *seeds) for seeds in ((1, 0), (1, 0), (1, 1)))
    assert stats.kstest(uniform, "uniform").pvalue > 0.01 and stats.kstest(normal, "norm").pvalue > 0.01
    assert abs(np.corrcoef(uniform[1:], uniform[:-1])[0, 1]) < 0.05
    assert again == [uniform, normal] and abs(np.corrcoef(uniform, other[0])[0, 1]) < 0.05


def test_points_are_a_mixture():
    text = "(n) => [...samplePoints(mixtureOf({ data: 'grid' }), n, newRandom(0, 0))]"
    points = np.reshape(javascript(text, 5000), (-1, 2))
    distances = np.linalg.norm(points[:, None] - mixtures.grid(), axis=2)
    assert (distances.min(axis=1) ** 2).mean() == pytest.approx(2 * 0.05**2, rel=0.1)
    assert np.bincount(distances.argmin(axis=1)).min() > 5000 / 25 * 0.7


def test_the_net_divides_the_points_of_g_evenly():
    shares = np.linspace(0.01, 0.99, 21)
    found = javascript("(shares) => shares.map(normalQuantile)", shares.tolist())
    np.testing.assert_allclose(found, stats.norm.ppf(shares), atol=1e-6)


@pytest.mark.parametrize(("m", "k", "n"), [(1, 3, 5), (7, 26, 9), (12, 4, 4), (5, 8, 1), (2, 1, 4)])
def test_products_are_numpys(m, k, n):
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((m, k)), rng.standard_normal((k, n))
    multiply = "(a, b, m, k, n) => [...product(a, b, m, k, n)]"
    found = javascript(multiply, a.ravel().tolist(), b.ravel().tolist(), m, k, n)
    np.testing.assert_allclose(np.reshape(found, (m, n)), a @ b, atol=1e-12)


def test_colours_stand_for_d_and_packs_are_judged_in_company():
    """Without packs the surface is 2 D(x) - 1; arrows point against the gradient, by central differences."""
    found = javascript(
        """(over) => {
          const game = newGame({ ...DEFAULTS, ...over });
          const answers = forward(game.discriminator, gridPoints(3, 5), 25).output;
          const { starts, arrows } = arrowsOf(game, pictureOf(game, 5).fake);
          const lossAt = (i, step) => {
            const moved = Float64Array.from(starts);
            moved[i] += step;
            return lossOfG(game.discriminator, null, moved, NUM_ARROWS, game.settings).value;
          };
          const slopes = [0, 1, 2, 3].map((i) => ((lossAt(i, -1e-5) - lossAt(i, 1e-5)) / 2e-5) * NUM_ARROWS);
          return [[...answers], [...surfaceOf(game, 5, starts)], slopes, [...arrows.slice(0, 4)]];
        }""",
        {"width": 16},
    )
    logits, surface, slopes, arrows = map(np.array, found)
    np.testing.assert_allclose(surface, 2 / (1 + np.exp(-logits)) - 1, atol=1e-6)
    np.testing.assert_allclose(arrows, slopes, rtol=1e-4, atol=1e-6)
    packed = "(over) => [...surfaceOf(newGame({ ...DEFAULTS, ...over }), 5, new Float64Array(100))]"
    assert np.isfinite(javascript(packed, {"width": 16, "pack": 4})).all()


def new_settings(rng, choices, layers):
    """Any settings that the page may have."""
    settings = {name: rng.choice(values) for name, values in choices.items()} | {"seed": rng.randrange(10_000)}
    settings["show"] = [layer for layer in layers if rng.random() < 0.5]
    count = 2 * rng.randrange(1, 200) if settings["data"] == "drawn" else 0
    settings["drawn"] = [3 * (2 * rng.randrange(256) / 255 - 1) for _ in range(count)]
    return settings


def test_a_permalink_brings_all_settings_back():
    choices, layers, _ = javascript(CHOICES)
    rng = random.Random(0)
    given = [new_settings(rng, choices, layers) for _ in range(200)]
    found = javascript("(all) => all.map((settings) => fromHash('#' + toHash(settings)))", given)
    for before, after in zip(given, found):
        assert after.keys() == before.keys()
        assert np.allclose(after.pop("drawn"), before.pop("drawn"), atol=1e-12) and after == before


@pytest.mark.parametrize(
    "link",
    [
        "#seed=1e9&rateD=1000&pack=0&loss=constructor&data=__proto__&width=2048",
        "#loss=<script>alert(1)</script>&drawn=%00%ff&seed=-1&show",
        "#%",
        "#drawn=" + "A" * 100_000,
        "",
    ],
)
def test_what_a_link_may_not_say_is_left_at_its_first_value(link):
    found = javascript("fromHash", link)
    defaults = javascript(CHOICES)[2]
    drawn, _ = found.pop("drawn"), defaults.pop("drawn")
    assert len(drawn) <= 400 and all(-3 <= coordinate <= 3 for coordinate in drawn)
    assert found | {"show": defaults["show"]} == defaults


@pytest.mark.parametrize("loss", GAMES)
def test_the_exported_program_is_tidy_python(loss, tmp_path):
    program = tmp_path / "game.py"
    program.write_text(javascript(PYTHON, {"loss": loss} | GAMES[loss]))
    options = ["--isolated", "--config", "line-length=120", "--no-cache", str(program)]
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, *options]
        done = subprocess.run(ruff, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


@pytest.mark.skipif(NODE is None, reason="there is no Node")
def test_node_reads_every_script_by_itself():
    for path in SCRIPTS:
        subprocess.run([NODE, "--check", path], check=True)
    assert len(WITHOUT_PAGE) == len(ENGINE) - 1 + 3
