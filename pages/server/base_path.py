"""Where the app is below its host name, as behind a reverse proxy that serves several apps."""

from __future__ import annotations

import streamlit as st


def base_path() -> str:
    """Return what stands before all paths of the app in its addresses: "/digits", or "" for an app of its own host."""
    path = str(st.get_option("server.baseUrlPath")).strip("/")
    return f"/{path}" if path else ""
