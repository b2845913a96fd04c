"""The page of a run in training: live updates, and what happens when none arrive."""

import json

import pytest
from playwright.sync_api import Route, expect

from mnist_core.config import TrainConfig
from scripts.running_app import wait_until
from tests.support.journeys import (
    RUN_PARTS,
    expect_in_view,
    expect_to_fit,
    give_hints,
    metric,
    open_train_page,
    places,
    points_drawn,
    run_in_address,
    step,
    type_number,
    wait_for_step,
)

pytestmark = pytest.mark.browser

LONG_EPOCHS = 100
NEWS = "**/news/*"


@pytest.fixture
def visitor(visitors):
    return visitors()


@pytest.fixture
def live(app, visitor):
    """The page of a run that trains for longer than a test takes."""
    open_train_page(visitor.page, app, app.store.submit(TrainConfig(hidden_units=64, epochs=LONG_EPOCHS)))
    wait_for_step(visitor.page, after=500)
    yield visitor.page
    visitor.page.unroute_all(behavior="ignoreErrors")


def wait_for_step_in_store(page, app, more):
    """Wait until the run has been trained on by so many steps, whether its page shows it or not."""
    run_id = run_in_address(page)
    then = app.store.run(run_id).step
    wait_until(lambda: page.title() and app.store.run(run_id).step > then + more, "the run goes on")


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
        before = give_hints(live)
        expect_in_view(live, RUN_PARTS | settings)
        assert places(live, RUN_PARTS) == before
    assert live.get_by_test_id("stMain").evaluate("it => it.scrollTop") == 0
    open_train_page(live, app, app.store.submit(TrainConfig(hidden_units=64, epochs=LONG_EPOCHS, schedule="cosine")))
    parts = RUN_PARTS | {"learning rate": "[class*=st-key-rate_] .digits-plot", "pictures": ".units canvas"}
    for width, height in ((1280, 800), (1920, 1080)):
        live.set_viewport_size({"width": width, "height": height})
        expect_in_view(live, parts | {"network": settings["network"]})


def test_what_is_wrong_is_said_until_it_is_right_again(live, visitor):
    live.route(NEWS, lambda route: route.fulfill(status=503, body=json.dumps({"error": "The disk is full."})))
    expect(live.get_by_role("alert").filter(has_text="The disk is full.")).to_be_visible()
    stood = step(live)
    live.unroute_all(behavior="wait")
    visitor.complaints.clear()
    wait_for_step(live, after=stood)
    expect(live.get_by_role("alert").filter(has_text="The disk is full.")).to_be_hidden()


def test_a_page_that_is_drawn_again_does_not_turn_the_numbers_back(live):
    """Its script may have read the run before the news that are shown were made: here, long before."""

    def answer_from_the_future(route: Route) -> None:
        news = json.loads(route.fetch().body())
        words, later = "Epoch 100 of 100 · step 46,899 of 46,900", news["at"] + 1000
        route.fulfill(json=news | {"at": later, "words": words, "numbers": ["99.99%"] * 4})

    live.route(NEWS, answer_from_the_future)
    wait_until(lambda: step(live) == 46_899, "the page shows the news")
    type_number(live, "Hidden units", 77)
    parameters = live.get_by_role("button", name=f"{77 * 785 + 10 * 78:,} parameters")
    seen = []
    while not parameters.count():
        seen.append((step(live), metric(live, "Test loss")))
    seen.append((step(live), metric(live, "Test loss")))
    assert set(seen) == {(46_899, "99.99%")}


def test_a_tab_that_nobody_looks_at_does_not_ask(app, live):
    asked = []
    live.on("request", lambda request: asked.append(request.url) if "/news/" in request.url else None)
    turn = """hidden => {
        Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
        document.dispatchEvent(new Event("visibilitychange"));
    }"""
    live.evaluate(turn, True)
    wait_for_step_in_store(live, app, more=500)  # the answer that was on its way has come
    asked.clear()
    stood = step(live)
    wait_for_step_in_store(live, app, more=3000)
    assert (asked, step(live)) == ([], stood)
    live.evaluate(turn, False)
    wait_for_step(live, after=stood)


def test_help_is_one_hover_or_one_key_away(live):
    explanation = live.get_by_text("The share of the test images that are classified correctly")
    live.get_by_role("button", name="Help: Test accuracy").hover()
    expect(explanation).to_be_visible()
    live.mouse.move(0, 0)
    expect(explanation).to_be_hidden()
    live.get_by_role("button", name="Help: Training loss").focus()
    live.keyboard.press("Tab")
    expect(explanation).to_be_visible()


def test_help_is_one_tap_away(app, phone):
    run_id = app.store.submit(TrainConfig(hidden_units=16, epochs=1))
    wait_until(lambda: app.store.run(run_id).state.ended, "the run has ended, at which the page is drawn again", 120)
    phone.goto(f"{app.url}/train?run={run_id}")
    expect(phone.get_by_text("Finished")).to_be_visible()
    phone.get_by_role("button", name="Help: Test loss").tap()
    explanation = phone.get_by_text("The loss on the test images")
    expect(explanation).to_be_visible()
    expect_to_fit(phone)
    phone.get_by_text("· step").tap()
    expect(explanation).to_be_hidden()
