"""The address at which phones reach the app: each that it may have is tried before it is shown."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

import requests
import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from pages.navigation import CLASS
from pages.server.base_path import base_path
from pages.server.hosts import LOOPBACK_NAMES, hostname
from pages.shared.periods import period

ROUTE = "class/here"
CODE = "code"
"""The name in the address of the code of a class."""
SECONDS_TO_ANSWER = 2.0
_FRESH_SECONDS = 15.0
_HERE = secrets.token_hex(16)
"""What this process answers: another program that has the address answers something else."""


def answer(_request: Request) -> Response:
    """Return what only this process answers."""
    return PlainTextResponse(_HERE, headers={"Cache-Control": "no-store"})


def page_origin() -> str:
    """Return the address, without a path, at which this page was opened; "" if that is one of this machine alone."""
    host, origin = (st.context.headers.get(name, "") for name in ("Host", "Origin"))
    if not is_host_allowed(host) or hostname(host) in ("", *LOOPBACK_NAMES):
        return ""
    return origin if origin.partition("://")[2] == host else f"http://{host}"


def reachable(opened_at: str) -> str | None:
    """Return the address of the app, without a path, at which other machines reach it; None if there is none.

    That is the first that answers this process, `opened_at` (of `page_origin`) before all others. If none does, it is
    `opened_at`: the browser that shows this page has reached the app there, which a server behind a router may not.
    Takes up to `SECONDS_TO_ANSWER`; the answer is kept for 15 seconds.
    """
    return _reachable(opened_at, period(_FRESH_SECONDS))


@st.cache_resource(max_entries=4, show_spinner=False)
def _reachable(opened_at: str, period: int) -> str | None:
    candidates = list(dict.fromkeys([*filter(None, [opened_at]), *possible()]))
    if not candidates:
        return None
    with ThreadPoolExecutor(len(candidates)) as pool:
        answered = dict(zip(candidates, pool.map(_answers, candidates), strict=True))
    return next((address for address in candidates if answered[address]), opened_at or None)


def possible() -> list[str]:
    """Return the addresses that other machines may have for the app, by the settings that it was started with.

    A name is that of a proxy before the app, with HTTPS or without, or of this machine itself.
    """
    own = f"{'https' if st.get_option('server.sslCertFile') else 'http'}://{{name}}:{st.get_option('server.port')}"
    found = []
    for name in st.get_option("server.allowedHosts"):
        if name.lower() in LOOPBACK_NAMES or "*" in name:
            continue
        is_address = name.replace(".", "").isdecimal()
        found += [] if is_address else [f"https://{name}", f"http://{name}"]
        found.append(own.format(name=name))
    return found


def of_class(address: str) -> str:
    """Return the address of the page of the class, short enough to be typed."""
    return f"{address}{base_path()}/{CLASS.views[0].url_path}"


def with_code(address: str, code: str) -> str:
    """Return the same with the code of a class, as it is in the QR code."""
    return f"{of_class(address)}?{urlencode({CODE: code})}"


def _answers(address: str) -> bool:
    """Whether this very process answers there, asked without a proxy and without following anything."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            found = session.get(f"{address}{base_path()}/{ROUTE}", timeout=SECONDS_TO_ANSWER, allow_redirects=False)
        except requests.RequestException:
            return False
        return found.ok and found.text == _HERE
