"""How far people are in lessons is kept for each of them."""

from __future__ import annotations

import sqlite3

import numpy as np
import pytest

from mnist_core.data import DIGITS
from mnist_core.runs import HandwritingStore, LessonProgress, RunStore
from mnist_core.runs.lesson_progress import MOST_STEPS
from mnist_core.runs.open_database import file_of
from mnist_core.runs.schema import lesson_progress
from tests.support.databases import both_databases
from tests.support.visits import ME, SOMEBODY_ELSE

FIRST = "units"


@pytest.fixture
def progress(store) -> LessonProgress:
    return LessonProgress(store)


@both_databases
def test_two_people_have_progress_and_guesses_of_their_own(store):
    progress = LessonProgress(store)
    progress.reach(ME, "Ada", FIRST, 1)
    progress.guess(ME, "Ada", FIRST, 1, "90")
    progress.finish(SOMEBODY_ELSE, "Bob", FIRST, 1)
    progress.guess(SOMEBODY_ELSE, "Bob", FIRST, 1, "50")
    mine, theirs = progress.of(ME, FIRST)[1], progress.of(SOMEBODY_ELSE, FIRST)[1]
    assert (mine.done, mine.guess, mine.nickname) == (False, "90", "Ada")
    assert (theirs.done, theirs.guess, theirs.nickname) == (True, "50", "Bob")


def test_what_is_done_remains_so_when_it_is_looked_at_again(progress):
    progress.finish(ME, "", FIRST, 2)
    progress.guess(ME, "", FIRST, 2, "about 90 %")
    progress.reach(ME, "Ada", FIRST, 2)
    assert progress.of(ME, FIRST)[2][:3] == (True, "about 90 %", "Ada")


def test_the_lesson_seen_last_comes_first(progress):
    for lesson in (FIRST, "notebook", FIRST):
        progress.reach(ME, "", lesson, 1)
    assert list(progress.of_all_lessons(ME)) == [FIRST, "notebook"]


def test_a_guess_is_cut(progress):
    progress.guess(ME, "", FIRST, 1, "9" * 100_000)
    assert len(progress.of(ME, FIRST)[1].guess) == 200


def test_one_visitor_cannot_fill_the_store(store, progress):
    steps = [{"owner": ME, "lesson": f"lesson {it}", "step": 1, "updated_at": float(it)} for it in range(MOST_STEPS)]
    with store.writing() as connection:
        connection.execute(lesson_progress.insert(), steps)
    progress.reach(ME, "", "one more", 1)
    progress.reach(SOMEBODY_ELSE, "", FIRST, 1)
    kept = progress.of_all_lessons(ME)
    assert len(kept) == MOST_STEPS
    assert "lesson 0" not in kept
    assert {"lesson 1", "one more"} <= kept.keys()
    assert list(progress.of_all_lessons(SOMEBODY_ELSE)) == [FIRST]


def test_a_database_without_lessons_opens_and_keeps_progress(tmp_path):
    url = f"sqlite:///{tmp_path / 'earlier.sqlite'}"
    RunStore.open(url).close()
    with sqlite3.connect(str(file_of(url))) as earlier:
        earlier.execute("DROP TABLE lesson_progress")
    earlier.close()
    with RunStore.open(url) as store:
        LessonProgress(store).finish(ME, "", FIRST, 1)
        assert LessonProgress(store).of(ME, FIRST)[1].done


def test_when_a_step_was_first_reached_is_kept(progress, set_clock):
    progress.reach(ME, "", FIRST, 1)
    first = progress.of(ME, FIRST)[1]
    set_clock(60)
    progress.reach(ME, "", FIRST, 1)
    again = progress.of(ME, FIRST)[1]
    assert again.at >= first.at + 60
    assert again.reached_at == first.reached_at == first.at


def test_drawings_from_before_a_step_do_not_count_for_it(store, progress, set_clock):
    handwriting = HandwritingStore(store)
    mine = handwriting.create("Mine", DIGITS, ME, "")
    images = np.eye(28, dtype=np.float32) * np.array([1, 0.5])[:, None, None]
    set_clock(0)
    handwriting.keep(mine, images[0], 0, ME, "")
    set_clock(60)
    progress.reach(ME, "", FIRST, 1)
    set_clock(120)
    handwriting.keep(mine, images[1], 1, ME, "")
    assert handwriting.count_of(ME, progress.of(ME, FIRST)[1].reached_at) == 1
    assert handwriting.count_of(ME) == 2


def test_where_people_are_is_the_step_that_they_were_at_last(progress):
    progress.finish(ME, "Ada", FIRST, 1)
    progress.reach(ME, "Ada", "other", 1)
    progress.reach(ME, "Ada", FIRST, 3)
    progress.reach(ME, "Ada", FIRST, 2)
    progress.reach(SOMEBODY_ELSE, "Bob", FIRST, 1)
    assert progress.whereabouts([ME]) == {ME: (FIRST, 2, 1)}
    assert progress.whereabouts([ME, SOMEBODY_ELSE]).keys() == {ME, SOMEBODY_ELSE}
    at = progress.of(ME, FIRST)[2].at
    assert progress.whereabouts([ME], since=at)[ME] == (FIRST, 2, 0)
    assert progress.whereabouts([ME], since=at + 100) == {}
