"""A page about a network in training follows it in Chromium, also after presses, but for what would be lost by that."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from mnist_core.data import load_dataset
from mnist_core.evaluation import score
from mnist_core.model.surgery import with_pruned_weights
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.text.words import percent
from scripts.running_app import RunningApp, wait_until
from tests.support.controlled_run import STEPS, ControlledRun, controlled_run
from tests.support.journeys import metric

pytestmark = pytest.mark.browser

LONG = 20_000
"""Milliseconds, after which a page may follow if nobody is busy on it."""


def train_an_epoch(run: ControlledRun, pruned: float) -> str:
    """Let the run end an epoch with a network that lost this share of its weights; return its test accuracy."""
    network, dataset = with_pruned_weights(Network.load("starter"), pruned), load_dataset()
    found = score(network.predict(dataset.test_images), dataset.test_labels)
    run.step += STEPS
    point = ProgressPoint(run.step, run.step // STEPS, 0.5, 0.9, found.loss, found.accuracy)
    run.queue.record(run.turn, [point], 0.1, Checkpoint(run.step, network.to_bytes(), b"an optimizer"))
    return percent(found.accuracy)


def expect_accuracy(page: Page, accuracy: str) -> None:
    wait_until(
        lambda: metric(page, "Test accuracy") == accuracy, f"the network with an accuracy of {accuracy} is shown"
    )


def test_evaluate_follows_a_run_after_a_press_but_not_while_an_image_is_open(quiet_server: RunningApp, visitors):
    page = visitors(unused=True).page
    page.clock.install()
    with controlled_run(quiet_server) as run:
        first = train_an_epoch(run, pruned=0.95)
        page.goto(f"{quiet_server.url}/evaluate?run={run.id}")
        expect_accuracy(page, first)
        page.locator(".st-key-confusions button").first.click()
        images = page.get_by_role("heading", name=re.compile(" read as "))
        expect(images).to_be_visible()
        expect(page).to_have_url(re.compile(r"true=\d&read=\d$"))
        chosen = page.url

        second = train_an_epoch(run, pruned=0.9)
        page.clock.fast_forward(LONG)
        expect_accuracy(page, second)
        expect(images).to_be_visible()
        assert page.url == chosen

        page.locator(".st-key-gallery").get_by_role("button", name=re.compile("^Test image")).first.click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text("read as")
        third = train_an_epoch(run, pruned=0.5)
        page.clock.fast_forward(LONG)
        expect(page.get_by_text("epoch 3 of 5 is there")).to_be_attached()
        page.clock.fast_forward(LONG)
        assert metric(page, "Test accuracy") == second
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        page.clock.fast_forward(LONG)
        expect_accuracy(page, third)
