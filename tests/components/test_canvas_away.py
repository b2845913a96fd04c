"""The canvas in Chromium when the server stands still or is away, and when the page is reloaded or left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scripts.running_app import RunningApp, running_app
from tests.support.canvas import (
    BAR,
    STROKES,
    Told,
    draw,
    expect_answer,
    expect_canvas,
    expect_invitation,
    expect_nothing_to_undo,
    expect_some_answer,
    open_canvas,
    press,
    standing_still,
    visit_elsewhere,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningApp]:
    """An app for one test alone, without workers, which nobody needs who draws."""
    with running_app(tmp_path, workers=0) as app:
        yield app
    assert "Traceback" not in app.log.read_text(), app.last_lines()


def test_a_drawing_outlasts_a_reload(quiet_server, page):
    open_canvas(page, quiet_server)
    draw(page, STROKES["4"])
    expect_answer(page, "I read a 4.")
    page.reload()
    expect_answer(page, "I read a 4.")
    expect_canvas(page)
    draw(page, [BAR])
    press(page, "Undo")
    expect_answer(page, "I read a 4.")
    press(page, "Clear")
    expect_invitation(page)


def test_a_stroke_that_the_server_has_not_heard_of_outlasts_reload_and_leaving(quiet_server, page):
    open_canvas(page, quiet_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    draw(page, [second])
    page.reload()
    expect_answer(page, "I read a 4.")
    draw(page, [BAR])
    visit_elsewhere(page)
    expect_canvas(page)
    press(page, "Undo")
    expect_answer(page, "I read a 4.")


def test_a_stroke_of_which_the_server_heard_as_the_page_was_reloaded_is_there_once(quiet_server, page):
    told = Told(page)
    open_canvas(page, quiet_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    with standing_still(quiet_server), told.more():  # of the stroke
        draw(page, [second])
    page.reload()
    expect_answer(page, "I read a 4.")
    expect_canvas(page)
    press(page, "Undo")
    press(page, "Undo")
    expect_invitation(page)
    expect_nothing_to_undo(page)


def test_all_goes_on_in_its_order_when_the_server_stood_still_meanwhile(quiet_server, page):
    told = Told(page)
    open_canvas(page, quiet_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    with standing_still(quiet_server), told.more(2):  # it asks again, and that must not count twice
        press(page, "Clear")
        draw(page, [BAR])
        page.keyboard.press("Control+z")
        draw(page, STROKES["4"])
    expect_answer(page, "I read a 4.")
    press(page, "Undo")
    expect(page.get_by_role("status").filter(has_text="I read a 4.")).to_have_count(0)
    draw(page, STROKES["4"][1:])
    expect_answer(page, "I read a 4.")  # as these two strokes are all that is left


def test_a_stroke_drawn_while_the_server_is_away_is_read_when_it_is_back(server, visitors):
    visitor = visitors()
    page = visitor.page
    open_canvas(page, server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    server.kill()
    draw(page, [second])
    server.start()
    expect_answer(page, "I read a 4.")
    visitor.complaints.clear()  # of connections refused, as long as there was no server
    press(page, "Undo")
    expect(page.get_by_role("status").filter(has_text="I read a 4.")).to_have_count(0)
    press(page, "Undo")  # each stroke is there once
    expect_invitation(page)
