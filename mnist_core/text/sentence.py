"""Sentences with values in them that can be said in another language later, where somebody reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class Sentence(str):
    """An English sentence that remembers what it was put together from.

    It is a `str` like any other for whoever prints, stores or compares it. `translated` of translation.py says it in
    another language: it looks up `template`, and puts the `values` in there, of which some may be sentences themselves.
    `plural` is the template for numbers other than `number`=1; "" if the sentence has one form. What is done with it as
    with a string, such as `+`, `join` or an f-string, gives a plain English string.
    """

    template: str
    values: dict[str, Any]
    plural: str
    number: int

    def __new__(cls, text: str) -> Sentence:
        """Return a sentence without values; `sentence` and `plural_sentence` make the others."""
        made = super().__new__(cls, text)
        made.template, made.values, made.plural, made.number = text, {}, "", 1
        return made


def sentence(template: str, **values: Any) -> Sentence:
    """Return "{accuracy} of {number:,} images" with its values. Braces are doubled only where there are values."""
    made = Sentence(template.format(**values) if values else template)
    made.template, made.values = template, values
    return made


def plural_sentence(singular: str, plural: str, number: int, **values: Any) -> Sentence:
    """Return one of two sentences, by a number that they may call {number}."""
    made = Sentence((singular if number == 1 else plural).format(number=number, **values))
    made.template, made.plural, made.number, made.values = singular, plural, number, values
    return made


def joined(parts: Sequence[str], between: str = "{before}, {part}", last: str = "") -> Sentence:
    """Return parts as "a, b, c", with `last` in place of `between` before the last one. There must be one part."""
    if len(parts) == 1:
        return parts[0] if isinstance(parts[0], Sentence) else Sentence(parts[0])
    before = joined(parts[:-1], between)
    made = Sentence((last or between).format(before=before, part=parts[-1]))
    made.template, made.values = last or between, {"before": before, "part": parts[-1]}
    return made


def marked(text: str) -> str:
    """Return `text` itself: `make translations` collects it, and it is translated where it is shown."""
    return text
