"""Journeys through the running app in Chromium, with real training where they are about it."""

import re

import pytest
from playwright.sync_api import expect

from mnist_core.config import TrainConfig
from mnist_core.progress import ProgressPoint
from mnist_core.runs import State, WorkQueue
from scripts.running_app import PHONE, wait_until
from tests.conftest import SMALL
from tests.support.controlled_run import control, controlled_run
from tests.support.journeys import (
    NEXT_STEPS,
    RUN_PARTS,
    another_machine,
    confirm_if_asked,
    expect_in_view,
    expect_state,
    expect_to_fit,
    give_hint,
    let_go,
    open_train_page,
    percent,
    places,
    press,
    reach_with_tab,
    run_in_address,
    step,
    train,
    train_on,
    wait_for_step,
)
from tests.support.visits import ME, SOMEBODY_ELSE

pytestmark = pytest.mark.browser

LONG_EPOCHS = 100
"""So many epochs of a small network take long enough to do something meanwhile: half a minute or more."""


# -- training -----------------------------------------------------------------------------------------


def test_train_watch_reload_pause_resume_and_stop(app, page):
    open_train_page(page, app)
    wait_until(lambda: page.evaluate("!!window.Plotly"), "plotly.js is there before the first chart")
    run_id = train_on(page, units=64, epochs=LONG_EPOCHS)
    wait_for_step(page, after=0)
    wait_until(lambda: percent(page, "Training accuracy") > 0, "the accuracy has come, a moment after the step")
    early = percent(page, "Training accuracy")
    wait_until(lambda: percent(page, "Training accuracy") > early, "the accuracy rises")

    page.reload()
    wait_for_step(page, after=step(page))
    press(page, "Pause")
    expect_state(page, "Paused")
    let_go(app.store, run_id)
    page.reload()
    expect_state(page, "Paused")
    paused_at = step(page)
    assert paused_at == app.store.run(run_id).step < app.store.run(run_id).steps

    press(page, "Resume")
    wait_for_step(page, after=paused_at)
    wait_until(lambda: percent(page, "Test accuracy") > 80, "an epoch is over")
    press(page, "Stop")
    expect_state(page, "Stopped")
    let_go(app.store, run_id)
    assert app.store.network_bytes(run_id)
    assert percent(page, "Test accuracy") > 80


def test_settings_and_view_survive_a_visit_to_another_page(quiet_server, page):
    with control(quiet_server, train(page, quiet_server, units=33, epochs=LONG_EPOCHS, batch_size=64)) as run:
        run.learn(100, loss=0.9, accuracy=0.7)
        assert wait_for_step(page, after=0) == 100
        page.get_by_role("link", name="Compare").click()
        expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
        page.get_by_role("link", name="Train", exact=True).click()
        expect(page.get_by_role("heading", name=f"Run {run.id}: 33 units")).to_be_visible()
        expect(page.get_by_role("textbox", name="Hidden units")).to_have_value("33")
        expect(page.get_by_role("spinbutton", name="Batch size")).to_have_value("64")
        assert run_in_address(page) == run.id
        run.learn(200, loss=0.7, accuracy=0.8)
        assert wait_for_step(page, after=100) == 200


# -- the address -----------------------------------------------------------------------------------


def test_an_address_of_no_run_is_explained(app, page):
    open_train_page(page, app, run=12345)
    expect(page.get_by_text("There is no run 12345")).to_be_visible()


# -- several people ----------------------------------------------------------------------------------


def test_a_second_browser_watches_the_same_run_and_cannot_control_it(quiet_server, visitors):
    runner, watcher = visitors().page, visitors().page
    runner.context.add_cookies([{"name": "mnist_browser", "value": ME, "url": quiet_server.url}])
    with controlled_run(quiet_server, owner=ME) as run, another_machine(quiet_server.port) as url:
        run.learn(10, loss=1.0, accuracy=0.7)
        runner.goto(run.url)
        watcher.goto(f"{url}/train?run={run.id}")
        expect(watcher.get_by_role("heading", name=f"Run {run.id}: 16 units")).to_be_visible()
        assert step(watcher) == 10
        run.learn(20, loss=0.9, accuracy=0.8)
        assert wait_for_step(watcher, after=10) == 20
        expect(watcher.get_by_text("only they can control it")).to_be_visible()
        for label in ("Pause", "Stop", "+1 epoch"):
            expect(watcher.get_by_role("button", name=label, exact=True)).to_have_count(0)
        press(runner, "Pause")
        wait_until(lambda: run.store.run(run.id).state is State.PAUSED, "its owner has paused it")
        run.release()
        expect_state(watcher, "Paused")
        expect(watcher.get_by_role("button", name="Resume", exact=True)).to_have_count(0)
        press(runner, "Resume")
        expect_state(watcher, "Training")
        watcher.goto("about:blank")


def test_two_people_train_at_the_same_time(quiet_server, visitors):
    """Each sees the own run go on, whichever of them a worker has in hand."""
    ada, grace = visitors().page, visitors().page
    runs = [train(person, quiet_server, units=64, epochs=LONG_EPOCHS) for person in (ada, grace)]
    with control(quiet_server, runs[0]) as hers, control(quiet_server, runs[1]) as the_others:
        for person, run, reached in ((ada, hers, 100), (grace, the_others, 200), (ada, hers, 300)):
            before = run.step
            run.learn(reached, loss=0.9, accuracy=0.7)
            assert wait_for_step(person, after=before) == reached
        assert step(grace) == 200
    for person, run_id in zip((ada, grace), runs, strict=True):
        assert run_in_address(person) == run_id


# -- while a page opens -------------------------------------------------------------------------------


NOTE_PLACES = """
window.places = new Set();
(function note() {
  for (const part of document.querySelectorAll(".stMain, .stMain h1, [data-testid=stSidebarUserContent] p")) {
    if (!part.checkVisibility() || part.tagName === "P" && !part.textContent.startsWith("Version")) continue;
    const { left, top } = part.getBoundingClientRect();
    window.places.add(`${part.tagName} at ${Math.round(left)}, ${Math.round(top)}`);
  }
  requestAnimationFrame(note);
})();
"""


def test_title_and_sidebar_stay_where_they_are_while_a_page_opens(quiet_server, visitors):
    """On a slow machine: there the browser draws titles long before it has the code that draws all the rest."""
    page = visitors(unused=True).page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(NOTE_PLACES)
    page.goto(f"{quiet_server.url}/draw")
    page.locator("canvas.upper-canvas").wait_for()
    expect(page.get_by_role("combobox", name="Network")).to_be_visible()
    assert len(page.evaluate("[...window.places]")) == 3, page.evaluate("[...window.places]")


NOTE_SETTINGS = """
window.sawSettings = false;
(function note() {
  window.sawSettings ||= document.querySelector(".st-key-settings")?.checkVisibility() ?? false;
  requestAnimationFrame(note);
})();
"""


def test_settings_that_a_phone_folds_are_not_there_before_it_does(quiet_server, visitors):
    """The run below them would jump up by a screen."""
    page = visitors(PHONE, unused=True).page
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(NOTE_SETTINGS)
    with controlled_run(quiet_server, owner=ME) as run:
        page.goto(run.url)
        line = page.locator(".st-key-settings_line button")
        expect(line).to_be_visible()
        assert not page.evaluate("window.sawSettings")
        line.tap()
        expect(page.locator(".st-key-settings")).to_be_visible()
        page.goto("about:blank")


def test_a_page_at_an_unknown_address_is_laid_out_as_well(quiet_server, visitors):
    visitor = visitors()
    page = visitor.page
    page.goto(f"{quiet_server.url}/nowhere")
    page.get_by_role("heading", name="Teach a neural network to read digits").wait_for()
    expect(page.locator(".stMainBlockContainer")).to_have_css("padding-top", "56px")
    (said,) = visitor.complaints
    assert "The page that you have requested does not seem to exist" in said
    visitor.complaints.clear()


# -- things that break -------------------------------------------------------------------------------


def test_a_link_as_first_request_to_a_cold_server_opens_a_page_that_outlasts_a_restart(server, visitors):
    visitor, store = visitors(), server.store
    page = visitor.page
    run_id = store.submit(TrainConfig(hidden_units=64))
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test")
    assert turn is not None
    queue.record(turn, [ProgressPoint(step=100, epoch=1, loss=0.9, accuracy=0.7)], seconds=1.0)
    open_train_page(page, server, run_id)
    expect(page.get_by_role("heading", name=f"Run {run_id}: 64 units")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert step(page) == 100

    server.kill()
    queue.record(turn, [ProgressPoint(step=200, epoch=1, loss=0.7, accuracy=0.8)], seconds=1.0)
    server.restart()
    assert wait_for_step(page, after=100) == 200
    store.stop(run_id)
    expect_state(page, "Stopped")
    visitor.complaints.clear()  # of connections refused, as long as there was no server
    assert run_in_address(page) == run_id


# -- touch and keyboard ------------------------------------------------------------------------------


def test_train_by_touch_on_a_phone(app, phone):
    """A press of Train folds the settings into one line and brings the run into view; a tap opens them again.

    The line and Train stay in sight, and a hint moves nothing that somebody looks at. In company, a nickname is
    asked for.
    """
    theirs = app.store.submit(SMALL, owner=SOMEBODY_ELSE)
    phone.set_viewport_size({"width": 390, "height": 664})
    open_train_page(phone, app)
    field = phone.get_by_role("spinbutton", name="Epochs", exact=True)
    field.tap()
    field.fill(str(LONG_EPOCHS))
    field.press("Enter")
    phone.get_by_role("button", name="Train", exact=True).tap()
    confirm_if_asked(phone)
    question = phone.locator(".st-key-ask_nickname")
    expect_in_view(phone, RUN_PARTS | {"question": ".st-key-ask_nickname"})
    wait_until(lambda: lowest(phone, RUN_PARTS["curves"]) <= question.bounding_box()["y"], "it covers no curve")
    phone.get_by_role("button", name="No nickname").tap()
    expect(question).to_have_count(0)
    app.store.delete(theirs)
    in_sight = RUN_PARTS | NEXT_STEPS | {"line": ".st-key-settings_line button", "Train": ".st-key-train_button"}
    for height in (664, 844):
        phone.set_viewport_size({"width": 390, "height": height})
        expect_in_view(phone, in_sight)
    before = give_hint(phone)
    assert places(phone, RUN_PARTS | NEXT_STEPS) == before
    wait_until(lambda: percent(phone, "Test accuracy") > 90, "the test accuracy has come, of more than 90 %")
    expect_to_fit(phone)
    expect(field).to_be_hidden()
    phone.get_by_role("button", name=f"Settings: 256 units · {LONG_EPOCHS} epochs · batch 128 · rmsprop").tap()
    expect(field).to_be_visible()
    for press_on, units in (("Decrement", "128"), ("Increment", "256"), ("Increment", "512")):
        phone.locator(".st-key-setting_hidden_units").get_by_role("button", name=press_on).tap()
        expect(phone.get_by_role("textbox", name="Hidden units")).to_have_value(units)
    expect(phone.get_by_text("hidden units 512, not 256")).to_be_visible()
    phone.locator(".st-key-run_heading").get_by_role("button", name="Stop", exact=True).tap()
    expect_state(phone, "Stopped")
    phone.get_by_role("button", name="Settings: 512 units").tap()
    expect(field).to_be_hidden()
    phone.get_by_role("link", name="Fine-tune it").tap()
    expect(phone.get_by_text(re.compile(r"Continues run \d+"))).to_be_in_viewport()
    expect(field).to_be_in_viewport()
    settings = phone.locator(":has(> .st-key-settings)").last
    assert settings.evaluate("it => it.scrollHeight <= it.clientHeight"), "they scroll with the page, not by themselves"
    phone.set_viewport_size({"width": 390, "height": 664})
    phone.goto(f"{app.url}/train?run={run_in_address(phone)}")
    expect_in_view(phone, RUN_PARTS)
    pull_a_lesson_down(phone, app)


def pull_a_lesson_down(phone, app):
    """A lesson is one line over the page, which is pulled down and pushed up; Train stays in sight under it."""
    phone.goto(f"{app.url}/train?lesson=units&step=3")
    line, text = phone.get_by_role("button", name="Step 3 of 4"), phone.get_by_text("64 units are filled in")
    expect(phone.get_by_role("button", name="Train", exact=True)).to_be_in_viewport()
    expect(text).to_be_hidden()
    pull(phone, line, 60)
    expect(text).to_be_in_viewport()
    expect_to_fit(phone)
    pull(phone, line, -30)
    expect(text).to_be_hidden()
    line.tap()
    expect(text).to_be_in_viewport()


def pull(page, what, down):
    box = what.bounding_box()
    page.mouse.move(box["x"] + 50, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 50, box["y"] + 20 + down)
    page.mouse.up()


def lowest(page, selector):
    """How far down the elements for a selector reach, in pixels from the top of the window."""
    boxes = [element.bounding_box() for element in page.locator(selector).all()]
    return max(box["y"] + box["height"] for box in boxes)


def test_train_with_the_keyboard_alone(quiet_server, page):
    open_train_page(page, quiet_server)
    plus = page.locator("[data-testid=stTextInputRootElement] [data-testid=stNumberInputStepUp]")
    expect(plus).to_be_visible()  # our script that hears the arrow keys has begun
    expect_plus_in_the_colours_of_the_page(page, plus)
    reach_with_tab(page, "Hidden units")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("button", name=f"{64 * 785 + 10 * 65:,} parameters")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    reach_with_tab(page, "Train")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"Run \d+: 20 units"))).to_be_visible()
    reach_with_tab(page, "Stop")
    page.keyboard.press("Enter")
    expect_state(page, "Stopped")
    go_on_in_a_lesson_with_the_keyboard(page, quiet_server)


def expect_plus_in_the_colours_of_the_page(page, plus):
    """Plus of a text field is ours, a copy of that of Streamlit's number fields."""
    streamlits = page.locator("[data-testid=stNumberInputContainer] [data-testid=stNumberInputStepUp]").first
    light = colour(streamlits)
    for scheme, is_light in (("dark", False), ("light", True)):
        page.emulate_media(color_scheme=scheme)
        wait_until(lambda: colour(plus) == colour(streamlits), f"both are {scheme}")
        assert (colour(streamlits) == light) == is_light


def colour(element):
    return element.evaluate("it => getComputedStyle(it).color")


def go_on_in_a_lesson_with_the_keyboard(page, app):
    """Go to the next step, fold the bar, and go back in the browser's history. The bar comes before the page."""
    page.goto(f"{app.url}/draw?lesson=units&step=1")
    bar = page.get_by_role("region", name="Lesson: How many units?")
    expect(bar.get_by_text("Step 1 of 4")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/train\?lesson=units&step=1"))
    reach_with_tab(page, "Next")
    assert bar.evaluate("it => it.contains(document.activeElement)")
    page.keyboard.press("Enter")
    expect(bar.get_by_role("status").first).to_have_text("Step 2 of 4: 256 units")
    assert bar.evaluate("it => it.contains(document.activeElement)"), "the focus stays on Next"
    line = bar.get_by_role("button", name="Step 2 of 4")
    line.focus()
    page.keyboard.press("Enter")
    expect(line).to_have_attribute("aria-expanded", "false")
    expect(bar.get_by_text("32 times as many units")).to_be_hidden()
    units = page.locator(".st-key-setting_hidden_units")
    expect(units.get_by_role("textbox")).to_be_disabled()  # the lesson fixes it
    expect(units.locator("[data-testid=stNumberInputStepUp]")).to_have_count(0)
    page.go_back()
    expect(bar.get_by_text("Step 1 of 4", exact=True)).to_be_visible()
