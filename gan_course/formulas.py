"""Formulas of a text as MathML, which browsers show without a network.

The usual way to formulas, MathJax, is fetched over the network. They are taken out while Markdown becomes HTML, which
would take them apart, and put back afterwards.
"""

import re

from latex2mathml.converter import convert

FORMULA = r"(?s)(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|\$(.+?)\$"  # or code, which stays as it is
MARK = "\ue000([0-9]+)\ue001"  # characters that no text has
BEFORE_LOG, AFTER_LOG = r"(?<=[A-Za-z0-9)}])\s*\\log\b", r"\\log\s+(?=[A-Za-z0-9\\])"  # letters on either side of a log
UNBRACED = r"\\(mathbb|mathcal)\s+([A-Z])"  # a letter that browsers show only if the converter finds it in braces


def take_out(markdown: str, formulas: list[str]) -> str:
    """Markdown with a mark in place of each formula, `$...$` or `$$...$$`.

    Args:
        markdown: the text.
        formulas: those of the texts before; the MathML of these is appended.
    """

    def mark(match: re.Match) -> str:
        code, block, inline = match.groups()
        if code:
            return code
        formulas.append(to_mathml(block or inline, "block" if block else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    return re.sub(FORMULA, mark, markdown.replace("\ue000", "").replace("\ue001", ""))


def to_mathml(latex: str, display: str) -> str:
    """MathML of a formula, with the room on both sides of a log that TeX gives it by itself."""
    latex = re.sub(AFTER_LOG, r"\\log\\,", re.sub(BEFORE_LOG, r"\\,\\log", latex))
    return convert(re.sub(UNBRACED, r"\\\1{\2}", latex), display=display)


def put_back(html: str, formulas: list[str]) -> str:
    """HTML with the formulas in place of their marks."""
    return re.sub(MARK, lambda match: formulas[int(match[1])], html)
