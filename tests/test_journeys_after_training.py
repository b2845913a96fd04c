"""Journeys in Chromium through what follows training: look at the mistakes, draw, delete."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.evaluation import confusion_matrix, top_confusions
from mnist_core.network import Network
from mnist_core.runs import RunStore, State
from mnist_core.words import with_article
from scripts.pen import draw_with_finger, draw_with_mouse
from scripts.running_app import DESKTOP, PHONE, RunningApp, wait_until
from tests.journeys import click_cell, expect_state, expect_to_fit, press, train

pytestmark = pytest.mark.browser

PAGES = {"data": "Data", "train": "Train", "runs": "Runs", "evaluate": "Evaluate", "draw": "Draw"}


@pytest.fixture(scope="module")
def finished_run(shared_server: RunningApp) -> int:
    """A run that has ended, of nobody in particular."""
    run_id = shared_server.store.submit(TrainConfig(hidden_units=32, epochs=1))
    wait_until(lambda: shared_server.store.run(run_id).state is State.FINISHED, "the run has ended", 120)
    return run_id


def mispredictions(store: RunStore, run_id: int) -> tuple[int, tuple[int, int, int]]:
    """How many test images the run's network reads wrongly, and its most frequent confusion with its count."""
    dataset = load_dataset()
    predicted = Network.from_bytes(store.network_bytes(run_id)).predict(dataset.test_images).argmax(axis=1)
    worst, *_ = top_confusions(confusion_matrix(dataset.test_labels, predicted))
    return int((predicted != dataset.test_labels).sum()), worst


def digits_shown(page: Page) -> int:
    return page.get_by_role("img", name=re.compile(r"^Test image \d+: an? \d, read as")).count()


def expect_digits(page: Page, count: int) -> None:
    wait_until(lambda: digits_shown(page) == count, f"{count} digits are shown")


def test_from_training_to_the_mistakes_of_one_cell(app, visitors):
    page = visitors(unused=True).page
    run_id = train(page, app, units=64, epochs=1)
    expect_state(page, "Finished")
    page.get_by_role("link", name="See what it gets wrong").click()
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()
    assert page.url.endswith(f"/evaluate?run={run_id}")

    total, (true, predicted, count) = mispredictions(app.store, run_id)
    expect_digits(page, total)
    page.clock.set_fixed_time("2026-01-01")  # no time passes between the clicks: a second one is never too soon
    click_cell(page, true, predicted)
    expect_digits(page, count)
    expect(page.get_by_role("img", name=f"{with_article(str(true))}, read as {predicted}")).to_have_count(count)
    click_cell(page, true, predicted)
    expect_digits(page, total)


def test_draw_with_the_mouse(app, page):
    draw_and_read(page, app, draw_with_mouse)


def test_draw_by_touch_on_a_phone(app, phone):
    draw_and_read(phone, app, draw_with_finger)


def draw_and_read(page: Page, app: RunningApp, draw) -> None:
    page.goto(f"{app.url}/draw")
    expect(page.locator("canvas.upper-canvas")).to_be_visible()
    expect(page.get_by_text("Draw a digit from 0 to 9")).to_be_visible()
    for digit in ("1", "0", "7"):
        draw(page, digit)
        expect(page.get_by_text(f"I read a {digit}.")).to_be_visible()
        press(page, "Clear")
        expect(page.get_by_text("Draw a digit from 0 to 9")).to_be_visible()


def test_delete_a_run_and_undo_it(app, page):
    run_id = train(page, app, units=32, epochs=1)
    expect_state(page, "Finished")
    page.get_by_role("link", name="Runs").click()
    table = page.get_by_test_id("stDataFrame")
    table.click(position={"x": 17, "y": 52})  # the box at the left of the first row
    expect(page.get_by_text(re.compile(rf"^Run {run_id}: "))).to_be_visible()
    press(page, "Delete")
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text(f"Run {run_id} is deleted.")).to_be_visible()
    assert run_id not in [run.id for run in app.store.runs()]
    expect(page.get_by_text("You have no runs yet")).to_be_visible()
    press(page, "Undo")
    expect(table).to_be_visible()
    assert run_id in [run.id for run in app.store.runs()]


@pytest.mark.parametrize("screen", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_by_its_address(app, visitors, finished_run, path, screen):
    page = visitors(screen).page
    page.goto(f"{app.url}/{path}?run={finished_run}")
    expect(page.get_by_role("heading", name=PAGES[path], exact=True)).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)  # all of it is there
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_to_fit(page)
