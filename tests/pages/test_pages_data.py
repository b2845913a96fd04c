"""The Data page, without a browser."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from mnist_core.data import MNIST_SHA256, load_dataset
from mnist_core.data.background_download import BackgroundDownload
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.runs import DatasetStore, State
from mnist_core.runs.dataset_store import pack
from pages.shared import services
from pages.visit import session
from scripts.running_app import wait_until
from tests.support.idx_server import TRAIN_IMAGES, idx_files, idx_server, small_dataset
from tests.support.runs_with_networks import BARS, add_run_with_network
from tests.support.visits import TRAIN, OpenPage

DATA = "data/page.py"


@pytest.fixture
def page(open_page) -> OpenPage:
    return open_page(DATA)


def pictures(page: OpenPage) -> list[str]:
    """The text alternatives of all pictures on the page, in their order."""
    grids = "".join([*(element.proto.body for element in page.app.get("html")), *page.galleries])
    return re.findall(r'(?:role="img"|data-number="\d+") aria-label="([^"]*)"', grids)


def class_field(page: OpenPage, name: str) -> Any:
    return next(field for field in page.app.selectbox if str(field.key).startswith(name))


def test_every_picture_has_a_text_alternative(page):
    found = pictures(page)
    assert "Image 0 of the training set, 5" in found
    assert {"The average 3", "Where images of 3 differ"} <= set(found)
    assert sum("Example" in text for text in found) == 120
    assert all(found)


def test_each_class_has_a_row_of_examples_however_many_classes_there_are(open_page, store):
    letters = DatasetStore(store).add(small_dataset(classes=26))
    page = open_page(DATA)
    page.app.selectbox(key="dataset").set_value(letters.sha256)
    page.rerun()
    grid = next(element.proto.body for element in page.app.get("html") if "Example " in element.proto.body)
    shown = re.findall(r'aria-label="Example \d+ of the class ([^"]*)"', grid)
    columns = int(re.findall(r"--columns:(\d+)", grid)[0])
    rows = [shown[first : first + columns] for first in range(0, len(shown), columns)]
    assert rows == [[name] * columns for name in letters.class_names]


def test_guessing_is_right_as_often_as_there_are_classes(page):
    """Not as often as the largest class is: of MNIST's ten, that is one in nine."""
    assert "so guessing is right one time in 10." in page.words
    page.app.get("button_group")[0].set_value("test")
    page.rerun()
    assert (
        "at random is right one time in 10, and always guessing the largest class is right in 11 % of cases."
        in page.words
    )


def test_images_are_searched_by_class_and_place(page):
    sevens = np.flatnonzero(load_dataset().train_labels == 7)
    class_field(page, "data_class").select(7)
    page.rerun()
    page.type(f"Which of the {len(sevens):,}", 2)
    assert f"Image {sevens[2]} of the training set, 7" in pictures(page)


def test_typical_and_odd_images_are_those_of_the_chosen_class(page):
    class_field(page, "extremes_class").select(4)
    page.rerun()
    extremes = [text for text in pictures(page) if text.startswith(("Most like", "Least like"))]
    assert len(extremes) == 24
    assert all(text.endswith(", 4") for text in extremes)


@pytest.mark.parametrize("gallery", ["data_examples", "data_least"])
def test_an_image_that_is_pressed_is_followed_through_the_network(page, monkeypatch, gallery):
    def pressed(*_, key, **__):
        return 7 if key == gallery else None

    monkeypatch.setattr("pages.data.followed_images.gallery_of_buttons", pressed)
    page.rerun()
    assert "Training image 7: a 3" in page.words
    assert page.app.query_params["image"] == "training-7"


def test_images_that_no_network_knows_are_shown_without_a_press(open_page, store):
    shapes = DatasetStore(store).add(small_dataset())
    page = open_page(DATA)
    page.app.selectbox(key="dataset").set_value(shapes.sha256)
    page.rerun()
    assert not page.galleries
    assert "Press an image" not in page.words


def test_each_distortion_of_augment_is_shown_and_told(page):
    found = pictures(page)
    for name in ("rotated", "slanted", "narrower, wider", "lower, higher", "moved sideways", "moved up and down"):
        assert f"The 5 {name}, at its strongest, one way" in found
    assert "rotated by 10°" in page.words


def test_ones_own_images_are_added_looked_at_and_deleted(page, store):
    shapes = small_dataset()
    page.app.file_uploader[0].upload("bars.npz", pack(shapes))
    page.rerun()
    page.app.text_input(key="own_name_0").set_value("My bars")
    page.app.text_input(key="own_classes_0").set_value("left, middle, right")
    page.press("Add")
    assert not page.app.error, page.words
    assert page.app.selectbox(key="dataset").value == DatasetStore(store).info("My bars").sha256
    assert page.metrics["Training images"] == "600"
    assert "so there are 3 classes: left, middle, right" in page.words
    assert "The average middle" in pictures(page)
    page.go_to("train/page.py")
    page.type("Batch size", 64)
    page.press("Train")
    assert store.run(1).dataset == "My bars"
    assert "256 units, 5 epochs, batch 64, My bars" in page.words
    page.go_to(DATA)
    page.press("Delete this dataset")
    assert "runs need it: 1" in page.words


def test_files_that_are_no_dataset_are_refused(page, store):
    for name, data, words in (
        ("photo.npz", b"not one", "is not an npz file, or it is damaged or cut off"),
        ("letters.mat", b"MATLAB 5.0 MAT-file" + bytes(99), "is a MATLAB file"),
    ):
        page.app.file_uploader[0].set_value((name, data, "application/octet-stream"))
        page.rerun()
        page.press("Add")
        assert words in page.words
    assert page.metrics["Training images"] == "60,000"
    assert len(DatasetStore(store).all()) == 1


def test_what_was_found_is_shown_and_cured_where_it_is_ticked_before_anything_is_added(page, store):
    digits, labels = load_dataset().train_images[:300], load_dataset().train_labels[:300]
    transposed = 255 - digits.transpose(0, 2, 1)[..., None]
    data = io.BytesIO()
    np.savez(data, images=transposed, labels=labels + 1)
    page.app.file_uploader[0].upload("mine.npz", data.getvalue())
    page.rerun()
    assert "300 training and 0 test images of 10 classes" in page.words
    for told in (
        "became (n, 28, 28)",
        "dark on light paper",
        "seem to be exchanged",
        "The labels go from 1 to 10",
        "There are no test images",
    ):
        assert told in page.words
    assert {"As they are: 1", "As they would be: 1"} <= set(pictures(page))
    assert pictures(page).count("An image of 10") == 4
    assert [info.name for info in DatasetStore(store).all()] == ["mnist"]
    next(box for box in page.app.checkbox if box.label.startswith("Renumber the classes")).uncheck()
    page.press("Add")
    info = DatasetStore(store).info("mine")
    assert (info.train_images, info.test_images, info.classes) == (257, 43, 11)
    kept = {bytes(image) for image in DatasetStore(store).load(info.sha256).train_images}
    assert kept < {bytes(image) for image in digits}
    assert page.app.selectbox(key="dataset").value == info.sha256


def test_fashion_mnist_is_fetched_while_the_page_shows_how_far_it_is(page, monkeypatch, tmp_path, store):
    shapes = replace(small_dataset(classes=10), class_names=FASHION_MNIST.class_names)
    monkeypatch.setenv("MNIST_DATA_DIR", str(tmp_path))
    with idx_server(idx_files(shapes)) as server:
        source = replace(server.source(shapes), name="fashion-mnist")
        fetching = BackgroundDownload(source, DatasetStore(store).add)
        monkeypatch.setattr(services, "fashion_mnist_download", lambda: fetching)
        server.trouble[TRAIN_IMAGES] = "fails"
        page.press("Download (31 MB)")
        wait_until(lambda: not fetching.running, "the download has ended")
        page.rerun()
        assert "was answered with 500" in page.words
        server.trouble.clear()
        page.press("Download (31 MB)")
        wait_until(lambda: not fetching.running, "the download has ended")
    page.rerun()
    assert "Download (31 MB)" not in page.buttons
    assert "The average Ankle boot" in pictures(page)
    assert "digit" not in page.words


def test_a_link_chooses_the_dataset(open_page, store):
    shapes = DatasetStore(store).add(small_dataset())
    page = open_page("train/page.py")
    page.app.query_params.update(dataset="shapes", hidden_units="32", batch_size="64")
    page.rerun()
    assert page.app.selectbox(key="dataset").value == shapes.sha256
    page.press("Train")
    assert store.run(1).dataset == "shapes"
    assert set(page.app.query_params) == {"run"}
    page.app.query_params["dataset"] = "<b>nothing"
    page.rerun()
    assert "a dataset that this app does not have" in page.words


def chosen(page) -> str:
    value: str = page.app.selectbox(key="dataset").value
    return value


def test_the_same_link_chooses_its_dataset_again_after_another_one_was_chosen(open_page, store):
    shapes = DatasetStore(store).add(small_dataset())
    page = open_page(TRAIN, dataset="shapes")
    assert chosen(page) == shapes.sha256
    page.go_to(TRAIN)
    page.choose("Dataset", MNIST_SHA256)
    page.go_to(TRAIN, dataset="shapes")
    assert chosen(page) == shapes.sha256
    page.choose("Dataset", MNIST_SHA256)
    assert chosen(page) == MNIST_SHA256, "it is chosen once"
    page.go_to("evaluate/page.py")
    page.go_to(TRAIN, dataset="shapes")
    assert chosen(page) == shapes.sha256, "no page without that address in between had a list of datasets"


def test_a_link_that_fills_settings_in_again_chooses_its_dataset_too(open_page, store):
    shapes = DatasetStore(store).add(small_dataset())
    page = open_page(TRAIN, dataset="shapes", hidden_units="32")
    page.choose("Dataset", MNIST_SHA256)
    del page.app.query_params["hidden_units"]
    page.rerun()
    page.app.query_params["hidden_units"] = "32"
    page.rerun()
    assert chosen(page) == shapes.sha256


def test_back_to_a_link_leaves_what_was_chosen_after_it(open_page, store, monkeypatch):
    DatasetStore(store).add(small_dataset())
    page = open_page(TRAIN, dataset="shapes", hidden_units="32")
    page.choose("Dataset", MNIST_SHA256)
    page.type("Hidden units", 64)
    page.go_to("evaluate/page.py")
    monkeypatch.setattr(session, "came_by_history", lambda: True)
    page.go_to(TRAIN, dataset="shapes", hidden_units="32")
    assert (chosen(page), page.text("Hidden units").value) == (MNIST_SHA256, "64")


def test_one_image_leads_to_its_way_through_the_current_network_or_the_starter(open_page, store):
    assert inside_links(open_page(DATA)) == ["image=training-0"]
    run = add_run_with_network(store, State.FINISHED)
    page = open_page(DATA, run)
    assert inside_links(page) == ["image=training-0"], "the run has other classes than MNIST"
    page.app.selectbox(key="dataset").set_value(BARS.sha256)
    page.rerun()
    assert inside_links(page) == [f"run={run}&image=training-0"]


def inside_links(page) -> list[str]:
    protos = [element.proto for element in page.app.get("page_link")]
    return [proto.query_string for proto in protos if proto.label == "Follow it through the network"]
