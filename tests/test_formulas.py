"""Formulas become MathML, and nothing else of a text is touched."""

import re
from xml.etree import ElementTree

from gan_course.formulas import put_back, take_out, to_mathml


def test_inline_and_block_formulas_come_back_in_their_places():
    formulas = ["<math/>"]  # of a text before
    text = take_out("Of $x_1$ and\n\n$$\\frac{a}{b}\n\\le 1$$ the *end*.", formulas)
    assert "$" not in text and "frac" not in text and text.startswith("Of ") and text.endswith(" the *end*.")
    page = put_back(f"<p>{text}</p>", formulas)
    inline, block = (ElementTree.fromstring(formula) for formula in formulas[1:])
    assert (inline.get("display"), block.get("display")) == ("inline", "block")
    assert [page.index(formula) for formula in formulas[1:]] == sorted(page.index(formula) for formula in formulas[1:])


def test_code_keeps_its_dollars():
    text = "`$x$` and\n\n```sh\necho $A $B\n```\n"
    formulas = []
    assert take_out(text, formulas) == text and not formulas


def test_a_text_cannot_forge_a_mark():
    formulas = []
    text = take_out("\ue0007\ue001 of $x$", formulas)
    assert put_back(text, formulas) == f"7 of {formulas[0]}"


def test_a_log_stands_apart_and_letters_of_their_own_kind_are_shown():
    formula = to_mathml(r"x \log p + \mathbb E_z + \mathcal N + \mathbb{E}", "inline")
    words = re.sub("<[^>]*>", " ", re.sub("<mspace[^>]*>", "_", formula)).split()
    assert words[:5] == ["x", "_", "log", "_", "p"]
    assert "mathvariant" not in formula and formula.count("&#x1D53C;") == 2
