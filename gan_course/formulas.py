"""Formulas of a text as MathML, which browsers show without a network.

The usual way to formulas, MathJax, is fetched over the network. They are taken out while Markdown becomes HTML, which
would take them apart, and put back afterwards.
"""

import re

from latex2mathml.converter import convert

FORMULA = r"(?s)(```.*?```|`[^`\n]*`)|\$\$(.+?)\$\$|\$(.+?)\$"  # or code, which stays as it is
MARK = "\ue000([0-9]+)\ue001"  # characters that no text has


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
        formulas.append(convert(block or inline, display="block" if block else "inline"))
        return f"\ue000{len(formulas) - 1}\ue001"

    return re.sub(FORMULA, mark, markdown.replace("\ue000", "").replace("\ue001", ""))


def put_back(html: str, formulas: list[str]) -> str:
    """HTML with the formulas in place of their marks."""
    return re.sub(MARK, lambda match: formulas[int(match[1])], html)
