"""Formats parts of sentences: percentages, articles, plurals, enumerations, and the digits that were read."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from mnist_core.text.sentence import Sentence, joined, marked, plural_sentence, sentence

_ABBREVIATION = re.compile(r"[A-Z][A-Z0-9]")
_BEGINS_WITH_VOWEL_SOUND = re.compile(r"[aefhilmnorsx]$|[aeio]|8|1[18]$", re.IGNORECASE)


def with_article(name: str) -> str:
    """Return a class name with its indefinite article, by its pronunciation: "a 4", "an 8", "an Ankle boot"."""
    vowel = _BEGINS_WITH_VOWEL_SOUND.match(name)
    if name.isdigit():  # the other names have genders of their own in many languages
        return sentence("an {digit}", digit=name) if vowel else sentence("a {digit}", digit=name)
    return sentence("an {name}", name=name) if vowel else sentence("a {name}", name=name)


class Read(NamedTuple):
    """A digit that was read: the name of its class, the confidence from 0 to 1, and whether that counts as sure."""

    name: str
    confidence: float
    sure: bool


def side_by_side(row: Sequence[Read]) -> str:
    """Return the digits that were read as one text, with a "?" after each unsure one: "72", "7?2"."""
    return "".join(f"{read.name}{'' if read.sure else '?'}" for read in row)


def one_by_one(row: Sequence[Read]) -> str:
    """Return the digits that were read, each with its confidence: "a 7, 99 %, and perhaps a 2, 55 %"."""
    parts = [_read_as(it) for it in row]
    return joined(parts, last=marked("{before}, and {part}")) if parts else ""


def _read_as(read: Read) -> str:
    values = {"name": with_article(read.name), "confidence": percent(read.confidence, 0)}
    return (
        sentence("{name}, {confidence}", **values) if read.sure else sentence("perhaps {name}, {confidence}", **values)
    )


def counted(number: int, noun: str, plural: str = "") -> Sentence:
    """Return a number with its noun: "1 run", "2,000 runs"; `plural` is for nouns that take more than an "s"."""
    one, several = f"{{number:,}} {noun}", f"{{number:,}} {plural or f'{noun}s'}"
    return plural_sentence(one, several, number)


def in_sentence(label: str) -> Sentence:
    """Return a label as it is written within a sentence: "Hidden units" becomes "hidden units", and "L2" stays."""
    return Sentence(label if _ABBREVIATION.match(label) else label.lower())


def capitalised(text: str) -> str:
    """Return a text as it begins a sentence: "Run 12". Other capitals stay, which nouns have in some languages."""
    return text[:1].upper() + text[1:]


def listed(parts: Sequence[str]) -> str:
    """Return parts as an enumeration: "a", "a and b", "a, b and c"."""
    return joined(parts, marked("{before}, {part}"), marked("{before} and {part}"))


def signed(value: float, digits: int = 1) -> str:
    """Return a number with its sign and so many decimals: "+1.5", "−0.3", and "+0.0" for what is rounded to 0."""
    return f"{round(value, digits) + 0.0:+.{digits}f}".replace("-", "−")


def told_apart(number: float, other: float) -> tuple[str, str]:
    """Return two numbers with three significant digits, or as many more, up to six, as show that they differ."""
    shown = ("", "")
    for digits in range(3, 7):
        shown = (f"{number:.{digits}g}", f"{other:.{digits}g}")
        if shown[0] != shown[1]:
            break
    return shown


def percent(fraction: float | None, digits: int = 2) -> str:
    """Return a fraction from 0 to 1 as a percentage, as pages and terminal show it: "96.52 %".

    Values just below 1 or above 0 are not rounded to these: ">99.99 %", "<0.01 %". None and NaN give a dash.
    """
    if fraction is None or math.isnan(fraction):
        return "–"
    step = 10.0**-digits
    text = f"{100 * fraction:.{digits}f}"
    if fraction < 1 and float(text) >= 100:
        return f">{100 - step:.{digits}f} %"
    if fraction > 0 and float(text) == 0:
        return f"<{step:.{digits}f} %"
    return f"{text} %"
