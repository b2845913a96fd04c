"""Learners go through the lessons that come along, from the first step to the last, and do what each step says."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from mnist_core.lessons import Question, lessons
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME
from scripts.draw_with_mouse import STROKES, draw_with_mouse
from scripts.running_app import PHONE, Screen
from tests.support.journeys import TRAINING_MILLISECONDS, press, type_number

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
        if step.criterion:
            if not ticked.is_visible():
                (acts or {}).get(number, press_train)(page)
            expect(ticked).to_be_visible(timeout=TRAINING_MILLISECONDS)
        elif acts and number in acts:
            acts[number](page)
        if step.question:
            unfold(page)
            expect(bar(page).get_by_text("You guessed")).to_contain_text("·", timeout=TRAINING_MILLISECONDS)
        press(page, "Finish" if number == len(lesson.steps) else "Next")
    expect(page).to_have_url(re.compile("step=end"))


def guess(page: Page, question: Question) -> None:
    unfold(page)
    if question.answer == OUTCOME:
        bar(page).get_by_text("It stays at chance").click()
        return
    if question.answer == MOST_CONFUSED_PAIR:
        for digit in "49":
            bar(page).get_by_role("combobox").fill(digit)
            bar(page).get_by_role("combobox").press("Enter")
    else:
        bar(page).get_by_role("spinbutton").fill("50")
    bar(page).get_by_role("button", name="Guess").click()
    expect(bar(page).get_by_text("You guessed")).to_be_visible()


def unfold(page: Page) -> None:
    """Pull the bar down, if it is folded, as it is on a phone at first."""
    line = bar(page).get_by_role("button", name=re.compile("^Step"))
    if line.get_attribute("aria-expanded") == "false":
        line.click()


def fold(page: Page) -> None:
    line = bar(page).get_by_role("button", name=re.compile("^Step"))
    if line.get_attribute("aria-expanded") == "true":
        line.click()


def press_train(page: Page) -> None:
    press(page, "Train")
