"""Learners go through the lessons that come along, from the first step to the last, and do what each step says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, expect

from mnist_core.lessons import Question, lessons
from mnist_core.lessons.lesson import MOST_CONFUSED_PAIR, OUTCOME
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import Failure, Run, State, WorkQueue
from scripts.draw_with_mouse import inside
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


def go_through(
    page: Page, app: RunningApp, name: str, acts: Mapping[int, Act] | None = None, by_default: Act | None = None
) -> None:
    """Follow a lesson to its end: at a step to be ticked, do what `acts` says, else `by_default`, else press Train."""
    lesson = lessons()[name]
    page.goto(f"{app.url}/?lesson={name}&step=1")
    for number, step in enumerate(lesson.steps, 1):
        expect(bar(page)).to_contain_text(f"Step {number} of {len(lesson.steps)} {step.title}")
        expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")  # all of it is there
        if step.question:
            guess(page, step.question)
        ticked = bar(page).get_by_text("✓ Done")
        if step.criterion and not ticked.is_visible():
            (acts or {}).get(number, by_default or press_train)(page)
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


def waiting(app: RunningApp, url: str) -> list[Run]:
    """The run of an address, if no worker has claimed it."""
    asked_for = parse_qs(urlsplit(url).query).get("run", [])
    return [it for it in app.store.runs() if str(it.id) in asked_for and it.state is State.ACTIVE and not it.leased]


def press_train_where_nobody_trains(app: RunningApp, page: Page) -> None:
    """Press Train, and report the run as a worker does that needs no time: diverged at rate 5, else 96 % right."""
    press_train(page)
    queue = WorkQueue(app.store)
    queue.heartbeat("pretender", ready=True)
    page.wait_for_url(lambda url: bool(waiting(app, url)))
    (run,) = waiting(app, page.url)
    turn = queue.claim("pretender", run.id)
    assert turn is not None
    if run.config.learning_rate == 5:
        queue.fail(turn, "The training diverged in epoch 1: the loss is not a number.", Failure.DIVERGED)
        return
    points = [
        ProgressPoint(epoch * run.steps_per_epoch, epoch, 0.3 / epoch, 0.9, 0.2, 0.96)
        for epoch in range(1, run.config.epochs + 1)
    ]
    checkpoint = Checkpoint(points[-1].step, Network.load("starter").to_bytes(), b"an optimizer")
    queue.record(turn, points, 1.0, checkpoint)


def train_for_one_epoch(page: Page) -> None:
    type_number(page, "Epochs", 1)
    press_train(page)


def improve_and_take_the_notebook(page: Page) -> None:
    page.locator(".st-key-settings_line button").click()
    type_number(page, "Hidden units", 16)
    train_for_one_epoch(page)
    finished = page.get_by_role("heading", name=re.compile("16 units.* Finished$"))  # and not the run before
    expect(finished).to_be_visible(timeout=TRAINING_MILLISECONDS)
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
    expect(page.locator("canvas.upper-canvas")).to_be_in_viewport(ratio=1)  # below the bar, on a small screen
    for kept in range(1, 11):
        draw(page, kept)
        page.locator(".st-key-collect_next").get_by_role("button").click()
        expect(page.get_by_text(re.compile(rf"^{kept} (of 10|drawings) kept"))).to_be_visible()


def teach(page: Page) -> None:
    page.get_by_role("button", name=re.compile(r"^Teach run \d+ my handwriting")).click()


# -- the lessons --------------------------------------------------------------------------------------


@pytest.fixture
def nobody_trains(quiet_server: RunningApp) -> Iterator[RunningApp]:
    """The app without workers; the runs of the test are deleted afterwards."""
    before = {run.id for run in quiet_server.store.runs()}
    yield quiet_server
    for run in quiet_server.store.runs():
        if run.id not in before:
            quiet_server.store.delete(run.id)


def test_on_a_laptop_units_then_the_learning_rate_then_overfitting(nobody_trains: RunningApp, page: Page):
    """Whether the rate that is filled in is good enough is seen in tests/lessons/test_training_in_lessons.py."""
    for name in ("units", "learning_rate", "overfitting"):
        go_through(page, nobody_trains, name, by_default=partial(press_train_where_nobody_trains, nobody_trains))


def test_on_a_phone_the_notebook(app: RunningApp, visitors: Callable[..., Visitor]):
    acts: dict[int, Act] = {5: train_for_one_epoch, 7: draw_and_label, 8: improve_and_take_the_notebook}
    go_through(visitors(SMALL_PHONE).page, app, "notebook", acts)


def test_on_a_phone_ones_own_handwriting(app: RunningApp, visitors: Callable[..., Visitor]):
    acts: dict[int, Act] = {2: draw_ten_digits, 4: teach, 6: partial(draw_and_label, numbers=range(11, 14))}
    go_through(visitors(SMALL_PHONE).page, app, "handwriting", acts)
