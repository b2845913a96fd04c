"""A visitor of the Draw page without a browser: sends what the canvas sends, and hears what comes back."""

from __future__ import annotations

import asyncio
import base64
import io
import json
import time
import uuid
from contextlib import suppress
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from mnist_core.data import load_dataset
from pages.components.canvas.answer import SIDE as LIVE_SIDE
from pages.components.canvas.drawing import SIDE

PERIOD, LONGEST_PAUSE, RETRY, LONGEST_RETRY = 0.09, 0.5, 1.5, 6.0
"""Seconds from copy to copy, the longest from an answer to the next copy, and after which a drawing is sent again at
first and at last, as in the JavaScript."""
SECONDS_TO_FINISH = 30.0
CANVAS, ANSWER = "digits_canvas", "digits_answer"
"""The components of the page for what is drawn and for what is read in it."""


class Pictures:
    """A test image as it grows under the pen, from its top to its foot."""

    def __init__(self, number: int) -> None:
        self._digit = load_dataset().test_images[number]
        self._count = 0

    def next(self) -> NDArray[np.uint8]:
        """Return the canvas as it is now, (140, 140)."""
        self._count += 1
        rows = 8 + self._count % 21
        drawn = np.where(np.arange(28)[:, None] < rows, self._digit, 0).astype(np.uint8)
        return _enlarged(drawn, LIVE_SIDE)

    def png(self) -> str:
        """Return the whole digit as the canvas sends it after pen up: a PNG as a data URL."""
        buffer = io.BytesIO()
        Image.fromarray(_enlarged(self._digit, SIDE)).convert("RGBA").save(buffer, "PNG")
        return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def _enlarged(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR))


class HttpAnswer(NamedTuple):
    """What the server answers to one request; the names of `headers` are in lower case."""

    status: HTTPStatus
    headers: dict[str, str]
    body: bytes


class Visitor:
    """One open Draw page of one browser."""

    def __init__(self, url: str, pictures: Pictures) -> None:
        """Prepare to visit the app at `url`, such as "http://127.0.0.1:8501"."""
        self._url, self._pictures = url, pictures
        self._cookie = f"mnist_browser={uuid.uuid4().hex}"
        self._socket: ClientConnection | None = None
        self._connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
        self._states: dict[str, WidgetState] = {}
        self._components: dict[str, tuple[str, str]] = {}
        """Of each component: its id, and the id of the fragment that it is in."""
        self._data: dict[str, Any] = {}
        self._page = ""
        self._news = asyncio.Condition()
        self._finished = self._canvas_drawn = 0
        """How many runs of the script have finished, and how many had when the canvas was drawn last."""
        self._listening: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the page, and wait until it is complete."""
        self._socket = await connect(
            f"{self._url.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": self._cookie},
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
            ping_interval=None,
        )
        self._listening = asyncio.create_task(self._listen())
        message = BackMsg()
        message.rerun_script.page_name = "draw"
        await self._socket.send(message.SerializeToString())
        await self._until(lambda: self._finished and ANSWER in self._components)

    async def close(self) -> None:
        """Leave the page."""
        if self._socket is not None and self._listening is not None:
            await self._socket.close()
            await self._listening
        if self._connection is not None:
            self._connection[1].close()

    async def hold_pen(self, seconds: float) -> list[float]:
        """Draw for so long; return the seconds after which each copy of the canvas was answered."""
        until, waits = time.monotonic() + seconds, list[float]()
        while (started := time.monotonic()) < until:
            await self._ask(self._pictures.next().tobytes())
            waited = time.monotonic() - started
            waits.append(waited)
            await asyncio.sleep(max(PERIOD - waited, min(LONGEST_PAUSE, waited - PERIOD)))
        return waits

    async def _ask(self, picture: bytes) -> None:
        """Have the route answer a picture."""
        address = self._data[ANSWER]["live"]["address"]
        answer = await self.exchange("POST", address, f"Content-Length: {len(picture)}", body=picture)
        if answer.status not in {HTTPStatus.OK, HTTPStatus.NO_CONTENT}:
            raise RuntimeError(f"the route for answers says {answer.status}")

    async def exchange(self, method: str, address: str, *headers: str, body: bytes = b"") -> HttpAnswer:
        """Ask the server, on a connection that stays open as a browser's does, or on another if the server closed it.

        `address` is relative to the app's own.
        """
        origin = (f"Host: {urlsplit(self._url).netloc}", f"Origin: {self._url}", f"Cookie: {self._cookie}")
        lines = (f"{method} /{address} HTTP/1.1", *origin, *headers, "", "")
        request = "\r\n".join(lines).encode() + body
        try:
            return await self._send(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            return await self._send(request)

    async def _send(self, request: bytes) -> HttpAnswer:
        parts = urlsplit(self._url)
        reader, writer = self._connection or await asyncio.open_connection(parts.hostname, parts.port)
        self._connection = None  # unless the answer comes as a whole
        writer.write(request)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self._connection = reader, writer
        return HttpAnswer(HTTPStatus(int(status.split()[1])), headers, body)

    async def lift_pen(self) -> float:
        """Send the drawing; return the seconds after which the page shows all that follows from it."""
        started = time.monotonic()
        await self._deliver([18])
        return time.monotonic() - started

    async def clear(self) -> None:
        """Empty the canvas."""
        await self._deliver([])

    async def _deliver(self, widths: list[int]) -> None:
        """Send what is on the canvas until the server says that it has it, at whichever time it was sent; wait for it.

        So does `delivery.js`. A visitor that waited for its last message alone would ask a busy server ever more often.
        """
        since, picture, retry = _now(), self._pictures.png(), RETRY
        while True:
            drawing = {"widths": widths, "picture": picture, "canUndo": True, "at": _now()}
            await self._set(CANVAS, {"drawing": drawing})
            if await self._hears(lambda: self._data[CANVAS]["received"] >= since, retry):
                break
            retry = min(2 * retry, LONGEST_RETRY)
        await self._hears(lambda: self._finished > self._canvas_drawn, SECONDS_TO_FINISH)

    async def _hears(self, condition: Any, seconds: float) -> bool:
        """Wait until a condition holds, as messages come; return whether it did within so many seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._until(condition), seconds)
            return True
        return False

    async def _set(self, component: str, value: dict[str, Any]) -> None:
        """Set the state of a component, and rerun its fragment."""
        name, fragment = self._components[component]
        self._states[name] = WidgetState(id=name, json_value=json.dumps(value))
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.widget_states.widgets.extend(self._states.values())
        if self._socket is not None:
            await self._socket.send(message.SerializeToString())

    async def _until(self, condition: Any) -> None:
        async with self._news:
            await self._news.wait_for(condition)

    async def _listen(self) -> None:
        if self._socket is None:
            return
        with suppress(ConnectionClosed):
            async for message in self._socket:
                self._hear(ForwardMsg.FromString(bytes(message)))  # type: ignore[arg-type]
                async with self._news:
                    self._news.notify_all()

    def _hear(self, message: ForwardMsg) -> None:
        if message.HasField("navigation"):
            self._page = message.navigation.page_script_hash
        elif message.HasField("script_finished"):
            self._finished += 1
        elif message.HasField("delta") and message.delta.HasField("new_element"):
            component = message.delta.new_element.bidi_component
            if component.component_name in {CANVAS, ANSWER}:
                self._components[component.component_name] = (component.id, message.delta.fragment_id)
                self._data[component.component_name] = json.loads(component.json)
            if component.component_name == CANVAS:
                self._canvas_drawn = self._finished


def _now() -> int:
    """Return the time as browsers give it: milliseconds since 1970."""
    return time.time_ns() // 1_000_000
