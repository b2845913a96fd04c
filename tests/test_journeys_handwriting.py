"""A person corrects what a network read, finds the drawing again, and lets a new network learn from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from mnist_core.config import TrainConfig
from mnist_core.runs import Handwriting
from scripts.pen import draw_with_mouse

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scripts.running_app import RunningApp

pytestmark = pytest.mark.browser


def test_no_it_is_an_eight(app: RunningApp, page: Page):
    page.goto(f"{app.url}/draw")
    page.get_by_role("heading", name="Draw", exact=True).wait_for()
    draw_with_mouse(page, "3")
    page.get_by_role("button", name="No, it is").click()
    page.get_by_role("radio", name="8", exact=True).or_(page.get_by_role("button", name="8", exact=True)).click()
    expect(page.get_by_text("Kept as 8 in My handwriting, 1 by now.")).to_be_visible()
    page.get_by_role("link", name="See all").click()
    expect(page.get_by_role("img", name="Drawing 1: 8")).to_be_visible()
    page.get_by_role("link", name="Train").click()
    page.get_by_role("combobox", name=re.compile("Dataset")).click()
    page.get_by_role("option", name="MNIST + My handwriting").click()
    page.get_by_role("spinbutton", name="Epochs").fill("1")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(
        page.get_by_text(re.compile(r"On My handwriting: \d of 1 right .* of those that it learned from"))
    ).to_be_visible()
    assert app.store.runs()[0].config == TrainConfig(epochs=1)
    assert Handwriting(app.store).sets()[0].count == 1
