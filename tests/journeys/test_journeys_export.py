"""Journeys in Chromium: a run is exported as a script, a model and a picture; a network is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mnist_core.config import TrainConfig
from mnist_core.export import code
from mnist_core.ledger import COLUMNS
from tests.support.journeys import metric, open_train_page, press

pytestmark = pytest.mark.browser


def download(page: Page, label: str, folder: Path) -> Path:
    """Press a button that downloads, and return where the file went."""
    with page.expect_download() as coming:
        press(page, label)
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_what_is_taken_home_is_the_script_of_the_run_and_the_chart_as_a_picture(app, page, finished_run, tmp_path):
    open_train_page(page, app, finished_run)
    pictures = {kind: save_chart(page, kind, tmp_path) for kind in ("PNG", "SVG")}
    assert {path.name for path in pictures.values()} == {f"accuracy_{finished_run}.{kind}" for kind in ("png", "svg")}
    with Image.open(pictures["PNG"]) as picture:
        assert picture.width >= 400
        assert picture.convert("RGBA").getchannel("A").getextrema() == (255, 255), "it has a background"
    assert pictures["SVG"].read_text(encoding="utf-8").startswith("<svg")
    press(page, "Export")
    script = download(page, "Python script", tmp_path)
    assert script.name == f"digits_run_{finished_run}.py"
    assert script.read_text(encoding="utf-8") == code.script(app.store.run(finished_run))


def save_chart(page: Page, kind: str, folder: Path) -> Path:
    chart = page.locator(".digits-plot").first
    chart.hover()
    with page.expect_download() as coming:
        chart.locator(f'[data-title="Save as {kind}"]').click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_model_is_made_downloaded_and_imported_by_somebody_else(app, visitors, finished_run, tmp_path):
    page, other = visitors().page, visitors().page
    open_train_page(page, app, finished_run)
    press(page, "Export")
    press(page, "Make Keras model")
    model = download(page, "Keras model", tmp_path)

    other.goto(f"{app.url}/evaluate")
    expect(other.locator(".digits-plot .nsewdrag").first).to_be_visible()
    # An open popover follows its button, also out of the screen if what comes late to the page pushes it down.
    expect(other.locator(".st-key-next_step a").first).to_be_visible()
    expect(other.locator(".st-key-first_images button").first).to_be_visible()
    expect(other.get_by_test_id("stSkeleton")).to_have_count(0)
    press(other, "Import a network")
    other.locator("input[type=file]").set_input_files(model)
    press(other, "Import")
    expect(other.get_by_text(f"This network was imported from {model.name}.")).to_be_visible()
    assert metric(other, "Test accuracy") == metric(page, "Test accuracy")
    expect(other.get_by_text("Confusion matrix", exact=True)).to_be_visible()


RERUN_AND_FETCH = """async ([link, field]) => {
  const type = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
  const answers = [];
  for (let press = 0; press < 32; press++) {
    type.call(field, `visitor ${press}`);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    const answer = await fetch(link.href);
    answers.push([answer.status, (await answer.text()).split("\\n")[0]]);
  }
  return answers;
}"""
"""Has the page drawn again by another nickname, and fetches the file of a link at once: 32 times."""


def test_what_is_pressed_arrives_while_the_page_is_drawn_again_and_again(quiet_server, visitors, tmp_path):
    visitor = visitors()
    page = visitor.page
    run_id = quiet_server.store.submit(TrainConfig(hidden_units=16, epochs=100))
    page.goto(f"{quiet_server.url}/runs?of=all")
    link, field = page.get_by_role("button", name="CSV", exact=True), page.get_by_role("textbox", name="Your nickname")
    head = ",".join(item.name for item in COLUMNS)
    for press_number in range(2):
        field.fill(f"Ada {press_number}")
        field.press("Enter")
        saved = download(page, "CSV", tmp_path)
        assert saved.name == "runs.csv"
        first, row, *_ = saved.read_text(encoding="utf-8").splitlines()
        assert first == head
        assert row.startswith(f"{run_id},")
    answers = page.evaluate(RERUN_AND_FETCH, [link.element_handle(), field.element_handle()])
    assert answers == [[200, head]] * 32
    field.hover()
    link.hover()
    expect(page.get_by_role("tooltip")).to_contain_text("with all columns, for a spreadsheet")
    with page.expect_download():
        page.keyboard.press("Space")
    page.evaluate("link => (link.href = link.href.replace('runs.csv', 'runs/0/npz'))", link.element_handle())
    press(page, "CSV")
    expect(page.get_by_role("alert").filter(has_text="There is no run 0")).to_be_visible()
    visitor.complaints.clear()  # the browser's, of the file that there is not
    quiet_server.store.delete(run_id)  # with the last run the button goes
