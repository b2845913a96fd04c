"""Undo and Clear on the canvas in Chromium: one step at a time, in the order in which people press and draw."""

from __future__ import annotations

import pytest

from tests.support.canvas import (
    BAR,
    STROKES,
    draw,
    expect_answer,
    expect_canvas,
    expect_invitation,
    expect_nothing_to_undo,
    expect_rest,
    expect_some_answer,
    open_canvas,
    press,
    visit_elsewhere,
)

pytestmark = pytest.mark.browser


def test_undo_takes_back_one_step_at_a_time_whether_one_waits_for_the_server_or_not(quiet_server, page):
    open_canvas(page, quiet_server)
    undo_strokes(page)
    undo_strokes_at_once(page)
    undo_clear(page)
    press(page, "Clear")
    expect_invitation(page)
    clear_undo_and_draw_at_once(page)


def undo_strokes(page):
    first, second = STROKES["4"]
    draw(page, [first, BAR, BAR])
    expect_some_answer(page)
    press(page, "Undo")
    page.keyboard.press("Control+Shift+z")  # elsewhere the key of Redo
    page.keyboard.press("Meta+z")  # of a Mac
    page.get_by_role("textbox", name="Your nickname").press("Control+z")  # of what is typed there
    draw(page, [second])
    expect_answer(page, "I read a 4.")
    page.keyboard.press("Control+z")
    expect_rest(page)
    page.keyboard.press("Control+z")
    expect_invitation(page)


def undo_strokes_at_once(page):
    """Each Undo takes back the stroke that was just drawn, and no other."""
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    draw(page, [BAR])
    page.keyboard.press("Control+Z")  # with Caps Lock on
    draw(page, [second])
    expect_answer(page, "I read a 4.")
    draw(page, [BAR])
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect_invitation(page)
    expect_nothing_to_undo(page)


def undo_clear(page):
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    press(page, "Clear")
    expect_invitation(page)
    press(page, "Undo")
    expect_answer(page, "I read a 7.")


def test_undo_goes_on_one_step_at_a_time_after_a_reload_and_a_visit_elsewhere(quiet_server, page):
    open_canvas(page, quiet_server)
    draw(page, [*STROKES["1"], BAR, BAR])
    expect_some_answer(page)
    press(page, "Clear")
    expect_invitation(page)
    page.reload()
    expect_canvas(page)
    press(page, "Undo")
    expect_some_answer(page)
    press(page, "Undo")
    visit_elsewhere(page)  # before the server may have heard of it
    expect_canvas(page)
    press(page, "Undo")
    expect_answer(page, "I read a 1.")
    page.reload()
    expect_answer(page, "I read a 1.")
    expect_canvas(page)
    press(page, "Undo")
    expect_invitation(page)
    expect_nothing_to_undo(page)


def clear_undo_and_draw_at_once(page):
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    press(page, "Clear")
    draw(page, [BAR])
    page.keyboard.press("Control+z")
    draw(page, STROKES["4"])  # no wait anywhere: each of these is too early for the server
    expect_answer(page, "I read a 4.")
