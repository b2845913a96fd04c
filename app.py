"""The app: Streamlit's pages, the training workers behind them, and the one script that the charts need."""

import sys
from asyncio import to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import plotly
import streamlit as st
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Route

PROJECT = Path(__file__).parent
sys.path.insert(0, str(PROJECT))  # `streamlit run` elsewhere than in the project's folder

from mnist_core.engine import start_workers  # noqa: E402

PLOTLY_SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Have workers ready before any browser comes, and take them along when the server goes."""
    workers = start_workers()
    try:
        yield
    finally:
        await to_thread(workers.stop)


async def plotly_script(_request: Request) -> FileResponse:
    """Serve plotly.js from the Python package, so that charts need no network."""
    return FileResponse(PLOTLY_SCRIPT, headers={"Cache-Control": "public, max-age=86400"})


base_path = st.get_option("server.baseUrlPath").strip("/")
route = Route(f"/{base_path}/plotly.min.js" if base_path else "/plotly.min.js", plotly_script)
app = st.App(PROJECT / "pages" / "main.py", lifespan=lifespan, routes=[route])
