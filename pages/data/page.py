"""The Data page: the images and labels of a dataset, and how pixels become numbers."""

import streamlit as st

from mnist_core.data import Dataset
from mnist_core.text.escape import for_markdown
from pages.data.class_overview import show_class_overview
from pages.data.examples import show_examples
from pages.data.introduction import introduce
from pages.data.one_image import show_image
from pages.data.preprocessing import show_preprocessing
from pages.data.split_picker import choose_split
from pages.data.typical_and_odd import show_typical_and_odd
from pages.navigation import TRAIN
from pages.shared import services
from pages.shared.dataset_picker import add_dataset, choose_dataset, offer_to_delete
from pages.shared.messages import user_errors
from pages.shared.next_step import NextStep, show_next_step


def choose_or_add_dataset() -> Dataset:
    """Let people choose a dataset, or add one."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=260):
            info = choose_dataset()
        add_dataset()
        offer_to_delete(info)
    if info.nickname:
        st.caption(f"Added by {for_markdown(info.nickname)}.")
    return services.dataset(info.sha256)


st.title("Data")
with user_errors():
    images = choose_or_add_dataset()
    introduce(images)
    chosen_split = choose_split()
    left, right = st.columns([3, 2], gap="large")
    with left:
        show_examples(images, chosen_split)
    with right:
        show_class_overview(images, chosen_split)
    show_typical_and_odd(images, chosen_split)
    show_image(images, chosen_split)
    show_preprocessing(images)
    show_next_step(NextStep("Train a network", TRAIN))
