"""Exercises in links: what is written is read again, and nothing in an address leaves a traceback."""

from __future__ import annotations

import base64
import random
import zlib
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from mnist_core.config import TrainConfig
from mnist_core.ledger import matching
from mnist_core.ledger.filter import compared_columns
from mnist_core.lessons.exercise import choices_in, exercise, filter_for
from mnist_core.lessons.lesson import HIDEABLE, Criterion, Question, Step
from mnist_core.lessons.problems import LessonError
from mnist_core.lessons.task import MOST_CHARACTERS, TaskError, read_task, write_task
from tests.support import sample_records
from tests.support.all_settings import CHANGED

QUESTION = Question("Which accuracy?", "test_accuracy", "units = 8", ("about 50 %", "about 90 %"), why="*Few* units.")
STEP = Step(
    "Exercise",
    'Train 8 units – and "explain" C:\\ the résult.\n\nThen 手.',
    page="train",
    query={"view": "epochs"},
    settings={"hidden_units": (64, 32), "hidden_layers": 2, "learning_rate": 0.005, "augment": True},
    dataset="mnist",
    hide=("more_settings",),
    fix=("epochs",),
    question=QUESTION,
    criterion=Criterion("test accuracy >= 97 % and parameters < 20000", 2),
)


def packed(text: str | bytes) -> str:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = deflate.compress(text.encode() if isinstance(text, str) else text) + deflate.flush()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def refused(task: str) -> str:
    with pytest.raises(TaskError) as error:
        read_task(task)
    return str(error.value)


def test_what_is_written_is_read_again():
    assert read_task(write_task(STEP)).steps == (STEP,)
    least = Step("Exercise", "Train.", page="")
    assert read_task(write_task(least)).steps == (least,)


def test_equal_exercises_have_equal_names_and_others_have_others():
    other = replace(STEP, text="Something else.")
    assert read_task(write_task(STEP)).name == read_task(write_task(STEP)).name
    assert read_task(write_task(STEP)).name != read_task(write_task(other)).name


def test_an_exercise_with_everything_fits_into_a_link():
    text = " ".join(f"word{number}" for number in range(60))
    question = Question(text[:200], "test_accuracy", filter_for(TrainConfig(**CHANGED), "mnist"), why=text)
    step = exercise(text, TrainConfig(**CHANGED), "mnist", HIDEABLE, HIDEABLE[:20], question, "test accuracy > 97 %")
    assert len(write_task(step)) < MOST_CHARACTERS


def test_a_link_that_would_be_too_long_is_refused_with_its_length():
    noise = "".join(random.Random(0).choices("abcdefghijklmnopqrstuvwxyz", k=1500))
    crowded = replace(STEP, text=noise, question=replace(QUESTION, why=noise[::-1]))
    with pytest.raises(TaskError, match=r"characters for the exercise alone, where 2,000 are allowed"):
        write_task(crowded)


def test_what_no_lesson_file_may_have_is_not_written():
    for step in (replace(STEP, text="<b>bold</b>"), replace(STEP, criterion=Criterion("unitz = 8"))):
        with pytest.raises(LessonError):
            write_task(step)


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("", "is damaged or incomplete"),
        ("ä" * 10, "is damaged or incomplete"),
        ("A" * 2001, "it has 2,001 characters, where 2,000 are allowed"),
        (packed(b"\xff\xfe"), "is damaged or incomplete"),
        (packed("x" * 40_000), "it has more than 16,000 bytes"),
        (packed("title = "), "This is not TOML"),
        (packed('title = "A"\ntext = "B"'), "“page” is missing"),
        (packed('title = "A"\ntext = "<script>"\npage = "train"'), "expected Markdown without HTML"),
        (packed('title = "A"\ntext = "B"\npage = "train"\nsettings = { epochs = 1e9 }'), "Epochs must be"),
        (packed('title = "A"\ntext = "B"\npage = "train"\n[step.criterion]\nruns = "unitz = 8"'), "There is no column"),
        (packed('title = "A"\ntext = "B"\npage = ""\n[[step]]\ntitle = "A"\ntext = "B"\npage = ""'), "it has 2 steps"),
    ],
)
def test_a_link_that_holds_no_exercise_is_refused_in_one_sentence(task, words):
    said = refused(task)
    assert said.startswith("The link’s exercise cannot be ")
    assert said.count("cannot be") == 1
    assert words in said
    assert ", line " not in said


def test_a_link_that_was_cut_off_anywhere_is_refused():
    task = write_task(STEP)
    for end in range(len(task)):
        refused(task[:end])


def test_a_thousand_links_that_somebody_has_tampered_with_are_read_or_refused():
    chance, task = random.Random(20), write_task(STEP)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_%\x00 é"
    for _ in range(500):
        place = chance.randrange(len(task))
        tampered = task[:place] + chance.choice(letters) + task[place + chance.randrange(3) :]
        _read_or_refuse(tampered)
        _read_or_refuse(packed(chance.randbytes(chance.randrange(60))))


def _read_or_refuse(task: str) -> None:
    with suppress(TaskError):
        assert len(read_task(task).steps) == 1


# -- the settings of an exercise -----------------------------------------------------------------------


def test_the_filter_for_settings_finds_the_runs_that_have_them():
    few: dict[str, Any] = {"hidden_units": (48, 24), "augment": True, "optimizer": "adam", "learning_rate": 0.004}
    runs = sample_records.frame(
        sample_records.run(1, **few), sample_records.run(2, **few, seed=5), sample_records.run(3, **CHANGED)
    )
    assert list(matching(runs, filter_for(TrainConfig(**few, seed=3), "mnist")).index) == [1, 2]
    assert list(matching(runs, filter_for(TrainConfig(**CHANGED), "mnist")).index) == [3]
    assert matching(runs, filter_for(TrainConfig(), "mnist")).empty


def test_the_filter_for_usual_settings_finds_no_run_with_others_or_on_another_dataset():
    runs = sample_records.frame(
        sample_records.run(1),
        sample_records.run(2, seed=5),
        sample_records.run(3, dataset="fashion-mnist", dataset_sha256="f"),
        sample_records.run(4, epochs=1),
        sample_records.run(5, batch_size=64),
        sample_records.run(6, optimizer="adam"),
        sample_records.run(7, learning_rate=0.002),
    )
    assert list(matching(runs, filter_for(TrainConfig(), "mnist")).index) == [1, 2]
    assert list(matching(runs, filter_for(TrainConfig(), "fashion-mnist")).index) == [3]


@pytest.mark.parametrize("name", ["My letters, and more", 'The "small" one', "Ada’s or Bob's", "5\" by 3'", "\"'"])
def test_the_filter_for_settings_finds_a_dataset_by_whatever_name_it_has(name):
    runs = sample_records.frame(sample_records.run(1, dataset=name))
    assert list(matching(runs, filter_for(TrainConfig(), name)).index) == [1]


def test_a_filter_without_room_for_all_settings_still_names_the_dataset_and_the_main_ones():
    layers: dict[str, Any] = {"hidden_units": (2000, 2001, 2002, 2003, 2004), "hidden_layers": 5}
    text = filter_for(TrainConfig(**CHANGED | layers), "n" * 60)
    named = {"dataset", "hidden_units", "epochs", "batch_size", "optimizer", "learning_rate"}
    assert named < compared_columns(text)


def test_choices_are_separated_by_semicolons():
    assert choices_in("about 50 %; 4 and 9 ;; about 50 %") == ("about 50 %", "4 and 9")
    assert choices_in(" ") == ()
