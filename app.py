"""The app: Streamlit's pages, the training workers behind them, and what browsers ask for beside the pages."""

import gc
import sys
from pathlib import Path

import streamlit as st

PROJECT = Path(__file__).parent
sys.path.insert(0, str(PROJECT))  # `streamlit run` elsewhere than in the project's folder

gc.disable()  # what is loaded here stays: to look through it for garbage took a third of the time to load it

from pages.routes import routes  # noqa: E402
from pages.server.headers import internal_error  # noqa: E402
from pages.server.lifespan import lifespan  # noqa: E402
from pages.server.middleware import middleware  # noqa: E402

gc.freeze()
gc.enable()

app = st.App(
    PROJECT / "pages" / "main.py",
    lifespan=lifespan,
    routes=routes(),
    middleware=middleware(),
    exception_handlers={Exception: internal_error},
)
