"""Security headers of every response: no guessing of types, no embedding in other pages, nothing from other hosts."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

INDEX_PAGE = Path(st.__file__).parent / "static" / "index.html"


def script_hashes(page: str) -> list[str]:
    """Return the sources of a policy that allow the scripts written in a page, and no others: 'sha256-…' for each."""
    scripts = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digests = [hashlib.sha256(script.encode()).digest() for script in scripts]
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


POLICY = {
    "default-src": "'self'",
    # Streamlit's page has a script in it, the code of components comes as blobs, and plotly's parallel coordinates
    # compile their drawing commands (regl): without eval they say that there is no WebGL.
    "script-src": " ".join(["'self'", *script_hashes(INDEX_PAGE.read_text(encoding="utf-8")), "blob: 'unsafe-eval'"]),
    "style-src": "'self' 'unsafe-inline'",  # Emotion writes rules into the page; plotly and pictures have style=""
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "media-src": "'self' data: blob:",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
"""The content security policy (W3C, CSP level 3): what Streamlit and our components need, nothing from elsewhere."""

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{directive} {sources}" for directive, sources in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",  # what frame-ancestors says, for browsers that do not know that
    "Referrer-Policy": "same-origin",
}

_STARTS = ("http.response.start", "websocket.http.response.start")


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every answer, Streamlit's own and refusals included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add to the answer what it does not say itself."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] in _STARTS:
                answer = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    answer.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def internal_error(_request: Request, _error: Exception) -> PlainTextResponse:
    """Answer in place of a route that failed; Starlette does so outside of every middleware."""
    text = "Something went wrong in the app. Try again; the server's terminal says what.\n"
    return PlainTextResponse(text, 500, HEADERS)
