"""The canvas in Chromium when the server stands still or is away, and when the page is reloaded or left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.support.canvas import (
    BAR,
    STROKES,
    Told,
    draw,
    expect_answer,
    expect_canvas,
    expect_invitation,
    expect_nothing_to_undo,
    expect_rest,
    expect_some_answer,
    open_canvas,
    press,
    standing_still,
    visit_elsewhere,
)

pytestmark = pytest.mark.browser


def test_a_drawing_outlasts_reload_and_leaving_whether_the_server_has_heard_of_it_or_not(quiet_server, page):
    open_canvas(page, quiet_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    visit_elsewhere(page)
    expect_some_answer(page)
    expect_canvas(page)
    expect_rest(page)
    draw(page, [second])
    expect_answer(page, "I read a 4.")
    page.reload()
    expect_answer(page, "I read a 4.")
    expect_canvas(page)
    draw(page, [BAR])
    press(page, "Undo")
    expect_answer(page, "I read a 4.")
    press(page, "Clear")
    expect_invitation(page)
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


def test_each_stroke_is_there_once_however_the_server_stood_still(quiet_server, page):
    """It hears of a stroke as the page is reloaded, and of several strokes, Undo and Clear when it goes on."""
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
    go_on_while_the_server_stands_still(quiet_server, page, told)


def go_on_while_the_server_stands_still(quiet_server, page, told):
    """All happens in its order, when the server goes on."""
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
