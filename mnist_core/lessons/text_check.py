"""Checks the texts of lessons: Markdown without HTML, pictures and links to other sites, in visible characters.

A workshop may have no internet, and an exercise in a link may be by anybody.
"""

from __future__ import annotations

import re
import unicodedata

from mnist_core.text.escape import clean, quoted

_JOINERS = "\u200c\u200d"

_REFUSED = {
    re.compile(r"</?[A-Za-z][^<>\n]*|<[!?]"): "HTML; expected Markdown without tags",
    re.compile(r"!\["): "a picture; expected text only",
    re.compile(r"\b[a-z][a-z+.-]*:/{1,2}|\bwww\.|\b(?:mailto|javascript|data):\S|\]\(\s*<?[\\/&]", re.IGNORECASE): (
        "a link to another site; expected none, since workshops may have no internet"
    ),
    re.compile(r"[\w.+-]+@[\w-]+\.\w"): "an e-mail address; expected none",
    re.compile(
        r"^ {0,3}\[[^\]\n]*\]:", re.MULTILINE
    ): "the target of a link; expected it in parentheses after the text",
}


def text_problem(text: str, longest: int, lines: bool = False) -> str:
    """Return what is wrong with a text, as the rest of a sentence that begins with its key; "" if nothing is."""
    if len(text) > longest:
        return f"has {len(text):,} characters; expected at most {longest:,}."
    if "\n" in text and not lines:
        return "has several lines; expected one."
    for line in text.split("\n"):
        if bad := _unprintable(line):
            return f"has the character {bad}, which is not visible; expected visible ones."
    for pattern, what in _REFUSED.items():
        if found := pattern.search(text):
            return f"has {quoted(found[0], 30)}, {what}."
    return ""


def _unprintable(line: str) -> str:
    """Return the first character that `clean` would remove or replace, as "U+202E"; "" if there is none."""
    line = unicodedata.normalize("NFC", line.replace("\t", " "))
    if clean(line, max(1, len(line))) == " ".join(line.split()):
        return ""
    for index, character in enumerate(line):
        around = line[max(0, index - 1) : index + 2] if character in _JOINERS else character
        if clean(around, len(around)) != " ".join(around.split()):
            return f"U+{ord(character):04X}"
    return "of a combining mark, too many of them on one letter"
