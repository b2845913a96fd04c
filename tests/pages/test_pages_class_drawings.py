"""Drawings of a class under AppTest: ten are asked for, and taken back, by a student; a stranger draws none."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.data import DIGITS, load_dataset
from mnist_core.runs import Classroom, ClassStore, HandwritingError, HandwritingStore, Requester, State
from pages.classroom.drawings import own_drawings
from pages.classroom.drawings.class_collection import ClassCollection
from pages.shared import classroom as pages_classroom
from pages.shared.collecting import collect
from pages.visit import session
from tests.support.idx_server import small_dataset
from tests.support.one_stroke import one_stroke
from tests.support.runs_with_networks import add_run_with_network
from tests.support.visits import ME, SOMEBODY_ELSE

CLASS = "classroom/page.py"
IMAGES = load_dataset().test_images


@pytest.fixture
def class_store(store) -> ClassStore:
    return ClassStore(store)


@pytest.fixture
def handwriting(store) -> HandwritingStore:
    return HandwritingStore(store)


@pytest.fixture
def classroom(class_store, monkeypatch) -> Classroom:
    monkeypatch.setattr(session, "at_server", lambda: False)
    opened = class_store.open()
    class_store.join(opened.id, ME, "Ada [x](http://y)")
    class_store.join(opened.id, SOMEBODY_ELSE, "Bob")
    return opened


@pytest.fixture
def pen(monkeypatch):
    """What is on every canvas: another stroke whenever it is asked."""
    strokes = iter(one_stroke(40 + 6 * number, at=number + 1) for number in range(40))
    monkeypatch.setattr("pages.shared.collecting.collect.current_drawing", lambda key: next(strokes))


def labels_of(handwriting: HandwritingStore, classroom: Classroom, owner: str) -> list[int]:
    return handwriting.drawings(classroom.set_id, owner).labels.tolist()


def asked(page) -> int:
    html = next(it.proto.body for it in page.app.get("html") if 'class="answer"' in it.proto.body)
    found = re.search(r"Please draw an? (\d)\.", html)
    assert found is not None
    return int(found[1])


@pytest.mark.usefixtures("pen")
def test_ten_presses_give_the_class_ten_digits_and_the_next_step(open_page, classroom, handwriting):
    page = open_page(CLASS)
    assert "Kept until" in page.words
    assert "Everybody who can open this app can see them" in page.words
    said = []
    for _press in range(10):
        said.append(asked(page))
        page.press("Next")
    assert sorted(said) == list(range(10))
    assert labels_of(handwriting, classroom, ME) == said
    assert set(handwriting.drawings(classroom.set_id).nicknames) == {"Ada [x](http://y)"}
    assert re.search(r"The starter network reads \d+ of your 10 drawings correctly\.", page.app.subheader[0].value)
    assert "at least two people must have drawn" in page.words
    assert "[x](http" not in page.words, "the nickname is no link"
    page.press("Draw ten more")
    assert asked(page) == said[0]


@pytest.mark.usefixtures("pen")
def test_the_last_drawing_is_taken_back_and_asked_for_again(open_page, classroom, handwriting):
    page = open_page(CLASS)
    page.press("Next")
    second = asked(page)
    page.press("Next")
    page.press("Take it back")
    assert len(labels_of(handwriting, classroom, ME)) == 1
    assert asked(page) == second


@pytest.fixture
def collection(classroom, class_store, fresh_cache) -> ClassCollection:
    student = class_store.student(classroom.id, ME)
    assert student is not None
    return ClassCollection(classroom, student)


@pytest.mark.parametrize("kept", [1, 3])
def test_a_second_press_takes_back_no_other_drawing(collection, classroom, handwriting, kept):
    for label in range(kept):
        collection.keep(IMAGES[label], label)
    drawn = collection.progress().kept
    for _press in range(2):
        collect._take_back(collection, drawn[-1])
    assert handwriting.drawings(classroom.set_id, ME).ids == drawn[:-1]


def test_a_press_before_the_page_shows_the_last_drawing_takes_that_one_back(collection, classroom, handwriting):
    for label in range(3):
        collection.keep(IMAGES[label], label)
    drawn = collection.progress().kept
    collect._take_back(collection, drawn[-2])
    assert handwriting.drawings(classroom.set_id, ME).ids == drawn[:-1]


@pytest.mark.usefixtures("pen")
def test_the_button_that_takes_back_is_another_one_for_each_drawing(open_page, classroom):
    """A press that is under way as the page is drawn again then belongs to the drawing that it was about."""
    page = open_page(CLASS)
    keys = []
    for _press in range(2):
        page.press("Next")
        keys.append(page.button("Take it back").key)
    assert len(set(keys)) == 2


@pytest.mark.usefixtures("pen")
def test_a_digit_that_the_instructor_deletes_is_asked_for_again(open_page, classroom, handwriting):
    page = open_page(CLASS)
    first = asked(page)
    for _press in range(3):
        page.press("Next")
    mine = handwriting.drawings(classroom.set_id, ME)
    handwriting.remove([mine.ids[0]], classroom.instructor)
    page.rerun()
    assert asked(page) == first


@pytest.mark.usefixtures("pen")
def test_a_class_that_ends_meanwhile_loses_nothing(open_page, classroom, class_store, handwriting):
    page = open_page(CLASS)
    page.press("Next")
    class_store.end(classroom.id)
    taken: list[object] = []
    page.button("Next").click()
    page.rerun()
    assert len(labels_of(handwriting, classroom, ME)) == 1, "what was kept is there"
    pages_classroom.forget()
    page.rerun()
    assert "The class is over" in page.words
    assert "Your drawings" in page.words
    assert not taken


def test_a_stranger_is_asked_for_nothing(open_page, classroom):
    page = open_page(CLASS, owner="9" * 32)
    assert "Next" not in page.buttons
    assert "Kept until" not in page.words


def test_a_student_deletes_their_own_drawing_and_brings_it_back(open_page, classroom, handwriting):
    mine = handwriting.keep(classroom.set_id, IMAGES[0], 7, ME, "Ada")
    page = open_page(CLASS)
    page.app.session_state["kept_class_drawing"] = mine
    page.rerun()
    page.press("Delete this drawing")
    assert labels_of(handwriting, classroom, ME) == []
    page.press("Bring it back")
    assert labels_of(handwriting, classroom, ME) == [7]


def test_a_student_cannot_delete_anothers_drawing(open_page, classroom, class_store, handwriting):
    theirs = handwriting.keep(classroom.set_id, IMAGES[0], 7, SOMEBODY_ELSE, "Bob")
    page = open_page(CLASS)
    page.app.session_state["kept_class_drawing"] = theirs
    page.rerun()
    assert "Delete this drawing" not in page.buttons
    me = class_store.student(classroom.id, ME)
    assert me is not None
    with pytest.raises(HandwritingError, match="Somebody else drew this"):
        handwriting.remove([theirs], Requester(me.owner))
    assert own_drawings.how_read(classroom, me) == (0, 0)
    assert len(handwriting.drawings(classroom.set_id)) == 1


def test_the_split_by_writer_is_said_with_its_numbers(open_page, classroom, handwriting):
    labels = load_dataset().test_labels
    for digit in range(10):
        image = IMAGES[np.flatnonzero(labels == digit)[0]]
        handwriting.keep(classroom.set_id, image, digit, ME, "Ada")
    for index in range(20, 24):
        handwriting.keep(classroom.set_id, IMAGES[index], int(labels[index]), SOMEBODY_ELSE, "Bob")
    page = open_page(CLASS)
    (split,) = re.findall(r"1 of 2 writers \(drawings: (\d+)\)\. Those of the others \((\d+)\)", page.words)
    assert sorted(map(int, split)) == [4, 10]


# -- the wall -----------------------------------------------------------------------------------------


class Wall:
    """The wall, on which a drawing is pressed, and what the visit may do."""

    def __init__(self, open_page, monkeypatch, pressed: int) -> None:
        self.instructs = True
        monkeypatch.setattr(pages_classroom, "is_instructor", lambda: self.instructs)
        self.page = open_page(CLASS, view="drawings")
        self.page.app.session_state["kept_wall_chosen"] = pressed
        self.page.rerun()


def test_the_instructor_deletes_any_drawing_and_brings_it_back(open_page, classroom, handwriting, monkeypatch):
    number = handwriting.keep(classroom.set_id, IMAGES[0], 7, SOMEBODY_ELSE, "Bob **x**")
    page = Wall(open_page, monkeypatch, number).page
    assert r"7 by Bob \*\*x\*\*, read correctly" in page.words
    page.press("Delete")
    assert len(handwriting.drawings(classroom.set_id)) == 0
    page.press("Undo")
    assert handwriting.drawings(classroom.set_id).ids == (number,)


@pytest.mark.usefixtures("classroom")
def test_the_wall_is_read_by_runs_of_its_own_classes_alone(open_page, store, monkeypatch):
    monkeypatch.setattr(pages_classroom, "is_instructor", lambda: True)
    letters = replace(small_dataset(classes=10), name="letters", class_names=tuple("abcdefghij"))
    add_run_with_network(store, State.FINISHED, images=letters)
    images = replace(small_dataset(classes=10), class_names=DIGITS)
    digits = add_run_with_network(store, State.FINISHED, images=images, nickname="Ada")
    page = open_page(CLASS, view="drawings")
    (read_by,) = [it for it in page.app.selectbox if it.label == "Read by"]
    assert read_by.options == ["the starter network", f"Run {digits}: Ada"]


@pytest.mark.parametrize("action", ["Delete", "Show to all"])
def test_whose_rights_have_ended_does_nothing_any_more(
    open_page, classroom, class_store, handwriting, monkeypatch, action
):
    number = handwriting.keep(classroom.set_id, IMAGES[0], 7, SOMEBODY_ELSE, "Bob")
    wall = Wall(open_page, monkeypatch, number)
    wall.instructs = False
    wall.page.button(action).click()
    wall.page.rerun()
    assert len(handwriting.drawings(classroom.set_id)) == 1
    assert class_store.of_id(classroom.id).shown == ""


def test_the_instructor_shows_a_drawing_to_all(open_page, classroom, class_store, handwriting, monkeypatch):
    number = handwriting.keep(classroom.set_id, IMAGES[0], 7, SOMEBODY_ELSE, "Bob")
    Wall(open_page, monkeypatch, number).page.press("Show to all")
    assert class_store.of_id(classroom.id).shown == f"drawing-{number}"
