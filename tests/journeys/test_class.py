"""A class in Chromium, from the address in the QR code to its data: an instructor at a projector, and three phones.

Each part of the class is a function of the people here; the journey calls them in their order.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pytest
import segno
from playwright.sync_api import Page, expect

from mnist_core.runs import ClassStore
from scripts.running_app import PHONE, RunningApp, Screen, running_app
from tests.support.canvas import STROKES, touch
from tests.support.journeys import (
    TRAINING_MILLISECONDS,
    another_address,
    expect_in_view,
    expect_to_fit,
    open_expander,
    press,
)

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
    draw_for_the_class(people)
    freeze_training(people)
    hand_out_a_lesson(people)
    train_on_a_phone(people)
    show_the_run_to_all(people)
    go_back_to_the_class(people.phones["Ada"])
    take_the_data_along(people)
    delete_everything(people)


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


def draw_for_the_class(people: People) -> None:
    """By touch, without a scroll; the wall shows each drawing as it comes."""
    choose_view(people.instructor, "Drawings")
    for number, (phone, digit) in enumerate(zip(people.phones.values(), "741", strict=True), 1):
        phone.locator(".upper-canvas").wait_for()
        expect_in_view(phone, {"the canvas": ".upper-canvas", "the button": ".st-key-collect_next button:visible"})
        touch(phone, STROKES[digit])
        phone.get_by_role("button", name="Next", exact=True).tap()
        expect(phone.get_by_text("1 of 10 kept.")).to_be_visible()
        expect(people.instructor.get_by_text(f"Drawings: {number} ")).to_be_visible()
    expect(people.instructor.get_by_text("Grace <b>H</b>").first).to_be_visible()


def freeze_training(people: People) -> None:
    page = people.instructor
    choose_view(page, "Runs")
    expect(page.get_by_text("3 students, 0 runs;")).to_be_visible()
    press(page, "Freeze training")
    expect(page.get_by_text("Training is frozen.")).to_be_visible()
    opened = people.classes.current()
    assert opened is not None
    assert opened.frozen
    press(page, "Allow training again")
    expect(page.get_by_role("button", name="Freeze training")).to_be_visible()


def hand_out_a_lesson(people: People) -> None:
    """It reaches a phone where it is, which goes there by a tap."""
    press(people.instructor, "Hand out")
    press(people.instructor, "Hand out to all")
    for nickname in ("Ada", "Alan 🦉"):
        phone = people.phones[nickname]
        phone.get_by_role("button", name=re.compile("^Go to ")).tap()
        phone.wait_for_url("**lesson=*")


def train_on_a_phone(people: People) -> None:
    """A worker trains it; the projector shows the run from its beginning to its end."""
    phone = people.phones["Ada"]
    phone.goto(f"http://{another_address()}:{people.app.port}/train?hidden_units=16&epochs=1")
    button = phone.get_by_role("button", name="Train", exact=True).and_(phone.locator(":not([kind=header])"))
    button.tap()
    row = people.instructor.get_by_role("row", name=re.compile(r"Ada: Run 1\b"))
    expect(row).to_be_visible()
    expect(row).to_contain_text("Finished", timeout=TRAINING_MILLISECONDS)
    expect(row).to_contain_text(re.compile(r"\d\d\.\d\d %"))


def show_the_run_to_all(people: People) -> None:
    row = people.instructor.get_by_role("row", name=re.compile(r"Ada: Run 1\b"))
    row.get_by_role("button", name="Show to all").click()
    expect(people.instructor.get_by_role("link", name="Evaluate it")).to_be_visible()
    expect(people.phones["Grace <b>H</b>"].get_by_text("Run 1 of Ada")).to_be_visible()


def go_back_to_the_class(phone: Page) -> None:
    """A student's results have the run, with both accuracies."""
    phone.get_by_role("link", name=re.compile("^Back to Class")).tap()
    expect(phone.get_by_text("You are Ada here.")).to_be_visible()
    choose_view(phone, "Results")
    expect(phone.get_by_role("link", name=re.compile("^Run 1: 16 units"))).to_be_visible()
    expect(phone.get_by_text(re.compile(r"^MNIST \d\d\.\d % · our class \d+ %$"))).to_be_visible()


def take_the_data_along(people: People) -> None:
    """The instructor saves the drawings and the runs, and ends the class; students read that it is over."""
    page = people.instructor
    choose_view(page, "Results")
    press(page, "End the class")
    drawings = np.load(io.BytesIO(saved(page, "Drawings (npz)")))
    assert drawings["writers"].tolist() == list(NICKNAMES)
    assert (drawings["images"].reshape(3, -1).max(axis=1) > 0).all()
    (run,) = csv.DictReader(io.StringIO(saved(page, "Runs (CSV)").decode()))
    assert (run["owner"], run["hidden_units"], run["class_drawings"]) == ("Ada", "16", "3")
    press(page, "End it now")
    expect(page.get_by_text(re.compile("is over: its data$"))).to_be_visible()
    phone = people.phones["Ada"]
    phone.reload()
    expect(phone.get_by_text("The class is over.")).to_be_visible()
    expect(phone.get_by_role("link", name=re.compile("^Run 1: 16 units"))).to_be_visible()


def delete_everything(people: People) -> None:
    page = people.instructor
    open_expander(page, re.compile("is over: its data$"))
    page.get_by_text(re.compile("^Delete permanently: drawings \\(3\\), runs with their networks \\(1\\)")).click()
    press(page, "Delete everything")
    expect(page.get_by_text(re.compile("is over: its data$"))).to_be_hidden()
    assert people.classes.all() == []
    assert people.app.store.runs() == []


def choose_view(page: Page, name: str) -> None:
    page.get_by_role("radio", name=name, exact=True).click()


def saved(page: Page, label: str) -> bytes:
    """Press a button that saves a file, and return what is in the file."""
    with page.expect_download() as download:
        press(page, label)
    return download.value.path().read_bytes()
