"""Which images to learn from: chosen in one place for the whole visit; others can be fetched or brought along."""

from __future__ import annotations

import streamlit as st

from mnist_core.data import MNIST_SHA256
from mnist_core.datasets.fashion import FASHION_MNIST
from mnist_core.datasets.foreign import (
    EXPECTED_NPZ,
    LARGEST,
    MOST_CLASSES,
    NAME_LENGTH,
    from_files,
    parse_class_names,
)
from mnist_core.errors import UserError
from mnist_core.runs import DatasetInfo
from pages.shared import services, session

POLL_SECONDS = 0.5
CHOSEN = "dataset"
_UPLOADS = "datasets_added"


def choose_dataset() -> DatasetInfo:
    """Let people choose a dataset, the same one on all pages of a visit. Raises `UserError`."""
    by_sha256 = {info.sha256: info for info in services.shelf().all() if not info.mixture}
    if session.widget(CHOSEN, "") not in by_sha256:  # nothing is chosen yet, or it has been deleted
        session.set_widget(CHOSEN, session.get(CHOSEN, MNIST_SHA256))
    chosen = st.selectbox(
        "Dataset",
        list(by_sha256),
        format_func=lambda sha256: by_sha256[sha256].title,
        key=CHOSEN,
        persist_state="session",
        help="The images to learn from. On the Data page you can look at them, and add others.",
    )
    return by_sha256[chosen]


def add_dataset() -> None:
    """Offer to fetch Fashion-MNIST and to bring one's own images, in a box that opens with a click."""
    count = session.get(_UPLOADS, 0)  # after one was added, the box and its fields are new: closed and empty
    with st.popover("Add a dataset", icon=":material/add:", key=f"add_dataset_{count}"):
        _offer_fashion()
        _offer_own(count)


def offer_to_delete(info: DatasetInfo) -> None:
    """Let the owner of a dataset delete it."""
    if not info.owner or not (info.owner == session.owner() or session.at_server()):
        return
    if st.button("Delete this dataset", icon=":material/delete:"):
        try:
            services.shelf().delete(info.sha256)
        except UserError as error:
            st.warning(str(error), icon=":material/inventory_2:")
        else:
            session.put(CHOSEN, MNIST_SHA256)
            st.rerun()


def _offer_fashion() -> None:
    if any(info.name == FASHION_MNIST.name for info in services.shelf().all()):
        return
    st.markdown("**Fashion-MNIST**")
    st.caption("70,000 pictures of ten kinds of clothes, as small and grey as MNIST's, but harder to tell apart.")
    running = services.fashion().running
    st.fragment(_show_fetching, run_every=POLL_SECONDS if running else None)(running)


def _show_fetching(was_running: bool) -> None:
    """Show how far the download is; it goes on whether or not anybody looks."""
    fetching = services.fashion()
    running = fetching.running
    if running:
        st.progress(fetching.done, text=f"Fetching, {fetching.done:.0%} of {FASHION_MNIST.size / 1e6:.0f} MB")
    else:
        if fetching.problem:
            st.error(fetching.problem, icon=":material/cloud_off:")
        label = f"Fetch it ({FASHION_MNIST.size / 1e6:.0f} MB)"
        if st.button(label, icon=":material/download:", help="Needs a network, once. It is kept for everyone here."):
            fetching.start()
            st.rerun()
    if running != was_running:
        st.rerun()  # the whole page, which then ticks or rests, and has the new dataset in its list


def _offer_own(count: int) -> None:
    st.markdown("**Your own images**", help=f"{EXPECTED_NPZ} Or MNIST's four idx files, packed with gzip or not.")
    st.caption(f"28 × 28 grey pixels, 2 to {MOST_CLASSES} classes: one npz file or four idx files. Everyone sees them.")
    limit = LARGEST // 1_000_000
    files = st.file_uploader(
        "Files",
        type=["npz", "gz", "ubyte", "idx"],
        accept_multiple_files=True,
        max_upload_size=limit,
        key=f"own_{count}",
    )
    name = st.text_input("Name", max_chars=NAME_LENGTH, key=f"own_name_{count}", placeholder="My letters")
    names = st.text_input(
        "Class names", key=f"own_classes_{count}", placeholder="A, B, C", help="One for each label from 0 on. Optional."
    )
    if not st.button("Add", icon=":material/add:", disabled=not files):
        return
    try:
        with st.spinner("Checking the images …"):
            content = {file.name: file.getvalue() for file in files}
            dataset = from_files(content, name or files[0].name.rsplit(".", 1)[0], parse_class_names(names))
            info = services.shelf().add(dataset, session.owner(), session.nickname())
    except UserError as error:
        st.error(str(error), icon=":material/error:")
        return
    session.put(_UPLOADS, count + 1)
    session.put(CHOSEN, info.sha256)
    session.forget_widget(CHOSEN)
    st.rerun()
