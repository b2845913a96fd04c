"""Journeys in Chromium after training: from page to page, and to the mispredictions."""

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.data import load_dataset
from mnist_core.evaluation.confusion_matrix import confusion_matrix, top_confusions
from mnist_core.model.numpy_network import Network
from mnist_core.model.surgery import with_pruned_weights
from mnist_core.runs import RunStore
from mnist_core.runs.epoch_store import EpochStore
from mnist_core.text import words
from mnist_core.text.words import with_article
from scripts.running_app import wait_until
from tests.support.canvas import expect_nothing_to_undo
from tests.support.journeys import (
    click_cell,
    expect_in_view,
    expect_state,
    metric,
    press,
    train_on,
)

pytestmark = pytest.mark.browser


def mispredictions(store: RunStore, run_id: int) -> tuple[int, tuple[int, int, int]]:
    """How many test images the run's network misreads, and its most frequent confusion with its count."""
    dataset = load_dataset()
    predicted = Network.from_bytes(store.network_bytes(run_id)).predict(dataset.test_images).argmax(axis=1)
    worst, *_ = top_confusions(confusion_matrix(dataset.test_labels, predicted))
    return int((predicted != dataset.test_labels).sum()), worst


def digits_shown(page: Page) -> int:
    return page.get_by_role("button", name=re.compile(r"^Test image \d+: an? \d, read as")).count()


def expect_digits(page: Page, count: int) -> None:
    wait_until(lambda: digits_shown(page) == count, f"{count} digits are shown")


def follow_next_step(page: Page, title: str) -> None:
    """Follow the main link at the foot of the page, to the page with that title."""
    page.locator(".st-key-next_step a").first.click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()


def follow_the_most_similar_training_image(page: Page, run_id: int) -> None:
    """Press the nearest neighbour of the drawing on Draw, and see its way through the network."""
    page.get_by_text("Why", exact=True).click()
    nearest = page.get_by_role("button", name=re.compile(r"^Training image \d+, an? \d, at distance")).first
    number = int(re.findall(r"\d+", str(nearest.get_attribute("aria-label")))[0])
    main = page.get_by_test_id("stMain")
    main.evaluate("it => it.scrollTo({ top: it.scrollHeight })")
    nearest.click()
    expect(page.get_by_text(f"Training image {number:,}: ")).to_be_visible()
    expect(main).to_have_js_property("scrollTop", 0)  # the page is shown from its top
    expect(page).to_have_url(re.compile(rf"/inside\?run={run_id}&image=training-{number}$"))


def operate_and_draw_against_it(page: Page, network: Network) -> None:
    """Set 90 % of the network's weights to 0 by surgery on Inside, keep the result, and come to Draw with it."""
    slider = page.get_by_role("slider", name="Smallest weights set to 0, in %")
    for _ in range(10):
        slider.press("ArrowRight")
    after = accuracy_of(with_pruned_weights(network, 0.9))
    tiles = f"{accuracy_of(network)} → {after}"
    wait_until(lambda: metric(page, "Test accuracy") == tiles, "the accuracy follows the slider")
    press(page, "Keep it as a run, and draw against it")
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    expect(page.get_by_role("combobox", name="Network")).to_have_value(re.compile(f"90 % of the weights .* {after}"))


def play_through_the_epochs(page: Page, run_id: int, app_url: str, errors: int, learned: int) -> None:
    """Play the two epochs of a run on Evaluate, and how the pictures of its units grow out of noise on Inside."""
    page.goto(f"{app_url}/evaluate?run={run_id}&view=epochs")
    sentence, slider = page.locator(".sentence"), page.get_by_role("slider", name="Epoch")
    expect(sentence).to_contain_text("After epoch 2 of 2")
    expect(sentence).to_contain_text(words.counted(errors, "misprediction"))
    press(page, f"Learned {learned:,}")
    expect(page.locator(".tiles button")).to_have_count(min(18, learned))
    slider.press("Home")
    expect(sentence).to_contain_text("Before the first step")
    press(page, "▶ Play")
    expect(sentence).to_contain_text("After epoch 2 of 2")
    expect(page.get_by_role("button", name=f"Learned {learned:,}", pressed=True)).to_be_visible()
    page.goto(f"{app_url}/inside?run={run_id}&view=units")
    page.get_by_text("Through the epochs").click()
    expect(sentence).to_contain_text("After epoch 2 of 2")
    unit = page.get_by_role("img", name=re.compile(r"^Unit \d+: its weights")).first
    name = str(unit.get_attribute("aria-label")).removesuffix("after epoch 2")
    slider.press("Home")
    expect(sentence).to_have_text("Before the first step: the initial weights.")
    expect(unit).to_have_accessible_name(f"{name}before the first step")


def accuracy_of(network: Network) -> str:
    """The accuracy on MNIST's test images as the pages write it."""
    dataset = load_dataset()
    return words.percent(float((network.predict(dataset.test_images).argmax(axis=1) == dataset.test_labels).mean()))


def test_next_steps_alone_lead_from_start_through_all_pages_and_to_the_mistakes_of_one_cell(app, page):
    page.goto(app.url)
    follow_next_step(page, "Data")
    follow_next_step(page, "Train")
    run_id = train_on(page, units=64, epochs=1)
    expect_state(page, "Finished")
    accuracy = words.percent(app.store.run(run_id).test_accuracy)
    wait_until(lambda: metric(page, "Test accuracy") == accuracy, f"a test accuracy of {accuracy}")
    expect(page.get_by_text("of the test images correctly")).to_be_visible()
    press(page, "+1 epoch")
    expect(page.get_by_text("Epoch 2 of 2")).to_be_visible()
    expect_state(page, "Finished")
    expect_in_view(page, {"the run": ".st-key-run_heading", "next steps": ".st-key-next_step a"})
    follow_next_step(page, "Evaluate")
    expect(page).to_have_url(re.compile(rf"/evaluate\?run={run_id}$"))

    total, (true, predicted, count) = mispredictions(app.store, run_id)
    expect_digits(page, total)
    page.evaluate("window.times = [Date.now, Date.prototype.getTime]")
    page.evaluate("Date.prototype.getTime = Date.now = () => 1e12")  # no time passes: no second click is too soon
    click_cell(page, true, predicted)
    expect_digits(page, count)
    expect(page.get_by_role("button", name=f"{with_article(str(true))}, read as {predicted}")).to_have_count(count)
    heading = f"{true} read as {predicted}: {words.counted(count, 'image')}"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    first = page.locator(".st-key-gallery").get_by_role("button", name=re.compile("^Test image")).first
    expect(first).to_be_in_viewport(ratio=1)
    expect(page.locator(".digits-plot .nsewdrag").first).to_be_in_viewport(ratio=1)
    click_cell(page, true, predicted)
    expect_digits(page, total)

    page.evaluate("[Date.now, Date.prototype.getTime] = window.times")
    page.locator(".st-key-confusion_matrix .ytick text", has_text=str(true)).click()
    expect(page.get_by_role("heading", name=re.compile(f"^{true} misread: "))).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/evaluate\?run={run_id}&true={true}$"))
    click_cell(page, true, predicted)
    expect_digits(page, count)
    first.click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text(f"read as {predicted}")).to_be_visible()
    expect(dialog.get_by_text(f"Why {predicted} and not {true}?")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(first).to_be_focused()
    expect(page.locator(".st-key-next_step a").first).to_have_attribute("href", re.compile(rf"draw\?run={run_id}$"))
    first.click()
    dialog.get_by_role("link", name="Follow it through the network").click()
    expect(page.get_by_text(f"misread as {predicted} with")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/inside\?run={run_id}&image=\d+$"))
    expect(page.get_by_text("6. Probabilities")).to_be_visible()
    page.go_back()
    first.click()
    press(page, "Draw over it")
    expect(page.get_by_role("heading", name="Draw", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^I read a|^I am not sure"))).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/draw\?run={run_id}$"))
    follow_the_most_similar_training_image(page, run_id)
    page.go_back()
    page.get_by_role("button", name=re.compile("^Undo")).click()
    expect(page.get_by_role("heading", name="Draw a digit")).to_be_visible()
    expect_nothing_to_undo(page)  # the picture was drawn over once, though the page was opened twice
    follow_next_step(page, "Runs")
    page.goto(f"{app.url}/inside?run={run_id}&view=map")
    open_an_image_of_the_map(page)
    move_the_points_of_the_map(page)
    page.goto(f"{app.url}/inside?run={run_id}&view=surgery")
    operate_and_draw_against_it(page, Network.from_bytes(app.store.network_bytes(run_id)))
    _, first_epoch, second_epoch = (it.predicted for it in EpochStore(app.store).predictions(run_id))
    labels = load_dataset().test_labels
    learned = int(((first_epoch != labels) & (second_epoch == labels)).sum())
    play_through_the_epochs(page, run_id, app.url, total, learned)


def open_an_image_of_the_map(page: Page) -> None:
    """Point at an image in the middle of the map, follow it through the network, and go back."""
    points = page.locator(".map")
    card = points.locator(".card")
    points.hover()
    expect(card).to_contain_text(re.compile(r"^Test image [\d,]+: \d, "))
    said = card.locator("span").inner_text()
    points.click()
    number = said.split(":")[0]
    expect(page.get_by_text(re.compile(f"^{number}: an? "))).to_be_visible()
    image = number.removeprefix("Test image ").replace(",", "")
    expect(page).to_have_url(re.compile(rf"[?&]view=digit&image={image}$"))
    page.go_back()
    expect(points).to_be_visible()


PICTURE_AT_REST = """canvas => new Promise((resolve) => {
  let [before, alike] = ["", 0];
  const look = () => {
    const now = canvas.toDataURL();
    [before, alike] = [now, now === before ? alike + 1 : 0];
    if (alike < 20) requestAnimationFrame(look);
    else resolve(now);
  };
  look();
})"""
"""Waits until a canvas has shown the same picture twenty times, and returns it."""


def move_the_points_of_the_map(page: Page) -> None:
    """Go to the map of another layer: all is on it at the end of the move, the picture from Draw too."""
    page.get_by_role("button", name="Logits", exact=True).click()
    canvas, errors = page.locator(".map canvas"), page.get_by_role("button", name="Only errors")
    moved = canvas.evaluate(PICTURE_AT_REST)
    for _ in range(2):
        errors.click()
    assert canvas.evaluate(PICTURE_AT_REST) == moved, "nothing came only as it was drawn again"


def test_on_a_phone_a_press_on_a_confusion_brings_its_images_into_view(app, phone, finished_run):
    phone.goto(f"{app.url}/evaluate?run={finished_run}")
    images = phone.locator(".st-key-gallery")
    expect(images.get_by_role("heading", name=re.compile("mispredictions"))).not_to_be_in_viewport()
    phone.locator(".st-key-confusions button").first.tap()
    expect(images.get_by_role("heading", name=re.compile("read as"))).to_be_in_viewport(ratio=1)
    expect(images.get_by_role("button", name=re.compile("^Test image")).first).to_be_in_viewport(ratio=1)
