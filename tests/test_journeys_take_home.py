"""Journeys in Chromium: a run goes home as a script, as a model and as a picture; a network comes in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core.config import TrainConfig
from mnist_core.ledger import COLUMNS
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


RERUN_AND_FETCH = """async ([link, field]) => {
  const type = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const answers = [];
  for (let press = 0; press < 96; press++) {
    type.call(field, `visitor ${press}`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    const answer = await fetch(link.href);
    answers.push([answer.status, (await answer.text()).split("\\n")[0]]);
  }
  return answers;
}"""
"""Has the page drawn anew by another nickname, and fetches the file of a link at once: 96 times."""


def test_what_is_pressed_arrives_while_the_page_is_drawn_again_and_again(app, visitors, tmp_path):
    visitor = visitors()
    page = visitor.page
    run_id = app.store.submit(TrainConfig(hidden_units=16, epochs=100))
    page.goto(f"{app.url}/runs?of=all")
    link, field = page.get_by_role("button", name="CSV", exact=True), page.get_by_role("textbox", name="Your nickname")
    head = ",".join(item.name for item in COLUMNS)
    for press_number in range(4):
        field.fill(f"Ada {press_number}")
        field.press("Enter")
        saved = download(page, "CSV", tmp_path)
        assert saved.name == "runs.csv"
        first, row, *_ = saved.read_text(encoding="utf-8").splitlines()
        assert first == head
        assert row.startswith(f"{run_id},")
    answers = page.evaluate(RERUN_AND_FETCH, [link.element_handle(), field.element_handle()])
    assert answers == [[200, head]] * 96
    field.hover()
    link.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("with all columns, for a spreadsheet")
    with page.expect_download():
        page.keyboard.press("Space")
    app.store.delete(run_id)
    page.evaluate("link => (link.href = link.href.replace('runs.csv', 'runs/0/npz'))", link.element_handle())
    press(page, "CSV")
    expect(page.get_by_role("alert").filter(has_text="There is no run 0")).to_be_visible()
    visitor.complaints.clear()  # the browser's, of the file that there is not


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
