"""Digits drawn on the canvas in Chromium, with the mouse and with a finger, and what is said about them."""

from __future__ import annotations

import re
from functools import partial

import pytest
from playwright.sync_api import expect

from scripts.running_app import wait_until
from tests.support.canvas import (
    BAR,
    STROKES,
    Told,
    canvas_and_answer,
    draw,
    expect_answer,
    expect_canvas,
    expect_in_view,
    expect_invitation,
    expect_rest,
    expect_some_answer,
    on_screen,
    open_canvas,
    press,
    standing_still,
    touch,
)
from tests.support.journeys import expect_to_fit

pytestmark = pytest.mark.browser

PLACE_OF_ANSWER = "JSON.stringify(document.querySelector('.answer').getBoundingClientRect())"


def test_what_is_drawn_with_the_mouse_is_read_and_stays_when_the_window_grows(quiet_server, page):
    open_canvas(page, quiet_server)
    expect_in_view(page, *canvas_and_answer(page))
    bars = page.get_by_role("figure", name=re.compile("^Most likely"))
    for digit, size in {"0": (1280, 800), "4": (1920, 1080)}.items():
        draw(page, STROKES[digit])
        expect_answer(page, f"I read a {digit}.")
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect_in_view(page, *canvas_and_answer(page), bars, page.get_by_role("radiogroup", name="Explanation"))
        press(page, "Clear")
        expect_invitation(page)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    large = page.locator(".upper-canvas").bounding_box()
    page.set_viewport_size({"width": 1280, "height": 800})
    small = page.locator(".upper-canvas").bounding_box()
    assert large["width"] > 500 > small["width"]
    draw(page, [BAR])
    press(page, "Undo")
    expect_answer(page, "I read a 7.")
    for go_on in (draw_a_dot_and_a_scribble, draw_several_digits_and_look_at_them_one_by_one):
        press(page, "Clear")
        expect_invitation(page)
        go_on(page)


def test_a_reply_that_comes_while_the_pen_is_down_leaves_the_stroke_whole(quiet_server, page):
    heard: list[str | bytes] = []

    def hear(message: str | bytes) -> None:
        heard.append(message)

    page.on("websocket", lambda socket: socket.on("framereceived", hear))
    open_canvas(page, quiet_server)
    (corner, other, foot) = on_screen(page, STROKES["7"])[0]
    with standing_still(quiet_server):
        page.get_by_role("radio", name="Thick").click()
        page.mouse.move(*corner)
        page.mouse.down()
        page.mouse.move(*other, steps=3)
    wait_until(lambda: page.title() and any(b'"brush": 28' in it for it in heard if isinstance(it, bytes)), "a reply")
    expect_rest(page)
    page.mouse.move(*foot, steps=3)
    page.mouse.up()
    expect_answer(page, "I read a 7.")


def test_digits_drawn_by_touch_on_a_phone_are_read_kept_and_collected(quiet_server, phone):
    """In the upper right corner the canvas has a toolbar, which nobody sees there, and which would swallow strokes."""
    phone.set_viewport_size({"width": 390, "height": 664})
    open_canvas(phone, quiet_server)
    expect_in_view(phone, *canvas_and_answer(phone))
    canvas = phone.locator(".upper-canvas")
    for digit, strokes in {"4": STROKES["4"], "7": [[(215, 8), (272, 8), (240, 60)]]}.items():
        touch(phone, strokes)
        expect_answer(phone, f"I read a {digit}.")
        expect_in_view(phone, *canvas_and_answer(phone), phone.get_by_role("button", name="Undo"))
        press(phone, "Clear")
        expect_invitation(phone)
    before = canvas.bounding_box()
    touch(phone, [[(30 + 60 * number, 60), (30 + 60 * number, 220)] for number in range(5)])
    expect_answer(phone, "11111")
    assert canvas.bounding_box() == before, "the answer to several digits takes no more room"
    expect_to_fit(phone)
    for go_on in (partial(draw_right_after_clear, quiet_server), collect_by_a_stroke_and_a_tap_each):
        press(phone, "Clear")
        expect_invitation(phone)
        go_on(phone)


def draw_right_after_clear(app, phone):
    """Neither the finger's strokes nor their order is lost while the server does not answer."""
    touch(phone, STROKES["7"])
    expect_answer(phone, "I read a 7.")
    with standing_still(app):  # so that all of it is held back, and drawn when it has answered
        phone.get_by_role("button", name="Clear").tap()
        touch(phone, STROKES["4"])
    expect_answer(phone, "I read a 4.")


def collect_by_a_stroke_and_a_tap_each(phone):
    collect = phone.get_by_role("radio", name="Collect")
    expect_in_view(phone, collect)
    collect.tap()
    answer, following = phone.locator(".st-key-answer"), phone.get_by_role("button", name="Next")
    for number in range(3):
        expect(answer.filter(has_text=f"{number} of 10 kept")).to_be_visible()
        expect(answer).to_have_count(1)  # what the page showed before is gone
        expect_in_view(phone, *canvas_and_answer(phone), following)
        touch(phone, [[(100 + 20 * number, 60), (120, 220)]])
        following.tap()  # at once, without a wait for the stroke to arrive
    phone.get_by_role("button", name="Take it back").tap()
    expect(answer.filter(has_text="2 of 10 kept")).to_be_visible()
    expect_to_fit(phone)


def draw_several_digits_and_look_at_them_one_by_one(page):
    draw(page, [[(40, 50), (40, 230)], [(120, 70), (240, 70), (170, 220)]])
    expect_answer(page, "I read 17: a 1")
    expect(page.locator(".frames i")).to_have_count(2)
    for width, height in ((390, 664), (1280, 800)):  # the canvas is narrower than the screen of so short a phone
        page.set_viewport_size({"width": width, "height": height})
        for number, middle in enumerate(((40, 140), (176, 144))):  # the canvas rounds the corner of the 7
            wait_until(partial(is_framed, page, number, *middle), f"frame {number + 1} is around its digit")
    page.get_by_role("radio", name="1st: 1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".frames i.chosen")).to_have_text("2nd")
    expect_answer(page, "The 2nd: 7")
    expect(page.get_by_role("figure", name=re.compile("^Most likely: 7|^Most likely.* 7"))).to_be_visible()
    press(page, "Undo")  # through the frames the canvas is drawn upon as ever
    expect_answer(page, "I read a 1.")
    expect(page.locator(".frames")).to_have_count(0)


def is_framed(page, number, across, down):
    """Whether the middle of a frame lies at that point of the canvas, which has 280 pixels whatever its size."""
    canvas, frame = page.locator(".upper-canvas").bounding_box(), page.locator(".frames i").nth(number).bounding_box()
    scale = canvas["width"] / 280
    apart = [
        frame["x"] + frame["width"] / 2 - canvas["x"] - scale * across,
        frame["y"] + frame["height"] / 2 - canvas["y"] - scale * down,
    ]
    return max(map(abs, apart)) < 4


def draw_a_dot_and_a_scribble(page):
    draw(page, [[(140, 140)]])
    expect_answer(page, "This is hardly a digit.")
    lines = [(20 + 60 * (step % 5), 20 if step % 2 else 260) for step in range(20)]
    draw(page, [lines, [(y, x) for x, y in lines]])
    expect_answer(page, "This is hardly a digit.")


def test_the_bars_move_while_the_pen_is_down(quiet_server, page):
    told = Told(page)
    open_canvas(page, quiet_server)
    top, down = [(80, 70), (200, 70)], [(200, 70), (197, 84), (130, 220)]
    draw(page, [top])
    expect_some_answer(page)
    expect_rest(page)
    messages = len(told.messages)
    [(start, *others)] = on_screen(page, [down])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*others[0], steps=5)
    live = page.locator(".answer[data-frame]")
    expect(live).to_be_visible()
    bars = page.get_by_role("figure", name=re.compile("^Most likely"))
    expect(bars).to_be_visible()
    half_way = bars.get_attribute("aria-label")
    page.mouse.move(*others[1], steps=5)
    expect(live.filter(has_text="I read a 7.")).to_be_visible()  # of both strokes
    expect(bars).not_to_have_attribute("aria-label", half_way)
    assert not page.get_by_role("status").count()  # ten announcements a second would be too many
    assert len(told.messages) == messages, "nothing is rerun before the pen is up"
    page.mouse.up()
    expect_answer(page, "I read a 7.")
    expect(bars).to_be_visible()
    assert not page.evaluate("'Plotly' in window"), "a first visit needs no library of charts"


@pytest.mark.parametrize("path", ["", "draw"])
def test_the_first_stroke_on_an_empty_canvas_is_answered_in_the_place_of_the_instructions(quiet_server, page, path):
    page.goto(f"{quiet_server.url}/{path}")
    expect_invitation(page)
    expect_canvas(page)
    [(start, *others)] = on_screen(page, STROKES["1"])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*others[0], steps=5)
    live = page.locator(".answer[data-frame]").filter(has_text="I read a 1.")
    expect(live).to_be_visible()
    expect(page.get_by_role("heading", name="Draw a digit from 0 to 9")).to_be_hidden()
    expect(page.get_by_role("figure", name=re.compile("^Most likely"))).to_have_count(1 if path else 0)
    place = page.evaluate(PLACE_OF_ANSWER)
    page.mouse.up()
    expect_answer(page, "I read a 1.")
    assert page.evaluate(PLACE_OF_ANSWER) == place, "nothing moves when the page's answer comes"
    press(page, "Clear")
    expect_invitation(page)
    expect(page.locator(".answer")).to_have_count(0)
    expect(page.get_by_role("figure", name=re.compile("^Most likely"))).to_have_count(0)
