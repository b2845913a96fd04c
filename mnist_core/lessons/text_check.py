"""Checks the texts of lessons: Markdown without HTML, pictures and links to other sites, in visible characters.

A workshop may have no internet, and an exercise in a link may be by anybody.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from mnist_core.text.escape import MOST_MARKS, clean, quoted
from mnist_core.text.sentence import sentence

_JOINERS = "\u200c\u200d"

_NO_LINKS = "expected no link to another site, since workshops may have no internet"
_REFUSED = {
    re.compile(r"</?[A-Za-z][^<>\n]*|<[!?]"): "expected Markdown without HTML",
    re.compile(r"!\["): "expected text without pictures",
    re.compile(r"[a-z][a-z+.-]*:/|(?<![a-z])(?:mailto|xmpp|javascript|data):\S|www\.", re.IGNORECASE): _NO_LINKS,
    re.compile(r"[\w.+-]+@[\w-]+\.\w"): "expected no e-mail address",
    re.compile(
        r"\]\((?![a-z]*(?:\?[\w=+.%&-]*)?\))[^)\n]*"
    ): "expected a link to a page of the app, such as (runs?filter=mine)",
    re.compile(r"\[[^\]]*\]:"): "expected the target of a link in parentheses behind its text",
}
"""What texts must not have, with what was expected instead.

Streamlit shows GitHub's Markdown, in which addresses are links by themselves (GFM, ch. 6.9).
"""


class TextProblem(NamedTuple):
    """What is wrong with a text, as the rest of a sentence that begins with its key, and the part that is wrong."""

    text: str
    part: str = ""


def text_problem(text: str, longest: int, lines: bool = False) -> TextProblem | None:
    """Return what is wrong with a text of at most `longest` characters, on one line or several; None if nothing is."""
    if len(text) > longest:
        return TextProblem(
            sentence("has {number:,} characters; expected at most {most:,}.", number=len(text), most=longest)
        )
    if "\n" in text and not lines:
        return TextProblem(sentence("has several lines; expected one."))
    for line in text.split("\n"):
        if clean(line, len(line)) != _one_line(line):
            return _problem_of_characters(line)
    for pattern, what in _REFUSED.items():
        if found := pattern.search(text):
            return TextProblem(f"has {quoted(found[0], 30)}; {what}.", found[0])
    return None


def _problem_of_characters(line: str) -> TextProblem:
    """Return which character `clean` would remove or replace."""
    for index, character in enumerate(line):
        around = line[max(0, index - 1) : index + 2] if character in _JOINERS else character
        if clean(around, len(around)) != _one_line(around):
            return TextProblem(f"has the character U+{ord(character):04X}; expected visible ones.", character)
    return TextProblem(f"has too many marks on a letter; expected at most {MOST_MARKS}.", line)


def _one_line(text: str) -> str:
    """Return what `clean` makes of visible characters. Line breaks of other kinds are none of them."""
    spaced = "".join(" " if it == "\t" or unicodedata.category(it) == "Zs" else it for it in text)
    return " ".join(filter(None, unicodedata.normalize("NFC", spaced).split(" ")))
