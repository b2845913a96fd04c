"""The view Two runs of the Evaluate page: another network with the same test images, and suspicious labels."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from mnist_core.progress import ProgressPoint
from mnist_core.runs import State, WorkQueue
from mnist_core.runs.schema import blobs
from pages.shared.network_picker import ChosenNetwork
from tests.support.runs_with_networks import BARS, CONFIG, add_run_with_network, network
from tests.support.visits import ME

EVALUATE = "evaluate/page.py"
TWO_AS_NOUGHT, ONE_AS_TWO = (0, 1, 0), (0, 2, 2)
CHOICE = "evaluate_shared_errors"


def two_runs(open_page, run, other=""):
    page = open_page(EVALUATE, run)
    page.app.query_params["view"] = "two"
    if other:
        page.app.query_params["other"] = str(other)
    page.rerun()
    return page


def pictures(page, key) -> list[str]:
    """The text alternatives of the images of a gallery."""
    protos = [element.proto for element in page.app.get("bidi_component")]
    html = [json.loads(it.json)["html"] for it in protos if it.component_name == "digits_gallery_buttons"]
    return [label for it in html for label in re.findall(r'aria-label="(Test image \d+: [^"]*)"', it) if key in label]


def test_two_networks_are_compared_image_by_image(open_page, store):
    one = add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT)
    other = add_run_with_network(store, State.FINISHED, ONE_AS_TWO)
    page = two_runs(open_page, one)
    assert page.app.query_params["other"] == str(other)
    assert (
        "**Run 1** reads 66.67 % of the test images correctly, **run 2** 66.67 %. Only run 1 reads 40 correctly, only "
        "run 2 40: a difference that may well be chance (p = 1)."
    ) in page.words
    assert "evaluate_difference" in page.plots
    group = page.app.button_group(key=CHOICE)
    assert group.options == ["Both: 0", "Only run 1: 40", "Only run 2: 40"]
    group.set_value("first")
    page.rerun()
    labels = pictures(page, "by run 1")
    assert len(labels) == 40
    assert all("a bar 2, read as bar 0 by run 1 and as bar 2 by run 2" in label for label in labels)


def test_the_other_network_is_the_one_in_the_address_until_another_is_chosen(open_page, store):
    one, older, newer = (add_run_with_network(store, State.FINISHED) for _ in range(3))
    page = two_runs(open_page, one, older)
    assert f"**run {older}**" in page.words
    page.choose("Compare with", str(newer))
    assert f"**run {newer}**" in page.words
    assert page.app.query_params["other"] == str(newer)


def test_a_run_of_which_no_network_is_written_yet_is_not_proposed(open_page, store):
    one, other = (add_run_with_network(store, State.FINISHED) for _ in range(2))
    begun = store.submit(CONFIG, owner=ME, dataset=store.run(one).dataset_sha256)
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test", begun)
    assert turn is not None
    queue.record(turn, [ProgressPoint(2, 1, 0.9, 0.5, 0.8, 0.6)], 1.5)
    page = two_runs(open_page, one)
    assert page.app.query_params["other"] == str(other)
    assert "Try again shortly" not in page.words
    assert f"Run {one} cannot be compared with run {begun}, which has learned" in two_runs(open_page, one, begun).words


def test_a_lead_that_chance_would_not_explain_is_said_to_be_one(open_page, store):
    one = add_run_with_network(store, State.FINISHED)
    add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT)
    assert (
        "Only run 1 reads 40 correctly, only run 2 0: more than chance would explain (p < 0.001)."
        in two_runs(open_page, one).words
    )


def test_the_same_network_misreads_the_same_images(open_page, store):
    runs = [add_run_with_network(store, State.FINISHED, TWO_AS_NOUGHT) for _ in range(2)]
    page = two_runs(open_page, runs[0], runs[1])
    assert "They misread the same images." in page.words
    assert len(pictures(page, "by run 2")) == 40


def test_a_network_with_other_images_is_refused_with_a_sentence_and_one_without_company_gets_advice(open_page, store):
    one = add_run_with_network(store, State.FINISHED)
    other = add_run_with_network(
        store, State.FINISHED, images=replace(BARS, name="more bars", class_names=tuple("abc"))
    )
    page = two_runs(open_page, one, other)
    said = "Run 1 cannot be compared with run 2, which has other test images: more bars instead of shapes."
    assert said in page.words
    assert "No other network was tested on the same images yet." in page.words


@pytest.mark.parametrize("bad", ["999", "-1", "<b>", "", "1e9"])
def test_a_bad_address_still_compares_with_another_network(open_page, store, bad):
    one, other = (add_run_with_network(store, State.FINISHED, reads) for reads in ((0, 1, 2), TWO_AS_NOUGHT))
    page = two_runs(open_page, one, bad)
    assert page.app.query_params["other"] == str(other)


# -- suspicious labels --------------------------------------------------------------------------


def test_labels_are_suspicious_once_three_different_networks_contradict_them(open_page, store, monkeypatch):
    sure = network(TWO_AS_NOUGHT).predict(BARS.test_images)
    sure = (sure == sure.max(axis=1, keepdims=True)).astype(np.float32)
    seeds = [add_run_with_network(store, State.FINISHED, config=replace(CONFIG, seed=seed)) for seed in (1, 2, 2)]
    monkeypatch.setattr(ChosenNetwork, "test_probabilities", sure)
    page = two_runs(open_page, seeds[0])
    assert "so far there are 2." in page.words, "two of the three have the same settings and seed"
    add_run_with_network(store, State.FINISHED, config=replace(CONFIG, seed=3))
    page.rerun()
    assert "40 images of which all 3 networks contradict the label (run 1, run 4 and run 3)." in page.words
    assert len(pictures(page, "labelled a bar 2, read as bar 0 by all")) == 40


def test_networks_that_agree_with_all_labels_find_none_suspicious(open_page, store):
    for seed in (1, 2, 3):
        run = add_run_with_network(store, State.FINISHED, config=replace(CONFIG, seed=seed))
    assert "No label is contradicted by all of " in two_runs(open_page, run).words


def test_a_damaged_network_does_not_hide_what_the_others_say(open_page, store):
    runs = [add_run_with_network(store, State.FINISHED, config=replace(CONFIG, seed=seed)) for seed in (1, 2, 3, 4)]
    with store.writing() as connection:
        damaged = (blobs.c.run_id == runs[1]) & (blobs.c.kind == "network")
        connection.execute(blobs.update().where(damaged).values(data=b"damaged"))
    assert "No label is contradicted by all of run 4, run 3 and run 1." in two_runs(open_page, runs[3], runs[0]).words
