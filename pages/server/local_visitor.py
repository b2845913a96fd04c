"""Whether a browser is on the server's machine and connects directly. If so, it may change everybody's work.

That a connection comes from this machine does not say it: so do all that a proxy on it passes on. A proxy gives itself
away by the headers that it adds; by the name in Host or Origin, which is what people typed; or, if it changes those as
well, by the names that the app was given to be reached under.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import streamlit as st

from mnist_core.errors import UserError
from pages.server.hosts import LOOPBACK_NAMES

SETTING = "MNIST_AT_SERVER"
NEVER, LOCAL = "never", "local"
_LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
_PROXY_PREFIXES = ("x-forwarded-", "x-envoy-", "x-original-", "cf-", "tailscale-")
_PROXY_HEADERS = (
    *("forwarded", "via", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip"),
    *("x-remote-ip", "x-remote-addr", "x-proxyuser-ip", "fastly-client-ip", "fly-client-ip"),
)
"""Headers that proxies add to a request: RFC 9110 (Via), RFC 7239 (Forwarded), and others in use."""


def setting() -> str:
    """Return MNIST_AT_SERVER: "never", "local", or "" for the default. Raises `UserError` for anything else."""
    text = os.environ.get(SETTING, "").strip().lower()
    if text not in ("", NEVER, LOCAL):
        raise UserError(
            f"{SETTING} must be {NEVER} (nobody may change the runs of others) or {LOCAL} (whoever opens the app on "
            f"its own machine may, even if it has a further name), not {text!r}."
        )
    return text


def is_at_server(address: str | None, headers: Mapping[str, str]) -> bool:
    """Tell whether a browser that connects from `address`, with these headers of its WebSocket, is at the server.

    With a further name in `server.allowedHosts` nobody is, unless MNIST_AT_SERVER says "local": such a name leads
    to a proxy, or is why somebody has one, and not every proxy can be distinguished from a browser. A request that
    shows signs of a proxy never counts, whatever the setting.
    """
    try:
        chosen = setting()
    except UserError:  # said when the server starts
        chosen = NEVER
    if chosen == NEVER or (chosen != LOCAL and _has_further_name()):
        return False
    values = {name.lower(): value for name, value in headers.items()}
    return (
        address in _LOOPBACK_ADDRESSES
        and not any(name in _PROXY_HEADERS or name.startswith(_PROXY_PREFIXES) for name in values)
        and _is_loopback_name(f"//{values.get('host', '')}")
        and _is_loopback_name(values.get("origin", ""))  # browsers send one with every WebSocket
    )


def is_at_server_by_http(address: str | None, headers: Mapping[str, str]) -> bool:
    """Tell the same of a request of a page's script. Browsers send no Origin with a GET, but from where it comes."""
    values = {name.lower(): value for name, value in headers.items()}
    return is_at_server(address, {"origin": values.get("referer", ""), **values})


def _has_further_name() -> bool:
    """Tell whether the app may be reached under a name, rather than under addresses of this machine alone."""
    allowed = [name.strip().lower().rstrip(".") for name in st.get_option("server.allowedHosts")]
    return not allowed or any(name not in LOOPBACK_NAMES and not _is_address(name) for name in allowed)


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdecimal() or ":" in name


def _is_loopback_name(url: str) -> bool:
    try:
        return (urlsplit(url).hostname or "") in LOOPBACK_NAMES
    except ValueError:
        return False
