"""What the wall's route answers to an instructor, and that it answers nobody else."""

from __future__ import annotations

import json

import pytest

from mnist_core.data import load_dataset
from mnist_core.runs import Classroom, ClassStore, HandwritingStore, Instructors
from pages.server import pin
from pages.shared import classroom as pages_classroom
from tests.support.route_client import Response, get_route
from tests.support.visits import ME, SOMEBODY_ELSE

pytestmark = pytest.mark.usefixtures("fresh_cache")

IMAGES = load_dataset().test_images
STRANGER = "9" * 32


@pytest.fixture
def classroom(store, monkeypatch) -> Classroom:
    """A class with two drawings of 7, of which the second is a 2; `ME` is its instructor."""
    monkeypatch.setattr(pin, "valid_hash", lambda: "hash")
    Instructors(store).admit(ME, "hash")
    opened = ClassStore(store).open()
    ClassStore(store).join(opened.id, SOMEBODY_ELSE, "<b>Bob</b>")
    for index in range(2):
        HandwritingStore(store).keep(opened.set_id, IMAGES[index], 7, SOMEBODY_ELSE, "<b>Bob</b>")
    return opened


def ask(after: int = 0, browser: str = ME, tag: str = "") -> Response:
    headers = {"Cookie": f"mnist_browser={browser}"} | ({"If-None-Match": tag} if tag else {})
    return get_route(f"class/drawings?network=starter&after={after}", headers)


def test_the_wall_has_labels_nicknames_readings_and_pictures(classroom):
    answer = json.loads(ask().text)
    assert answer["drawings"] == [[1, 7, 7, 0], [2, 7, 2, 0]]
    assert answer["writers"] == ["<b>Bob</b>"], "as it is: the browser writes it as text"
    assert answer["sheet"]["ids"] == [1, 2]
    assert answer["sheet"]["url"].startswith("data:image/png;base64,")
    assert SOMEBODY_ELSE not in ask().text


def test_pictures_come_once_and_nothing_comes_where_nothing_is_new(classroom, store):
    assert json.loads(ask(after=2).text)["sheet"] is None
    known = ask(after=2)
    assert ask(after=2, tag=known.headers["ETag"]).status == 304
    new = HandwritingStore(store).keep(classroom.set_id, IMAGES[2], 1, SOMEBODY_ELSE, "Bob")
    answer = ask(after=2, tag=known.headers["ETag"])
    assert answer.status == 200
    assert json.loads(answer.text)["sheet"]["ids"] == [new]


def test_a_deleted_drawing_is_gone(classroom, store):
    HandwritingStore(store).remove([1], classroom.instructor)
    assert [it[0] for it in json.loads(ask(after=2).text)["drawings"]] == [2]


@pytest.mark.parametrize("browser", [STRANGER, SOMEBODY_ELSE, "", "nonsense"])
def test_nobody_else_sees_the_wall(classroom, browser):
    answer = ask(browser=browser)
    assert answer.status == 403
    assert "Bob" not in answer.text


def test_without_a_class_there_is_no_wall(classroom, store):
    ClassStore(store).end(classroom.id)
    pages_classroom.forget()
    assert ask().status == 404


@pytest.mark.parametrize("address", ["class/drawings?network=99&after=0", "class/drawings?network=x&after=-1"])
def test_odd_addresses_are_answered(classroom, address):
    assert get_route(address, {"Cookie": f"mnist_browser={ME}"}).status in (200, 404)
