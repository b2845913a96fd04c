"""A journey in Chromium: a 2 × 2 sweep is started, reloaded, finished, and its heat map read."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.sweeps.trials import ranked, trials_of
from mnist_core.text.words import percent
from scripts.running_app import wait_until
from tests.support.journeys import TRAINING_MILLISECONDS, expect_to_fit, metric, open_train_page, press, type_number

pytestmark = pytest.mark.browser


def sweep_in_address(page: Page) -> int:
    return int(parse_qs(urlsplit(page.url).query)["sweep"][0])


def type_values(page: Page, label: str, values: str) -> None:
    field = page.get_by_role("dialog").get_by_role("textbox", name=label, exact=True)
    field.fill(values)
    field.press("Enter")


def test_sweep_is_started_reloaded_finished_and_its_heat_map_read(app, page, visitors):
    open_train_page(page, app)
    for label, value in {"Hidden units": 16, "Epochs": 1, "Batch size": 1024}.items():
        type_number(page, label, value)
    press(page, "Start a sweep")
    type_values(page, "Hidden units", "8, 16")
    type_values(page, "Learning rate", "0.001..0.01/2")
    expect(page.get_by_role("dialog").get_by_text(re.compile(r"4 runs: about .* with one worker"))).to_be_visible()
    press(page, "Start the sweep")

    # Four small runs may be over before the page is drawn; what it says while they train is in test_pages_sweeps.py.
    expect(page.get_by_role("heading", name=re.compile(r"Sweep \d+ (Training|Finished)"))).to_be_visible()
    page.reload()
    number = sweep_in_address(page)
    expect(page.get_by_role("heading", name=f"Sweep {number} Finished")).to_be_visible(timeout=TRAINING_MILLISECONDS)

    sweeps = SweepStore(app.store)
    runs = sweeps.runs(number)
    best = ranked(trials_of(sweeps.sweep(number), runs))[0]
    chart = page.locator(".digits-plot").first
    expect(page.get_by_text("4 of 4 cells are known.")).to_be_visible()
    every = "it => Boolean(it.calcdata?.[0][0].z.every(row => Array.from(row).every(Number.isFinite)))"
    wait_until(lambda: chart.evaluate(every), "the chart has all cells, a moment after the words say so")
    across, down = chart.evaluate("it => [it._fullData[0].x, it._fullData[0].y]")
    assert (across, down) == (["8", "16"], ["0.001", "0.01"])
    cells = chart.evaluate("it => it.calcdata[0][0].z.map(row => Array.from(row))")
    read = {(units, rate): cells[row][column] for row, rate in enumerate(down) for column, units in enumerate(across)}
    assert read == {
        (str(run.config.hidden_units), f"{run.config.learning_rate:g}"): pytest.approx(run.validation_accuracy)
        for run in runs
    }
    assert metric(page, "Validation accuracy") == percent(max(read.values()))
    assert metric(page, "Test accuracy") == percent(best.test_accuracy)
    expect(page.get_by_text("The test images were not used to choose it")).to_be_visible()
    expect(page.get_by_role("heading", name="What mattered")).to_be_visible()

    press(page, "Train the best on all 60,000")
    expect(page.get_by_role("heading", name=re.compile(r"Run \d+: "))).to_be_visible()
    assert not app.store.runs()[0].config.validation_images


def test_sweep_fits_a_phone_and_is_controlled_there(app, phone):
    sweeps = SweepStore(app.store)
    open_train_page(phone, app)
    type_number(phone, "Epochs", 100)
    press(phone, "Start a sweep")
    type_values(phone, "Hidden units", "64, 128")
    press(phone, "Start the sweep")
    expect(phone.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    press(phone, "Pause")
    expect(phone.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    expect_to_fit(phone)
    press(phone, "Cancel")
    expect(phone.get_by_role("heading", name=re.compile("Cancelled"))).to_be_visible()
    assert not [run for run in sweeps.runs(sweep_in_address(phone)) if not run.state.ended]
