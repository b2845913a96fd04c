"""Journeys through the running app in Chromium, as people make them, with real training."""

from __future__ import annotations

import os
import re
import signal
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from mnist_core.config import TrainConfig
from mnist_core.runs import RunStore, State
from scripts.running_app import RunningApp, wait_until

pytestmark = pytest.mark.browser

LONG_EPOCHS = 100
"""So many epochs of a small network take long enough to do something meanwhile: half a minute or more."""


@pytest.fixture
def app(shared_server) -> Iterator[RunningApp]:
    """The running app, whose workers are idle again after the test."""
    yield shared_server
    for run in shared_server.store.runs():
        if not run.state.ended:
            shared_server.store.stop(run.id)


# -- what people do ---------------------------------------------------------------------------------


def open_train_page(page: Page, app: RunningApp, run: int | None = None) -> None:
    page.goto(app.url if run is None else f"{app.url}/train?run={run}")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()


def type_number(page: Page, label: str, value: int) -> None:
    field = page.get_by_role("spinbutton", name=label, exact=True)
    field.fill(str(value))
    field.press("Enter")


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label, exact=True).click()


def train(page: Page, app: RunningApp, units: int, epochs: int, batch_size: int = 128) -> int:
    """Open the app, set hyperparameters and press Train; return the number of the run."""
    open_train_page(page, app)
    for label, value in {"Hidden units": units, "Epochs": epochs, "Batch size": batch_size}.items():
        type_number(page, label, value)
    expect(page.get_by_text("Takes about")).to_be_visible()
    press(page, "Train")
    expect(page.get_by_role("heading", name=re.compile(rf"Run \d+: {units} units"))).to_be_visible()
    return run_in_address(page)


def run_in_address(page: Page) -> int:
    return int(parse_qs(urlsplit(page.url).query)["run"][0])


# -- what people see --------------------------------------------------------------------------------


def step(page: Page) -> int:
    """The step that the progress bar's words name."""
    words = page.get_by_text(re.compile(r"· step [\d,]+ of")).inner_text()
    return int(re.search(r"step ([\d,]+) of", words)[1].replace(",", ""))


def metric(page: Page, label: str) -> str:
    box = page.get_by_test_id("stMetric").filter(has_text=label)
    return box.get_by_test_id("stMetricValue").inner_text().strip()


def percent(page: Page, label: str) -> float:
    """A metric in percent; 0 as long as there is none."""
    value = metric(page, label)
    return float(value.rstrip("%")) if value != "–" else 0.0


def wait_for_step(page: Page, after: int) -> int:
    wait_until(lambda: step(page) > after, f"the page shows a step after {after}", 60)
    return step(page)


def expect_state(page: Page, state: str) -> None:
    heading = page.get_by_role("heading", name=re.compile(r"Run \d+: "))
    expect(heading.filter(has_text=state)).to_be_visible(timeout=120_000)


def let_go(store: RunStore, run_id: int) -> None:
    """Wait until no worker holds the run."""
    wait_until(lambda: not store.run(run_id).leased, f"run {run_id} is in nobody's hands")


# -- training -----------------------------------------------------------------------------------------


def test_train_watch_reload_pause_resume_and_see_it_end(app, page):
    run_id = train(page, app, units=64, epochs=2, batch_size=1)  # 10 to 20 seconds
    wait_for_step(page, after=0)
    early = percent(page, "Training accuracy")
    assert early > 0
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
    expect_state(page, "Finished")
    run = app.store.run(run_id)
    assert (run.config.hidden_units, run.config.epochs, run.step) == (64, 2, run.steps)
    assert metric(page, "Test accuracy") == f"{run.test_accuracy:.2%}"
    assert percent(page, "Test accuracy") > 85
    expect(page.get_by_text("of the test images right")).to_be_visible()


def test_the_classic_settings_reach_their_accuracy(app, page):
    open_train_page(page, app)
    press(page, "Train")
    expect_state(page, "Finished")
    assert percent(page, "Test accuracy") >= 97.2
    press(page, "+1 epoch")
    expect(page.get_by_text("Epoch 6 of 6")).to_be_visible()
    expect_state(page, "Finished")


def test_stop_ends_a_run_and_keeps_what_it_has_learned(app, page):
    run_id = train(page, app, units=64, epochs=LONG_EPOCHS)
    wait_until(lambda: percent(page, "Test accuracy") > 80, "an epoch is over")
    press(page, "Stop")
    expect_state(page, "Stopped")
    let_go(app.store, run_id)
    assert app.store.network_bytes(run_id)
    assert percent(page, "Test accuracy") > 80


def test_settings_and_view_survive_a_visit_to_another_page(app, page):
    run_id = train(page, app, units=33, epochs=LONG_EPOCHS, batch_size=64)
    before = wait_for_step(page, after=0)
    page.get_by_role("link", name="Runs").click()
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name=f"Run {run_id}: 33 units")).to_be_visible()
    expect(page.get_by_role("spinbutton", name="Hidden units")).to_have_value("33")
    expect(page.get_by_role("spinbutton", name="Batch size")).to_have_value("64")
    assert run_in_address(page) == run_id
    wait_for_step(page, after=before)


def test_a_chart_keeps_its_zoom_while_the_run_goes_on(app, page):
    train(page, app, units=64, epochs=LONG_EPOCHS)
    wait_for_step(page, after=500)
    chart = page.locator(".digits-plot").first
    drag_across(page, chart.locator(".nsewdrag").first)
    wait_until(lambda: axis_range(chart)[1] < LONG_EPOCHS / 2, "the chart is zoomed")
    zoomed, shown = axis_range(chart), points_drawn(chart)
    wait_for_step(page, after=step(page) + 500)
    wait_until(lambda: points_drawn(chart) > shown, "the chart has new points")
    assert axis_range(chart) == zoomed


def drag_across(page: Page, area) -> None:
    """Draw a frame around the left quarter or so of a chart."""
    box = area.bounding_box()
    page.mouse.move(box["x"] + 0.02 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.25 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()


def points_drawn(chart) -> int:
    return chart.evaluate("it => it._fullData[0].x.length")


def axis_range(chart) -> list[float]:
    return chart.evaluate("it => it.layout.xaxis.range")


# -- the address -----------------------------------------------------------------------------------


def test_links_as_first_requests_to_a_cold_server(server, page):
    run_id = server.store.submit(TrainConfig(hidden_units=16, epochs=1))
    open_train_page(page, server, run_id)
    expect(page.get_by_role("heading", name=f"Run {run_id}: 16 units")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect_state(page, "Finished")

    page.goto("about:blank")
    server.restart()
    page.goto(f"{server.url}/runs")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_an_address_of_no_run_is_explained(app, page):
    open_train_page(page, app, run=12345)
    expect(page.get_by_text("There is no run 12345")).to_be_visible()


# -- several people ----------------------------------------------------------------------------------


def test_a_second_browser_watches_the_same_run_and_cannot_steer_it(app, visitors):
    runner, watcher = visitors().page, visitors().page
    run_id = train(runner, app, units=64, epochs=LONG_EPOCHS)
    with another_machine(app.port) as url:
        watcher.goto(f"{url}/train?run={run_id}")
        expect(watcher.get_by_role("heading", name=f"Run {run_id}: 64 units")).to_be_visible()
        wait_for_step(watcher, after=step(watcher))
        expect(watcher.get_by_text("only they can steer it")).to_be_visible()
        for label in ("Pause", "Stop", "+1 epoch"):
            expect(watcher.get_by_role("button", name=label, exact=True)).to_have_count(0)
        press(runner, "Pause")
        expect_state(watcher, "Paused")
        expect(watcher.get_by_role("button", name="Resume", exact=True)).to_have_count(0)
        watcher.goto("about:blank")


@contextmanager
def another_machine(port: int) -> Iterator[str]:
    """Yield an address at which browsers reach the server as if from another machine: from 127.0.0.2."""

    class Forward(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)) as onward:
                back = threading.Thread(target=pump, args=(onward, self.request))
                back.start()
                pump(self.request, onward)
                back.join()

    try:
        socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0)).close()
    except OSError:
        pytest.skip("this system has no second loopback address")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forward) as forwarder:
        forwarder.daemon_threads = True
        threading.Thread(target=forwarder.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{forwarder.server_address[1]}"
        forwarder.shutdown()


def pump(source: socket.socket, target: socket.socket) -> None:
    """Hand on all bytes from one connection to the other, and then the end of them."""
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # one side has hung up


def test_two_people_train_at_the_same_time(app, visitors):
    ada, grace = visitors().page, visitors().page
    runs = [train(person, app, units=64, epochs=LONG_EPOCHS) for person in (ada, grace)]
    for person in (ada, grace, ada):
        wait_for_step(person, after=step(person))
    for person, run_id in zip((ada, grace), runs, strict=True):
        assert run_in_address(person) == run_id


# -- things that break -------------------------------------------------------------------------------


def test_a_run_whose_worker_is_killed_goes_on_and_ends(app, page):
    run_id = train(page, app, units=64, epochs=20)
    wait_for_step(page, after=500)
    (worker,) = app.worker_processes()
    os.kill(worker, signal.SIGKILL)
    expect_state(page, "Finished")
    run = app.store.run(run_id)
    assert (run.state, run.step) == (State.FINISHED, run.steps)
    assert worker not in app.worker_processes()


def test_a_run_whose_server_is_killed_goes_on_after_a_restart_on_the_open_page(server, visitors):
    visitor = visitors()
    page = visitor.page
    run_id = train(page, server, units=64, epochs=20)
    wait_for_step(page, after=500)
    server.kill()
    let_go(server.store, run_id)
    step_then = server.store.run(run_id).step
    assert not visitor.complaints
    server.restart()
    wait_for_step(page, after=step_then)
    visitor.complaints.clear()  # of connections refused, as long as there was no server
    assert run_in_address(page) == run_id
    expect_state(page, "Finished")
    assert server.store.run(run_id).state is State.FINISHED


# -- touch and keyboard ------------------------------------------------------------------------------


def test_train_by_touch_on_a_phone(app, phone):
    open_train_page(phone, app)
    field = phone.get_by_role("spinbutton", name="Epochs", exact=True)
    field.tap()
    field.fill("1")
    field.press("Enter")
    phone.get_by_role("button", name="Train", exact=True).tap()
    expect_state(phone, "Finished")
    assert percent(phone, "Test accuracy") > 90
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_train_with_the_keyboard_alone(app, page):
    open_train_page(page, app)
    reach_with_tab(page, "Hidden units")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    reach_with_tab(page, "Train")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile(r"Run \d+: 20 units"))).to_be_visible()
    reach_with_tab(page, "Stop")
    page.keyboard.press("Enter")
    expect_state(page, "Stopped")


def reach_with_tab(page: Page, label: str) -> None:
    """Press Tab until the button or field of that name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("(it => it.ariaLabel || it.innerText.split('\\n').pop())(document.activeElement)")
        if name.strip() == label:
            return
    pytest.fail(f"{label} cannot be reached with Tab")
