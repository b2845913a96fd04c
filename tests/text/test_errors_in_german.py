"""Errors are said in another language, also after the run store has kept them."""

from __future__ import annotations

import pytest

from mnist_core.config import ConfigError, TrainConfig
from mnist_core.drawing.photo.picture_file import open_picture
from mnist_core.errors import UserError
from mnist_core.text.sentence import Sentence, from_stored, sentence, sentence_of, to_stored
from mnist_core.text.translation import translated

DIVERGED = UserError(
    "The training diverged in epoch {epoch}: the loss {what}. Try a learning rate smaller than {learning_rate}, for "
    "example {lower}.",
    epoch=2,
    what=sentence("is not a number"),
    learning_rate="5",
    lower="0.01",
)
IN_ENGLISH = (
    "The training diverged in epoch 2: the loss is not a number. Try a learning rate smaller than 5, for example 0.01."
)
IN_GERMAN = (
    "Das Training ist in Epoche 2 divergiert: Der Loss ist keine Zahl. Versuche es mit einer kleineren Lernrate als 5, "
    "zum Beispiel 0.01."
)


def in_german(error: pytest.ExceptionInfo[UserError]) -> str:
    return translated(sentence_of(error.value), "de")


def test_an_error_is_english_and_can_be_said_in_german():
    assert str(DIVERGED) == IN_ENGLISH
    assert translated(sentence_of(DIVERGED), "de") == IN_GERMAN


def test_an_error_in_an_error_is_translated_too():
    outer = UserError("Run {run} would fail again. {message}", run=3, message=DIVERGED)
    assert str(outer) == f"Run 3 would fail again. {IN_ENGLISH}"
    assert translated(sentence_of(outer), "de") == f"Lauf 3 würde wieder fehlschlagen. {IN_GERMAN}"


def test_a_refused_setting_is_named_in_german_with_its_limits():
    with pytest.raises(ConfigError) as error:
        TrainConfig(epochs=0)
    assert str(error.value) == "Epochs must be a whole number from 1 to 100, not 0."
    assert in_german(error) == "„Epochen“ muss eine ganze Zahl von 1 bis 100 sein, nicht 0."
    with pytest.raises(ConfigError) as error:
        TrainConfig(batch_size=9000)
    assert str(error.value) == "Batch size must be a whole number from 1 to 8,192, not 9,000."
    assert "von 1 bis 8\u202f192 sein, nicht 9\u202f000." in in_german(error), "a comma is a decimal sign there"


def test_a_file_that_is_no_picture_is_named_in_german():
    with pytest.raises(UserError) as error:
        open_picture(b"%PDF-1.7")
    assert in_german(error) == (
        "Diese Datei ist ein PDF; das kann hier nicht gelesen werden. Speichere sie als PNG, JPEG, WebP, GIF, BMP oder "
        "TIFF."
    )


@pytest.mark.parametrize("text", ["{braces} of somebody", "{0}", "{", "{text.__class__}"])
def test_braces_in_what_somebody_typed_stay_as_they_are(text):
    assert str(UserError(text)) == text
    quoting = UserError("There is no date {text}.", text=text)
    assert str(quoting) == f"There is no date {text}."
    assert translated(sentence_of(quoting), "de") == f"Das Datum {text} gibt es nicht."


def test_what_the_store_has_kept_can_still_be_said_in_german():
    kept = from_stored(to_stored(sentence_of(DIVERGED)))
    assert (kept, translated(kept, "de")) == (IN_ENGLISH, IN_GERMAN)


def test_a_text_is_stored_as_it_is():
    assert to_stored("It failed.") == "It failed."
    assert to_stored(sentence("It failed.")) == "It failed."


@pytest.mark.parametrize("text", ["", "It failed.", '{"text": ', '{"text": 5}', '{"text": "a", "values": 3}', "[1]"])
def test_what_is_no_stored_sentence_is_a_text(text):
    assert from_stored(text) == text
    assert isinstance(from_stored(text), Sentence)
