"""A class in Chromium: an instructor at a projector, and three phones that join from the address of the QR code.

Each further part of a class is a function of the people here, called in their order by the one journey at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
import segno
from playwright.sync_api import Page, expect

from mnist_core.runs import ClassStore
from scripts.running_app import PHONE, RunningApp, Screen, running_app
from tests.support.canvas import STROKES, touch
from tests.support.journeys import another_address, expect_in_view, expect_to_fit, press

pytestmark = pytest.mark.browser

PROJECTOR: Screen = {"viewport": {"width": 1920, "height": 1080}}
SMALL_PHONE: Screen = {**PHONE, "viewport": {"width": 390, "height": 664}}
NICKNAMES = ("Ada", "Grace <b>H</b>", "Alan 🦉")


class People(NamedTuple):
    """An instructor at the server's machine, and students by the nicknames that they will have."""

    app: RunningApp
    classes: ClassStore
    instructor: Page
    phones: dict[str, Page]


@pytest.fixture
def class_app(tmp_path) -> Iterator[RunningApp]:
    """The app, which phones reach at another address than the instructor."""
    with running_app(tmp_path, address=another_address()) as app:
        yield app
    assert "Traceback" not in app.log.read_text(), app.last_lines()


@pytest.fixture
def people(class_app, visitors) -> People:
    phones = {name: visitors(SMALL_PHONE, unused=True).page for name in NICKNAMES}
    return People(class_app, ClassStore(class_app.store), visitors(PROJECTOR, unused=True).page, phones)


def test_a_class_from_its_opening_to_its_end(people):
    address = open_class(people)
    for nickname, phone in people.phones.items():
        join(phone, address, nickname)
    see_who_has_joined(people)
    refuse_a_taken_nickname(people, address)
    come_back(people.phones["Ada"], address)
    go_to_train_and_back(people.phones["Ada"], people.app)
    draw_for_the_class(people)


def open_class(people: People) -> str:
    """Open the class; return the address in the QR code, which is the one that the page shows."""
    page = people.instructor
    page.goto(f"{people.app.url}/class")
    press(page, "Open a class")
    picture = page.get_by_role("img", name="QR code of")
    address = str(picture.get_attribute("alt")).removeprefix("QR code of ")
    opened = people.classes.current()
    assert opened is not None
    assert address == f"http://{another_address()}:{people.app.port}/class?code={opened.code}"
    expected = segno.make(address, error="m", micro=False).svg_data_uri(border=4, light="#fff")
    assert picture.get_attribute("src") == expected
    expect(page.get_by_text(opened.code, exact=True)).to_be_visible()
    expect_in_view(page, {"the picture": ".invitation img", "the code": ".invitation .code"})
    return address


def join(phone: Page, address: str, nickname: str) -> None:
    phone.goto(address)
    expect(phone.get_by_label("Code of the class")).to_have_value(address.partition("code=")[2])
    phone.locator(".stMain").get_by_label("Nickname", exact=True).fill(nickname)
    expect_in_view(phone, {"the button": ".stFormSubmitButton button"})
    phone.get_by_role("button", name="Join", exact=True).tap()
    expect(phone.get_by_text(f"You are {nickname} here.")).to_be_visible()
    expect(phone.get_by_test_id("stSidebar")).to_be_hidden()
    expect(phone.get_by_test_id("stExpandSidebarButton")).to_be_hidden()
    expect_to_fit(phone)


def see_who_has_joined(people: People) -> None:
    """The projector shows it without a rerun, and nicknames as text."""
    expect(people.instructor.get_by_text("3 students have joined")).to_be_visible()
    for nickname in people.phones:
        expect(people.instructor.get_by_role("listitem").filter(has_text=nickname)).to_be_visible()


def refuse_a_taken_nickname(people: People, address: str) -> None:
    browser = people.phones["Ada"].context.browser
    assert browser is not None
    phone = browser.new_context(**SMALL_PHONE).new_page()
    phone.goto(address)
    phone.locator(".stMain").get_by_label("Nickname", exact=True).fill("ada")
    phone.get_by_role("button", name="Join", exact=True).tap()
    expect(phone.get_by_text("Somebody in the class has this nickname already.")).to_be_visible()
    phone.context.close()


def come_back(phone: Page, address: str) -> None:
    """The same browser is the same student."""
    phone.goto(address)
    expect(phone.get_by_text("You are Ada here.")).to_be_visible()


def go_to_train_and_back(phone: Page, app: RunningApp) -> None:
    phone.goto(f"http://{another_address()}:{app.port}/train")
    expect(phone.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    phone.get_by_role("link", name=re.compile("^Back to Class")).tap()
    expect(phone.get_by_text("You are Ada here.")).to_be_visible()


def draw_for_the_class(people: People) -> None:
    """By touch, without a scroll; the wall shows each drawing as it comes."""
    people.instructor.get_by_role("radio", name="Drawings", exact=True).click()
    for number, (phone, digit) in enumerate(zip(people.phones.values(), "741", strict=True), 1):
        phone.locator(".upper-canvas").wait_for()
        expect_in_view(phone, {"the canvas": ".upper-canvas", "the button": ".st-key-collect_next button:visible"})
        touch(phone, STROKES[digit])
        phone.get_by_role("button", name="Next", exact=True).tap()
        expect(phone.get_by_text("1 of 10 kept.")).to_be_visible()
        expect(people.instructor.get_by_text(f"Drawings: {number} ")).to_be_visible()
    expect(people.instructor.get_by_text("Grace <b>H</b>").first).to_be_visible()
