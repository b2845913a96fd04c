"""The grid on which a digit is painted cell by cell, in Chromium: by keyboard, with the mouse and with a finger."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support.canvas import (
    Told,
    expect_answer,
    expect_invitation,
    expect_rest,
    expect_some_answer,
    move_finger,
    open_grid,
    painted,
    press,
    standing_still,
    visit_elsewhere,
)

pytestmark = pytest.mark.browser

Cell = tuple[int, int]
"""A row and a column, from 1 to 14."""


def cell(grid: Locator, place: Cell) -> Locator:
    return grid.get_by_role("gridcell", name=f"Row {place[0]}, column {place[1]}", exact=True)


def middle(grid: Locator, place: Cell) -> tuple[float, float]:
    box = cell(grid, place).bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, grid: Locator, *places: Cell) -> None:
    """Move the mouse over these cells with the button held down."""
    first, *others = (middle(grid, place) for place in places)
    page.mouse.move(*first)
    page.mouse.down()
    for point in others:
        page.mouse.move(*point, steps=20)
    page.mouse.up()


def add_what_streamlit_has_not_removed_yet(page: Page) -> None:
    """Add an element to the answer, as the instructions are there until a rerun has ended."""
    page.locator(".st-key-answer").evaluate(
        """it => {
          const element = document.createElement("div");
          element.className = "stElementContainer";
          element.innerHTML = "<p style=height:70px>Paint</p>";
          it.append(element);
        }"""
    )


def test_a_digit_is_painted_by_keyboard(quiet_server, visitors):
    page = visitors(unused=True).page
    page.set_viewport_size({"width": 1280, "height": 500})  # so that there is something to scroll
    grid = open_grid(page, quiet_server)
    main = page.get_by_test_id("stMain")
    scrolled = main.evaluate("it => it.scrollTop")
    for key in (*["ArrowUp"] * 4, *["ArrowLeft"] * 2, "Space", *["Shift+ArrowRight"] * 4, *["Shift+ArrowDown"] * 8):
        page.keyboard.press(key)
    expect_answer(page, "I read a 7.")
    expect(painted(page)).to_have_count(13)
    assert main.evaluate("it => it.scrollTop") == scrolled
    page.reload()
    expect_answer(page, "I read a 7.")
    expect(painted(page)).to_have_count(13)
    cell(grid, (1, 1)).click()
    expect(painted(page)).to_have_count(14)
    expect_rest(page)
    visit_elsewhere(page)
    expect(painted(page)).to_have_count(14)
    press(page, "Clear")
    expect(painted(page)).to_have_count(0)
    expect_invitation(page)
    grid.focus()
    for key in (*["ArrowUp"] * 20, *["ArrowLeft"] * 20, "Control+ArrowRight", "Space"):  # not beyond the edge
        page.keyboard.press(key)
    corner = cell(grid, (1, 1))
    expect(corner).to_have_attribute("aria-selected", "true")
    expect(corner).to_have_css("box-shadow", re.compile("inset"))  # one sees where one is
    expect(grid).to_have_attribute("aria-activedescendant", corner.get_attribute("id") or "it has none")
    page.keyboard.press("Space")
    expect(painted(page)).to_have_count(0)
    expect_invitation(page)


def test_the_mouse_paints_what_it_passes_and_wipes_with_a_stroke_that_begins_on_paint(quiet_server, page):
    grid = open_grid(page, quiet_server)
    for go_on in (paint_and_wipe, paint_fast, leave_the_grid_and_come_back):
        go_on(page, grid)
        press(page, "Clear")
        expect_invitation(page)


def paint_and_wipe(page, grid):
    drag(page, grid, (4, 5), (4, 9), (12, 9))
    page.mouse.move(*middle(grid, (12, 2)))  # without the button
    page.mouse.click(*middle(grid, (12, 2)), button="right")  # for the browser's menu
    expect_answer(page, "I read a 7.")
    expect(painted(page)).to_have_count(13)
    drag(page, grid, (4, 7), (4, 2))
    expect(painted(page)).to_have_count(10)
    page.keyboard.press("ArrowRight")  # goes on where the pointer was
    page.keyboard.press("Space")
    expect(cell(grid, (4, 3))).to_have_attribute("aria-selected", "true")
    expect(painted(page)).to_have_count(11)


def paint_fast(page, grid):
    """The browser reports the pointer twice: the cells between are painted too."""
    page.mouse.move(*middle(grid, (3, 7)))
    page.mouse.down()
    page.mouse.move(*middle(grid, (12, 7)), steps=1)
    page.mouse.up()
    expect_answer(page, "I read a 1.")
    expect(painted(page)).to_have_count(10)


def leave_the_grid_and_come_back(page, grid):
    """The stroke goes on where it comes back, and ends outside."""
    x, y = middle(grid, (2, 14))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 200, y)
    page.mouse.move(*middle(grid, (6, 14)))
    page.mouse.move(x + 200, y)
    page.mouse.up()
    page.mouse.move(*middle(grid, (9, 9)))
    expect_some_answer(page)
    expect(painted(page)).to_have_count(2)


def test_a_finger_paints_and_wipes_and_scrolls_nothing(quiet_server, phone):
    grid = open_grid(phone, quiet_server)
    main = phone.get_by_test_id("stMain")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    assert box is not None
    assert box["width"] == box["height"] >= 240, "as large as the canvas: cells that a finger can tell apart"
    scrolled = main.evaluate("it => it.scrollTop")
    grid.blur()
    move_finger(phone, [middle(grid, place) for place in ((12, 7), (3, 7))], steps=20)
    expect_answer(phone, "I read a 1.")
    expect(grid).to_be_focused()  # for who goes on with the keyboard
    expect(painted(phone)).to_have_count(10)
    add_what_streamlit_has_not_removed_yet(phone)
    assert grid.bounding_box() == box, "nothing moves while one draws"
    move_finger(phone, [middle(grid, place) for place in ((3, 7), (3, 8))], steps=20)
    expect(painted(phone)).to_have_count(9)
    move_finger(phone, [middle(grid, (12, 2)), middle(grid, (12, 3))], steps=20, end="touchCancel")
    move_finger(phone, [middle(grid, (3, 2))])
    expect(painted(phone)).to_have_count(12)  # without a line from the touch that the phone took away
    assert main.evaluate("it => it.scrollTop") == scrolled


def test_cells_that_the_server_has_not_heard_of_outlast_a_reload_and_clear(quiet_server, page):
    told = Told(page)
    grid = open_grid(page, quiet_server)
    with standing_still(quiet_server), told.more():
        page.keyboard.press("Space")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    page.reload()
    expect_some_answer(page)
    expect(painted(page)).to_have_count(2)
    expect_rest(page)
    with standing_still(quiet_server), told.more():
        press(page, "Clear")
        grid.focus()
        for key in ("ArrowUp", "Space", "ArrowUp", "Space"):
            page.keyboard.press(key)
    expect(page.get_by_role("button", name="Clear")).to_be_enabled()
    expect_rest(page)
    expect(painted(page)).to_have_count(2)
