"""The app's middleware, outermost first, around Streamlit's routes and our own."""

from __future__ import annotations

from starlette.middleware import Middleware

from pages.server.compressed_files import CompressedStreamlitFiles
from pages.server.headers import SecurityHeaders
from pages.server.hosts import AllowedHosts
from pages.server.uploads import BoundedUploads


def middleware() -> list[Middleware]:
    """Return all middleware of the app."""
    return [Middleware(each) for each in (SecurityHeaders, AllowedHosts, BoundedUploads, CompressedStreamlitFiles)]
