"""The route that a canvas asks while the pen is down: a picture comes in, the answer to show goes back as JSON.

A rerun of the page for each of them would cost the server many times as much (docs/performance.md).
"""

from __future__ import annotations

import re
from asyncio import to_thread
from urllib.parse import urlencode

import numpy as np
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from mnist_core.errors import UserError
from mnist_core.model.numpy_network import Network
from mnist_core.reading.client import NotRunning, reading_client
from mnist_core.reading.readings import Drawing, Reading, read_drawings
from mnist_core.runs import RunNotFound
from mnist_core.text.numbers import LARGEST_ID
from mnist_core.text.translation import ENGLISH, languages
from pages.components.canvas.answer import PIXELS
from pages.components.canvas.answer import SIDE as LIVE_SIDE
from pages.components.canvas.drawing import SIDE
from pages.server.own_pages import is_from_own_page
from pages.server.request_rate import RequestRate
from pages.shared import services
from pages.shared.drawing.batches import Batches, TooMuchToDo
from pages.shared.drawing.live_readings import LivePicture, Reader, as_json, readers
from pages.shared.network_picker import ChosenNetwork
from pages.visit.language import current_language
from pages.visit.session import browser_in

PATH = "answers/{source}/{step:number}"
MOST_WAITING = 200
"""Pictures of all canvases: some two seconds of work."""
MOST_AT_ONCE, MOST_PER_SECOND = 4, 44
"""Requests of a browser: a canvas asks one at a time, up to eleven a second, and somebody may have it in four tabs."""


def address(choice: ChosenNetwork, brush: int, chosen: int, bars: bool) -> str:
    """Return what a canvas asks for answers of this network, and keep the network for them.

    `brush` is the width of its strokes in pixels, `chosen` which of several digits is looked at; `bars`: whether all
    probabilities are shown. Raises what reading the network raises.
    """
    readers.keep(choice)
    asked = {"brush": brush, "chosen": chosen, "bars": int(bars), "language": current_language()}
    return f"answers/{choice.source}/{choice.step}?{urlencode(asked)}"


class LiveRoute:
    """The route's endpoint."""

    def __init__(self) -> None:
        self._batches = Batches[tuple[Network, Drawing], Reading](read_drawings, MOST_WAITING)
        self._rate = RequestRate(MOST_AT_ONCE, MOST_PER_SECOND)

    async def answer(self, request: Request) -> Response:
        """Answer a picture: 200 with JSON, 204 if nothing can be read in it yet, or refuse it with a sentence.

        403 to whom is not one of the app's pages, 400, 411 and 413 for what no canvas sends, 404 for runs that are not
        there, 429 and 503 for more than can be answered, 503 for what the store or a damaged network makes impossible.
        """
        browser = browser_in(request.cookies)
        if not browser or not is_from_own_page(request.headers):
            return _refusal(403, "Live answers are for the pages of this app. Reload the page.")
        if not self._rate.begin(browser):
            return _refusal(429, "This browser asks for more answers than a canvas does. Wait a second.")
        try:
            return await self._answer(request)
        finally:
            self._rate.end(browser)

    async def _answer(self, request: Request) -> Response:
        try:
            picture = await _picture(request)
            reader = readers.kept(picture.source, picture.step)
            if reader is None:
                reader = await to_thread(readers.newest, picture.source)
            answer = as_json(picture, reader.dataset, await self._read(reader, picture))
        except _NotAPictureError as error:
            return _refusal(error.status, str(error))
        except TooMuchToDo:
            return _refusal(503, "The server has too many drawings to read. Wait a second.")
        except ClientDisconnect:
            return Response(status_code=400)
        except UserError as error:
            return _refusal(404 if isinstance(error, RunNotFound) else 503, str(error))
        headers = {"Cache-Control": "no-store"}
        if not answer:
            return Response(status_code=204, headers=headers)
        return Response(answer, headers=headers, media_type="application/json")

    async def _read(self, reader: Reader, picture: LivePicture) -> Reading:
        """Return what is read in a picture: by a process of its own, else in a thread. Raises `TooMuchToDo`."""
        if reading_client.waiting >= MOST_WAITING:
            raise TooMuchToDo
        pen = picture.brush * LIVE_SIDE / SIDE
        drawing = Drawing(picture.pixels, pen, tuple(reader.dataset.class_names))
        try:
            return await reading_client.read(reader.network, drawing)
        except NotRunning:
            return await self._batches.answer((reader.network, drawing))


class _NotAPictureError(Exception):
    """What no canvas sends, with the status of the answer."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


async def _picture(request: Request) -> LivePicture:
    """Return the picture that a request brings. Raises `_NotAPictureError`."""
    source = _source(request.path_params["source"])
    brush, chosen = _number(request, "brush", 1, SIDE), _number(request, "chosen", 0, PIXELS)
    body = await _body(request)
    pixels = np.frombuffer(body, dtype=np.uint8).reshape(LIVE_SIDE, LIVE_SIDE)
    bars, language = request.query_params.get("bars") == "1", request.query_params.get("language", "")
    known = language if language in languages() else ENGLISH
    return LivePicture(source, request.path_params["step"], brush, chosen, bars, known, pixels)


def _source(text: str) -> int | str:
    if text == services.STARTER:
        return text
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise _NotAPictureError(404, "There is no such network: a run has a number.")
    return min(int(text), LARGEST_ID)


def _number(request: Request, name: str, least: int, most: int) -> int:
    text = request.query_params.get(name, "")
    if not re.fullmatch(r"[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise _NotAPictureError(400, f"{name} must be a number from {least} to {most}.")
    return int(text)


async def _body(request: Request) -> bytes:
    """Return the picture's bytes. What says that it is longer is not read."""
    length = request.headers.get("Content-Length", "")
    if not re.fullmatch(r"[0-9]{1,15}", length):
        raise _NotAPictureError(411, "The request does not say how long it is (Content-Length).")
    if int(length) != PIXELS:
        status = 413 if int(length) > PIXELS else 400
        raise _NotAPictureError(status, f"A picture of the canvas has {PIXELS:,} bytes, not {int(length):,}.")
    body = await request.body()
    if len(body) != PIXELS:
        raise _NotAPictureError(400, f"The request says that it has {PIXELS:,} bytes, and has {len(body):,}.")
    return body


def _refusal(status: int, text: str) -> JSONResponse:
    return JSONResponse({"error": text}, status, {"Cache-Control": "no-store"})
