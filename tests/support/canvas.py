"""What people do on the Draw page in Chromium: they draw, paint, press Undo and Clear, and read what it says."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from playwright.sync_api import Locator, Page, expect

from scripts.running_app import RunningApp, wait_until

Stroke = list[tuple[int, int]]

STROKES: dict[str, list[Stroke]] = {
    "1": [[(140, 50), (140, 230)]],
    "0": [[(140, 50), (90, 80), (75, 140), (90, 200), (140, 230), (190, 200), (205, 140), (190, 80), (140, 50)]],
    "7": [[(80, 70), (200, 70), (130, 220)]],
    "4": [[(90, 60), (80, 150), (190, 150)], [(180, 60), (180, 230)]],
}
"""The pen's ways over the canvas, in pixels."""
BAR: Stroke = [(60, 20), (100, 20)]
"""A stroke that makes no digit of any."""


# -- the page --------------------------------------------------------------------------------------


def open_canvas(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/draw")
    expect_invitation(page)
    expect_canvas(page)


def open_grid(page: Page, app: RunningApp) -> Locator:
    """Open the page with the grid in place of the canvas; return the grid, which has the focus."""
    open_canvas(page, app)
    page.get_by_role("radio", name="A grid").click()
    page.get_by_text("Paint on the grid.").wait_for()  # nothing above the grid changes any more
    grid = page.get_by_role("grid", name=re.compile("arrow keys"))
    expect(grid).to_have_attribute("aria-multiselectable", "true")
    grid.focus()
    return grid


def visit_elsewhere(page: Page) -> None:
    """Leave the page, and come back."""
    page.get_by_role("link", name="Data").click()
    page.get_by_role("heading", name="Data", exact=True).wait_for()
    page.get_by_role("link", name="Draw").click()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


# -- the pen ---------------------------------------------------------------------------------------


def on_screen(page: Page, strokes: list[Stroke]) -> list[list[tuple[float, float]]]:
    """The strokes' points on the screen: the canvas's 280 pixels are shown as large as there is room for."""
    box = page.locator(".upper-canvas").bounding_box()
    assert box is not None
    assert box["width"] == box["height"]
    scale = box["width"] / 280
    return [[(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke] for stroke in strokes]


def draw(page: Page, strokes: list[Stroke]) -> None:
    for first, *others in on_screen(page, strokes):
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point, steps=3)
        page.mouse.up()


def touch(page: Page, strokes: list[Stroke]) -> None:
    for stroke in on_screen(page, strokes):
        move_finger(page, stroke)


def move_finger(page: Page, stroke: list[tuple[float, float]], steps: int = 3, end: str = "touchEnd") -> None:
    """Put a finger down, move it over these points of the screen, in so many steps each, and lift it."""
    finger = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", stroke[0])
    for point in on_the_way(stroke, steps):
        send("touchMove", point)
    send(end)
    finger.detach()


def on_the_way(stroke: list[tuple[float, float]], steps: int) -> Iterator[tuple[float, float]]:
    """Points between the points: the canvas rounds corners off between those that it is told."""
    for (x, y), (next_x, next_y) in pairwise(stroke):
        for step in range(1, steps + 1):
            yield x + (next_x - x) * step / steps, y + (next_y - y) * step / steps


# -- what one sees ---------------------------------------------------------------------------------
# `wait_for` looks more often than `expect` does, which counts where there are dozens of answers to wait for.


def expect_answer(page: Page, words: str | re.Pattern[str]) -> None:
    page.get_by_role("status").filter(has_text=words).wait_for()


def expect_some_answer(page: Page) -> None:
    page.get_by_role("status").wait_for()


def expect_invitation(page: Page) -> None:
    page.get_by_role("heading", name="Draw a digit from 0 to 9").wait_for()


def expect_canvas(page: Page) -> None:
    page.get_by_role("img", name="Canvas: draw here").wait_for()


def expect_in_view(page: Page, *elements: Locator) -> None:
    """Expect that these are inside the window, from edge to edge."""
    window = page.evaluate("({ width: innerWidth, height: innerHeight })")
    for element in elements:
        box = element.bounding_box()
        assert box is not None
        assert box["x"] >= 0, element
        assert box["y"] >= 0, element
        assert box["x"] + box["width"] <= window["width"], element
        assert box["y"] + box["height"] <= window["height"], element


def canvas_and_answer(page: Page) -> tuple[Locator, Locator]:
    return page.locator(".upper-canvas"), page.locator(".st-key-answer")


def expect_rest(page: Page) -> None:
    """Wait until nothing moves any more."""
    page.locator("[data-test-script-state=notRunning]").wait_for()


def expect_nothing_to_undo(page: Page) -> None:
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def painted(page: Page) -> Locator:
    """The cells of the grid that are painted."""
    return page.get_by_role("grid").get_by_role("gridcell", selected=True)


# -- a server that is busy -------------------------------------------------------------------------


@contextmanager
def standing_still(app: RunningApp) -> Iterator[None]:
    """Have the server do nothing for as long as the `with` lasts, as on a machine that is busy with something else."""
    app.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        app.process.send_signal(signal.SIGCONT)


class Told:
    """What a page has told its server, message by message. Begin before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.messages: list[str | bytes] = []
        page.on("websocket", lambda socket: socket.on("framesent", self._note))

    def _note(self, message: str | bytes) -> None:
        self.messages.append(message)

    @contextmanager
    def more(self, count: int = 1) -> Iterator[None]:
        """Wait in the end until the page has told something so many times since the beginning, heard or not."""
        enough = len(self.messages) + count
        yield
        wait_until(lambda: self.page.title() and len(self.messages) >= enough, f"the page has told {count} times more")
