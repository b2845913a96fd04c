"""How far a run is, on its page in Chromium: told by the server twice a second, and only what is new."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from scripts.running_app import RunningApp, wait_until
from tests.support.controlled_run import STEPS, ControlledRun, controlled_run
from tests.support.journeys import expect_state, metric

pytestmark = pytest.mark.browser


@pytest.fixture
def run(quiet_server: RunningApp) -> Iterator[ControlledRun]:
    """A run of two epochs that has come to the middle of the first one."""
    with controlled_run(quiet_server, epochs=2) as run:
        run.learn(STEPS // 2, loss=1.0, accuracy=0.7)
        yield run


def bar(page: Page) -> Locator:
    return page.get_by_role("progressbar", name="Training")


def filled(page: Page) -> float:
    """The part of the bar that is filled, from 0 to 1."""
    return float(bar(page).evaluate("it => it.firstElementChild.offsetWidth / it.clientWidth"))


class Answers:
    """The statuses of what a page gets when it asks for news. Begin before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.statuses = page, list[int]()
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if "/news/" in answer.url and "/network" not in answer.url:
            self.statuses.append(answer.status)

    def wait_for_more(self, count: int) -> list[int]:
        """Wait until so many more answers have come; return their statuses."""
        before = len(self.statuses)
        wait_until(lambda: self.page.title() and len(self.statuses) >= before + count, f"{count} answers have come")
        return self.statuses[before:]


def test_the_bar_and_the_numbers_are_those_of_the_run_and_go_on(page, run):
    page.goto(run.url)
    expect(bar(page)).to_have_attribute("aria-valuenow", "25")
    assert filled(page) == pytest.approx(0.25, abs=0.01)
    assert [metric(page, name) for name in ("Training accuracy", "Training loss", "Test accuracy", "Test loss")] == [
        "70.00 %",
        "1.0000",
        "–",
        "–",
    ]
    run.learn(STEPS, loss=0.5, accuracy=0.8, test_accuracy=0.9)
    expect(bar(page)).to_have_attribute("aria-valuenow", "50")
    expect(bar(page)).to_have_attribute("aria-valuetext", re.compile("step 118 of 236"))
    wait_until(lambda: filled(page) == pytest.approx(0.5, abs=0.01), "half of the bar is filled")
    assert metric(page, "Test accuracy") == "90.00 %"


def test_what_the_page_has_already_is_not_sent_again(page, run):
    answers = Answers(page)
    page.goto(run.url)
    answers.wait_for_more(2)
    assert set(answers.wait_for_more(2)) == {304}
    run.learn(STEPS, loss=0.5, accuracy=0.8)
    expect(bar(page)).to_have_attribute("aria-valuenow", "50")
    assert answers.wait_for_more(3)[1:] == [304, 304]


def test_the_page_is_drawn_again_when_somebody_else_controls_the_run_and_when_it_is_gone(visitors, run):
    visitor = visitors()
    page = visitor.page
    page.goto(run.url)
    expect_state(page, "Training")
    run.pause()
    expect_state(page, "Paused")
    run.resume()
    expect_state(page, "Training")
    run.store.stop(run.id)
    run.store.delete(run.id)
    expect(bar(page)).to_have_count(0)
    visitor.complaints.clear()  # the browser's, of news that there are not


def test_a_page_that_was_left_asks_for_nothing(visitors, run):
    page = visitors(unused=True).page
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/news/" in request.url else None)
    page.goto(run.url)
    wait_until(lambda: page.title() and len(asked) > 1, "the page asks for news")
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    expect(bar(page)).to_have_count(0)
    asked.clear()
    page.clock.run_for(10_000)
    assert not asked


def test_a_hint_comes_while_the_run_trains_moves_nothing_and_fills_in_the_form(page, run):
    page.goto(run.url)
    hints, curves = page.locator(".st-key-hints"), page.locator(".digits-plot").first
    expect(curves.locator(".main-svg").first).to_be_visible()
    expect(hints.get_by_role("listitem")).to_have_count(0)
    place = curves.bounding_box()
    run.learn(STEPS // 2 + 6, loss=9.0, accuracy=0.7)
    expect(hints.get_by_role("listitem")).to_contain_text("The training loss shot up to")
    assert curves.bounding_box() == place
    hints.get_by_role("button", name="Try learning rate 0.0001").click()
    expect(hints).to_contain_text("Filled in: press Train")
    expect(page.get_by_role("textbox", name="Hidden units")).to_have_value("16")
    assert run.store.runs()[0].id == run.id, "nothing is started"
