"""The frame around every page: its title, its navigation, and who is looking at it."""

import streamlit as st

from pages.shared import session

st.set_page_config(page_title="Digits: train a neural network", page_icon="✏️", layout="wide")
session.remember_browser()
session.keep_widgets()
st.html("<style>.stMainBlockContainer { padding-top: 3.5rem; padding-bottom: 3rem; }</style>")
page = st.navigation(
    {
        "Train": [
            st.Page("train/train.py", title="Train", icon=":material/model_training:", url_path="train", default=True),
            st.Page("train/runs.py", title="Runs", icon=":material/table_rows:", url_path="runs"),
        ],
    }
)
with st.sidebar:
    nickname = st.text_input(
        "Your nickname", session.nickname(), max_chars=session.NICKNAME_LENGTH, help="Others see it beside your runs."
    )
    session.set_nickname(nickname)
page.run()
