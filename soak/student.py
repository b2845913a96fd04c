"""A student without a browser, who draws, reads charts and trains in turn, as the pages' own clients would."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import defaultdict
from http import HTTPStatus
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from benchmarks.class_visitor import Pictures, Visitor

PROGRESS = "digits_progress"
"""The component of pages/train/progress/progress.py."""
EPOCHS = 1
SECONDS_TO_ANSWER = 30.0
"""After which a person would say that the page hangs."""
STROKE = 1.5
"""Seconds that a digit takes."""
LOOK = (4.0, 12.0)
"""Seconds, least and most, that people look at a page, a chart or an answer before they go on."""

Path = tuple[int, ...]


class Waits:
    """Seconds that each kind of interaction took, of all students, and what they have done."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.confirmed = self.trained = 0
        """How many drawings people have asked to keep, and how many runs to train."""
        self.lost: list[str] = []
        """What never came."""

    def note(self, kind: str, *seconds: float) -> None:
        """Note how long an interaction took, or several of a kind."""
        self.seconds[kind] += seconds


class Student(Visitor):
    """One browser of one student."""

    def __init__(self, url: str, number: int, waits: Waits) -> None:
        """Prepare to visit the app at `url`; `number` is that of the student, from 0."""
        super().__init__(url, Pictures(number))
        self._number, self._waits, self._turn = number, waits, 0
        self._chance = random.Random(number)  # noqa: S311 - how long somebody looks is no secret
        self._elements: dict[Path, tuple[Element, str]] = {}
        """By their places: the elements of the page, and the fragments that they are in."""
        self._pages: dict[str, str] = {}
        self._started, self._is_running, self._page_shown = 0, True, ""
        """How many runs of the script have started, whether one is under way, and the page that was asked for last."""
        self._update: dict[str, Any] = {}
        self._address = self._page_drawn = self._tag = ""

    async def learn(self, until: float) -> None:
        """Draw, read charts and train in turn until the time comes (`time.monotonic`)."""
        activities = (self.draw, self.read_charts, self.train)
        self._turn = self._number
        await self._look()  # at the page with which the app has opened
        while time.monotonic() < until:
            try:
                await activities[self._turn % len(activities)]()
            except TimeoutError as error:
                self._waits.lost.append(str(error))
            self._turn += 1

    async def draw(self) -> None:
        """Draw a digit that nobody else draws, and confirm what is read in it."""
        self._pictures = Pictures((self._number + 97 * self._turn) % 10_000)
        await self._go_to("draw")
        await self.clear()
        self._waits.note("Draw: a move of the pen until its answer", *await self.hold_pen(STROKE))
        self._waits.note("Draw: pen up until the page has all that follows", await self.lift_pen())
        await self._look()
        self._waits.confirmed += 1
        self._waits.note("Draw: the drawing is kept", await self._press("^Yes, "))
        if not self._says("^Kept as "):
            raise TimeoutError(f"student {self._number} is not told that the drawing is kept")
        await self._look()

    async def read_charts(self) -> None:
        """Open the pages with charts, one after the other."""
        for page in ("data", "evaluate", "compare"):
            self._waits.note(f"{page.title()}: opened", await self._go_to(page))
            await self._look()

    async def train(self) -> None:
        """Train the usual network for an epoch, and follow it to its end as progress.js does."""
        self._waits.note("Train: opened", await self._go_to("train"))
        await self._look()
        self._enter("Epochs", EPOCHS)
        self._waits.note("Train: settings changed", await self._rerun())
        before, self._address, self._tag = self._address, "", ""
        self._waits.trained += 1
        self._waits.note("Train: pressed until the page shows the run", await self._press("^Train$"))
        if self._address in ("", before):
            raise TimeoutError(f"student {self._number} is not shown the run, but {self._shown()}")
        while (pace := self._update["pace"]) is not None:
            await asyncio.sleep(pace)
            await self._ask_for_news()
        await self._look()

    async def _ask_for_news(self) -> None:
        """Ask as progress.js does: for nothing that the page has already."""
        asked, known = time.monotonic(), [f"If-None-Match: {self._tag}"] if self._tag else []
        async with asyncio.timeout(SECONDS_TO_ANSWER):
            answer = await self.exchange("GET", self._address, *known)
        self._waits.note("Train: news of a run", time.monotonic() - asked)
        if answer.status is HTTPStatus.NOT_MODIFIED:
            return
        if answer.status is not HTTPStatus.OK:
            raise RuntimeError(f"{self._address} says {answer.status}")
        self._update, self._tag = json.loads(answer.body), answer.headers["etag"]
        if self._update["page"] != self._page_drawn:
            self._page_drawn = self._update["page"]
            self._waits.note("Train: the page after a change of the run", await self._rerun())

    async def _look(self) -> None:
        await asyncio.sleep(self._chance.uniform(*LOOK))

    # -- the page

    def _find(self, kind: str, label: str) -> tuple[str, str]:
        """Return the id of a widget whose label matches, and the id of the fragment that it is in."""
        for element, fragment in self._elements.values():
            if element.WhichOneof("type") == kind and re.search(label, getattr(element, kind).label):
                return str(getattr(element, kind).id), fragment
        raise TimeoutError(f"student {self._number} finds no {kind} {label} on {self._page_shown}, but {self._shown()}")

    def _shown(self) -> str:
        """Name what the page consists of, and quote its messages, for whoever looks for what is missing."""
        elements = [element for element, _ in self._elements.values()]
        kinds = ", ".join(sorted({str(it.WhichOneof("type")) for it in elements}))
        said = " ".join(it.alert.body for it in elements if it.WhichOneof("type") == "alert")
        return f"{kinds or 'nothing'} {said}".strip()

    def _says(self, pattern: str) -> bool:
        return any(re.search(pattern, element.markdown.body) for element, _ in self._elements.values())

    def _enter(self, label: str, value: float) -> None:
        name, _ = self._find("number_input", f"^{label}$")
        self._states[name] = WidgetState(id=name, double_value=value)

    async def _press(self, label: str) -> float:
        name, fragment = self._find("button", label)
        return await self._rerun(WidgetState(id=name, trigger_value=True), fragment=fragment)

    async def _go_to(self, page: str) -> float:
        self._states.clear()
        self._page = self._pages.get(page, self._page)
        seconds = await self._rerun()
        self._page_shown = page
        return seconds

    async def _rerun(self, *pressed: WidgetState, fragment: str = "") -> float:
        """Have the page or a fragment drawn; return the seconds until it is complete."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend([*self._states.values(), *pressed])
        # A run that was asked for before may still have to finish: only one that starts from now on is meant.
        asked, before = time.monotonic(), self._started
        if self._socket is not None:
            await self._socket.send(message.SerializeToString())
        if not await self._hears(lambda: self._started > before and not self._is_running, SECONDS_TO_ANSWER):
            raise TimeoutError(f"student {self._number} got nothing of {self._page_shown} for {SECONDS_TO_ANSWER:g} s")
        return time.monotonic() - asked

    def _hear(self, message: ForwardMsg) -> None:
        super()._hear(message)
        if message.HasField("navigation"):
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif message.HasField("new_session"):
            self._started += 1
            self._is_running = True
        elif message.HasField("script_finished"):  # early if the page asks to be drawn again at once
            self._is_running = message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN
        elif message.HasField("delta"):
            self._put(message)

    def _put(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if not message.delta.HasField("new_element"):
            self._elements = {it: what for it, what in self._elements.items() if it[: len(path)] != path}
            return
        element = message.delta.new_element
        self._elements[path] = (element, message.delta.fragment_id)
        if element.bidi_component.component_name == PROGRESS:
            data = json.loads(element.bidi_component.json)
            self._address, self._update, self._page_drawn = data["address"], data["news"], data["news"]["page"]
