"""Every page opens by its address, fits a desktop and a phone, and is what people with a disability need.

axe-core looks for that, light and dark: for contrast, names and roles. No page keeps the browser busy with its style.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from statistics import fmean
from typing import Any, Literal

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize, expect

from mnist_core.analyses import robustness
from mnist_core.config import TrainConfig
from mnist_core.data import DIGITS, load_dataset
from mnist_core.evaluation.disturbances import DISTURBANCES
from mnist_core.evaluation.ended_epoch import EndedEpoch, EpochPredictions, half_precision
from mnist_core.network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import (
    AnalysisQueue,
    AnalysisRequest,
    Classroom,
    ClassStore,
    HandwritingStore,
    Requester,
    RunStore,
    WorkQueue,
)
from mnist_core.runs.sweeps.store import SweepStore
from mnist_core.search.plan import Plan
from mnist_core.search.space import Space
from scripts.draw_with_mouse import draw_with_mouse
from scripts.running_app import RunningApp, wait_until
from tests.support.journeys import fits, press
from tests.support.sweep_steps import conclude, train_in_turn
from tests.support.visits import ME, SOMEBODY_ELSE

pytestmark = pytest.mark.browser

PAGES = {
    "": ("Teach a neural network to read digits", "Start"),
    "data?lesson=notebook&step=1": ("Data", "Data"),
    "train?run={running}": ("Train", "Train"),
    "start?run={run}": ("Train", "Train"),
    "compare?run={run}": ("Runs", "Compare"),
    "sweeps?sweep={sweep}&run={run}": ("Sweeps", "Compare"),
    "handwriting?lesson=units&step=end": ("Handwriting", "Draw"),
    "draw?run={run}": ("Draw", "Draw"),
    "evaluate?run={run}": ("Evaluate", "Evaluate"),
    "inside?run={run}": ("Inside", "Inside"),
    "class": ("Year 9", "Class"),
}
"""What an address shows: the title, and the entry of the navigation that is marked."""
STREAMLITS_OWN = ['[data-testid="stSidebarNav"]']
"""Its list of pages, whose items are not in a list: the app cannot change it."""
LIKE_THOSE_BEFORE = [".digits [role=listitem]:nth-child(n + 5)", ".numbers tr:nth-child(n + 9)"]
"""Images of a gallery and rows of a table of pixels, for which the same function writes the same elements."""
LEVELS = {"serious", "critical"}
ALSO = {"heading-order"}
"""Moderate for axe, but people with a screen reader go from heading to heading."""
ALL_RULES: dict[str, Any] = {}
ONLY_COLOURS = {"runOnly": ["color-contrast"]}
"""What another theme changes."""
ONLY_SCROLLING = {"runOnly": ["scrollable-region-focusable"]}
"""What a narrow screen changes."""
VIEWS = {
    "Evaluate": {
        "Epochs": "After epoch 2 of 2",
        "Confidence": "Images unlike any that it learned from",
        "Robustness": "of 10,000 test images",
        "Two runs": "Difference of the matrices",
    },
    "Inside": {
        "Units": "Look at the strokes",
        "Surgery": "No longer read correctly",
        "Map": "Look at how the classes come apart",
    },
    "Year 9": {"Drawings": "Ada", "Runs": "Pause all", "Results": "End the class"},
}
"""The views of pages beside their first, by the title of the page, and words that each shows."""
LAPTOP: ViewportSize = {"width": 1280, "height": 800}
SMALL_PHONE: ViewportSize = {"width": 390, "height": 664}


@pytest.fixture
def store(quiet_server: RunningApp) -> RunStore:
    return quiet_server.store


@pytest.fixture
def sweep(store: RunStore) -> int:
    """A sweep over two settings that has finished."""
    sweeps = SweepStore(store)
    plan = Plan(TrainConfig(epochs=1), Space.parse({"hidden_units": "8, 16", "learning_rate": "0.001, 0.01"}))
    number = sweeps.submit(plan, owner=ME)
    train_in_turn(store, sweeps, [0.9, 0.92, 0.95, 0.91])
    conclude(store, sweeps, number)
    return number


@pytest.fixture
def run(store: RunStore, sweep: int) -> Iterator[int]:
    """A run that has finished, with the network that comes with the app; newer than all runs of the sweep.

    Its epochs are stored, and its curves of robustness, made up.
    """
    number = store.submit(TrainConfig(epochs=2), owner=ME)
    turn = WorkQueue(store).claim("a worker of the test", number)
    assert turn is not None
    points = [ProgressPoint(469, 1, 0.3, 0.91, 0.2, 0.94), ProgressPoint(938, 2, 0.1, 0.97, 0.09, 0.98)]
    network = Network.load("starter")
    read = network.predict(load_dataset().test_images)
    ended = [EndedEpoch(epoch, half_precision(network), EpochPredictions.of(epoch, read)) for epoch in (0, 1, 2)]
    checkpoint = Checkpoint(938, network.to_bytes(), b"an optimizer")
    WorkQueue(store).record(turn, points, 1.5, checkpoint, release=True, epochs=ended)
    analyses = AnalysisQueue(store)
    analyses.submit(AnalysisRequest(robustness.NAME, number, 938), ME)
    job = analyses.claim("a worker of the test")
    assert job is not None
    curves = {it.name: np.linspace(0.98, 0.5, len(it.strengths)) for it in DISTURBANCES}
    analyses.finish(job, {**curves, "images": np.array(10_000)})
    yield number
    store.delete(number)


@pytest.fixture
def running(store: RunStore) -> Iterator[int]:
    """A run that is being trained: in the hands of a worker that says no more of it."""
    number = store.submit(TrainConfig(epochs=3), owner=ME)
    turn = WorkQueue(store).claim("a worker of the test", number)
    assert turn is not None
    checkpoint = Checkpoint(469, Network.load("starter").to_bytes(), b"an optimizer")
    WorkQueue(store).record(turn, [ProgressPoint(469, 1, 0.3, 0.91, 0.2, 0.94)], 1.0, checkpoint)
    yield number
    store.delete(number)


@pytest.fixture
def handwriting(store: RunStore) -> Iterator[int]:
    sets = HandwritingStore(store)
    number = sets.create("Digits of Ada", DIGITS, ME, "Ada")
    sets.keep(number, load_dataset().test_images[0], 7, ME, "Ada")
    yield number
    sets.delete(number, Requester(ME))


@pytest.fixture
def classroom(store: RunStore) -> Iterator[Classroom]:
    """A class with one student, who has drawn a digit."""
    classes = ClassStore(store)
    classroom = classes.open("Year 9")
    classes.join(classroom.id, SOMEBODY_ELSE, "Ada")
    HandwritingStore(store).keep(classroom.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Ada")
    yield classroom
    classes.delete(classroom.id)


@pytest.mark.usefixtures("classroom")
def test_every_page_opens_fits_every_screen_and_nothing_serious_is_found_light_or_dark(
    quiet_server, visitors, run, running, sweep, handwriting
):
    visitor = visitors(unused=True)
    page = visitor.page
    page.context.add_cookies([{"name": "mnist_browser", "value": ME, "url": quiet_server.url}])
    page.add_init_script(AXE_SCRIPT)
    found = []
    for address, (title, place) in PAGES.items():
        path = address.format(run=run, running=running, sweep=sweep)
        page.goto(f"{quiet_server.url}/{path}")
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        marked = page.get_by_test_id("stSidebarNav").locator("[aria-current=page]")
        expect(marked).to_have_text(re.compile(f"{place}$"))
        if path.startswith("draw"):
            page.locator("canvas.upper-canvas").wait_for()
            draw_with_mouse(page, "3")
            page.get_by_text(re.compile("I read a")).wait_for()
            page.get_by_text("Follow it through the network").wait_for()  # after pen up
        found += violations(page, path)
        found += much_styled_again(page, path)
        expect(page.get_by_role("dialog")).to_have_count(0)
        if title == "Evaluate":
            page.get_by_role("button", name=re.compile("^Test image")).first.click()
            expect(page.get_by_role("dialog").get_by_text("Why")).to_be_visible()
            found += violations(page, "an image on evaluate", "[role=dialog]")
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        for name, sign in VIEWS.get(title, {}).items():
            page.get_by_role("radio", name=name, exact=True).click()
            expect(page.get_by_text(sign).first).to_be_visible()
            found += violations(page, name, "[class*=_view] ~ *")  # what is below the row of views
        if path.startswith("start"):
            for name in ("Experiments", "Start a sweep"):
                press(page, name)
                expect(page.get_by_role("dialog").get_by_role("button").nth(1)).to_be_visible()
                found += violations(page, name, "[role=dialog]")
                page.keyboard.press("Escape")
                expect(page.get_by_role("dialog")).to_have_count(0)
    assert not found, "\n".join(found)


ICONS_AS_WORDS = """async () => {
  await document.fonts.ready;
  const widthOf = (icon) => {
    const content = document.createRange();
    content.selectNodeContents(icon);
    return content.getBoundingClientRect().width;
  };
  return [...document.querySelectorAll("[data-testid=stIconMaterial]")]
    .filter((icon) => widthOf(icon) > 1.5 * parseFloat(getComputedStyle(icon).fontSize))
    .map((icon) => icon.textContent);
}"""
"""An icon is as wide as high; its name, which a font without the icon leaves, is wider."""

RUN_AXE = """async ([include, leftOut, options]) => {
  const roots = [document, ...[...document.querySelectorAll("*")].flatMap((it) => it.shadowRoot ?? [])];
  const exclude = roots.flatMap((root) => [...root.querySelectorAll(leftOut.join())]).map((it) => [it]);
  return (await axe.run({ include: [[include]], exclude }, options)).violations;
}"""


def violations(page: Page, where: str, include: str = "body") -> list[str]:
    """Return what axe finds in a part of a page, light and dark, and on a phone, one line each."""
    expect(page.locator(".stApp")).to_have_attribute("data-test-script-state", "notRunning")  # all of it is there
    expect(page.locator("[data-stale=true]")).to_have_count(0)  # what the script has not drawn again yet is pale
    expect(page.locator(".label:empty")).to_have_count(0)  # what components say, they say a moment later
    wait_until(lambda: fits(page), f"{where} fits a laptop")
    found = [f"{where}: the icon {name} is shown as its name" for name in page.evaluate(ICONS_AS_WORDS)]
    dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    schemes: list[Literal["light", "dark"]] = ["dark", "light"] if dark else ["light", "dark"]
    for scheme, options in zip(schemes, (ALL_RULES, ONLY_COLOURS), strict=True):  # its own first: less to draw again
        page.emulate_media(color_scheme=scheme)
        expect(page.locator(".stApp")).to_have_css("color-scheme", scheme)
        found += [f"{where}, {scheme}: {line}" for line in _axe(page, include, options)]
    page.set_viewport_size(SMALL_PHONE)
    wait_until(lambda: fits(page), f"{where} fits a phone")
    found += [f"{where}, on a phone: {line}" for line in _axe(page, include, ONLY_SCROLLING)]
    page.set_viewport_size(LAPTOP)
    return found


def _axe(page: Page, include: str, options: dict[str, Any]) -> list[str]:
    left_out = [*STREAMLITS_OWN, *LIKE_THOSE_BEFORE]
    found = page.evaluate(RUN_AXE, [include, left_out, {"resultTypes": ["violations"], **options}])
    return [
        f"{violation['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for violation in found
        if violation["impact"] in LEVELS or violation["id"] in ALSO
        for node in violation["nodes"]
    ]


CHANGE_EVERYWHERE = """() => {
  const styled = () => document.body.offsetWidth;
  for (const place of document.querySelectorAll("h1, .stVerticalBlock, .stElementContainer")) {
    const change = document.createElement("p");
    place.append(change), styled();
    change.remove(), styled();
  }
}"""


def much_styled_again(page: Page, where: str) -> list[str]:
    """Return for a laptop and a phone, one line each, if a small change has a tenth of the page styled again.

    A rule with `:has()` may do that; then each answer to a stroke, and each number of a run, costs a full page.
    """
    browser = page.context.browser
    assert browser is not None
    found = []
    for size in (SMALL_PHONE, LAPTOP):
        page.set_viewport_size(size)
        elements = page.evaluate("document.querySelectorAll('*').length")
        browser.start_tracing(page=page, categories=["devtools.timeline"])
        page.evaluate(CHANGE_EVERYWHERE)
        events = json.loads(browser.stop_tracing())["traceEvents"]
        counts = [it["args"]["elementCount"] for it in events if "elementCount" in it.get("args", {})]
        if (mean := fmean(counts)) > elements / 10:
            found.append(f"{where}: a change has {mean:.0f} of {elements} elements styled again at {size}")
    return found
