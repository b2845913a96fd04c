"""Journeys in Chromium: a run goes home as a script, as a model and as a picture; a network comes in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.at_home import accuracy_in, run_at_home
from tests.journeys import expect_state, metric, percent, press, train

pytestmark = pytest.mark.browser


def download(page: Page, label: str, folder: Path) -> Path:
    """Press a button that downloads, and return where the file went."""
    with page.expect_download() as coming:
        press(page, label)
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_script_is_downloaded_and_run_and_finds_the_same_accuracy(app, page, tmp_path):
    run_id = train(page, app, units=16, epochs=1, batch_size=512)
    expect_state(page, "Finished")
    press(page, "Take it home")
    script = download(page, "Python script", tmp_path)
    assert script.name == f"digits_run_{run_id}.py"
    output = run_at_home(tmp_path, script.name)
    assert 100 * accuracy_in(output) == pytest.approx(percent(page, "Test accuracy"), abs=0.1)


def test_model_is_made_downloaded_and_imported_by_somebody_else(app, visitors, tmp_path):
    page, other = visitors().page, visitors().page
    train(page, app, units=16, epochs=1, batch_size=1024)
    expect_state(page, "Finished")
    press(page, "Take it home")
    press(page, "Make Keras model")
    model = download(page, "Keras model", tmp_path)

    other.goto(f"{app.url}/evaluate")
    press(other, "Import a network")
    other.locator("input[type=file]").set_input_files(model)
    press(other, "Import")
    expect(other.get_by_text(f"This network was imported from {model.name}.")).to_be_visible()
    assert metric(other, "Test accuracy") == metric(page, "Test accuracy")
    expect(other.get_by_text("Confusion matrix", exact=True)).to_be_visible()


def test_chart_is_saved_as_a_picture(app, page, tmp_path):
    train(page, app, units=16, epochs=1, batch_size=1024)
    expect_state(page, "Finished")
    chart = page.locator(".digits-plot").first
    saved = {}
    for kind in ("PNG", "SVG"):
        chart.hover()
        with page.expect_download() as coming:
            chart.locator(f'[data-title="Save as {kind}"]').click()
        saved[kind] = tmp_path / coming.value.suggested_filename
        coming.value.save_as(saved[kind])
    with Image.open(saved["PNG"]) as picture:
        assert picture.width >= 400
        assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255), "it has a background"
    assert saved["SVG"].read_text(encoding="utf-8").startswith("<svg")
