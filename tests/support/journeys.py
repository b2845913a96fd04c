"""What people do in the app and what they see of it, in Chromium; the journeys are told in these words."""

from __future__ import annotations

import re
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from mnist_core.runs import RunStore
from scripts.draw_with_mouse import inside
from scripts.running_app import RunningApp, wait_until

TRAINING_MILLISECONDS = 300_000


# -- what people do ---------------------------------------------------------------------------------


def open_train_page(page: Page, app: RunningApp, run: int | None = None) -> None:
    page.goto(f"{app.url}/train" if run is None else f"{app.url}/train?run={run}")
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile("^Takes (about|less than)"))).to_be_visible()  # at the end of the settings


def type_number(page: Page, label: str, value: int) -> None:
    field = page.get_by_role("textbox" if label == "Hidden units" else "spinbutton", name=label, exact=True)
    field.fill(str(value))
    field.press("Enter")


def press(page: Page, label: str) -> None:
    """Press a button of the app's own: Streamlit's header has a Stop as well, as long as the page is drawn."""
    of_the_app = page.locator(":not([kind=header])")
    page.get_by_role("button", name=label, exact=True).and_(of_the_app).click()


def open_expander(page: Page, label: re.Pattern[str]) -> None:
    """Open an expander, and wait until nothing in it moves: a click on what glides by hits nothing."""
    page.get_by_text(label).click()
    still = "document.getAnimations().every(it => it.playState !== 'running')"
    wait_until(lambda: page.evaluate(still), "the expander has opened")


def train(page: Page, app: RunningApp, units: int, epochs: int, batch_size: int = 128) -> int:
    """Open the app, set hyperparameters and press Train; return the number of the run."""
    open_train_page(page, app)
    return train_on(page, units, epochs, batch_size)


def train_on(page: Page, units: int, epochs: int, batch_size: int = 128) -> int:
    """Do the same on the Train page as it is."""
    for label, value in {"Hidden units": units, "Epochs": epochs, "Batch size": batch_size}.items():
        type_number(page, label, value)
    press(page, "Train")
    confirm_if_asked(page)
    expect(page.get_by_role("heading", name=re.compile(rf"Run \d+: {units} units"))).to_be_visible()
    return run_in_address(page)


def confirm_if_asked(page: Page) -> None:
    """Train anyway if the page asks, which it does if the worker was slow so far because the machine was busy."""
    anyway = page.get_by_role("button", name="Train anyway")
    expect(page.locator(".st-key-live_run").or_(anyway).first).to_be_visible()
    if anyway.is_visible():
        anyway.click()


def run_in_address(page: Page) -> int:
    return int(parse_qs(urlsplit(page.url).query)["run"][0])


# -- what people see --------------------------------------------------------------------------------


def step(page: Page) -> int:
    """The step that the progress bar's words name."""
    found = re.search(r"· step ([\d,]+) of", page.get_by_text(re.compile(r"· step [\d,]+ of")).inner_text())
    assert found is not None
    return int(found[1].replace(",", ""))


def metric(page: Page, label: str) -> str:
    """What stands under one of the page's large numbers' names: Streamlit's, or those that go on by themselves."""
    name = page.locator("[data-testid=stMetricLabel], dt").filter(has_text=re.compile(rf"^\s*{label}"))
    box = page.locator("[data-testid=stMetric], .number").filter(has=name)
    return box.locator("[data-testid=stMetricValue], dd").inner_text().strip()


def percent(page: Page, label: str) -> float:
    """A metric in percent; 0 as long as there is none."""
    value = metric(page, label)
    return float(value.rstrip(" %")) if value != "–" else 0.0


def wait_for_step(page: Page, after: int) -> int:
    wait_until(lambda: step(page) > after, f"the page shows a step after {after}", TRAINING_MILLISECONDS / 1000)
    return step(page)


def expect_state(page: Page, state: str) -> None:
    heading = page.get_by_role("heading", name=re.compile(r"Run \d+: "))
    expect(heading.filter(has_text=state)).to_be_visible(timeout=TRAINING_MILLISECONDS)


def expect_to_fit(page: Page) -> None:
    """Expect that nothing is wider than the screen, so that nobody has to scroll sideways."""
    assert fits(page)


def fits(page: Page) -> bool:
    areas = "[document.documentElement, document.querySelector('[data-testid=stMain]')]"
    return bool(page.evaluate(f"{areas}.every(it => it.scrollWidth <= it.clientWidth)"))


RUN_PARTS = {
    "progress": "[role=progressbar]",
    "numbers": ".number",
    "curves": ".st-key-live_run .digits-plot",
}
"""What people watch of a run, on any screen: selectors by name."""
NEXT_STEPS = {"next steps": ".st-key-next_step a"}


def expect_in_view(page: Page, parts: Mapping[str, str]) -> None:
    """Expect that all elements for these selectors come to lie in the window as a whole, and that there are some."""
    try:
        wait_until(lambda: not outside_view(page, parts), f"{', '.join(parts)} are in view")
    except TimeoutError as error:
        raise TimeoutError(f"{error}; outside it or missing: {', '.join(outside_view(page, parts))}") from None


def outside_view(page: Page, parts: Mapping[str, str]) -> list[str]:
    """Return which parts are missing or not wholly in the window."""
    return [name for name, selector in parts.items() if not _all_in_view(page, selector)]


def _all_in_view(page: Page, selector: str) -> bool:
    size = page.viewport_size
    boxes = [element.bounding_box() for element in page.locator(selector).all()]
    assert size is not None
    return bool(boxes) and all(
        box is not None
        and min(box["x"], box["y"]) >= 0
        and box["x"] + box["width"] <= size["width"]
        and box["y"] + box["height"] <= size["height"]
        for box in boxes
    )


def give_hint(page: Page) -> dict[str, list[Any]]:
    """Let a hint come for the run on the page, as its updates bring it; return where the run's parts were before."""
    before = places(page, RUN_PARTS | NEXT_STEPS)
    text = "The loss went up and down between two epochs, and up again after it had been at its lowest value so far."
    hint = {"title": "Jumping", "text": text, "label": "Try dropout 0.2", "setting": "dropout"}
    news = {"run": run_in_address(page), "at": 1e12, "hints": [hint]}
    page.evaluate("news => dispatchEvent(new CustomEvent('digits-hints', { detail: news }))", news)
    expect(page.get_by_text("Jumping. ")).to_be_visible()
    return before


def places(page: Page, parts: Mapping[str, str]) -> dict[str, list[Any]]:
    """Return the boxes of all elements for these selectors."""
    return {name: [it.bounding_box() for it in page.locator(selector).all()] for name, selector in parts.items()}


def let_go(store: RunStore, run_id: int) -> None:
    """Wait until no worker holds the run."""
    wait_until(lambda: not store.run(run_id).leased, f"run {run_id} is in nobody's hands")


# -- charts ---


def drag_across(page: Page, chart: Locator) -> None:
    """Draw a frame around the left quarter of a chart, which zooms it."""
    area = chart.locator(".nsewdrag").first
    page.mouse.move(*inside(area, 0.02, 0.1))
    page.mouse.down()
    page.mouse.move(*inside(area, 0.25, 0.8), steps=5)
    page.mouse.up()


def points_drawn(chart: Locator) -> int:
    return int(chart.evaluate("it => it._fullData[0].x.length"))


def axis_range(chart: Locator) -> list[float]:
    return list(chart.evaluate("it => it.layout.xaxis.range"))


def click_cell(page: Page, true: int, predicted: int) -> None:
    """Click a cell of the confusion matrix."""
    area = page.locator(".digits-plot .nsewdrag").first
    page.mouse.click(*inside(area, (predicted + 0.5) / 10, (true + 0.5) / 10))


# -- keyboard ---


def reach_with_tab(page: Page, label: str) -> None:
    """Press Tab until the button or field of that name has the focus."""
    for _ in range(150):  # a few times around the page, which may still be drawn
        page.keyboard.press("Tab")
        name = page.evaluate("(it => it.ariaLabel || it.innerText.split('\\n').pop())(document.activeElement)")
        if name.strip() == label:
            return
    pytest.fail(f"{label} cannot be reached with Tab")


# -- other machines ---


def another_address() -> str:
    """Return a second address of this machine, for an app that listens on all; skip the test if it has none."""
    try:
        with socket.create_server(("127.0.0.2", 0)):
            return "127.0.0.2"
    except OSError:
        pytest.skip("this system has no second loopback address")


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
