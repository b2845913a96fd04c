"""The Start page: the way through the app."""

import streamlit as st

from pages.start.steps import show_steps

st.title("Start")
st.caption("Train a neural network to read handwritten digits, and look at what it has learned.")
show_steps()
