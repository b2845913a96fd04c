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
    standing_still,
    touch,
    visit_elsewhere,
)

pytestmark = pytest.mark.browser


def test_undo_takes_back_one_stroke_at_a_time(quiet_server, page):
    open_canvas(page, quiet_server)
    first, second = STROKES["4"]
    draw(page, [first, BAR, BAR])
    expect_some_answer(page)
    press(page, "Undo")
    page.keyboard.press("Control+Shift+z")  # elsewhere the key of Redo
    page.keyboard.press("Meta+z")  # of a Mac
    draw(page, [second])
    expect_answer(page, "I read a 4.")
    page.keyboard.press("Control+z")
    expect_rest(page)
    page.keyboard.press("Control+z")
    expect_invitation(page)


def test_undo_pressed_at_once_takes_back_the_stroke_that_was_just_drawn_and_no_other(quiet_server, page):
    open_canvas(page, quiet_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect_some_answer(page)
    draw(page, [BAR])
    page.keyboard.press("Control+z")
    draw(page, [second])
    expect_answer(page, "I read a 4.")
    draw(page, [BAR])
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect_invitation(page)
    expect_nothing_to_undo(page)


def test_clear_can_be_undone(quiet_server, page):
    open_canvas(page, quiet_server)
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


def test_what_is_drawn_right_after_clear_and_undo_stays(quiet_server, page):
    open_canvas(page, quiet_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    press(page, "Clear")
    draw(page, [BAR])
    page.keyboard.press("Control+z")
    draw(page, STROKES["4"])  # no wait anywhere: each of these is too early for the server
    expect_answer(page, "I read a 4.")


def test_what_a_finger_draws_right_after_clear_stays(quiet_server, phone):
    open_canvas(phone, quiet_server)
    touch(phone, STROKES["7"])
    expect_answer(phone, "I read a 7.")
    with standing_still(quiet_server):  # so that all of it is held back, and drawn when it has answered
        phone.get_by_role("button", name="Clear").tap()
        touch(phone, STROKES["4"])
    expect_answer(phone, "I read a 4.")
