"""Choosing the dataset of a visit; others can be downloaded or uploaded."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import streamlit as st

from mnist_core.data import MNIST_SHA256, DatasetError
from mnist_core.data.fashion_mnist import FASHION_MNIST
from mnist_core.errors import UserError
from mnist_core.runs import DatasetInfo, HandwritingError
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice, PlannedMixture
from mnist_core.runs.handwriting.writers import WriterSplit
from mnist_core.text.escape import clean
from mnist_core.text.words import percent
from pages.shared import controls, services
from pages.shared.controls import WHY_FIXED
from pages.shared.dataset_upload import upload_form
from pages.shared.handwriting_sets import own_first, set_title
from pages.shared.messages import show_error, show_warning
from pages.shared.refreshed import refreshed
from pages.visit import session
from pages.visit.language import _

POLL_SECONDS = 0.5
CHOSEN = "dataset"
_UPLOADS = "datasets_added"
_WAITING = "waiting_for_fashion"
"""Whether this visit has asked for the download, and wants to see the images once they are there."""
_FOLLOWED = "dataset_followed"
"""What the address asks for, once that was chosen; "" if the same would be chosen again."""
_ASKED_FOR = "dataset_asked_for"
"""What a link has asked for last, also when the address no longer says so."""


def choose_dataset() -> DatasetInfo:
    """Let people choose a dataset, the same one on all pages of a visit; damaged ones too."""
    by_sha256 = {info.sha256: info for info in _without_mixtures(services.dataset_store().all())}
    return by_sha256[_select(by_sha256)]


def choose_training_images() -> DatasetChoice:
    """Let people choose what to train on: the same dataset as on the other pages, or one with their handwriting in it.

    Raises `DatasetError` if it is one that this program cannot read.
    """
    infos = services.dataset_store().all()
    without_mixtures = _without_mixtures(infos)
    choices: dict[str, DatasetChoice] = {info.sha256: info for info in without_mixtures}
    choices |= {mixture.key: mixture for mixture in _planned_mixtures(without_mixtures)}
    choices |= {info.sha256: info for info in _linked_mixture(infos)}
    chosen = choices[_select(choices)]
    if chosen.damaged:
        raise DatasetError(chosen.damaged)
    if isinstance(chosen, PlannedMixture) and chosen.split:
        say_who_is_learned_from(chosen.split)
    return chosen


def say_who_is_learned_from(split: WriterSplit) -> None:
    """Say how many drawings and writers of a class are learned from, and how many test the network."""
    st.caption(
        _(
            "It learns from {writers:,} of {all:,} writers (drawings: {learned:,}). Those of the others ({tests:,}) "
            "test it: so the accuracy on our class is about people whose handwriting it has never seen.",
            writers=len(split.learned),
            all=len(split.learned) + len(split.held_out),
            learned=split.drawings_learned,
            tests=split.drawings_held_out,
        )
    )


def _select(choices: Mapping[str, DatasetChoice]) -> str:
    """Draw the list, unless a lesson hides it, and return the key of the chosen one."""
    _follow_address(choices)
    if session.widget(CHOSEN, "") not in choices:  # nothing is chosen yet, or it has been deleted
        session.set_widget(CHOSEN, session.get(CHOSEN, MNIST_SHA256))
    if controls.is_hidden(CHOSEN):
        hidden: str = session.widget(CHOSEN, MNIST_SHA256)
        return hidden
    fixed = controls.is_fixed(CHOSEN)
    titles = {key: _title(choice) for key, choice in choices.items()}
    return st.selectbox(
        f"{_('Dataset')} :gray[:small[{_(WHY_FIXED)}]]" if fixed else _("Dataset"),
        list(choices),
        disabled=fixed,
        format_func=lambda key: titles[key],
        key=CHOSEN,
        persist_state="session",
        help=_(
            "The images that the network learns from. You can look at them and add others on the Data page. "
            "Drawings from handwriting sets can be added to them, each repeated with small distortions."
        ),
    )


def ask_for_dataset(label: str, key: str) -> DatasetInfo:
    """Let people say which dataset is meant, where there is a choice, without choosing it for the visit.

    `key` is of the select box: so what is chosen stays when somebody adds or deletes another dataset.
    """
    by_sha256 = {info.sha256: info for info in _without_mixtures(services.dataset_store().all())}
    if len(by_sha256) == 1:
        return by_sha256[MNIST_SHA256]
    titles = {sha256: clean(info.title) for sha256, info in by_sha256.items()}
    return by_sha256[st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key)]


def _without_mixtures(infos: list[DatasetInfo]) -> list[DatasetInfo]:
    return [info for info in infos if not info.mixture]


def _follow_address(choices: Mapping[str, DatasetChoice]) -> None:
    """Choose what the address asks for, once; say so if there is no such dataset here."""
    asked = session.dataset_in_address()
    followed = session.get(_FOLLOWED, "") == asked
    session.put(_FOLLOWED, asked)  # without a dataset in between, the same link again chooses its own again
    if followed or not asked:
        return
    session.put(_ASKED_FOR, asked)
    found = next((key for key, choice in choices.items() if asked in (choice.name, key)), None)
    if found is not None:
        session.set_widget(CHOSEN, found)
        return
    st.warning(
        _("The link asks for a dataset that this app does not have. Download or add it on the Data page."),
        icon=":material/link_off:",
    )


def follow_dataset_again() -> None:
    """Let the list choose what the address asks for, also if it has done so before."""
    session.put(_FOLLOWED, "")


def _linked_mixture(infos: list[DatasetInfo]) -> list[DatasetInfo]:
    """Return the mixture that the visit's link asks for, with the drawings that a run has learned from."""
    asked = session.dataset_in_address() or session.get(_ASKED_FOR, "")
    return [replace(it, name=f"{it.title}, as it was then") for it in infos if it.mixture and it.sha256 == asked]


def make_dataset(choice: DatasetChoice) -> DatasetInfo:
    """Return a dataset that can be trained on: a planned mixture is made with the drawings of this moment.

    Side effect: it is stored. Raises `UserError` if that is impossible.
    """
    if isinstance(choice, DatasetInfo):
        return choice
    owner, nickname = session.owner(), session.nickname()
    return services.handwriting().mixture(choice.drawings.id, choice.base.sha256, owner, nickname)


def _title(choice: DatasetChoice) -> str:
    if isinstance(choice, PlannedMixture):
        return f"{clean(choice.base.title)} + {set_title(choice.drawings)}"
    return clean(choice.title)


def _planned_mixtures(infos: list[DatasetInfo]) -> list[PlannedMixture]:
    """Return what could be made of each dataset and each handwriting set of the same classes."""
    found: list[PlannedMixture] = []
    sets = own_first(services.handwriting().sets())
    for info in infos:
        for drawings in sets:
            if drawings.count and drawings.class_names == info.class_names:
                with suppress(HandwritingError):  # too few people have drawn for a class: its page says so
                    found.append(services.handwriting().plan(info, drawings))
    return found


def add_dataset() -> None:
    """Offer to fetch Fashion-MNIST and to bring one's own images, in a box that opens with a click."""
    count = session.get(_UPLOADS, 0)  # after one was added, the box and its fields are new: closed and empty
    with st.popover(_("Add a dataset"), icon=":material/add:", key=f"add_dataset_{count}"):
        _fashion_mnist_download()
        st.fragment(upload_form)(count, _switch_to_added)  # a tick does not rerun the whole page


def offer_to_delete(info: DatasetInfo) -> None:
    """Let the owner of a dataset delete it."""
    if not info.owner or not session.requester().may_change(info.owner):
        return
    if st.button(_("Delete this dataset"), icon=":material/delete:"):
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
    st.caption(_("70,000 pictures of ten kinds of clothes, as small and grey as MNIST's, but harder to tell apart."))
    running = services.fashion_mnist_download().running
    refreshed(_show_download, POLL_SECONDS if running else None, "dataset_download")(running)


def _show_download(was_running: bool) -> None:
    """Show the progress of the download, which continues whether or not anybody looks."""
    fetching = services.fashion_mnist_download()
    running = fetching.running
    if running:
        part, megabytes = percent(fetching.done, 0), f"{FASHION_MNIST.size / 1e6:.0f}"
        st.progress(fetching.done, text=_("Downloading, {part} of {megabytes} MB", part=part, megabytes=megabytes))
    else:
        if fetching.problem:
            show_error(fetching.problem, ":material/cloud_off:")
        label = _("Download ({megabytes:.0f} MB)", megabytes=FASHION_MNIST.size / 1e6)
        if st.button(
            label, icon=":material/download:", help=_("Needs the internet once. Everyone here can use it then.")
        ):
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
    """Select a dataset in the next rerun."""
    session.put(CHOSEN, info.sha256)
    session.forget_widget(CHOSEN)


def chosen_dataset() -> str:
    """Return what is chosen on this visit: the sha256 of a dataset, or the key of a mixture."""
    chosen: str = session.widget(CHOSEN, "") or session.get(CHOSEN, MNIST_SHA256)
    return chosen


def choose_again(key: str) -> None:
    """Choose what `chosen_dataset` has returned, in a callback."""
    found = [it for it in _without_mixtures(services.dataset_store().all()) if it.sha256 == key]
    if found:
        switch_to(found[0])
    else:  # a mixture; where it is not offered, the dataset that was chosen before takes its place
        session.set_widget(CHOSEN, key)
