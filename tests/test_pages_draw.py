"""The Draw page: without a browser, then drawn upon in Chromium with the mouse and by touch."""

from __future__ import annotations

import io
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.network import Network
from mnist_core.runs import DatasetShelf, Handwriting, State
from mnist_core.worker import Worker
from pages.shared.answer import verdict_of_several
from pages.shared.digit import Digit
from scripts.running_app import RunningApp
from tests.idx_server import small_dataset

DRAW = "play/draw.py"

Stroke = list[tuple[int, int]]

STROKES: dict[str, list[Stroke]] = {
    "1": [[(140, 50), (140, 230)]],
    "0": [[(140, 50), (90, 80), (75, 140), (90, 200), (140, 230), (190, 200), (205, 140), (190, 80), (140, 50)]],
    "7": [[(80, 70), (200, 70), (130, 220)]],
    "4": [[(90, 60), (80, 150), (190, 150)], [(180, 60), (180, 230)]],
}
"""The pen's ways over the canvas, in pixels."""


# -- without a browser ---------------------------------------------------------------------------


def read_test_images(page):
    next(group for group in page.app.button_group if group.key == "draw_source").select("A test image")
    page.rerun()


def answer(page):
    """What is said about the digit; the first element of HTML holds the styles."""
    return next(element.proto.body for element in page.app.get("html") if 'class="answer"' in element.proto.body)


def test_an_empty_canvas_invites_to_draw(open_page):
    page = open_page(DRAW)
    assert "Draw a digit" in page.app.subheader[0].value
    assert {"Undo", "Clear"} <= page.buttons
    assert page.button("Undo").disabled
    assert page.button("Clear").disabled


def test_a_test_image_is_read_with_its_label(open_page):
    page = open_page(DRAW)
    read_test_images(page)
    assert "I read a 7." in answer(page)
    assert "The label says 7: right." in answer(page)


def test_another_datasets_classes_are_asked_for_and_read_by_their_names(open_page, store):
    shapes = replace(small_dataset(classes=2), class_names=("Ankle boot", "Bag"))
    kept = DatasetShelf(store).add(shapes)
    run_id = store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=64), dataset=kept.sha256)
    Worker(store).work(run_id)
    page = open_page(DRAW, run=run_id)
    assert page.app.subheader[0].value == "Draw one of the 2 classes"
    assert "Ankle boot, Bag" in page.words
    read_test_images(page)
    named = "an Ankle boot" if shapes.test_labels[0] == 0 else "a Bag"
    assert f"I read {named}." in answer(page) or f"I am not sure: {named}" in answer(page)
    assert "digit" not in page.words


def test_an_unsure_network_says_so(open_page):
    dataset = load_dataset()
    probabilities = Network.load("starter").predict(dataset.test_images)
    index = int(np.flatnonzero(probabilities.max(axis=1) < 0.5)[0])
    first, second = np.argsort(-probabilities[index])[:2]
    page = open_page(DRAW)
    read_test_images(page)
    page.type("Index of the test image, 0 to 9,999", index)
    assert f"I am not sure: a {first} or a {second}?" in answer(page)


def look_closer(page, view):
    next(group for group in page.app.button_group if group.key == "draw_closer").select(view)
    page.rerun()


def test_why_is_answered_with_pixels_that_sum_up_and_training_images_most_alike(open_page):
    page = open_page(DRAW)
    read_test_images(page)
    look_closer(page, "Why")
    assert "Why 7 and not" in page.words
    assert "exact for ReLU" in page.words
    alike = next(element.proto.body for element in page.app.get("html") if "Training image" in element.proto.body)
    assert len(re.findall(r"Training image \d+, a 7, at distance", alike)) == 5


def test_several_networks_read_the_same_digit(open_page, make_run):
    make_run(State.FINISHED, name="mine")
    page = open_page(DRAW)
    read_test_images(page)
    look_closer(page, "Several networks")
    table = next(element.proto.body for element in page.app.get("html") if "Reads" in element.proto.body)
    assert "mine" in table
    assert "Starter network" in table
    assert table.count('<td class="best">7</td>') == 2


def send_photo(page, name, content):
    next(group for group in page.app.button_group if group.key == "draw_source").select("A photo")
    page.rerun()
    page.app.file_uploader[0].set_value((name, content, "image/png"))
    page.rerun()


def photo_of(*digits: int, turns: int = 0) -> bytes:
    """A photo of digits side by side on grey paper; `turns` are quarters counter-clockwise."""
    images, labels = load_dataset().test_images, load_dataset().test_labels
    paper = Image.new("L", (300 * max(1, len(digits)) + 100, 400), 210)
    for place, digit in enumerate(digits):
        image = Image.fromarray(images[int(np.flatnonzero(labels == digit)[0])]).resize((250, 250))
        paper.paste(60, (60 + 300 * place, 70), image)
    file = io.BytesIO()
    paper.rotate(90 * turns, expand=True).save(file, "PNG")
    return file.getvalue()


def html(page, mark):
    """What the page shows as HTML with this mark in it; "" if there is nothing."""
    return next((it.proto.body for it in page.app.get("html") if mark in it.proto.body), "")


def frames(page) -> list[str]:
    """The digits that are framed in the picture, in brackets the one that is looked at."""
    found = re.findall(r'<i class="([^"]*)"[^>]*><span>(\w+)</span>', html(page, 'class="frames"'))
    return [f"[{name}]" if "chosen" in kind else name for kind, name in found]


def which_one(page):
    return next((group for group in page.app.button_group if group.key == "draw_which"), None)


def test_several_digits_in_a_photo_are_framed_and_read_from_left_to_right(open_page):
    page = open_page(DRAW)
    send_photo(page, "some.png", photo_of(7, 2, 1))
    assert re.search(r"I read 721: <span>a 7, >?99 %, a 2, >?99 %, and a 1, >?99 %\.", unescape(answer(page)))
    assert frames(page) == ["[1st]", "2nd", "3rd"]
    which_one(page).select(1)
    page.rerun()
    assert frames(page) == ["1st", "[2nd]", "3rd"]
    assert "Of the 2nd: 2, " in answer(page)
    assert "Is the 2nd right?" in page.words
    look_closer(page, "Why")
    assert "Why 2 and not" in page.words
    send_photo(page, "others.png", photo_of(1, 4))
    assert frames(page) == ["[1st]", "2nd"]


def test_each_of_several_digits_can_be_given_a_label_or_all_be_kept_as_read(open_page, store):
    page = open_page(DRAW)
    send_photo(page, "some.png", photo_of(7, 2))
    page.press("All are right: 7 2")
    (kept_in,) = Handwriting(store).sets()
    assert Handwriting(store).drawings(kept_in.id).labels.tolist() == [7, 2]
    assert "Kept as 7" in page.words
    page.app.button(key="teach_undo").click()
    page.rerun()
    assert Handwriting(store).drawings(kept_in.id).labels.tolist() == [2]
    which_one(page).select(1)
    page.rerun()
    assert "Kept as 2" in page.words


def test_a_turned_photo_is_turned_upright_by_a_button(open_page):
    page = open_page(DRAW)
    send_photo(page, "turned.png", photo_of(7, 2, turns=1))
    assert "I read 72" not in answer(page)
    page.press("Turn")
    assert "I read 72:" in answer(page)
    send_photo(page, "upright.png", photo_of(7))
    assert "I read a 7." in answer(page), "a new photo begins unturned"


def test_a_photo_in_which_nothing_is_found_is_shown_with_a_sentence(open_page):
    page = open_page(DRAW)
    send_photo(page, "paper.png", photo_of())
    assert "No digit stands out" in page.words
    assert "nothing found in it" in html(page, 'class="frames"')
    assert "Turn" in page.buttons
    assert "Draw a digit" in page.app.subheader[0].value


@pytest.mark.parametrize(("class_names", "reads"), [("AB", 2), (("Ankle boot", "Bag"), 1)], ids=["letters", "clothes"])
def test_letters_stand_side_by_side_and_clothes_do_not(open_page, store, class_names, reads):
    kept = DatasetShelf(store).add(replace(small_dataset(classes=2), class_names=tuple(class_names)))
    run_id = store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=64), dataset=kept.sha256)
    Worker(store).work(run_id)
    page = open_page(DRAW, run=run_id)
    send_photo(page, "two.png", photo_of(1, 7))
    assert len(frames(page)) == reads
    assert (which_one(page) is None) is (reads == 1)
    assert "digit" not in answer(page)


def test_what_is_hardly_a_digit_is_never_announced_as_sure():
    names, sure = tuple("0123456789"), np.full((2, 10), 0.001, dtype=np.float32)
    sure[0, 7] = sure[1, 2] = 0.991
    digits = [Digit(np.zeros((28, 28), dtype=np.float32), legible=legible) for legible in (True, False)]
    sign, (row, each, _) = verdict_of_several(sure, names, digits, 0)
    assert (sign, row) == ("72?", "I am not sure, 72?:")
    assert each == "a 7, 99 %, and perhaps a 2, 99 %."


def test_a_photo_is_read_and_what_the_network_sees_is_shown(open_page):
    page = open_page(DRAW)
    send_photo(page, "seven.png", photo_of(7))
    assert "I read a 7." in answer(page)
    assert frames(page) == ["[1st]"]
    ways = next(element.proto.body for element in page.app.get("html") if 'class="ways"' in element.proto.body)
    assert ways.count("<figure>") == 3
    assert "Fitted and centred: 28×28</b>Reads a 7" in ways


def test_a_file_that_is_no_picture_gets_a_sentence(open_page):
    page = open_page(DRAW)
    send_photo(page, "seven.png", b"no picture")
    assert "This file is not a picture" in page.words


def test_another_test_image_is_chosen_at_random(open_page):
    page = open_page(DRAW)
    read_test_images(page)
    seen = set()
    for _ in range(3):
        page.press("Another one")
        seen.add(page.number("Index of the test image, 0 to 9,999").value)
    assert len(seen) > 1


def test_a_run_can_be_chosen_to_read(open_page, make_run):
    make_run(State.FINISHED, name="mine")
    page = open_page(DRAW)
    assert "mine" in page.app.selectbox[0].options[0]
    assert "Starter network" in page.app.selectbox[0].options[-1]


# -- in Chromium ---------------------------------------------------------------------------------


def open_canvas(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/draw")
    expect(page.get_by_role("heading", name="Draw a digit from 0 to 9")).to_be_visible()
    expect(page.get_by_role("img", name="Canvas: draw a digit")).to_be_visible()


def open_grid(page: Page, app: RunningApp) -> Locator:
    """Open the page with the grid in place of the canvas; return the grid, which has the focus."""
    open_canvas(page, app)
    page.get_by_role("radio", name="A grid").click()
    grid = page.get_by_role("grid")
    grid.focus()
    return grid


def on_screen(page: Page, strokes: list[Stroke]) -> list[list[tuple[float, float]]]:
    """The strokes' points on the screen: the canvas's 280 pixels are shown as large as there is room for."""
    box = page.locator(".upper-canvas").bounding_box()
    assert box is not None
    assert box["width"] == box["height"] == 336
    scale = box["width"] / 280
    return [[(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke] for stroke in strokes]


def draw(page: Page, strokes: list[Stroke]) -> None:
    for first, *others in on_screen(page, strokes):
        page.mouse.move(*first)
        page.mouse.down()
        for point in others:
            page.mouse.move(*point, steps=5)
        page.mouse.up()


def touch(page: Page, strokes: list[Stroke]) -> None:
    finger = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": x, "y": y} for x, y in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    for stroke in on_screen(page, strokes):
        send("touchStart", stroke[0])
        for point in on_the_way(stroke):
            send("touchMove", point)
        send("touchEnd")


def on_the_way(stroke: list[tuple[float, float]], steps: int = 5) -> Iterator[tuple[float, float]]:
    """Points between the points: the canvas rounds corners off between those that it is told."""
    for (x, y), (next_x, next_y) in pairwise(stroke):
        for step in range(1, steps + 1):
            yield x + (next_x - x) * step / steps, y + (next_y - y) * step / steps


@contextmanager
def standing_still(app: RunningApp) -> Iterator[None]:
    """Have the server do nothing for as long as the `with` lasts, as on a machine that is busy with something else."""
    app.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        app.process.send_signal(signal.SIGCONT)


def expect_answer(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("status").filter(has_text=words)).to_be_visible()


def expect_invitation(page: Page) -> None:
    expect(page.get_by_role("heading", name="Draw a digit from 0 to 9")).to_be_visible()


def expect_canvas(page: Page) -> None:
    expect(page.get_by_role("img", name="Canvas: draw a digit")).to_be_visible()


def visit_elsewhere(page: Page) -> None:
    """Leave the page, and come back."""
    page.get_by_role("link", name="Data").click()
    expect(page.get_by_role("heading", name="Data", exact=True)).to_be_visible()
    page.get_by_role("link", name="Draw").click()


def press(page: Page, label: str) -> None:
    page.get_by_role("button", name=label).click()


@pytest.mark.browser
def test_digits_drawn_with_the_mouse_are_read(shared_server, page):
    open_canvas(page, shared_server)
    for digit, strokes in STROKES.items():
        draw(page, strokes)
        expect_answer(page, f"I read a {digit}.")
        press(page, "Clear")
        expect_invitation(page)


@pytest.mark.browser
def test_several_digits_are_drawn_framed_and_looked_at_one_by_one(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, [[(40, 50), (40, 230)], [(120, 70), (240, 70), (170, 220)]])
    expect_answer(page, "I read 17: a 1")
    expect(page.locator(".frames i")).to_have_count(2)
    canvas, frame = page.locator(".upper-canvas").bounding_box(), page.locator(".frames i").first.bounding_box()
    assert canvas is not None
    assert frame is not None
    assert abs(frame["x"] + frame["width"] / 2 - canvas["x"] - canvas["width"] / 7) < 4, "around the 1"
    page.get_by_role("radio", name="1st: 1").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".frames i.chosen")).to_have_text("2nd")
    expect_answer(page, "Of the 2nd: 7")
    expect(page.get_by_role("img", name=re.compile("^Most likely: 7|^Most likely.* 7"))).to_be_visible()
    press(page, "Undo")  # through the frames the canvas is drawn upon as ever
    expect_answer(page, "I read a 1.")
    expect(page.locator(".frames")).to_have_count(0)


@pytest.mark.browser
def test_digits_drawn_by_touch_on_a_phone_are_read(shared_server, phone):
    open_canvas(phone, shared_server)
    for digit, strokes in STROKES.items():
        touch(phone, strokes)
        expect_answer(phone, f"I read a {digit}.")
        press(phone, "Clear")
        expect_invitation(phone)
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


@pytest.mark.browser
def test_strokes_in_the_upper_right_corner_are_not_swallowed_on_a_phone(shared_server, phone):
    open_canvas(phone, shared_server)
    touch(phone, [[(215, 8), (272, 8), (240, 60)]])
    expect_answer(phone, "I read a 7.")


@pytest.mark.browser
def test_undo_takes_back_one_stroke_at_a_time(shared_server, page):
    open_canvas(page, shared_server)
    vertical, bar = STROKES["1"][0], [(60, 20), (100, 20)]
    draw(page, [vertical, bar, bar])
    expect(page.get_by_role("status")).to_be_visible()
    press(page, "Undo")
    press(page, "Undo")
    expect_answer(page, "I read a 1.")
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()  # both steps back are done
    page.keyboard.press("Control+z")
    expect_invitation(page)


@pytest.mark.browser
def test_undo_pressed_at_once_takes_back_the_stroke_that_was_just_drawn(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    draw(page, [[(60, 20), (100, 20)]])
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    expect_invitation(page)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.browser
def test_clear_can_be_undone(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    press(page, "Clear")
    expect_invitation(page)
    press(page, "Undo")
    expect_answer(page, "I read a 7.")


@pytest.mark.browser
def test_the_drawing_is_there_after_a_visit_elsewhere(shared_server, page):
    open_canvas(page, shared_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect(page.get_by_role("status")).to_be_visible()
    visit_elsewhere(page)
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(".upper-canvas")).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()  # nothing moves any more
    draw(page, [second])
    expect_answer(page, "I read a 4.")


@pytest.mark.browser
def test_dots_and_scribbles_get_an_honest_answer(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, [[(140, 140)]])
    expect_answer(page, "This is hardly a digit.")
    lines = [(20 + 60 * (step % 5), 20 if step % 2 else 260) for step in range(20)]
    draw(page, [lines, [(y, x) for x, y in lines]])
    expect_answer(page, "This is hardly a digit.")


@pytest.mark.browser
def test_the_bars_move_while_the_pen_is_down(shared_server, page):
    open_canvas(page, shared_server)
    [(start, *others)] = on_screen(page, STROKES["7"])
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*others[0], steps=5)
    live = page.locator(".answer[data-frame]")
    expect(live).to_be_visible()
    bars = page.get_by_role("img", name=re.compile("^Most likely"))
    expect(bars).to_be_visible()
    half_way = bars.get_attribute("aria-label")
    page.mouse.move(*others[1], steps=5)
    expect(live.filter(has_text="I read a 7.")).to_be_visible()
    expect(bars).not_to_have_attribute("aria-label", half_way)
    assert not page.get_by_role("status").count()  # ten announcements a second would be too many
    page.mouse.up()
    expect_answer(page, "I read a 7.")


@pytest.mark.browser
def test_a_drawing_outlasts_a_reload(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, STROKES["4"])
    expect_answer(page, "I read a 4.")
    page.reload()
    expect_answer(page, "I read a 4.")
    expect(page.get_by_role("img", name="Canvas: draw a digit")).to_be_visible()
    draw(page, [[(60, 20), (100, 20)]])
    press(page, "Undo")
    expect_answer(page, "I read a 4.")
    press(page, "Clear")
    expect_invitation(page)


@pytest.mark.browser
def test_undo_goes_on_one_step_at_a_time_after_a_reload_and_a_visit_elsewhere(shared_server, page):
    open_canvas(page, shared_server)
    vertical, bar = STROKES["1"][0], [(60, 20), (100, 20)]
    draw(page, [vertical, bar, bar])
    expect(page.get_by_role("status")).to_be_visible()
    press(page, "Clear")
    expect_invitation(page)
    page.reload()
    expect_canvas(page)
    press(page, "Undo")
    expect(page.get_by_role("status")).to_be_visible()
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
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


@pytest.mark.browser
def test_what_is_drawn_right_after_clear_and_undo_stays(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    press(page, "Clear")
    draw(page, [[(60, 20), (100, 20)]])
    page.keyboard.press("Control+z")
    draw(page, STROKES["4"])  # no wait anywhere: each of these is too early for the server
    expect_answer(page, "I read a 4.")


@pytest.mark.browser
def test_all_goes_on_in_its_order_when_the_server_stood_still_meanwhile(shared_server, page):
    open_canvas(page, shared_server)
    draw(page, STROKES["7"])
    expect_answer(page, "I read a 7.")
    with standing_still(shared_server):
        press(page, "Clear")
        draw(page, [[(60, 20), (100, 20)]])
        page.keyboard.press("Control+z")
        draw(page, STROKES["4"])
        page.wait_for_timeout(4000)  # as long as it stands still
    expect_answer(page, "I read a 4.")


@pytest.mark.browser
def test_a_stroke_drawn_while_the_server_is_away_is_read_when_it_is_back(server, visitors):
    visitor = visitors()
    page = visitor.page
    open_canvas(page, server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect(page.get_by_role("status")).to_be_visible()
    server.kill()
    draw(page, [second])
    server.start()
    expect_answer(page, "I read a 4.")
    visitor.complaints.clear()  # of connections refused, as long as there was no server
    press(page, "Undo")
    expect(page.get_by_role("status").filter(has_text="I read a 4.")).to_have_count(0)
    press(page, "Undo")  # each stroke is there once
    expect_invitation(page)


@pytest.mark.browser
def test_what_a_finger_draws_right_after_clear_stays(shared_server, phone):
    open_canvas(phone, shared_server)
    touch(phone, STROKES["7"])
    expect_answer(phone, "I read a 7.")
    phone.get_by_role("button", name="Clear").tap()
    touch(phone, STROKES["4"])
    expect_answer(phone, "I read a 4.")


@pytest.mark.browser
def test_a_stroke_that_the_server_has_not_heard_of_outlasts_reload_and_leaving(shared_server, page):
    open_canvas(page, shared_server)
    first, second = STROKES["4"]
    draw(page, [first])
    expect(page.get_by_role("status")).to_be_visible()
    draw(page, [second])
    page.reload()
    expect_answer(page, "I read a 4.")
    draw(page, [[(60, 20), (100, 20)]])
    visit_elsewhere(page)
    expect(page.get_by_role("img", name="Canvas: draw a digit")).to_be_visible()
    press(page, "Undo")
    expect_answer(page, "I read a 4.")


@pytest.mark.browser
def test_a_digit_is_painted_on_the_grid_by_keyboard(shared_server, page):
    grid = open_grid(page, shared_server)
    for key in (*["ArrowUp"] * 4, *["ArrowLeft"] * 2, "Space", *["Shift+ArrowRight"] * 4, *["Shift+ArrowDown"] * 8):
        page.keyboard.press(key)
    expect_answer(page, "I read a 7.")
    expect(grid.get_by_role("gridcell", selected=True)).to_have_count(13)
    page.reload()
    expect_answer(page, "I read a 7.")
    expect(grid.get_by_role("gridcell", selected=True)).to_have_count(13)
    press(page, "Clear")
    expect(grid.get_by_role("gridcell", selected=True)).to_have_count(0)
    expect_invitation(page)


@pytest.mark.browser
def test_a_cell_that_is_painted_right_after_clear_stays(shared_server, page):
    grid = open_grid(page, shared_server)
    page.keyboard.press("Space")
    expect(page.get_by_role("status")).to_be_visible()
    with standing_still(shared_server):
        press(page, "Clear")
        grid.focus()
        for key in ("ArrowUp", "Space", "ArrowUp", "Space"):
            page.keyboard.press(key)
        page.wait_for_timeout(1000)  # as long as it stands still
    expect(page.get_by_role("button", name="Clear")).to_be_enabled()
    expect(page.locator("[data-test-script-state=notRunning]")).to_be_visible()
    expect(grid.get_by_role("gridcell", selected=True)).to_have_count(2)
