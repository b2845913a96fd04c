"""Sentences with values in them that can be said in another language later, where somebody reads them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mnist_core.errors import UserError


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


def sentence_of(error: UserError) -> Sentence:
    """Return the text of an error with its values, for `translated`."""
    if isinstance(error.template, Sentence):
        return error.template
    made = Sentence(str(error))
    made.template, made.values = error.template, error.values
    return made


def to_stored(text: str) -> str:
    """Return a text as one string for the run store: a sentence with its values as JSON, any other as it is."""
    if not isinstance(text, Sentence) or not (text.values or text.plural):
        return text
    return json.dumps(_parts_of(text), ensure_ascii=False)


def from_stored(text: str) -> Sentence:
    """Return what `to_stored` was given. What is no such JSON is a sentence without values."""
    try:
        return _sentence_from(json.loads(text)) if text.startswith(_STORED) else Sentence(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Sentence(text)


_STORED = '{"text": '
_PLAIN = (str, int, float, bool)


def _parts_of(text: Sentence) -> dict[str, Any]:
    values = {name: _storable(value) for name, value in text.values.items()}
    return {
        "text": str(text),
        "template": text.template,
        "values": values,
        "plural": text.plural,
        "number": text.number,
    }


def _storable(value: Any) -> Any:
    value = sentence_of(value) if isinstance(value, UserError) else value
    if isinstance(value, Sentence):
        return _parts_of(value)
    return value if isinstance(value, _PLAIN) else str(value)


def _sentence_from(parts: dict[str, Any]) -> Sentence:
    made = Sentence(parts["text"])
    values = {name: _sentence_from(it) if isinstance(it, dict) else it for name, it in parts["values"].items()}
    made.template, made.values, made.plural, made.number = parts["template"], values, parts["plural"], parts["number"]
    return made


def marked(text: str) -> str:
    """Return `text` itself: `make translations` collects it, and it is translated where it is shown."""
    return text
