"""The Evaluate page without a browser: choice of the network, its score, its mispredictions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS
from mnist_core.data.examples import training_examples
from mnist_core.network import Network
from mnist_core.runs import HandwritingStore, State
from mnist_core.runs.schema import blobs
from pages.evaluate.confusion_matrix import pair_sentence
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network, network
from tests.support.visits import ME, SOMEBODY_ELSE

EVALUATE = "evaluate/page.py"
TWO_AS_NOUGHT = (0, 1, 0)
TWO_AS_NOUGHT_ONE_AS_TWO = (0, 2, 0)


def shown(page) -> list[str]:
    """The text alternatives of the mispredictions on the page, in their order."""
    return re.findall(r'aria-label="(Test image \d+: [^"]*)"', page.gallery)


def headings(page) -> list[str]:
    return [heading.value for heading in page.app.header]


def filters(page) -> dict[str, str]:
    return {box.label: box.value for box in page.app.selectbox if box.label.startswith(("True ", "Predicted "))}


@pytest.mark.parametrize(
    ("reads", "accuracy", "wrong"),
    [((0, 1, 2), "100.00 %", 0), (TWO_AS_NOUGHT, "66.67 %", 40), (TWO_AS_NOUGHT_ONE_AS_TWO, "33.33 %", 80)],
)
def test_a_network_is_scored_by_its_test_images(open_page, store, reads, accuracy, wrong):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, reads))
    probabilities = network(reads).predict(BARS.test_images)
    loss = -np.log(probabilities[np.arange(120), BARS.test_labels]).mean()
    assert page.metrics == {"Test accuracy": accuracy, "Test loss": f"{loss:.4f}", "Mispredictions": str(wrong)}
    confusions = {0: [], 40: ["The only confusion"], 80: ["All confusions"]}[wrong]
    shown_first = "No mispredictions" if not wrong else f"All {wrong} mispredictions"
    assert headings(page)[: len(confusions) + 2] == [*confusions, "Confusion matrix", shown_first]
    assert ("There are no confusions: all images are read correctly." in page.words) is (wrong == 0)


def test_all_mispredictions_are_shown_with_the_most_confident_first(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    read = network(TWO_AS_NOUGHT).predict(BARS.test_images)
    wrong = sorted(np.flatnonzero(BARS.test_labels == 2), key=lambda image: -read[image, 0])
    assert shown(page) == [
        f"Test image {image}: a bar 2, read as bar 0 with {100 * read[image, 0]:.1f} % confidence" for image in wrong
    ]
    assert "Most confident first." in page.words
    assert f"bar 2 read as bar 0\n{100 * read[wrong[0], 0]:.1f} %" in page.gallery


@pytest.mark.parametrize(
    ("true", "read", "words"),
    [
        ("bar 2", "Any", "bar 2 misread: 40 images"),
        ("Any", "bar 2", "Misread as bar 2: 40 images"),
        ("bar 1", "bar 2", "bar 1 read as bar 2: 40 images"),
        ("bar 0", "Any", "bar 0 misread: no images"),
        ("bar 1", "bar 0", "bar 1 read as bar 0: no images"),
    ],
)
def test_mispredictions_are_filtered_by_what_they_are_and_by_what_was_read(open_page, store, true, read, words):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT_ONE_AS_TWO))
    assert len(shown(page)) == 80
    assert "Show all" not in page.buttons
    page.choose("True class", true)
    page.choose("Predicted class", read)
    assert words in headings(page)
    kept = shown(page)
    assert len(kept) == (40 if "40" in words else 0)
    assert all(true == "Any" or f": a {true}, " in label for label in kept)
    assert all(read == "Any" or f"read as {read} " in label for label in kept)
    page.press("Show all")
    assert len(shown(page)) == 80
    assert filters(page) == {"True class": "Any", "Predicted class": "Any"}


def test_a_frequent_confusion_filters_to_its_images(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT_ONE_AS_TWO))
    assert {"bar 1 read as bar 2: 40 times", "bar 2 read as bar 0: 40 times"} <= page.buttons
    page.press("bar 1 read as bar 2: 40 times")
    assert filters(page) == {"True class": "bar 1", "Predicted class": "bar 2"}
    assert len(shown(page)) == 40
    page.press("bar 1 read as bar 2: 40 times")
    assert len(shown(page)) == 80


def test_a_cell_of_the_diagonal_shows_what_is_read_correctly_the_least_confident_first(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    page.choose("True class", "bar 0")
    page.choose("Predicted class", "bar 0")
    confidence = network(TWO_AS_NOUGHT).predict(BARS.test_images)[:, 0]
    expected = sorted(np.flatnonzero(BARS.test_labels == 0), key=lambda image: confidence[image])
    assert [int(label.split()[2].rstrip(":")) for label in shown(page)] == expected
    assert "bar 0 read correctly: 40 images" in headings(page)
    assert "Least confident first." in page.words


@pytest.mark.parametrize(
    ("kept", "heading"), [(1, "The only misprediction"), (2, "Both mispredictions"), (3, "All 3 mispredictions")]
)
def test_the_heading_of_a_few_mispredictions_is_in_good_english(open_page, store, kept, heading):
    wrong, right = np.flatnonzero(BARS.test_labels == 2)[:kept], np.flatnonzero(BARS.test_labels == 1)[:5]
    few = np.concatenate([wrong, right])
    images = replace(BARS, test_images=BARS.test_images[few], test_labels=BARS.test_labels[few])
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, images=images))
    assert heading in headings(page)
    times = {1: "once", 2: "twice", 3: "3 times"}[kept]
    page.press(f"bar 2 read as bar 0: {times}")
    assert f"bar 2 read as bar 0: {kept} image{'s' * (kept > 1)}" in headings(page)


def test_what_is_chosen_in_the_matrix_is_in_the_address(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT_ONE_AS_TWO))
    page.press("bar 1 read as bar 2: 40 times")
    page.choose("Numbers in the matrix", "recall")
    asked = page.app.query_params
    assert [asked[name] for name in ("true", "read", "matrix")] == ["bar 1", "bar 2", "recall"]
    page.press("Show all")
    page.choose("Numbers in the matrix", "counts")
    assert set(page.app.query_params) == {"run"}


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ({"true": "bar 1", "matrix": "errors"}, "bar 1 misread: 40 images"),
        ({"read": "bar 0"}, "Misread as bar 0: 40 images"),
        ({"true": "<b>", "read": "9", "matrix": "nonsense"}, "All 80 mispredictions"),
    ],
)
def test_an_address_asks_for_a_row_or_a_column_of_the_matrix(open_page, store, asked, heading):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT_ONE_AS_TWO))
    for name, value in asked.items():
        page.app.query_params[name] = value
    page.rerun()
    assert heading in headings(page)
    assert page.app.query_params.get("matrix", "counts") == asked.get("matrix", "counts").replace("nonsense", "counts")


def matrix_of(size: int, errors: dict[tuple[int, int], int]) -> pd.DataFrame:
    """A confusion matrix with 50 correct predictions a class, and these errors."""
    counts = 50 * np.eye(size, dtype=int)
    for cell, count in errors.items():
        counts[cell] = count
    return pd.DataFrame(counts)


DIGIT_IMAGES = replace(BARS, class_names=DIGITS)
LETTERS = replace(BARS, class_names=tuple("ABCDEFGHI4"))


@pytest.mark.parametrize(
    ("dataset", "errors", "sentence"),
    [
        (
            DIGIT_IMAGES,
            {(4, 9): 3, (9, 4): 2, (3, 5): 4},
            "4 and 9 are confused most often: 5 of 9 errors. Handwritten,",
        ),
        (DIGIT_IMAGES, {(3, 5): 4, (5, 3): 4, (4, 9): 7}, "3 and 5 are confused most often: 8 of 15 errors."),
        (LETTERS, {(4, 9): 3}, "E and 4 are confused most often: 3 of 3 errors."),
        (DIGIT_IMAGES, {(4, 9): 2, (7, 2): 2}, "The pairs confused most often are 2 and 7; 4 and 9: 2 times each."),
        (DIGIT_IMAGES, {(4, 9): 1}, ""),
        (DIGIT_IMAGES, {(0, 1): 2, (2, 3): 2, (4, 5): 2, (6, 7): 2}, ""),
        (DIGIT_IMAGES, {}, ""),
    ],
)
def test_the_pair_confused_most_is_discussed_if_there_is_one(dataset, errors, sentence):
    said = pair_sentence(dataset, matrix_of(10, errors))
    assert said.startswith(sentence)
    assert bool(said) is bool(sentence)
    assert ("look alike" in said) is ("Handwritten" in sentence)


def test_a_network_that_reads_all_images_alike_is_said_to_do_so():
    matrix = pd.DataFrame(0, range(10), range(10))
    matrix[3] = 50
    assert pair_sentence(DIGIT_IMAGES, matrix) == "Every image is read as 3, whatever it shows."


def test_of_two_classes_nobody_is_told_which_are_confused():
    assert pair_sentence(replace(BARS, class_names=("0", "1")), matrix_of(2, {(0, 1): 9})) == ""


def test_a_filter_for_classes_that_the_next_network_does_not_know_is_lifted(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    page.choose("True class", "bar 1")
    page.choose("Network", "starter")
    assert filters(page) == {"True digit": "Any", "Predicted digit": "Any"}
    assert "All 118 mispredictions" in headings(page)


def test_no_more_pictures_than_a_browser_shows_with_ease(open_page, store):
    many = replace(BARS, test_images=BARS.test_images.repeat(30, axis=0), test_labels=BARS.test_labels.repeat(30))
    run_id = add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, images=many)
    page = open_page(EVALUATE, run_id)
    assert "1,000 of 1,200 mispredictions" in headings(page)
    assert len(shown(page)) == 1000
    assert page.metrics["Mispredictions"] == "1,200"


def test_each_class_has_its_precision_recall_and_f1(open_page, store):
    """Bar 0 is read 80 times and right 40 times; bar 1 always right; bar 2 never read."""
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    table = page.app.table[0].value
    assert table.to_dict("list") == {
        "Class": ["bar 0", "bar 1", "bar 2"],
        "Precision": ["50.0 %", "100.0 %", "0.0 %"],
        "Recall": ["100.0 %", "100.0 %", "0.0 %"],
        "F1": ["66.7 %", "100.0 %", "0.0 %"],
    }
    assert "A dash" not in page.words


def test_a_class_without_test_images_has_a_dash_that_is_explained(open_page, store):
    kept = BARS.test_labels != 1
    without = replace(BARS, test_images=BARS.test_images[kept], test_labels=BARS.test_labels[kept])
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, images=without))
    assert page.app.table[0].value["Recall"].tolist() == ["100.0 %", "–", "100.0 %"]
    assert "A dash: there are no test images of this class." in page.words


def test_each_panel_has_a_question_mark(open_page, store):
    sets = HandwritingStore(store)
    sets.keep(sets.create("Ada", BARS.class_names, ME, "Ada"), BARS.test_images[0], 0, ME, "Ada")
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, config=NOISY))
    headers = {header.value: header.proto.help for header in page.app.header}
    assert {"Label noise", "Class by class", "On real handwriting"} < set(headers)
    assert [value for value, help_text in headers.items() if not help_text] == ["This network"]
    assert all(metric.proto.help for metric in page.app.metric[:2])


def test_the_first_five_images_are_read_one_by_one(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    shown = [json.loads(element.proto.json) for element in page.app.get("bidi_component")]
    table = next(told["html"] for told in shown if told and 'class="probabilities"' in told.get("html", ""))
    assert table.count("<tr>") == 1 + 5
    read = re.findall(r'class="best">(bar \d[^<]*)<', table)
    assert read == ["bar 0", "bar 1", "bar 0 (wrong)", "bar 0", "bar 1"]


# -- whose network ----------------------------------------------------------------------------------


def test_the_networks_to_choose_from_are_ones_own_then_others_then_the_starter(open_page, store):
    for owner, nickname in ((ME, "Ada"), (SOMEBODY_ELSE, "Grace"), (ME, "Ada")):
        add_run_with_network(store, State.FINISHED, owner=owner, nickname=nickname, name=f"of {nickname}")
    store.submit(TrainConfig(), owner=ME)  # has learned nothing yet
    options = open_page(EVALUATE).app.selectbox[0].options
    assert options[:3] == [
        "Run 3: of Ada · 75.00 % on the test images",
        "Run 1: of Ada · 75.00 % on the test images",
        "Run 2: of Grace · 75.00 % on the test images · Grace",
    ]
    assert options[3].startswith("Starter network: ")
    assert len(options) == 4


def test_the_starter_network_is_told_as_what_it_is(open_page, store):
    page = open_page(EVALUATE)
    assert "This is the starter network, which comes with the app" in page.words
    assert "run" not in page.app.query_params
    assert not page.downloads


def test_a_network_is_shown_as_it_is_while_its_run_goes_on(open_page, store):
    run_id = add_run_with_network(store, State.PAUSED)
    page = open_page(EVALUATE, run_id)
    assert "This run has not ended. You see its network after 2 of 4 steps." in page.words
    store.stop(run_id)
    page.rerun()
    assert "This run was stopped. You see its network after 2 of 4 steps." in page.words


def test_a_network_of_a_run_that_failed_is_told_as_such_and_one_that_is_done_needs_no_words(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FAILED))
    assert "This run failed. You see its network after 2 of 4 steps." in page.words
    page.go_to(EVALUATE, add_run_with_network(store, State.FINISHED))
    assert "You see its network" not in page.words


def test_a_network_whose_images_are_gone_gets_a_sentence(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM datasets")
    page = open_page(EVALUATE, run_id)
    assert len(page.app.error) == 1
    assert "Confusion matrix" not in page.words


def test_a_network_whose_weights_are_not_numbers_is_said_to_read_nothing(open_page, store):
    run_id = add_run_with_network(store, State.FINISHED)
    weights = [np.full((784, 3), np.nan), np.zeros(3)]
    broken = Network.from_weights([weights[0].astype(np.float32), weights[1], np.eye(3), weights[1]], "relu").to_bytes()
    with store.writing() as connection:
        values = {"data": broken, "sha256": hashlib.sha256(broken).hexdigest()}
        connection.execute(blobs.update().where(blobs.c.kind == "network").values(values))
    page = open_page(EVALUATE, run_id)
    assert "Some weights of this network are not finite numbers, so it cannot read anything." in page.words
    assert not page.metrics
    assert not page.gallery


def wrongly_labelled(page) -> list[str]:
    """The text alternatives of the shown images with a wrong label."""
    return re.findall(r'aria-label="(Training image \d+: [^"]*)"', "".join(page.galleries))


NOISY = replace(CONFIG, label_noise=0.25)
"""Of the 600 training images, 50 of each bar have a wrong label."""


def test_wrong_labels_are_counted_by_what_the_network_predicts(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, config=NOISY))
    learned = training_examples(NOISY, BARS)
    as_nought = int(((learned.true_labels == 2) & (learned.labels == 0)).sum())
    assert "Of the 600 training labels, 150 were made wrong." in page.words
    assert page.metrics["Wrong label: memorised"] == f"{as_nought} ({100 * as_nought / 150:.1f} %)"
    assert page.metrics["True class, all the same"] == "100 (66.7 %)"
    assert page.metrics["Another class"] == f"{50 - as_nought} ({100 * (50 - as_nought) / 150:.1f} %)"
    assert "would predict about 25 of them by chance, so nothing shows that it has memorised any" in page.words


def test_images_are_shown_with_the_wrong_label_that_the_network_was_given(open_page, store):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, config=NOISY))
    assert all("a bar 2, given as bar 0, read as bar 0 with" in label for label in wrongly_labelled(page))
    page.app.button_group(key="wrong_label_kind").set_value("Classified correctly")
    page.rerun()
    labels = wrongly_labelled(page)
    assert len(labels) == 24
    assert "The first 24 of 100, the most confident first." in page.words
    for label in labels:
        number, true, given, read = re.findall(r"\d+", label)[:4]
        assert BARS.train_labels[int(number)] == int(true) == int(read) != int(given)


def test_an_image_with_a_wrong_label_is_followed_through_the_network(open_page, store, monkeypatch):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT, config=NOISY))
    monkeypatch.setattr("pages.evaluate.wrong_labels.gallery_of_buttons", lambda *_, **__: 5)
    page.rerun()
    assert "Training image 5: " in page.words
    assert page.app.query_params["image"] == "training-5"


def test_one_of_the_first_images_opens_with_a_link_to_its_way_through_the_network(open_page, store, monkeypatch):
    run = add_run_with_network(store, State.FINISHED)
    page = open_page(EVALUATE, run)
    monkeypatch.setattr("pages.shared.probability_table.press_in", lambda _html, numbers, **_: numbers[3])
    page.rerun()
    protos = [element.proto for element in page.dialog.get("page_link")]
    assert [proto.query_string for proto in protos] == [f"run={run}&image=3"]


@pytest.mark.parametrize("config", [CONFIG, replace(NOISY, label_noise=0.0001)], ids=["no noise", "none wrong"])
def test_without_wrong_labels_there_is_nothing_about_them(open_page, store, config):
    page = open_page(EVALUATE, add_run_with_network(store, State.FINISHED, config=config))
    assert "Label noise" not in headings(page)


# -- Confidence ---------------------------------------------------------------------------------


def confidence(open_page, run):
    page = open_page(EVALUATE, run)
    page.app.query_params["view"] = "confidence"
    page.rerun()
    return page


def test_only_what_reaches_the_threshold_is_answered(open_page, store):
    page = confidence(open_page, add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT))
    probabilities = network(TWO_AS_NOUGHT).predict(BARS.test_images)
    page.app.select_slider(key="evaluate_threshold").set_value(90)
    page.rerun()
    kept = probabilities.max(axis=1) >= 0.9
    wrong = int((kept & (BARS.test_labels == 2)).sum())
    assert 0 < kept.sum() < 120, "the threshold parts the images"
    assert page.metrics["Answered"] == f"{100 * kept.mean():.1f} %"
    assert page.metrics["Of these correct"] == f"{100 * (1 - wrong / kept.sum()):.1f} %"
    assert page.metrics["Errors left"] == f"{wrong} of 40"
    assert "evaluate_thresholds" in page.plots
    assert "Precision" not in page.words, "another view is shown"


def test_whatever_it_is_shown_it_names_a_class_with_some_confidence(open_page, store):
    page = confidence(open_page, add_run_with_network(store, State.FINISHED))
    assert "Whatever it is shown, the network names a class." in page.words
    assert all(f"**{kind}**: " in page.words for kind in ("Noise", "Letters", "Blank", "Inverted"))
    html = "".join(page.galleries)
    black = 100 * network().predict(np.zeros((1, 28, 28), np.uint8)).max()
    assert f'aria-label="Black, read as bar 0 with {black:.0f} % confidence"' in html


def test_a_badly_calibrated_network_has_a_diagram_and_a_well_calibrated_one_a_sentence(open_page, store):
    page = confidence(open_page, add_run_with_network(store, State.FINISHED))
    assert "Points above the dotted line: more often correct than confident." in page.words
    assert "evaluate_reliability" in page.plots
    page.choose("Network", "starter")
    assert "Yes. On average it is 99.2 % confident and 98.8 % correct" in page.words
    assert "evaluate_reliability" not in page.plots


def pressed_in(gallery: str) -> Callable[..., int | None]:
    """What stands for a gallery's buttons, of which the first of one gallery has just been pressed."""
    return lambda *_, key, **__: 0 if key == gallery else None


PRESSED = "pages.shared.followed_drawings.gallery_of_buttons"


def test_an_unfamiliar_image_is_followed_through_the_network(open_page, store, monkeypatch):
    run = add_run_with_network(store, State.FINISHED)
    monkeypatch.setattr(PRESSED, pressed_in("unfamiliar_Noise"))
    page = confidence(open_page, run)
    assert page.app.query_params["image"] == "drawing"
    assert "The picture, read as **" in page.words


def test_a_drawing_that_is_read_wrongly_is_followed_through_the_network(open_page, store, monkeypatch):
    sets = HandwritingStore(store)
    sets.keep(sets.create("Ada", BARS.class_names, ME, "Ada"), BARS.test_images[0], 1, ME, "Ada")
    run = add_run_with_network(store, State.FINISHED)
    monkeypatch.setattr(PRESSED, pressed_in("evaluate_handwriting_mispredictions"))
    page = open_page(EVALUATE, run)
    assert page.app.query_params["image"] == "drawing"
    assert "The picture, read as **" in page.words


def test_calibration_on_handwriting_takes_enough_drawings(open_page, store):
    sets = HandwritingStore(store)
    number = sets.create("Ada", BARS.class_names, ME, "Ada")
    sets.keep(number, BARS.test_images[0], 0, ME, "Ada")
    run = add_run_with_network(store, State.FINISHED)
    assert "There is only 1 image that the network did not learn from" in confidence(open_page, run).words
    for image, label in zip(BARS.test_images[1:30], BARS.test_labels[1:30], strict=True):
        sets.keep(number, image, int(label), ME, "Ada")
    assert "the expected calibration error of 30 images is" in confidence(open_page, run).words
