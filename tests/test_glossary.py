"""The glossary: every term that must be there is, in alphabetical order, and its lesson has it where the link leads."""

import json
import re
import unicodedata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
GLOSSARY = (DOCS / "glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(
    r"^\*\*(?P<term>.+?)\*\*(?P<others>(?:, \*.+?\*)*): (?P<text>.+) \(\[(?P<title>.+?)\]\((?P<link>\S+)\)\)$"
)

# What the lessons are about, and what their readers found used before it was introduced.
NEEDED = """
    Adam, autoencoder, averaged generator, batch, batch normalisation, beta, bootstrap, Cell, channel, checkerboard,
    class loss, convolution, critic, cross-entropy, DCGAN, decoder, dense, density, DiffAugment, discriminator, doctor,
    dropout, ELBO, embedding, encoder, epoch, evaluation, fake, features, FID, fixed noise, fold, Fréchet distance, GAN,
    generator, gradient, gradient penalty, head, held-out, kernel distance, KID, KL, label smoothing, latent vector,
    latent_dim, LeakyReLU, learning rate, likelihood, log 2, logit, loss, mean absolute error, mode, mode collapse,
    momentum, n_critic, NaN, nat, nearest neighbour, non-saturating, normal distribution, optimiser, packing, padding,
    parameter, Parzen window, PCA, precision, profile, quantile, recall, ReLU, reparameterisation, rejection sampling,
    residual, running averages, seed, SGD, sigmoid, softmax, spectrum, step, stop_gradient, stride, tanh, tensor,
    test set, total variation, training mode, transposed convolution, unbiased, unrolled GAN, upsample, VAE,
    value_and_grad, variance, Wasserstein distance, Wasserstein GAN, WGAN-GP, white dots, Wilson's interval,
    ACGAN, GAN-train, GAN-test
"""


def entries():
    """A match of ENTRY for each paragraph behind the introduction."""
    paragraphs = [line for line in GLOSSARY.split("\n## ", 1)[1].splitlines() if line.startswith("**")]
    matches = [(line, ENTRY.match(line)) for line in paragraphs]
    assert not [line for line, match in matches if match is None]
    return [match for _, match in matches]


def names(entry):
    """The term and its other names, without the marks of code."""
    return [name.replace("`", "") for name in [entry["term"], *re.findall(r", \*(.+?)\*", entry["others"])]]


def order(term):
    """Letters and digits alone, without accents and case."""
    plain = unicodedata.normalize("NFKD", term).casefold()
    return re.sub(r"[^a-z0-9 ]", "", plain.replace("_", " ").replace("-", " "))


def sections(notebook):
    """{heading: all text and code from it to the next heading} of a notebook."""
    found, heading = {}, None
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        for line in "".join(cell["source"]).splitlines():
            if cell["cell_type"] == "markdown" and (title := re.match(r"#+ (.*)", line)):
                heading = title[1].strip()
            found[heading] = found.get(heading, "") + " " + line
    return found


def test_terms_stand_in_alphabetical_order_and_once():
    terms = [order(names(entry)[0]) for entry in entries()]
    assert terms == sorted(terms) and len(terms) == len(set(terms)) > 180


def test_each_letter_heads_its_terms():
    letter = None
    for line in GLOSSARY.splitlines():
        if line.startswith("## "):
            letter = line.removeprefix("## ")
        elif match := ENTRY.match(line):
            assert order(names(match)[0])[0].upper() == letter


@pytest.mark.parametrize("term", [term.strip() for term in NEEDED.replace("\n", " ").split(",")])
def test_the_terms_of_the_lessons_are_there(term):
    assert term in [name for entry in entries() for name in names(entry)]


def test_each_link_leads_to_a_heading_that_has_the_term():
    """Jupyter makes the anchor of a heading by a hyphen for each space."""
    lessons = {path.name: sections(path) for path in (ROOT / "notebooks").glob("*.ipynb")}
    for entry in entries():
        path, _, anchor = entry["link"].partition("#")
        assert (DOCS / path).exists(), entry["link"]
        headings = {title.replace(" ", "-"): title for title in lessons[Path(path).name]}
        assert anchor in headings, entry["link"]
        heading = headings[anchor]
        number = Path(path).name.split("_")[0]
        assert entry["title"] == (heading if heading.startswith(number) else f"{number} {heading}")
        text = " ".join(lessons[Path(path).name][heading].casefold().split())
        assert any(re.search(rf"(?<![a-z]){re.escape(name.casefold())}", text) for name in names(entry)), names(entry)


def test_entries_are_short():
    """One or two sentences, a third where a term means two things."""
    for entry in entries():
        sentences = re.findall(r"[.?!](?= [A-Z$`(]|$)", entry["text"].replace("et al.", "et al"))
        assert 1 <= len(sentences) <= 3 and len(entry["text"]) < 330, names(entry)
