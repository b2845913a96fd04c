"""The page of a run that a worker trains: what goes on there by itself, and that all of it is in view."""

import pytest
from playwright.sync_api import expect

from mnist_core.config import TrainConfig
from scripts.running_app import wait_until
from tests.support.journeys import (
    NEXT_STEPS,
    RUN_PARTS,
    expect_in_view,
    expect_to_fit,
    give_hint,
    open_train_page,
    places,
    points_drawn,
    step,
    wait_for_step,
)

pytestmark = pytest.mark.browser

LONG_EPOCHS = 100


@pytest.fixture
def live(app, page):
    """The page of a run that trains for longer than a test takes."""
    open_train_page(page, app, app.store.submit(TrainConfig(hidden_units=64, epochs=LONG_EPOCHS)))
    wait_for_step(page, after=500)
    return page


def test_numbers_and_curves_go_on_without_a_rerun_of_the_page(live):
    messages = []

    def hear(message):
        messages.append(message)

    live.on("websocket", lambda socket: socket.on("framereceived", hear))
    live.reload()  # so that the messages are heard
    wait_for_step(live, after=step(live) + 300)
    chart = live.locator(".digits-plot").first
    wait_until(lambda: chart.evaluate("it => !!it._fullData"), "the chart is drawn")
    network = live.locator(".st-key-network_live")
    wait_until(lambda: mistakes(network), "the mistakes are counted")
    messages.clear()
    shown, words = points_drawn(chart), step(live)
    wrong, weights = mistakes(network), pictures(network)
    wait_for_step(live, after=words + 1000)
    wait_until(lambda: points_drawn(chart) > shown, "the chart has new points")
    wait_until(lambda: mistakes(network) < wrong, "fewer test images are read wrong")
    assert all(before != now for before, now in zip(weights, pictures(network), strict=True))
    assert not messages
    network.get_by_label("Moment of the training").press("Home")
    expect(network.get_by_text("before the first step")).to_be_visible()
    expect(network.locator(".digits .changed").first).to_be_visible()  # answers that were right then
    expect(network.locator(".digits .changed")).to_have_count(0)
    assert mistakes(network) > 7000, "nothing was learned yet"


def mistakes(network):
    """How many test images are read wrong, as the picture of the network says; 0 before it says so."""
    words = network.locator(".mistakes b").inner_text()
    return int(words.split(" of ")[0].strip("≈ ").replace(",", "")) if words else 0


def pictures(network):
    """What is painted of each unit."""
    return network.locator(".units canvas").evaluate_all("them => them.map(it => it.toDataURL())")


def test_a_live_run_and_its_settings_are_in_view_together_on_laptop_and_projector(app, live):
    settings = {
        "settings": ":has(> .st-key-settings)",  # which scroll by themselves
        "Train": ".st-key-settings_panel button[kind=primary]",
        "what the curves show": ".st-key-compared",
        "network": ".st-key-network_live",
    }
    for width, height in ((1024, 768), (1180, 820)):  # a tablet held sideways
        live.set_viewport_size({"width": width, "height": height})
        expect_in_view(live, RUN_PARTS)
        expect_to_fit(live)
    for width, height in ((1280, 800), (1920, 1080)):
        live.set_viewport_size({"width": width, "height": height})
        expect_in_view(live, RUN_PARTS | settings)
    live.get_by_text("More settings").click()
    live.set_viewport_size({"width": 1280, "height": 800})
    live.get_by_role("spinbutton", name="Epochs").hover()
    live.mouse.wheel(0, 200)
    expect(live.locator(settings["settings"])).to_have_js_property("scrollTop", 200)
    seed = live.get_by_role("spinbutton", name="Seed", exact=True)
    seed.scroll_into_view_if_needed()
    seed.fill("7")
    seed.press("Enter")
    settings["the way back"] = ".st-key-settings_and_run button:visible"
    for width, height in ((1280, 800), (1920, 1080)):
        live.set_viewport_size({"width": width, "height": height})
        expect_in_view(live, RUN_PARTS | settings)
        before = give_hint(live)
        expect_in_view(live, RUN_PARTS | NEXT_STEPS | settings)
        assert places(live, RUN_PARTS | NEXT_STEPS) == before
    assert live.get_by_test_id("stMain").evaluate("it => it.scrollTop") == 0
    open_train_page(live, app, app.store.submit(TrainConfig(hidden_units=64, epochs=LONG_EPOCHS, schedule="cosine")))
    parts = RUN_PARTS | {"learning rate": "[class*=st-key-rate_] .digits-plot", "pictures": ".units canvas"}
    for width, height in ((1280, 800), (1920, 1080)):
        live.set_viewport_size({"width": width, "height": height})
        expect_in_view(live, parts | {"network": settings["network"]})
