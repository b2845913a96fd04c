"""An instructor freezes a class, hands a lesson out, sees a run live, ends the class and takes its data along."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect

from mnist_core.data import load_dataset
from mnist_core.model.numpy_network import Network
from mnist_core.progress import Checkpoint, ProgressPoint
from mnist_core.runs import Classroom, ClassStore, HandwritingStore, RunStore, WorkQueue
from tests.conftest import SMALL
from tests.support.visits import SOMEBODY_ELSE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scripts.running_app import RunningApp

pytestmark = pytest.mark.browser


@pytest.fixture
def classroom(quiet_server: RunningApp) -> Iterator[Classroom]:
    """An open class with a student, who has drawn a 7."""
    classes = ClassStore(quiet_server.store)
    opened = classes.open("Year 9")
    classes.join(opened.id, SOMEBODY_ELSE, "Bob")
    HandwritingStore(quiet_server.store).keep(opened.set_id, load_dataset().test_images[0], 7, SOMEBODY_ELSE, "Bob")
    yield opened
    classes.delete(opened.id)


def finish(store: RunStore, run: int) -> None:
    """Let a run have ended with a test accuracy of 93 %, as if a worker had trained it."""
    queue = WorkQueue(store)
    turn = queue.claim("a worker of the test", run)
    assert turn is not None
    last = ProgressPoint(turn.run.steps, 1, 0.3, 0.92, 0.25, 0.93)
    queue.record(turn, [last], 1.0, Checkpoint(last.step, Network.load("starter").to_bytes(), b""), release=True)


def test_an_instructor_leads_a_class(quiet_server: RunningApp, page: Page, phone: Page, classroom: Classroom):
    page.goto(f"{quiet_server.url}/class?view=runs")
    words = page.get_by_text(re.compile(r"1 student, \d runs?;"))
    expect(words).to_be_visible()
    page.get_by_role("button", name="Freeze training").click()
    expect(page.get_by_text("Training is frozen.")).to_be_visible()
    assert ClassStore(quiet_server.store).of_id(classroom.id).frozen
    page.get_by_role("button", name="Allow training again").click()
    expect(page.get_by_role("button", name="Freeze training")).to_be_visible()

    phone.context.add_cookies([{"name": "mnist_browser", "value": SOMEBODY_ELSE, "url": quiet_server.url}])
    phone.goto(f"{quiet_server.url}/data")
    phone.get_by_role("heading", name="Data", exact=True).wait_for()
    page.get_by_role("button", name="Hand out", exact=True).click()
    page.get_by_role("button", name="Hand out to all").click()
    phone.get_by_role("button", name=re.compile("^Go to ")).click()
    phone.wait_for_url("**lesson=*")

    run = quiet_server.store.submit(replace(SMALL, epochs=1), owner=SOMEBODY_ELSE, nickname="Bob")
    row = page.get_by_role("row", name=re.compile(rf"Bob: Run {run}\b"))
    expect(row).to_contain_text("Waiting")
    finish(quiet_server.store, run)
    expect(row).to_contain_text("93.00 %")
    expect(row).to_contain_text("Finished")
    row.get_by_role("button", name="Show to all").click()
    expect(page.get_by_role("link", name="Evaluate it")).to_be_visible()
    expect(phone.get_by_text(f"Run {run} of Bob")).to_be_visible()

    page.get_by_role("radio", name="Results").or_(page.get_by_role("button", name="Results")).click()
    page.get_by_role("button", name="End the class").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Drawings (npz)").click()
    drawings = np.load(io.BytesIO(download.value.path().read_bytes()))
    assert drawings["writers"].tolist() == ["Bob"]
    page.get_by_role("button", name="End it now").click()
    expect(page.get_by_text("Year 9 is over: its data")).to_be_visible()
    assert ClassStore(quiet_server.store).current() is None
