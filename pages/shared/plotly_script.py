"""Serves plotly.js, which is 4.8 MB in plotly's own Python package, so that charts need no network."""

from pathlib import Path

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

PLOTLY_SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


def plotly_route() -> Route:
    """Return the route to the script, under the base path of Streamlit's own files."""
    base_path = st.get_option("server.baseUrlPath").strip("/")
    return Route(f"/{base_path}/plotly.min.js" if base_path else "/plotly.min.js", _send)


async def _send(_request: Request) -> FileResponse:
    return FileResponse(PLOTLY_SCRIPT, headers={"Cache-Control": "public, max-age=86400"})
