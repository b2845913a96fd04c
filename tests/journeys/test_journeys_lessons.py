"""Learners go through the lessons that come along, from the first step to the last, and do what each step says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from mnist_core.lessons import Question, lessons
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME
from scripts.draw_with_mouse import inside
from scripts.running_app import PHONE, Screen
from tests.support.journeys import TRAINING_MILLISECONDS, expect_state, press, type_number

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scripts.running_app import RunningApp
    from tests.support.visits import Visitor

pytestmark = pytest.mark.browser

SMALL_PHONE: Screen = {**PHONE, "viewport": {"width": 390, "height": 664}}
Act = Callable[["Page"], None]


def bar(page: Page) -> Locator:
    return page.get_by_role("region", name=re.compile("^Lesson: "))


def go_through(page: Page, app: RunningApp, name: str, acts: Mapping[int, Act] | None = None) -> None:
    """Follow a lesson to its end. `acts` is what to do at the steps where pressing Train is not what they say."""
    lesson = lessons()[name]
    page.goto(f"{app.url}/?lesson={name}&step=1")
    for number, step in enumerate(lesson.steps, 1):
        expect(bar(page)).to_contain_text(f"Step {number} of {len(lesson.steps)} {step.title}")
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        if step.question:
            guess(page, step.question)
        ticked = bar(page).get_by_text("✓ Done")
        if step.criterion and not ticked.is_visible():
            (acts or {}).get(number, press_train)(page)
        if step.criterion:
            expect(ticked).to_be_visible(timeout=TRAINING_MILLISECONDS)
            page.get_by_test_id("stMain").evaluate("it => it.scrollTo(0, 500)")
            expect(ticked).to_be_in_viewport()
        if step.question:
            expect(bar(page).get_by_text(re.compile("You guessed .* · "))).to_have_count(1)
        bar(page).get_by_role("button", name="Finish" if number == len(lesson.steps) else "Next").click()
    expect(page).to_have_url(re.compile("step=end"))


def guess(page: Page, question: Question) -> None:
    if question.answer == OUTCOME:
        bar(page).get_by_text("It stays at chance").click()
    elif question.answer == MOST_CONFUSED_PAIR:
        for digit in "49":
            bar(page).get_by_role("combobox").fill(digit)
            bar(page).get_by_role("combobox").press("Enter")
        page.keyboard.press("Escape")
        bar(page).get_by_role("button", name="Guess").click()
    else:
        bar(page).get_by_role("spinbutton").fill("50")
        bar(page).get_by_role("button", name="Guess").click()
    expect(bar(page).get_by_text("You guessed")).to_be_visible()


# -- what the steps say ------------------------------------------------------------------------------


def press_train(page: Page) -> None:
    press(page, "Train")


def train_for_one_epoch(page: Page) -> None:
    type_number(page, "Epochs", 1)
    press_train(page)


def improve_and_take_the_notebook(page: Page) -> None:
    page.locator(".st-key-settings_line button").click()
    type_number(page, "Hidden units", 16)
    train_for_one_epoch(page)
    expect_state(page, "Finished")
    press(page, "Export")
    expect(page.get_by_role("button", name="Notebook")).to_be_visible()
    page.keyboard.press("Escape")


def draw(page: Page, number: int) -> None:
    """Draw a stroke with a slope of its own, since no two drawings of a person are the same.

    The whole canvas comes into sight first: the bar, which stays where it is on a phone, may cover its top.
    """
    canvas = page.locator("canvas.upper-canvas")
    canvas.evaluate("it => it.scrollIntoView({ block: 'center' })")
    page.mouse.move(*inside(canvas, 0.2, 0.2))
    page.mouse.down()
    page.mouse.move(*inside(canvas, 0.2 + 0.045 * number, 0.85), steps=4)
    page.mouse.up()


def draw_and_label(page: Page, numbers: range = range(1, 2)) -> None:
    for number in numbers:
        draw(page, number)
        page.get_by_role("button", name=re.compile("^Yes, ")).click()
        expect(page.get_by_text(re.compile(rf"^Kept as .*\({number} drawing"))).to_be_visible()
        press(page, "Clear")


def draw_ten_digits(page: Page) -> None:
    for kept in range(1, 11):
        draw(page, kept)
        page.locator(".st-key-collect_next").get_by_role("button").click()
        expect(page.get_by_text(re.compile(rf"^{kept} (of 10|drawings) kept"))).to_be_visible()


def teach(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Teach run \d+ my handwriting")).click()


# -- the lessons --------------------------------------------------------------------------------------


def test_on_a_laptop_units_then_the_learning_rate_then_overfitting(app: RunningApp, page: Page):
    for name in ("units", "learning_rate", "overfitting"):
        go_through(page, app, name)


def test_on_a_phone_the_notebook(app: RunningApp, visitors: Callable[..., Visitor]):
    acts: dict[int, Act] = {5: train_for_one_epoch, 7: draw_and_label, 8: improve_and_take_the_notebook}
    go_through(visitors(SMALL_PHONE).page, app, "notebook", acts)


def test_on_a_phone_ones_own_handwriting(app: RunningApp, visitors: Callable[..., Visitor]):
    acts: dict[int, Act] = {2: draw_ten_digits, 4: teach, 6: partial(draw_and_label, numbers=range(11, 14))}
    go_through(visitors(SMALL_PHONE).page, app, "handwriting", acts)
