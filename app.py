"""The app: Streamlit's pages, the training workers behind them, and what browsers ask for beside the pages."""

import importlib
import sys
from asyncio import create_task, to_thread
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import streamlit as st

PROJECT = Path(__file__).parent
sys.path.insert(0, str(PROJECT))  # `streamlit run` elsewhere than in the project's folder

from mnist_core.data import load_dataset  # noqa: E402
from mnist_core.engine import start_workers  # noqa: E402
from mnist_core.errors import UserError  # noqa: E402
from pages.server.headers import unexpected  # noqa: E402
from pages.server.middleware import middleware  # noqa: E402
from pages.shared.routes import routes  # noqa: E402


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Have workers ready before any browser comes, and take them along when the server goes."""
    workers, warming_up = start_workers(), create_task(to_thread(warm_up))
    try:
        yield
    finally:
        await warming_up
        await to_thread(workers.stop)


def warm_up() -> None:
    """Load what the first page needs while its visitor's browser still loads Streamlit's scripts."""
    importlib.import_module("pandas")
    with suppress(UserError):  # the page says it
        load_dataset()


app = st.App(
    PROJECT / "pages" / "main.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=middleware(),
    exception_handlers={Exception: unexpected},
)
