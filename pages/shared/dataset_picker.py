"""Which images to learn from: chosen in one place for the whole visit; others can be fetched or brought along."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mnist_core.data import MNIST_SHA256, DatasetError
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.data.mixture import copies_per_drawing
from mnist_core.errors import UserError
from mnist_core.runs import DatasetInfo
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.shared import services
from pages.shared.dataset_upload import upload_form
from pages.shared.messages import show_error, show_warning
from pages.visit import session

POLL_SECONDS = 0.5
CHOSEN = "dataset"
_UPLOADS = "datasets_added"
_WAITING = "waiting_for_fashion"
"""Whether this visit has asked for the download, and wants to see the images once they are there."""
_ASKED_FOR = "dataset_asked_for"
_MIXED = "handwriting "
"""How the sha256 of a mixture begins that is not made yet: what it will contain is settled when it is trained on."""


def choose_dataset(with_handwriting: bool = False, damaged_too: bool = False) -> DatasetInfo:
    """Let people choose a dataset, the same one on all pages of a visit.

    Raises `UserError`, also if it is one that this program cannot read, unless these are wanted too.

    `with_handwriting`, it may be one with the drawings of a handwriting set among its training images: its `sha256` is
    known to `settle` only.
    """
    kept = services.dataset_store().all()
    plain_ones = _without_mixtures(kept)
    mixtures = [*_with_handwriting(plain_ones), *_linked_mixture(kept)] if with_handwriting else []
    by_sha256 = {info.sha256: info for info in (*plain_ones, *mixtures)}
    _follow_address(list(by_sha256.values()))
    if session.widget(CHOSEN, "") not in by_sha256:  # nothing is chosen yet, or it has been deleted
        session.set_widget(CHOSEN, session.get(CHOSEN, MNIST_SHA256))
    chosen = st.selectbox(
        "Dataset",
        list(by_sha256),
        format_func=lambda sha256: clean(by_sha256[sha256].title),
        key=CHOSEN,
        persist_state="session",
        help="The images to learn from. On the Data page you can look at them, and add others. Drawings from the "
        "Handwriting page can be mixed in, each repeated with small distortions.",
    )
    if by_sha256[chosen].damaged and not damaged_too:
        raise DatasetError(by_sha256[chosen].damaged)
    return by_sha256[chosen]


def ask_for_dataset(label: str) -> DatasetInfo:
    """Let people say which dataset is meant, where there is a choice, without choosing it for the visit."""
    by_sha256 = {info.sha256: info for info in _without_mixtures(services.dataset_store().all())}
    if len(by_sha256) == 1:
        return by_sha256[MNIST_SHA256]
    return by_sha256[st.selectbox(label, list(by_sha256), format_func=lambda sha256: clean(by_sha256[sha256].title))]


def _without_mixtures(infos: list[DatasetInfo]) -> list[DatasetInfo]:
    return [info for info in infos if not info.mixture]


def _follow_address(infos: list[DatasetInfo]) -> None:
    """Choose what the address asks for, once; say so if there is no such dataset here."""
    asked = session.dataset_in_address()
    if not asked or session.get(_ASKED_FOR, "") == asked:
        return
    session.put(_ASKED_FOR, asked)
    found = next((info for info in infos if asked in (info.name, info.sha256)), None)
    if found is not None:
        session.set_widget(CHOSEN, found.sha256)
        return
    st.warning(
        "The link asks for a dataset that is not here. The Data page can fetch or add it.", icon=":material/link_off:"
    )


def _linked_mixture(infos: list[DatasetInfo]) -> list[DatasetInfo]:
    """Return the mixture that the visit's link asks for, with the drawings that a run has learned from."""
    asked = session.dataset_in_address() or session.get(_ASKED_FOR, "")
    return [replace(it, name=f"{it.title}, as it was then") for it in infos if it.mixture and it.sha256 == asked]


def settle(info: DatasetInfo) -> DatasetInfo:
    """Return a dataset as it can be trained on: a mixture with the drawings that there are at this moment.

    Side effect: a mixture is kept in the store. Raises `UserError` if that cannot be.
    """
    if not info.sha256.startswith(_MIXED):
        return info
    number, base = info.sha256.removeprefix(_MIXED).split("+")
    return services.handwriting().mixture(int(number), base, session.owner(), session.nickname())


def _with_handwriting(infos: list[DatasetInfo]) -> list[DatasetInfo]:
    """Return what there would be with each handwriting set of the same classes among the training images."""
    return [
        replace(
            info,
            sha256=f"{_MIXED}{it.id}+{info.sha256}",
            name=f"{info.title} + {it.name}",
            train_images=info.train_images + it.count * copies_per_drawing(it.count, info.train_images),
            mixture=it.name,
        )
        for info in infos
        for it in services.handwriting().sets(info.class_names)
        if it.count
    ]


def add_dataset() -> None:
    """Offer to fetch Fashion-MNIST and to bring one's own images, in a box that opens with a click."""
    count = session.get(_UPLOADS, 0)  # after one was added, the box and its fields are new: closed and empty
    with st.popover("Add a dataset", icon=":material/add:", key=f"add_dataset_{count}"):
        _fashion_mnist_download()
        st.fragment(upload_form)(count, _switch_to_added)  # a tick does not draw the whole page anew


def offer_to_delete(info: DatasetInfo) -> None:
    """Let the owner of a dataset delete it."""
    if not info.owner or not session.requester().may_change(info.owner):
        return
    if st.button("Delete this dataset", icon=":material/delete:"):
        try:
            services.dataset_store().delete(info.sha256, session.requester())
        except UserError as error:
            show_warning(error, ":material/inventory_2:")
        else:
            session.put(CHOSEN, MNIST_SHA256)  # the widget's own choice is no longer in the list
            st.rerun()


def _fashion_mnist_download() -> None:
    there = [info for info in services.dataset_store().all() if info.name == FASHION_MNIST.name]
    if there:
        if session.get(_WAITING, False):
            session.put(_WAITING, False)
            switch_to(there[0])
            st.rerun()
        return
    st.markdown("**Fashion-MNIST**")
    st.caption("70,000 pictures of ten kinds of clothes, as small and grey as MNIST's, but harder to tell apart.")
    running = services.fashion_mnist_download().running
    st.fragment(_show_download, run_every=POLL_SECONDS if running else None)(running)


def _show_download(was_running: bool) -> None:
    """Show how far the download is; it goes on whether or not anybody looks."""
    fetching = services.fashion_mnist_download()
    running = fetching.running
    if running:
        st.progress(fetching.done, text=f"Fetching, {percent(fetching.done, 0)} of {FASHION_MNIST.size / 1e6:.0f} MB")
    else:
        if fetching.problem:
            show_error(fetching.problem, ":material/cloud_off:")
        label = f"Fetch it ({FASHION_MNIST.size / 1e6:.0f} MB)"
        if st.button(label, icon=":material/download:", help="Needs a network, once. It is kept for everyone here."):
            fetching.start()
            session.put(_WAITING, True)
            st.rerun()
    if running != was_running:
        st.rerun()  # the whole page, which then ticks or rests, and has the new dataset in its list


def _switch_to_added(info: DatasetInfo) -> None:
    session.put(_UPLOADS, session.get(_UPLOADS, 0) + 1)
    switch_to(info)
    st.rerun()


def switch_to(info: DatasetInfo) -> None:
    """Turn to a dataset in the next rerun."""
    session.put(CHOSEN, info.sha256)
    session.forget_widget(CHOSEN)
