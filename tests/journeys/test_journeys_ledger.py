"""Journeys in Chromium through the ledger: find the best, compare, share the link; brush; delete."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.ledger import owner_tag
from scripts.draw_with_mouse import inside
from scripts.running_app import RunningApp
from tests.support.journeys import expect_to_fit, press
from tests.support.slow_refreshes import SlowRefreshes, palest
from tests.support.synthetic_runs import add_synthetic_runs
from tests.support.visits import BROWSER_MILLISECONDS

pytestmark = pytest.mark.browser


def open_runs(page: Page, app: RunningApp, owner: str, query: str = "") -> None:
    """Open the Runs page in the browser that `owner` names."""
    page.context.add_cookies([{"name": "mnist_browser", "value": owner, "url": app.url}])
    page.goto(f"{app.url}/runs{query}")
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()


def tick(page: Page, row: int) -> None:
    """Click the box at the left of a row of the table, once nothing moves it any more; rows count from 0."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    page.get_by_test_id("stDataFrame").first.click(position={"x": 17, "y": 52 + 35 * row})


def curves_drawn(page: Page) -> list[str]:
    chart = page.locator(".st-key-compared_curves .digits-plot")
    expect(chart.locator(".nsewdrag").first).to_be_visible()
    return list(chart.evaluate("it => it._fullData.map(trace => trace.name)"))


def test_find_the_best_of_five_make_it_the_baseline_compare_and_share_the_link(app, visitors):
    owner = "5" * 32
    runs = sorted(map(app.store.run, add_synthetic_runs(app.store, 5, owner)), key=lambda run: run.test_accuracy)
    worst, best = runs[0], runs[-1].id
    units = sorted({worst.config.hidden_units, runs[-1].config.hidden_units})
    assert len(units) == 2

    mine = visitors().page
    open_runs(mine, app, owner)
    press(mine, "Columns")
    mine.get_by_role("combobox", name="Order").click()
    mine.get_by_role("option", name="Test accuracy, highest first", exact=True).click()
    mine.keyboard.press("Escape")
    expect(mine).to_have_url(re.compile("sort=-test_accuracy"))
    tick(mine, 0)
    expect(mine.get_by_text(re.compile(rf"^Run {best}: "))).to_be_visible()
    press(mine, "Make baseline")
    expect(mine.get_by_text(f"Baseline: run {best} ")).to_be_visible()
    tick(mine, 4)
    differ = f"These runs differ in hidden units ({units[0]}, {units[1]})"
    sentence = mine.get_by_text(differ)
    expect(sentence).to_contain_text(f"Run {best} classifies the most test images correctly")
    expect(sentence).to_contain_text("is more than chance would explain")
    names = curves_drawn(mine)
    assert set(names) == {worst.name, runs[-1].name}

    other = visitors(unused=True).page
    slow = SlowRefreshes(other)
    open_runs(other, app, "6" * 32, mine.url.removeprefix(f"{app.url}/runs"))
    expect(other.get_by_text("Shared by Test data")).to_be_visible()
    expect(other.get_by_text("5 runs, all with")).to_be_visible()
    expect(other.get_by_text(f"Baseline: run {best} ")).to_be_visible()
    expect(other.get_by_text(differ)).to_be_visible()
    assert curves_drawn(other) == names
    press(other, "Columns")  # whose widgets begin to live only now, with what the link says
    expect(other.get_by_role("combobox", name="Order")).to_have_value("Test accuracy, highest first")
    other.keyboard.press("Escape")
    assert {owner_tag(owner), "sort=-test_accuracy"} <= set(re.split("[?&]|of=", other.url))
    add_synthetic_runs(app.store, 1, owner)
    expect(other.get_by_text("6 runs, all with")).to_be_visible(timeout=BROWSER_MILLISECONDS)
    with slow.refresh():
        assert palest(other) == 1, "nobody asked for a refresh"
    other.get_by_test_id("stDataFrame").first.click(position={"x": 70, "y": 52})  # the first row's number
    expect(other.get_by_role("heading", name=re.compile(f"^Run {best}: "))).to_be_visible()


def test_brushing_an_axis_filters_the_table_and_is_in_the_address(app, visitors):
    owner = "7" * 32
    made = add_synthetic_runs(app.store, 30, owner)
    page = visitors().page
    open_runs(page, app, owner, "?plot=coordinates")
    chart = page.locator(".st-key-parallel_coordinates .digits-plot")
    expect(page.get_by_text("30 runs, all with")).to_be_visible()
    axis = chart.locator(".y-axis").last.locator(".axis-brush .background-interactive, .axis-brush rect").first
    axis.scroll_into_view_if_needed()
    expect(axis).to_be_visible()
    page.mouse.move(*inside(axis, 0.5, 0.05))
    page.mouse.down()
    page.mouse.move(*inside(axis, 0.5, 0.4), steps=8)
    page.mouse.up()
    expect(page.get_by_text("Brushed: test accuracy")).to_be_visible()
    expect(page).to_have_url(re.compile("brush=test_accuracy"))
    counts = page.get_by_text(re.compile(r"^\d+ runs, all with"))
    kept = int(counts.inner_text().split()[0])
    assert 0 < kept < len(made)

    page.reload()
    expect(page.get_by_text(f"{kept} runs, all with")).to_be_visible()
    press(page, "Clear the brush")
    expect(page.get_by_text("30 runs, all with")).to_be_visible()
    expect_to_fit(page)


def test_delete_a_run_and_undo_it(app, page):
    owner = "8" * 32
    (run_id,) = add_synthetic_runs(app.store, 1, owner)
    open_runs(page, app, owner)
    table = page.get_by_test_id("stDataFrame")
    tick(page, 0)
    expect(page.get_by_text(re.compile(rf"^Run {run_id}: "))).to_be_visible()
    press(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text(f"Run {run_id} was deleted.")).to_be_visible()
    assert run_id not in [run.id for run in app.store.runs()]
    expect(page.get_by_text("You have no runs yet")).to_be_visible()
    press(page, "Undo")
    expect(table).to_be_visible()
    assert run_id in [run.id for run in app.store.runs()]
