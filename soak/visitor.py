"""A visitor without a browser: exchanges the same messages with the server as Streamlit's client and our progress.js.

Twenty browsers would take the processors from the server that is tested. For the server there is no difference: it runs
the same scripts and sends the same messages at the same pace.
"""

from __future__ import annotations

import json
import math
import re
import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from scripts.running_app import wait_until

IDLE_SECONDS = 0.05
PROGRESS = "digits_progress"
"""The component of pages/train/progress/progress.py."""


class Visitor:
    """One open page of one browser, for the duration of a `with` block."""

    def __init__(self, url: str) -> None:
        """Prepare to visit the app at `url`, such as "http://127.0.0.1:8501", as a new browser."""
        self._socket = connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": f"mnist_browser={uuid.uuid4().hex}"},
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        self._elements: dict[tuple[int, ...], Element] = {}
        self._http = HTTPConnection(urlsplit(url).netloc)
        self._update: dict[str, Any] = {}
        self._page_drawn = ""
        self._tag = ""
        self._asked_at = -math.inf
        self._next_request = math.inf
        self._widgets: dict[str, WidgetState] = {}
        self._page = ""
        self._running = True
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Visitor:
        """Open the page."""
        self._send()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the page."""
        self._socket.close()
        self._thread.join()
        self._http.close()

    @property
    def at_rest(self) -> bool:
        """Whether the page is complete."""
        return not self._running

    def says(self, pattern: str) -> re.Match[str] | None:
        """Return the first match in the page's headings, texts or the words at the progress bar, or None."""
        elements = list(self._elements.values())
        texts = [text for element in elements for text in (element.markdown.body, element.alert.body)]
        texts.append(self._update.get("words", ""))
        return next(filter(None, (re.search(pattern, text) for text in texts)), None)

    def heard_after(self, moment: float) -> bool:
        """Whether the page has requested its last update after `moment` (`time.monotonic`)."""
        return self._asked_at > moment

    def enter(self, label: str, value: float) -> None:
        """Type a number into a field."""
        wait_until(lambda: self._find("number_input", label), f"there is a field {label}")
        field = self._find("number_input", label)
        self._widgets[field] = WidgetState(id=field, double_value=value)
        self._running = True
        self._send()

    def press(self, label: str) -> None:
        """Press a button."""
        wait_until(lambda: self._find("button", label), f"there is a button {label}")
        self._running = True
        self._send(WidgetState(id=self._find("button", label), trigger_value=True))

    def _find(self, kind: str, label: str) -> str:
        """Return the id of a widget on the page, or ""."""
        elements = [getattr(it, kind) for it in list(self._elements.values()) if it.WhichOneof("type") == kind]
        return next((str(it.id) for it in elements if it.label == label), "")

    def _listen(self) -> None:
        """Handle the server's messages and request updates of the run that is shown, until the connection ends."""
        with suppress(ConnectionClosed):
            while True:
                with suppress(TimeoutError):
                    self._handle(ForwardMsg.FromString(self._socket.recv(IDLE_SECONDS)))
                if time.monotonic() >= self._next_request:
                    self._request_update()

    def _handle(self, message: ForwardMsg) -> None:
        kinds: dict[str, Callable[[], None]] = {
            "new_session": lambda: self._begin(message),
            "delta": lambda: self._draw(message),
            "script_finished": self._end,
        }
        kinds.get(str(message.WhichOneof("type")), lambda: None)()

    def _begin(self, message: ForwardMsg) -> None:
        self._page = message.new_session.page_script_hash
        self._running = True

    def _draw(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.delta.WhichOneof("type") == "new_element":
            self._elements[path] = element = message.delta.new_element
            if element.bidi_component.component_name == PROGRESS:
                self._show(json.loads(element.bidi_component.json))
        else:
            self._elements = {it: element for it, element in self._elements.items() if it[: len(path)] != path}

    def _end(self) -> None:
        self._running = False

    # -- as progress.js does

    def _show(self, data: dict[str, Any]) -> None:
        self._address = f"/{data['address']}"
        self._page_drawn = data["news"]["page"]
        self._apply_update(data["news"])

    def _apply_update(self, update: dict[str, Any]) -> None:
        self._update = update
        self._next_request = math.inf if update["pace"] is None else time.monotonic() + update["pace"]

    def _request_update(self) -> None:
        asked = time.monotonic()
        self._http.request("GET", self._address, headers={"If-None-Match": self._tag})
        answer = self._http.getresponse()
        body = answer.read()
        if answer.status == HTTPStatus.OK:
            self._tag = str(answer.getheader("ETag"))
        self._apply_update(json.loads(body) if answer.status == HTTPStatus.OK else self._update)
        self._asked_at = asked
        if self._update["page"] != self._page_drawn:
            self._page_drawn = self._update["page"]
            self._send()

    def _send(self, *pressed: WidgetState) -> None:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.widget_states.widgets.extend([*self._widgets.values(), *pressed])
        self._socket.send(message.SerializeToString())
