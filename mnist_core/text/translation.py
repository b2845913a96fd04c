"""Languages of the app: their catalogues, which one a person gets, and texts in it. English is the source.

A catalogue is a pair of files in `assets/languages`: `de.po` is what translators edit, and `de.mo` is made from it by
`python -m scripts.translations`. docs/languages.md says how to add one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from string import Formatter
from typing import Any

from mnist_core.errors import UserError
from mnist_core.text.sentence import Sentence, marked, sentence_of

ENGLISH = "en"
FOLDER = Path(__file__).parents[1] / "assets" / "languages"

_THOUSANDS = "\N{NARROW NO-BREAK SPACE}"
"""Between thousands in other languages than English, as ISO 80000-1 has it: a comma is a decimal sign in most."""


@cache
def languages() -> Mapping[str, str]:
    """Return the languages that there are, by their codes, with their own names: {"en": "English", "de": "Deutsch"}."""
    # Translators: the name of your language, in your language.
    english = marked("English")
    codes = sorted(path.stem for path in FOLDER.glob("*.mo"))
    return {ENGLISH: english, **{code: _catalogue(code).gettext(english) for code in codes}}


@lru_cache(maxsize=256)
def preferred_language(preferences: str) -> str:
    """Return the first known language of a browser's, such as "de-AT" or "fr;q=0.5, de-DE, en;q=0.8"; else English."""
    asked = [re.fullmatch(r"([A-Za-z]{2,3})[\w-]*(?:;q=(\d(?:\.\d+)?))?", part) for part in _parts(preferences)]
    ranked = sorted((it for it in asked if it), key=lambda it: -float(it[2] or 1))
    return next((it[1].lower() for it in ranked if it[1].lower() in languages() and it[2] != "0"), ENGLISH)


def translated(text: str, language: str, **values: Any) -> str:
    """Return a text in a language, with values in place of its {names}; what no catalogue has stays English.

    A `Sentence` brings its values along.
    """
    if isinstance(text, Sentence):
        return _plural(text, language) if text.plural else _singular(text.template, language, text.values)
    return _singular(text, language, values)


def translated_plural(singular: str, plural: str, number: int, language: str, **values: Any) -> str:
    """Return the form for a number of things, which both forms may call {number}: languages have up to six of them."""
    values = {"number": number, **values}
    english = singular if number == 1 else plural
    found = _catalogue(language).ngettext(singular, plural, number) if language != ENGLISH else english
    return _filled(found, english, values, language)


def _singular(text: str, language: str, values: Mapping[str, Any]) -> str:
    found = _catalogue(language).gettext(text) if text and language != ENGLISH else text
    return _filled(found, text, values, language)


def _plural(text: Sentence, language: str) -> str:
    return translated_plural(text.template, text.plural, text.number, language, **text.values)


def _filled(found: str, english: str, values: Mapping[str, Any], language: str) -> str:
    """Return a translation with its values, or the English text if the translation asks for others."""
    if not values:
        return found
    try:
        return _Format(language).vformat(found, (), values)
    except (KeyError, IndexError, ValueError):
        return _Format(language).vformat(english, (), values)


class _Format(Formatter):
    """Formats as `str.format` does, but for sentences in it, and commas between thousands, in a language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        value = sentence_of(value) if isinstance(value, UserError) else value
        if isinstance(value, Sentence):
            value = translated(value, self.language)
        formatted = str(super().format_field(value, format_spec))
        grouped = isinstance(value, (int, float)) and "," in format_spec and self.language != ENGLISH
        return formatted.replace(",", _THOUSANDS) if grouped else formatted


def _parts(preferences: str) -> Collection[str]:
    return preferences[:200].replace(" ", "").split(",")


@cache
def _catalogue(language: str) -> GNUTranslations:
    """Read the catalogue of a language that `languages` knows. Raises `OSError` for another one."""
    with FOLDER.joinpath(f"{language}.mo").open("rb") as file:
        return GNUTranslations(file)
