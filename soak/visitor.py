"""A visitor without a browser: speaks with the server over the websocket as Streamlit's own pages do, draws nothing.

Twenty browsers on one machine would take the processors from what they look at. The server can't tell the difference:
it runs the same scripts and sends the same messages, at the page's own pace.
"""

from __future__ import annotations

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from scripts.running_app import wait_until

IDLE_SECONDS = 0.05


class Visitor:
    """One open page of one browser, from `with` to its end."""

    def __init__(self, url: str) -> None:
        """Prepare to visit the app at `url`, such as "http://127.0.0.1:8501", as a browser that is new to it."""
        self._socket = connect(
            f"{url.replace('http', 'ws', 1)}/_stcore/stream",
            additional_headers={"Cookie": f"mnist_browser={uuid.uuid4().hex}"},
            subprotocols=["streamlit"],  # type: ignore[list-item]
            max_size=None,
        )
        self._elements: dict[tuple[int, ...], Element] = {}
        self._due: dict[str, tuple[float, float]] = {}
        self._widgets: dict[str, WidgetState] = {}
        self._page = ""
        self._running = True
        self._thread = threading.Thread(target=self._live, daemon=True)

    def __enter__(self) -> Visitor:
        """Open the page."""
        self._send()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the page."""
        self._socket.close()
        self._thread.join()

    @property
    def at_rest(self) -> bool:
        """Whether the page is complete."""
        return not self._running

    def says(self, pattern: str) -> re.Match[str] | None:
        """Return where one of the page's headings, texts or progress bars matches."""
        texts = [text for element in list(self._elements.values()) for text in _texts(element)]
        return next(filter(None, (re.search(pattern, text) for text in texts)), None)

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
        """Return the id of a widget on the page, "" if there is none."""
        elements = [getattr(it, kind) for it in list(self._elements.values()) if it.WhichOneof("type") == kind]
        return next((str(it.id) for it in elements if it.label == label), "")

    def _live(self) -> None:
        """Take the server's messages, and ask for what the page redraws by itself, until the connection ends."""
        with suppress(ConnectionClosed):
            while True:
                with suppress(TimeoutError):
                    self._take(ForwardMsg.FromString(self._socket.recv(IDLE_SECONDS)))
                self._redraw_what_is_due()

    def _take(self, message: ForwardMsg) -> None:
        kinds: dict[str, Callable[[], None]] = {
            "new_session": lambda: self._begin(message),
            "delta": lambda: self._draw(message),
            "auto_rerun": lambda: self._schedule(message.auto_rerun.fragment_id, message.auto_rerun.interval),
            "stop_auto_rerun": lambda: self._unschedule(message.stop_auto_rerun.fragment_ids),
            "script_finished": self._end,
        }
        kinds.get(str(message.WhichOneof("type")), lambda: None)()

    def _begin(self, message: ForwardMsg) -> None:
        self._page = message.new_session.page_script_hash
        if not message.metadata.run.fragment_ids:
            self._due.clear()
            self._running = True

    def _draw(self, message: ForwardMsg) -> None:
        path = tuple(message.metadata.delta_path)
        if message.delta.WhichOneof("type") == "new_element":
            self._elements[path] = message.delta.new_element
        else:
            self._elements = {it: element for it, element in self._elements.items() if it[: len(path)] != path}

    def _schedule(self, fragment: str, interval: float) -> None:
        self._due[fragment] = (time.monotonic() + interval, interval)

    def _unschedule(self, fragments: Iterable[str]) -> None:
        for fragment in fragments:
            self._due.pop(fragment, None)

    def _end(self) -> None:
        self._running = False

    def _redraw_what_is_due(self) -> None:
        now = time.monotonic()
        for fragment, (due, interval) in list(self._due.items()):
            if due <= now:
                self._due[fragment] = (now + interval, interval)
                self._send(fragment=fragment)

    def _send(self, *pressed: WidgetState, fragment: str = "") -> None:
        message = BackMsg()
        message.rerun_script.page_script_hash = self._page
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.widget_states.widgets.extend([*self._widgets.values(), *pressed])
        self._socket.send(message.SerializeToString())


def _texts(element: Element) -> list[str]:
    return [element.markdown.body, element.progress.text, element.alert.body]
