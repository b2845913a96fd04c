"""The frame around every page: its title, its navigation, and who is looking at it."""

import streamlit as st

from pages.shared import session

st.set_page_config(page_title="Digits: train a neural network", page_icon="✏️", layout="wide")
session.remember_browser()
st.navigation(
    {
        "Explore": [st.Page("explore/data.py", title="Data", icon=":material/grid_view:", url_path="data")],
        "Train": [
            st.Page("train/train.py", title="Train", icon=":material/model_training:", url_path="train", default=True),
            st.Page("train/runs.py", title="Runs", icon=":material/table_rows:", url_path="runs"),
        ],
        "Understand": [
            st.Page("understand/evaluate.py", title="Evaluate", icon=":material/fact_check:", url_path="evaluate")
        ],
        "Play": [st.Page("play/draw.py", title="Draw", icon=":material/draw:", url_path="draw")],
    }
).run()
