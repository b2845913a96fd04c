"""The Draw page without a browser: test images, photos, and what is said about them."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from PIL import Image

from mnist_core.config import TrainConfig
from mnist_core.data import load_dataset
from mnist_core.data.examples import training_examples
from mnist_core.network import Network
from mnist_core.reading.digit import Digit
from mnist_core.runs import DatasetStore, HandwritingStore, State
from mnist_core.workers.worker import Worker
from pages.shared.drawing.prediction import verdict_of_several
from tests.support.idx_server import small_dataset
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network
from tests.support.visits import ME, SOMEBODY_ELSE

DRAW = "draw/page.py"


def read_test_images(page):
    next(group for group in page.app.button_group if group.key == "draw_source").select("A test image")
    page.rerun()


def test_an_empty_canvas_invites_to_draw(open_page):
    page = open_page(DRAW)
    assert "Draw a digit" in page.app.header[0].value
    assert {"Undo", "Clear"} <= page.buttons
    assert page.button("Undo").disabled
    assert page.button("Clear").disabled


@pytest.mark.parametrize(("asked", "chosen"), [("drawing", "Your drawing"), ("grid", "A grid"), ("pen", "Collect")])
def test_the_address_chooses_the_input_whatever_was_chosen_before_if_there_is_such_an_input(open_page, asked, chosen):
    page = open_page(DRAW)
    for name in ("collect", asked):
        page.app.query_params["input"] = name
        page.rerun()
    assert next(group for group in page.app.button_group if group.key == "draw_source").value == chosen


def test_the_brush_is_as_this_browser_has_chosen_it_and_nobody_elses(open_page):
    page = open_page(DRAW)
    brush(page).select("Thick")
    page.rerun()
    for owner, chosen, pixels in ((ME, "Thick", 28), (SOMEBODY_ELSE, "Medium", 18)):
        page = open_page(DRAW, owner=owner)
        assert brush(page).value == chosen
        assert told(page, "digits_canvas")["brush"] == pixels


def brush(page):
    return next(group for group in page.app.button_group if group.key == "draw_brush")


def test_a_test_image_is_read_with_its_label(open_page):
    page = open_page(DRAW)
    read_test_images(page)
    assert "I read a 7." in page.reading
    assert "The label is 7: correct." in page.reading


@pytest.mark.slow
def test_another_datasets_classes_are_asked_for_and_read_by_their_names(open_page, store):
    shapes = replace(small_dataset(classes=2), class_names=("Ankle boot", "Bag"))
    kept = DatasetStore(store).add(shapes)
    run_id = store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=64), dataset=kept.sha256)
    Worker(store).work(run_id)
    page = open_page(DRAW, run=run_id)
    assert page.app.header[0].value == "Draw one of the 2 classes"
    assert "Ankle boot, Bag" in page.words
    read_test_images(page)
    named = "an Ankle boot" if shapes.test_labels[0] == 0 else "a Bag"
    assert f"I read {named}." in page.reading or f"I am not sure: {named}" in page.reading
    assert "digit" not in page.words


@pytest.mark.parametrize("class_names", ["ABC", ("Ankle boot", "Bag", "Coat")], ids=["letters", "clothes"])
def test_nothing_is_called_a_digit_where_a_network_reads_something_else(open_page, store, class_names):
    images = replace(BARS, class_names=tuple(class_names))
    page = open_page(DRAW, run=add_run_with_network(store, State.FINISHED, images=images))
    said = [told(page, "digits_canvas")["label"], all_texts(page)]
    page.app.query_params["input"] = "grid"
    page.rerun()
    said += [told(page, "digits_grid")["label"], all_texts(page)]
    read_test_images(page)
    said += [page.reading, all_texts(page)]
    for name, content in (("two.png", photo_of(1, 7)), ("paper.png", photo_of())):
        send_photo(page, name, content)
        said += [page.reading, all_texts(page)]
    assert "Nothing stands out from the paper." in said[-1]
    send_photo(page, "two.png", photo_of(1, 7))
    show_explanation(page, "Several networks")
    page.app.multiselect[0].set_value([])
    page.rerun()
    said.append(all_texts(page))
    assert "Choose the networks" in said[-1]
    wrong = [text for text in said if re.search(r"digit|MNIST", without_tags(text), re.IGNORECASE)]
    assert not wrong


def all_texts(page):
    """What the page says in the middle, with its HTML and the help of what one presses there."""
    bodies = [it.proto.body for it in page.app.main if it.type == "html"]
    helps = [it.proto.help for it in (*page.app.main.button, *page.app.main.file_uploader)]
    said = [it.value for it in (*page.app.main.markdown, *page.app.main.caption, *page.app.main.error)]
    return "\n".join((*bodies, *helps, *said))


def without_tags(html):
    """The text in HTML, and that of its pictures for screen readers."""
    alternatives = re.findall(r'alt="([^"]*)"', html)
    return "\n".join((re.sub(r"<style>.*?</style>|<[^>]*>", "", html, flags=re.DOTALL), *alternatives))


def told(page, component):
    """What a component of the page is told."""
    protos = (it.proto for it in page.app.get("bidi_component"))
    return json.loads(next(it.json for it in protos if it.component_name == component))


def test_an_unsure_network_says_so(open_page):
    dataset = load_dataset()
    probabilities = Network.load("starter").predict(dataset.test_images)
    index = int(np.flatnonzero(probabilities.max(axis=1) < 0.5)[0])
    first, second = np.argsort(-probabilities[index])[:2]
    page = open_page(DRAW)
    read_test_images(page)
    page.type("Index of the test image, 0 to 9,999", index)
    assert f"I am not sure: a {first} or a {second}?" in page.reading


def show_explanation(page, view):
    next(group for group in page.app.button_group if group.key == "draw_explanation").select(view)
    page.rerun()


def test_similar_training_images_say_where_label_noise_gave_another_label(open_page, store):
    noisy = replace(CONFIG, label_noise=0.5)
    page = open_page(DRAW, run=add_run_with_network(store, State.FINISHED, config=noisy))
    read_test_images(page)
    show_explanation(page, "Why")
    learned, alike = training_examples(noisy, BARS), page.gallery
    shown = re.findall(r"Training image (\d+), a bar (\d)(?:, given as bar (\d) by label noise)?, at distance", alike)
    assert len(shown) == 5
    assert any(given for _, _, given in shown)
    for index, true, given in shown:
        assert (learned.true_labels[int(index)], learned.labels[int(index)]) == (int(true), int(given or true))


@pytest.mark.slow
def test_why_is_answered_with_pixels_that_sum_up_and_training_images_most_alike(open_page):
    page = open_page(DRAW)
    read_test_images(page)
    show_explanation(page, "Why")
    assert "Why 7 and not" in page.words
    assert "exact for ReLU" in page.words
    assert len(re.findall(r"Training image \d+, a 7, at distance", page.gallery)) == 5


def test_several_networks_read_the_same_digit(open_page, make_run):
    make_run(State.FINISHED, name="mine")
    page = open_page(DRAW)
    read_test_images(page)
    show_explanation(page, "Several networks")
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


@pytest.mark.slow
def test_several_digits_in_a_photo_are_framed_and_read_from_left_to_right(open_page):
    page = open_page(DRAW)
    send_photo(page, "some.png", photo_of(7, 2, 1))
    assert re.search(r"I read 721: <span>a 7, >?99 %, a 2, >?99 %, and a 1, >?99 %\.", unescape(page.reading))
    assert frames(page) == ["[1st]", "2nd", "3rd"]
    which_one(page).select(1)
    page.rerun()
    assert frames(page) == ["1st", "[2nd]", "3rd"]
    assert "The 2nd: 2, " in page.reading
    assert "Is the 2nd right?" in page.words
    show_explanation(page, "Why")
    assert "Why 2 and not" in page.words
    send_photo(page, "others.png", photo_of(1, 4))
    assert frames(page) == ["[1st]", "2nd"]


def test_each_of_several_digits_can_be_given_a_label_or_all_be_kept_as_read(open_page, store):
    page = open_page(DRAW)
    send_photo(page, "some.png", photo_of(7, 2))
    page.press("All are right: 7 2")
    (kept_in,) = HandwritingStore(store).sets()
    assert HandwritingStore(store).drawings(kept_in.id).labels.tolist() == [7, 2]
    assert "Kept as 7" in page.words
    page.app.button(key="label_undo").click()
    page.rerun()
    assert HandwritingStore(store).drawings(kept_in.id).labels.tolist() == [2]
    which_one(page).select(1)
    page.rerun()
    assert "Kept as 2" in page.words


def test_a_turned_photo_is_turned_upright_by_a_button(open_page):
    page = open_page(DRAW)
    send_photo(page, "turned.png", photo_of(7, 2, turns=1))
    assert "I read 72" not in page.reading
    page.press("Turn")
    assert "I read 72:" in page.reading
    send_photo(page, "upright.png", photo_of(7))
    assert "I read a 7." in page.reading, "a new photo begins unturned"


def test_a_photo_in_which_nothing_is_found_is_shown_with_a_sentence(open_page):
    page = open_page(DRAW)
    send_photo(page, "paper.png", photo_of())
    assert "Nothing stands out" in page.words
    assert "nothing found in it" in html(page, 'class="frames"')
    assert "Turn" in page.buttons
    assert "Draw a digit" in page.app.header[0].value


@pytest.mark.slow
@pytest.mark.parametrize(("class_names", "reads"), [("AB", 2), (("Ankle boot", "Bag"), 1)], ids=["letters", "clothes"])
def test_letters_stand_side_by_side_and_clothes_do_not(open_page, store, class_names, reads):
    kept = DatasetStore(store).add(replace(small_dataset(classes=2), class_names=tuple(class_names)))
    run_id = store.submit(TrainConfig(hidden_units=16, epochs=1, batch_size=64), dataset=kept.sha256)
    Worker(store).work(run_id)
    page = open_page(DRAW, run=run_id)
    send_photo(page, "two.png", photo_of(1, 7))
    assert len(frames(page)) == reads
    assert (which_one(page) is None) is (reads == 1)
    assert "digit" not in page.reading


def test_what_is_hardly_a_digit_is_never_announced_as_sure():
    names, sure = tuple("0123456789"), np.full((2, 10), 0.001, dtype=np.float32)
    sure[0, 7] = sure[1, 2] = 0.991
    digits = [Digit(np.zeros((28, 28), dtype=np.float32), legible=legible) for legible in (True, False)]
    sign, (row, each, _) = verdict_of_several(sure, names, digits, 0)
    assert (sign, row) == ("72?", "Perhaps 72?:")
    assert each == "a 7, 99 %, and perhaps a 2, 99 %."


def test_a_photo_is_read_and_what_the_network_sees_is_shown(open_page):
    page = open_page(DRAW)
    send_photo(page, "seven.png", photo_of(7))
    assert "I read a 7." in page.reading
    assert frames(page) == ["[1st]"]
    ways = next(element.proto.body for element in page.app.get("html") if 'class="ways"' in element.proto.body)
    assert ways.count("<figure>") == 3
    assert "Fitted and centred: 28×28</b>Reads a 7" in ways


def test_a_file_that_is_no_picture_gets_a_sentence(open_page):
    page = open_page(DRAW)
    send_photo(page, "seven.png", b"no picture")
    assert "This file is a text, which cannot be read here" in page.words


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
