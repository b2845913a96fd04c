"""Allowed host names of the app. Streamlit checks them for its WebSocket only; this checks every request.

A page of somebody else's whose name suddenly resolves to this machine (DNS rebinding) would otherwise read whatever
the app answers: to its browser, it would be the same site.
"""

from __future__ import annotations

import os
import re

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from mnist_core.errors import UserError
from mnist_core.text.escape import quoted

SETTING = "MNIST_HOST"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
BAD_REQUEST = 400


class AllowedHosts:
    """ASGI middleware that refuses what comes under a name that is not in `server.allowedHosts`, with a sentence."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or a WebSocket on, or refuse it."""
        host = None if scope["type"] == "lifespan" else Headers(scope=scope).get("host")
        if scope["type"] == "lifespan" or is_host_allowed(host):
            await self.app(scope, receive, send)
        else:
            await PlainTextResponse(refusal(host), BAD_REQUEST)(scope, receive, send)


def allow_further_names() -> None:
    """Add the names in MNIST_HOST, with commas between them, to `server.allowedHosts`, however the app was started.

    An empty `server.allowedHosts` allows every name already. Raises `UserError` for an invalid name, adding none.
    """
    names = [name.strip() for name in os.environ.get(SETTING, "").split(",") if name.strip()]
    for name in names:
        if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*", name, flags=re.ASCII):
            raise UserError(f"{SETTING} must be names such as digits.example.org, without a port, not {quoted(name)}.")
    allowed = st.get_option("server.allowedHosts")
    if allowed:
        config.set_option("server.allowedHosts", list(dict.fromkeys([*allowed, *names])))


def refusal(host: str | None) -> str:
    """Return the sentence that names the refused host, and says what to type to allow it."""
    name = hostname(host)
    only_here = st.get_option("server.address") in LOOPBACK_NAMES
    command = f"make run{'' if only_here else ' LAN=1'} HOST={name or 'that.name'}"
    allowed = " or ".join(st.get_option("server.allowedHosts"))
    return (
        f"The app does not answer under {f'the name {name}' if name else 'this name'}. "
        f"Open it as {allowed}, or ask whoever runs it to stop it and type: {command}\n"
    )


def hostname(host: str | None) -> str:
    """Return the name or the IPv4 address in a Host header, in lower case; "" if it is neither."""
    found = re.fullmatch(r"([\w-]+(?:\.[\w-]+)*)\.?(?::\d+)?", host or "", flags=re.ASCII)
    return found[1].lower() if found else ""
