"""Lesson files: those that come along, translations, and those of the person at the server."""

from __future__ import annotations

from pathlib import Path

import pytest

from mnist_core.lessons import LessonError, broken_lessons, lesson_files, lessons, load_lesson
from mnist_core.lessons.lesson import PAGES
from pages.navigation import PLACES
from tests.support.lesson_file import SHORT

IN_GERMAN = SHORT.replace("Look at the images.", "Sieh die Bilder an.").replace("Look", "Schau")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the person at the server, empty."""
    monkeypatch.setenv("MNIST_LESSONS_DIR", str(tmp_path))
    return tmp_path


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_lesson_that_comes_along_can_be_used():
    assert broken_lessons() == []
    assert lessons()


def test_a_step_can_be_on_every_page_of_the_navigation():
    assert list(PAGES) == [view.url_path for place in PLACES for view in place.views]


def test_a_lesson_of_the_person_at_the_server_is_there_beside_those_that_come_along(folder):
    before = set(lessons())
    put(folder, "look.toml", SHORT)
    assert set(lessons()) == before | {"look"}
    assert load_lesson("look").steps[0].page == "data"


def test_a_lesson_of_the_person_at_the_server_replaces_the_one_of_its_name_in_every_language(folder):
    assert load_lesson("notebook", "de").language == "de"
    put(folder, "notebook.toml", SHORT)
    assert load_lesson("notebook").title == "Look"
    assert load_lesson("notebook", "de").title == "Look"


def test_a_lesson_is_read_again_when_its_file_has_changed(folder):
    path = put(folder, "look.toml", SHORT)
    assert load_lesson("look").minutes == 2
    path.write_text(SHORT.replace("2", "3"), encoding="utf-8")
    assert load_lesson("look").minutes == 3


def test_a_broken_file_is_reported_and_leaves_the_others_as_they_are(folder):
    before = set(lessons())
    put(folder, "look.toml", SHORT)
    put(folder, "broken.toml", SHORT.replace("data", "dtaa"))
    put(folder, "Not a name.toml", SHORT)
    put(folder, "notes.txt", "not a lesson")
    folder.joinpath("folder.toml").mkdir()
    folder.joinpath("bytes.toml").write_bytes(b"title = 'a'\nb = '\xff'\n")
    assert set(lessons()) == before | {"look"}
    assert [str(error) for error in broken_lessons()] == [
        "“Not a name.toml” is not the name of a lesson file; expected NAME.toml or NAME.de.toml, with a name of at "
        "most 40 letters a-z, digits, - and _.",
        'broken.toml, line 8: “page” is “dtaa”; do you mean "data"?',
        "bytes.toml, line 2: This is not text in UTF-8.",
        "“folder.toml” cannot be read: there is no such file.",
    ]


def test_a_broken_lesson_says_what_is_wrong_where_it_was_asked_for(folder):
    put(folder, "broken.toml", SHORT.replace("data", "dtaa"))
    with pytest.raises(LessonError, match="line 8"):
        load_lesson("broken")


def test_an_unknown_lesson_gets_a_suggestion(folder):
    put(folder, "look.toml", SHORT)
    with pytest.raises(LessonError, match="Do you mean “look”"):
        load_lesson("lok")


@pytest.mark.parametrize("path", ["/there/is/none", "a\0b", "~nobody_of_that_name/a"])
def test_a_folder_that_cannot_be_read_is_reported_and_leaves_the_lessons_that_come_along(path, monkeypatch):
    before = set(lessons())
    monkeypatch.setattr("mnist_core.lessons.lesson_files.os.environ", {"MNIST_LESSONS_DIR": path})
    assert set(lessons()) == before
    (error,) = broken_lessons()
    assert str(error).startswith("MNIST_LESSONS_DIR must be a folder with lesson files, not “")


def test_a_lesson_is_in_the_language_that_was_asked_for_if_there_is_a_translation(folder):
    put(folder, "look.toml", SHORT)
    put(folder, "look.de.toml", IN_GERMAN)
    assert (load_lesson("look", "de").title, load_lesson("look", "de").language) == ("Schau", "de")
    assert (load_lesson("look", "fr").title, load_lesson("look").title) == ("Look", "Look")
    assert lessons("de")["look"].title == "Schau"


def test_a_broken_translation_is_reported_and_the_lesson_is_in_english(folder):
    put(folder, "look.toml", SHORT)
    put(folder, "look.de.toml", IN_GERMAN.replace('"data"', '"draw"'))
    assert load_lesson("look", "de").title == "Look"
    assert [str(error) for error in broken_lessons()] == [
        "look.de.toml, line 8: “page” differs from the file in English; expected the same there."
    ]


def test_a_translation_of_a_lesson_that_comes_along_can_be_added(folder, monkeypatch, tmp_path_factory):
    own = tmp_path_factory.mktemp("app")
    put(own, "look.toml", SHORT)
    monkeypatch.setattr(lesson_files, "FOLDER", own)
    put(folder, "look.de.toml", IN_GERMAN)
    assert load_lesson("look", "de").title == "Schau"
    assert broken_lessons() == []


def test_a_translation_without_its_lesson_is_reported(folder):
    put(folder, "look.de.toml", IN_GERMAN)
    assert "look" not in lessons("de")
    (error,) = broken_lessons()
    assert "A translation needs a valid file in English, look.toml." in str(error)


QUESTION = '\n[step.question]\nask = "{}"\nanswer = "epochs"\nchoices = ["{}", "{}"]\nwhy = "{}"\n'


@pytest.mark.parametrize(
    ("found", "own", "line", "what"),
    [
        ("minutes = 2", "minutes = 3", 3, "“minutes” differs from the file in English; expected 2."),
        ("visited = true", "drawings = 5", 9, "“criterion” differs from the file in English; expected the same there."),
        ('"data"', '"data"\nfix = ["seed"]', 9, "“fix” differs from the file in English; expected the same there."),
        (
            "[[step]]",
            '[[step]]\ntitle = "Eins"\ntext = "Noch einer."\npage = "data"\ncriterion = { visited = true }\n[[step]]',
            10,
            "There are 2 steps; expected 1, as in the file in English.",
        ),
    ],
)
def test_a_translation_must_be_the_same_but_for_its_texts(folder, found, own, line, what):
    put(folder, "look.toml", SHORT)
    path = put(folder, "look.de.toml", IN_GERMAN.replace(found, own))
    with pytest.raises(LessonError) as error:
        lesson_files.read_lesson_file(path)
    assert error.value.problems == ((line, what),)


def test_a_translation_must_ask_for_the_same_answer(folder):
    put(folder, "look.toml", SHORT + QUESTION.format("How many?", "one", "two", "So."))
    others = QUESTION.format("Wie viele?", "eine", "zwei", "Darum.").replace("epochs", "seed")
    path = put(folder, "look.de.toml", IN_GERMAN + others)
    with pytest.raises(LessonError, match="line 11: “question” differs"):
        lesson_files.read_lesson_file(path)


def test_texts_and_choices_of_a_question_can_be_translated(folder):
    put(folder, "look.toml", SHORT + QUESTION.format("How many?", "one", "two", "So."))
    path = put(folder, "look.de.toml", IN_GERMAN + QUESTION.format("Wie viele?", "eine", "zwei", "Darum."))
    question = lesson_files.read_lesson_file(path).steps[0].question
    assert question is not None
    assert question.choices == ("eine", "zwei")
