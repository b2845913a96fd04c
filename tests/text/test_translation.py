"""Languages: which one a person gets, and texts with values, plurals and what is missing in it."""

from __future__ import annotations

import copy
import gettext

import pytest

from mnist_core.text import translation
from mnist_core.text.sentence import plural_sentence, sentence
from mnist_core.text.translation import languages, preferred_language, translated, translated_plural

GERMAN = {
    "Run {run:,}": "Lauf {run:,}",
    "{score} of {number:,} images": "{score} von {number:,} Bildern",
    "broken {run}": "kaputt {lauf}",
    "All {what}.": "Alle {what}.",
    "about {share:.1%}": "etwa {share:.1%}",
}
PLURALS = {("{number:,} image", "{number:,} images"): ("{number:,} Bild", "{number:,} Bilder")}


class Catalogue(gettext.NullTranslations):
    """The words above, as a catalogue has them."""

    def gettext(self, message: str) -> str:
        return GERMAN.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return PLURALS[msgid1, msgid2][n != 1]


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(translation, "_catalogue", lambda language: Catalogue())


@pytest.mark.parametrize(
    ("preferences", "language"),
    [
        ("de", "de"),
        ("de-AT", "de"),
        ("DE-de", "de"),
        ("en-GB", "en"),
        ("fr-FR", "en"),
        ("fr-FR,de;q=0.9,en;q=0.8", "de"),
        ("de;q=0.3, en;q=0.8", "en"),
        ("de;q=0, fr", "en"),
        ("gsw, de-CH;q=0.7", "de"),
        ("", "en"),
        ("*", "en"),
        ("../de", "en"),
        ("de\x00", "en"),
        ("," * 300 + "de", "en"),
    ],
)
def test_the_first_language_that_is_known_is_taken_and_else_english(preferences: str, language: str):
    assert preferred_language(preferences) == language


def test_languages_are_named_in_themselves():
    assert {"en": "English", "de": "Deutsch"}.items() <= languages().items()


def test_values_are_put_in_with_a_space_between_thousands(german):
    assert translated("Run {run:,}", "de", run=60_000) == "Lauf 60\u202f000"
    assert translated("Run {run:,}", "en", run=60_000) == "Run 60,000"
    assert translated("about {share:.1%}", "de", share=0.125) == "etwa 12.5%"


def test_a_text_that_the_catalogue_lacks_is_english(german):
    assert translated("Runs {run}", "de", run=3) == "Runs 3"
    assert translated("", "de") == ""


def test_a_translation_with_other_placeholders_is_not_used(german):
    assert translated("broken {run}", "de", run=3) == "broken 3"


@pytest.mark.parametrize(("number", "words"), [(0, "0 Bilder"), (1, "1 Bild"), (2, "2 Bilder")])
def test_each_number_has_its_form(german, number: int, words: str):
    assert translated_plural("{number:,} image", "{number:,} images", number, "de") == words
    assert translated(plural_sentence("{number:,} image", "{number:,} images", number), "de") == words


def test_a_sentence_is_an_english_string_that_can_be_said_in_another_language(german):
    said = sentence("{score} of {number:,} images", score="9", number=1000)
    assert said == "9 of 1,000 images"
    assert translated(said, "de") == "9 von 1\u202f000 Bildern"
    assert translated(said, "en") == said


def test_sentences_in_a_sentence_are_translated_too(german):
    said = sentence("All {what}.", what=plural_sentence("{number:,} image", "{number:,} images", 2))
    assert (said, translated(said, "de")) == ("All 2 images.", "Alle 2 Bilder.")


def test_a_sentence_without_values_keeps_its_braces(german):
    assert translated(sentence("a {b}"), "de") == "a {b}"


def test_a_sentence_that_was_copied_can_still_be_translated(german):
    said = plural_sentence("{number:,} image", "{number:,} images", 2)
    assert translated(copy.deepcopy(said), "de") == "2 Bilder"
