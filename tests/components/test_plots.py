"""Charts in Chromium: drawn once and updated in place, in the page's colours, for the mouse and for fingers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from mnist_core.data import load_dataset
from mnist_core.network import Network
from scripts.draw_with_mouse import inside
from scripts.running_app import DESKTOP, RunningApp, wait_until
from tests.support.canvas import expect_rest, move_finger
from tests.support.controlled_run import STEPS, ControlledRun, controlled_run
from tests.support.journeys import axis_range, click_cell, drag_across, points_drawn, type_number

pytestmark = pytest.mark.browser


@pytest.fixture
def run(quiet_server: RunningApp) -> Iterator[ControlledRun]:
    """A run that has come to the middle of its first epoch."""
    with controlled_run(quiet_server) as run:
        run.learn(STEPS // 4, loss=1.5, accuracy=0.5)
        run.learn(STEPS // 2, loss=1.0, accuracy=0.7)
        yield run


def accuracy_chart(page: Page) -> Locator:
    """The chart of accuracies on a run's page, as soon as it is drawn."""
    chart = page.locator(".digits-plot[aria-label*=accuracy]")
    expect(chart.locator(".nsewdrag")).to_be_visible()
    return chart


def summed_up(page: Page, words: str) -> Locator:
    return page.get_by_role("figure", name=words)


def test_a_chart_says_what_it_would_show_where_plotly_cannot_be_had_and_is_drawn_once_it_can(visitors, run):
    visitor = visitors(unused=True)
    page = visitor.page
    page.clock.install()
    page.route("**/plotly.min.js", lambda route: route.abort())
    page.goto(run.url)
    expect(page.get_by_text("training accuracy 70.0 % after 0.5 epochs")).to_be_visible()
    expect(page.locator(".digits-plot").first).to_have_css("height", "0px")
    run.learn(STEPS * 3 // 4, loss=0.9, accuracy=0.75)
    expect(page.get_by_text("training accuracy 75.0 % after 0.746 epochs")).to_be_visible()
    page.unroute_all()
    page.clock.fast_forward(6_000)  # it is not asked for again and again
    run.learn(STEPS - 1, loss=0.8, accuracy=0.8)
    accuracy_chart(page)
    for text in page.locator(".digits-plot-fallback").all():
        expect(text).to_be_hidden()
    visitor.complaints.clear()  # of what could not be had


def test_a_chart_is_in_the_pages_colours_and_words_goes_on_and_keeps_its_zoom(page, run):
    page.goto(run.url)
    chart = accuracy_chart(page)
    expect_percentages_as_everywhere(page, chart)
    tick = chart.locator(".ytick text").first
    wait_until(lambda: fill(tick) == colour_of_text(page), "the chart is in the colours of the page")
    light = colour_of_text(page)
    go_on_with_a_zoomed_chart(page, chart, run)
    zoomed = axis_range(chart)
    page.emulate_media(color_scheme="dark")
    wait_until(lambda: fill(tick) == colour_of_text(page) != light, "the chart is as dark as the page")
    assert axis_range(chart) == zoomed
    page.emulate_media(color_scheme="light")
    expect_as_wide_as_there_is_room(page, chart)


def expect_percentages_as_everywhere(page: Page, chart: Locator) -> None:
    expect(chart.locator(".ytick").filter(has_text="80 %")).to_be_visible()
    expect(chart.locator(".main-svg:not([aria-hidden=true])")).to_have_count(0)  # its summary is read out instead
    middle = chart.locator(".nsewdrag").first
    page.mouse.move(*inside(middle, 0.1, 0.5))
    expect(chart.locator(".hoverlayer")).to_contain_text("training : 70.0 %")


def fill(element: Locator) -> str:
    return str(element.evaluate("it => getComputedStyle(it).fill"))


def colour_of_text(page: Page) -> str:
    heading = page.get_by_role("heading", name="Train", exact=True)
    return str(heading.evaluate("it => getComputedStyle(it).color"))


def expect_as_wide_as_there_is_room(page: Page, chart: Locator) -> None:
    page.set_viewport_size({"width": 700, "height": 800})
    drawn = chart.locator(".main-svg").first

    def width(element: Locator) -> float:
        box = element.bounding_box()
        return box["width"] if box else 0

    wait_until(lambda: abs(width(drawn) - width(chart)) < 1, "the chart is as wide as its box")
    assert width(chart) < 700
    page.set_viewport_size(DESKTOP["viewport"])


def go_on_with_a_zoomed_chart(page: Page, chart: Locator, run: ControlledRun) -> None:
    box = chart.bounding_box()
    drag_across(page, chart)
    wait_until(lambda: axis_range(chart)[1] < 2, "the chart is zoomed")
    zoomed = axis_range(chart)
    points = points_drawn(chart)
    for step, loss, tested in ((STEPS * 3 // 4, 0.9, None), (STEPS, 0.5, 0.9), (STEPS * 3 // 2, 0.05, None)):
        run.learn(step, loss, 1 - loss / 3, tested)  # with a test line from the second on, and with other axes
        points += 1
        wait_until(lambda: points_drawn(chart) == points, "the chart has the new point")  # noqa: B023 - at once
        assert axis_range(chart) == zoomed
    expect(chart.locator(".infolayer .legend")).to_contain_text("test")
    expect(summed_up(page, "training accuracy 98.3 % after 1.5 epochs, test accuracy 90.0 % after 1")).to_be_visible()
    assert chart.bounding_box() == box


def test_a_page_that_is_drawn_again_does_not_turn_a_chart_back(page, run):
    """Its script may have read the run before the news that are shown were made: here, long before."""

    answered: list[Route] = []

    def answer_from_the_future(route: Route) -> None:
        answered.append(route)
        if len(answered) > 1:  # nothing new since
            return route.fulfill(status=304)
        news = json.loads(route.fetch().body())
        charts = {name: chart | {"summary": f"Later: {name}"} for name, chart in news["charts"].items()}
        return route.fulfill(json=news | {"at": news["at"] + 1000, "charts": charts})

    page.route("**/news/*", answer_from_the_future)
    page.goto(run.url)
    expect(summed_up(page, f"Later: accuracy_{run.id}")).to_be_visible()
    run.learn(STEPS * 3 // 4, loss=0.9, accuracy=0.75)
    type_number(page, "Hidden units", 77)
    expect(page.get_by_role("button", name="61,225 parameters")).to_be_visible()  # 784 × 77 + 77 + 77 × 10 + 10
    expect_rest(page)
    expect(summed_up(page, f"Later: accuracy_{run.id}")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


# -- for fingers, and cells to choose -------------------------------------------------------------


def read_wrongly(true: int, predicted: int) -> int:
    """How many test images of a digit the starter network takes for another."""
    dataset = load_dataset()
    read = Network.load("starter").predict(dataset.test_images).argmax(axis=1)
    return int(((dataset.test_labels == true) & (read == predicted)).sum())


def expect_mistakes(page: Page, true: int, predicted: int) -> None:
    """Expect to see just the images of one cell of the confusion matrix."""
    mistakes = page.get_by_role("button", name=re.compile(r"^Test image \d+: an? \d, read as"))
    count = read_wrongly(true, predicted)
    assert count, "there is something to see"
    wait_until(lambda: mistakes.count() == count, f"{count} images are shown")
    expect(mistakes.first).to_have_attribute("aria-label", re.compile(f": an? {true}, read as {predicted}"))


def test_a_finger_that_moves_over_a_chart_scrolls_the_page(phone, run):
    phone.goto(run.url)
    chart = accuracy_chart(phone)
    x, y = inside(chart, 0.5, 0.5)
    main = phone.get_by_test_id("stMain")
    before, shown = main.evaluate("it => it.scrollTop"), axis_range(chart)
    move_finger(phone, [(x, y), (x, y - 80), (x, y - 160)])
    wait_until(lambda: main.evaluate("it => it.scrollTop") > before + 50, "the page is scrolled")
    assert axis_range(chart) == shown


def test_one_cell_after_another_is_chosen_by_taps(quiet_server, phone):
    phone.goto(f"{quiet_server.url}/evaluate")
    matrix = phone.locator(".digits-plot .nsewdrag").first
    for true, predicted in ((4, 9), (7, 2)):
        matrix.scroll_into_view_if_needed()  # the images of a cell are brought into view, and so the matrix out of it
        phone.touchscreen.tap(*inside(matrix, (predicted + 0.5) / 10, (true + 0.5) / 10))
        expect_mistakes(phone, true, predicted)
        expect(phone.get_by_role("button", name=re.compile(r"^Test image \d+: ")).first).to_be_in_viewport()


def test_one_cell_after_another_is_chosen_by_clicks_and_looks_as_if_it_could(quiet_server, page):
    page.goto(f"{quiet_server.url}/evaluate")
    matrix = page.locator(".digits-plot .nsewdrag").first
    expect(matrix).to_have_css("cursor", "pointer")
    click_cell(page, 4, 9)
    click_cell(page, 7, 2)  # while the page is drawn again after the first
    expect_mistakes(page, 7, 2)
