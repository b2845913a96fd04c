"""How far a run is, on its page in Chromium: told by the server twice a second, and only what is new."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Response, Route, expect

from scripts.running_app import RunningApp, wait_until
from tests.support.canvas import expect_rest
from tests.support.controlled_run import STEPS, ControlledRun, controlled_run
from tests.support.journeys import (
    expect_state,
    expect_to_fit,
    metric,
    step,
    type_number,
    wait_for_step,
)

pytestmark = pytest.mark.browser

NEWS = "**/news/*"


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


def is_news(url: str) -> bool:
    """Whether an address is that of news of a run, and not that of its network's pictures, which follow these."""
    return "/news/" in url and "/network" not in url


class Answers:
    """The statuses of what a page gets when it asks for news. Begin before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page, self.statuses = page, list[int]()
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if is_news(answer.url):
            self.statuses.append(answer.status)

    def wait_for_more(self, count: int) -> list[int]:
        """Wait until so many more answers have come; return their statuses."""
        before = len(self.statuses)
        wait_until(lambda: self.page.title() and len(self.statuses) >= before + count, f"{count} answers have come")
        return self.statuses[before:]


def test_bar_and_numbers_are_those_of_the_run_and_go_on_and_nothing_is_sent_twice(page, run):
    answers = Answers(page)
    page.goto(run.url)
    expect(bar(page)).to_have_attribute("aria-valuenow", "25")
    assert filled(page) == pytest.approx(0.25, abs=0.01)
    assert [metric(page, name) for name in ("Training accuracy", "Training loss", "Test accuracy", "Test loss")] == [
        "70.00 %",
        "1.0000",
        "–",
        "–",
    ]
    answers.wait_for_more(2)
    assert set(answers.wait_for_more(2)) == {304}
    run.learn(STEPS, loss=0.5, accuracy=0.8, test_accuracy=0.9)
    expect(bar(page)).to_have_attribute("aria-valuenow", "50")
    expect(bar(page)).to_have_attribute("aria-valuetext", re.compile("step 118 of 236"))
    wait_until(lambda: filled(page) == pytest.approx(0.5, abs=0.01), "half of the bar is filled")
    assert metric(page, "Test accuracy") == "90.00 %"
    assert answers.wait_for_more(3)[1:] == [304, 304]
    expect_help_with_hover_and_keys(page)


def expect_help_with_hover_and_keys(page: Page) -> None:
    explanation = page.get_by_text("The share of the test images that are classified correctly")
    page.get_by_role("button", name="Help: Test accuracy").hover()
    expect(explanation).to_be_visible()
    page.mouse.move(0, 0)
    expect(explanation).to_be_hidden()
    page.get_by_role("button", name="Help: Training loss").focus()
    page.keyboard.press("Tab")
    expect(explanation).to_be_visible()


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


LINKS_CODE = "**/PageLink*.js"
"""Where a browser finds the code with which Streamlit draws links to pages; it asks for it once there are any."""


class HeldRequests:
    """Requests of a page for such addresses, which get no answer before `release`."""

    def __init__(self, page: Page, addresses: str) -> None:
        self._held, self._is_held = list[Route](), True
        page.route(addresses, self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_held:
            self._held.append(route)
        else:
            route.continue_()

    def release(self) -> None:
        """Have all of them answered, and those that come from now on."""
        self._is_held = False
        for route in self._held:
            route.continue_()


def test_a_hint_comes_while_the_run_trains_moves_nothing_and_fills_in_the_form(visitors, run):
    page = visitors(unused=True).page
    code_of_links = HeldRequests(page, LINKS_CODE)
    page.goto(run.url)
    hints, curves = page.locator(".st-key-hints"), page.locator(".digits-plot").first
    expect(curves.locator(".main-svg").first).to_be_visible()
    expect(hints.get_by_role("listitem")).to_have_count(0)
    place = curves.bounding_box()
    run.learn(STEPS // 2 + 6, loss=9.0, accuracy=0.7)
    expect(hints.get_by_role("listitem")).to_contain_text("The training loss shot up to")
    assert curves.bounding_box() == place
    expect(hints.get_by_test_id("stSkeleton").first).to_be_visible()
    code_of_links.release()
    expect(hints.get_by_role("link", name="See its errors")).to_be_visible()
    assert curves.bounding_box() == place
    hints.get_by_role("button", name="Try learning rate 0.0001").click()
    expect(hints).to_contain_text("Filled in: press Train")
    expect(page.get_by_role("textbox", name="Hidden units")).to_have_value("16")
    assert run.store.runs()[0].id == run.id, "nothing is started"


def test_what_is_wrong_is_said_until_it_is_right_again(visitors, run):
    visitor = visitors()
    page = visitor.page
    page.goto(run.url)
    page.route(NEWS, lambda route: route.fulfill(status=503, body=json.dumps({"error": "The disk is full."})))
    expect(page.get_by_role("alert").filter(has_text="The disk is full.")).to_be_visible()
    stood = step(page)
    run.learn(STEPS, loss=0.5, accuracy=0.8)
    page.unroute_all(behavior="wait")
    visitor.complaints.clear()
    wait_for_step(page, after=stood)
    expect(page.get_by_role("alert").filter(has_text="The disk is full.")).to_be_hidden()


def test_a_page_that_is_drawn_again_does_not_turn_the_numbers_back(page, run):
    """Its script may have read the run before the news that are shown were made: here, long before."""

    def answer_from_the_future(route: Route) -> None:
        news = json.loads(route.fetch().body())
        words, later = "Epoch 100 of 100 · step 46,899 of 46,900", news["at"] + 1000
        route.fulfill(json=news | {"at": later, "words": words, "numbers": ["99.99%"] * 4})

    page.route(NEWS, answer_from_the_future)
    answers = Answers(page)
    page.goto(run.url)
    wait_until(lambda: bar(page).count() and step(page) == 46_899, "the page shows the news")
    run.learn(STEPS, loss=0.5, accuracy=0.8)  # so that the script has something else to show
    page.get_by_text("· step").evaluate(NOTE_CHANGES)
    page.get_by_role("term").filter(has_text="Test loss").locator("xpath=following-sibling::dd").evaluate(NOTE_CHANGES)
    type_number(page, "Hidden units", 77)
    expect(page.get_by_role("button", name=f"{77 * 785 + 10 * 78:,} parameters")).to_be_visible()
    answers.wait_for_more(2)
    assert set(page.evaluate("seen")) <= {"Epoch 100 of 100 · step 46,899 of 46,900", "99.99%"}


NOTE_CHANGES = """it => {
  window.seen ??= [];
  const changes = { childList: true, characterData: true, subtree: true };
  new MutationObserver(() => seen.push(it.textContent)).observe(it, changes);
}"""
"""Has a page note each text that an element shows from now on, however briefly."""


HOLD_CODE = """
const addressOf = URL.createObjectURL.bind(URL);
const released = new Promise((resolve) => (window.release = resolve));
window.released = released;
URL.createObjectURL = (it) => {
  if (it.type !== "text/javascript") return addressOf(it);
  return addressOf(new Blob([`await released; export { default } from "${addressOf(it)}";`], { type: it.type }));
};
"""
"""Has the code of components, which Streamlit gives the browser as blobs, run no sooner than `release()` is called."""


def test_a_page_that_is_drawn_again_before_the_code_of_its_components_is_there_shows_the_news(visitors, run):
    """Streamlit cleans up after the call of a component that another one overtook, though the element stays."""
    page = visitors(unused=True).page
    page.add_init_script(HOLD_CODE)
    page.goto(run.url)
    expect_rest(page)
    run.learn(STEPS // 2 + 10, loss=0.9, accuracy=0.7)  # so that the next script has something else to show
    type_number(page, "Hidden units", 77)
    expect(page.get_by_role("button", name=f"{77 * 785 + 10 * 78:,} parameters")).to_be_visible()
    expect_rest(page)
    page.evaluate("release()")
    stood = wait_for_step(page, after=0)
    run.learn(STEPS, loss=0.5, accuracy=0.8)
    wait_for_step(page, after=stood)


def test_a_tab_that_nobody_looks_at_does_not_ask(visitors, run):
    page = visitors(unused=True).page
    page.clock.install()
    asked, answered = list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url) if is_news(request.url) else None)
    page.on("response", lambda answer: answered.append(answer.url) if is_news(answer.url) else None)
    turn = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.goto(run.url)
    stood = wait_for_step(page, after=0)
    page.evaluate(turn, True)
    wait_until(lambda: page.title() and len(answered) == len(asked), "the answer that was on its way has come")
    asked.clear()
    run.learn(STEPS, loss=0.5, accuracy=0.8)
    page.clock.run_for(10_000)
    assert (asked, step(page)) == ([], stood)
    page.evaluate(turn, False)
    wait_for_step(page, after=stood)


def test_help_is_one_tap_away(phone, run):
    phone.goto(run.url)
    phone.get_by_role("button", name="Help: Test loss").tap()
    explanation = phone.get_by_text("The loss on the test images")
    expect(explanation).to_be_visible()
    expect_to_fit(phone)
    phone.get_by_text("· step").tap()
    expect(explanation).to_be_hidden()
