"""A person corrects a prediction, finds the drawing again, and trains a new network with it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, load_dataset
from mnist_core.runs import HandwritingStore, Requester
from scripts.draw_with_mouse import draw_with_mouse
from scripts.running_app import wait_until
from tests.conftest import SMALL
from tests.support.hostile_texts import HOST

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
    kept = page.get_by_text(re.compile(r"Kept as 8 in My handwriting( \d+)? \(1 drawing\)\."))
    expect(kept).to_be_visible()
    name = kept.inner_text().removeprefix("Kept as 8 in ").removesuffix(" (1 drawing).")  # others' sets come before it
    page.get_by_role("link", name="See all").click()
    expect(page.get_by_role("img", name="Drawing 1, 8").first).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    page.get_by_role("combobox", name=re.compile("Dataset")).click()
    page.get_by_role("option", name=re.compile(rf"MNIST \+ {name}(?! \d)")).click()
    page.get_by_role("spinbutton", name="Epochs").fill("1")
    page.get_by_role("spinbutton", name="Epochs").press("Enter")
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(rf"On {name}: \d of 1 right .* of those that it learned from"))).to_be_visible()
    assert app.store.runs()[0].config == TrainConfig(epochs=1)
    assert {it.name: it.count for it in HandwritingStore(app.store).sets()}[name] == 1


def test_no_page_asks_a_stranger_for_anything(app: RunningApp, page: Page):
    """Names of strangers and links full of Markdown load nothing, lead nowhere, and stand there as they are."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    run = app.store.submit(replace(SMALL, epochs=1), name="![a](//texts.example/a.png)", nickname="www.texts.example")
    sets = HandwritingStore(app.store)
    number = sets.create(f"[b]({HOST}/b) ![c]({HOST}/c.png)", DIGITS, "b" * 32, "you@texts.example")
    sets.keep(number, load_dataset().test_images[0], 7, "b" * 32, "<img src=//texts.example/d>")
    wait_until(lambda: app.store.run(run).state.ended, "the run has ended", 300)
    query = (
        f"run={run}&dataset=x&seed=:smile:&sweep={HOST}&![i]({HOST}/i.png)=1&{HOST}/j=2&:material/home:=3"
        f"&of=![e]({HOST}/e.png)&sort={HOST}/f&filter=[g]({HOST}/g)&smooth=$h$"
    )
    for path in ("runs", "sweeps", "evaluate", "draw", "handwriting", "data", ""):
        page.goto(f"{app.url}/{path}?{query}")
        page.get_by_role("heading", level=1).first.wait_for()
        expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
        foreign = page.locator("a[href*='texts.example'], img[src*='texts.example'], [href^='mailto:']")
        assert foreign.count() == 0, path
    expect(page.get_by_text(re.compile("no setting named “:.?material/home:.?”"))).to_be_visible()
    expect(page.get_by_text(f"Run {run}: ![a](//texts.example/a.png)").first).to_be_visible()
    assert not [url for url in asked if not url.startswith((app.url, "data:", "blob:"))]
    sets.delete(number, Requester("", at_server=True))
    app.store.delete(run)
