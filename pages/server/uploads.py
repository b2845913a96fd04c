"""How much may be uploaded into the server's memory: Streamlit keeps every file for as long as its visit lasts.

Streamlit limits one file; this limits the sum, of one visit and of all, and how many files a visit has. Whoever is
refused sees in the field that it failed, with the number of the answer, and the reason in a message on the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import runtime
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.RootContainer_pb2 import RootContainer
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from mnist_core.environment import in_megabytes, size_setting
from mnist_core.errors import UserError

SETTING = "MNIST_UPLOAD_LIMIT"
DEFAULT_LIMIT = 1_000_000_000
SMALLEST_LIMIT = 10_000_000
EACH = 0.25
"""The share that one visit may have of what is allowed for all together."""
MOST_FILES = 200
"""Of one visit."""
LENGTH_REQUIRED, TOO_LARGE, TOO_MANY = 411, 413, 429

_PATH = re.compile(r"/_stcore/upload_file/([^/]+)/[^/]+$")


def upload_limit() -> int:
    """Return MNIST_UPLOAD_LIMIT in bytes, by default 1 GB. Raises `UserError` if it is no size of 10 MB or more."""
    return size_setting(SETTING, DEFAULT_LIMIT, SMALLEST_LIMIT)


class BoundedUploads:
    """ASGI middleware that refuses a file that would exceed a limit, before any of it is stored."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._coming: Counter[str] = Counter()
        """Bytes that are being uploaded now, by visit."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it is an upload for which there is no room."""
        found = _PATH.search(scope["path"]) if scope["type"] == "http" and scope["method"] == "PUT" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        visit, length = found[1], Headers(scope=scope).get("content-length", "")
        size = int(length) if re.fullmatch(r"[0-9]{1,15}", length) else None
        status, reason = self._refusal(visit, size)
        if size is None or reason:
            await _read_to_end(receive)  # a browser that is cut off while it sends reads no answer
            _show_toast(visit, reason)
            await PlainTextResponse(reason, status)(scope, receive, send)
            return
        self._coming[visit] += size
        try:
            await self.app(scope, receive, send)
        finally:
            self._coming[visit] -= size
            self._coming += Counter()  # without those that are zero

    def _refusal(self, visit: str, size: int | None) -> tuple[int, str]:
        """Return the status and the reason for refusing a file of so many bytes; 0 and "" if it is accepted."""
        if size is None:
            return LENGTH_REQUIRED, "Not accepted: the request does not say how long it is (Content-Length)."
        together = _limit()
        kept = _kept_sizes()
        mine, everybodys = kept.get(visit, []), sum(map(sum, kept.values())) + self._coming.total()
        if len(mine) >= MOST_FILES:
            return TOO_MANY, f"Not accepted: a visit holds at most {MOST_FILES} files. {_WHAT_TO_DO}"
        if sum(mine) + self._coming[visit] + size > EACH * together:
            most = in_megabytes(EACH * together)
            return TOO_LARGE, f"Not accepted: a visit holds at most {most} of uploads. {_WHAT_TO_DO}"
        if everybodys + size > together:
            return TOO_MANY, (
                f"Not accepted: everybody's uploads fill the {in_megabytes(together)} that the server has for them. "
                f"Try again in a few minutes. ({SETTING} sets the limit.)"
            )
        return 0, ""


_WHAT_TO_DO = "Remove some files, or reload the page to start a new visit."


def _limit() -> int:
    try:
        return upload_limit()
    except UserError:  # said when the server starts
        return DEFAULT_LIMIT


def _kept_sizes() -> dict[str, list[int]]:
    """Return the sizes of the files that Streamlit keeps, by visit."""
    storage = runtime.get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]  # it is in memory
    return {visit: [len(file.data) for file in list(files.values())] for visit, files in list(storage.items())}


def forget(files: Iterable[UploadedFile]) -> None:
    """Delete uploads of this visit that have been used. Their field, now empty, needs a new key afterwards."""
    context = get_script_run_ctx()
    if context is not None and runtime.exists():
        for file in files:
            context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)  # type: ignore[attr-defined]


async def _read_to_end(receive: Receive) -> None:
    """Read and discard a request, up to the largest size that Streamlit accepts."""
    left = (st.get_option("server.maxUploadSize") + 1) * 1024 * 1024
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def _show_toast(visit: str, reason: str) -> None:
    """Show the reason on the page of a visit, if it is open: its script never learns of a refused file."""
    client = runtime.get_instance().get_client(visit) if runtime.exists() else None
    if client is None:
        return
    message = ForwardMsg()
    message.metadata.delta_path[:] = [RootContainer.EVENT, 0]
    message.delta.new_element.toast.body = reason
    message.delta.new_element.toast.icon = ":material/upload_file:"
    message.delta.new_element.toast.duration = 0  # until it is closed
    client.write_forward_msg(message)
