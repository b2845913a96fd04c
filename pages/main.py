"""The frame of every page: title, navigation and nickname."""

import streamlit as st

from mnist_core import __version__
from pages.visit import session

st.set_page_config(page_title="Digits: train a neural network", page_icon="✏️", layout="wide")
session.remember_browser()
# A bar that glides to its new length, as Streamlit's does, keeps the browser busy all the time that a run is trained.
st.html(
    "<style>.stMainBlockContainer { padding-top: 3.5rem; padding-bottom: 3rem; }"
    " .stProgress * { transition: none; }"
    # On a projector all type is larger, so that it can be read from the back of a classroom.
    " @media (min-width: 1800px) { html:root { font-size: 20px; } }</style>"
)
train = st.Page("train/page.py", title="Train", icon=":material/model_training:", url_path="start", default=True)


def redirect_to_train() -> None:
    """Redirect /train, which people type and share, to the default page, which Streamlit serves at / only."""
    st.switch_page(train, query_params=st.query_params.to_dict())


page = st.navigation(
    {
        "Explore": [st.Page("data/page.py", title="Data", icon=":material/grid_view:", url_path="data")],
        "Train": [
            train,
            st.Page(redirect_to_train, title="Train", url_path="train", visibility="hidden"),
            st.Page("compare/runs.py", title="Runs", icon=":material/table_rows:", url_path="runs"),
            st.Page("compare/sweeps.py", title="Sweeps", icon=":material/grid_on:", url_path="sweeps"),
        ],
        "Understand": [
            st.Page("evaluate/page.py", title="Evaluate", icon=":material/fact_check:", url_path="evaluate")
        ],
        "Play": [
            st.Page("draw/page.py", title="Draw", icon=":material/draw:", url_path="draw"),
            st.Page("draw/handwriting.py", title="Handwriting", icon=":material/signature:", url_path="handwriting"),
        ],
    }
)
with st.sidebar:
    nickname = st.text_input(
        "Your nickname", session.nickname(), max_chars=session.NICKNAME_LENGTH, help="Others see it beside your runs."
    )
    session.set_nickname(nickname)
    st.caption(f"Version {__version__}")
page.run()
