"""Handwriting: the drawings that people have labelled - to look through, correct, share, and test networks with."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core import charts
from mnist_core.errors import UserError
from mnist_core.runs import Drawings, HandwritingSet
from mnist_core.runs.handwriting.records import RULE, Imported
from mnist_core.runs.handwriting.sets import EXPECTED, NAME_LENGTH
from mnist_core.text.escape import clean, for_markdown
from pages.components.download_button.download_button import download_button
from pages.components.gallery.gallery import gallery
from pages.components.plot.plot import plot
from pages.draw.one_drawing import by_whom, show_drawing
from pages.shared import services
from pages.shared.dataset_picker import ask_for_dataset
from pages.shared.downloads import addresses
from pages.shared.labelling import CHOSEN_SET
from pages.shared.messages import show_error, user_errors
from pages.shared.synced_selectbox import synced_selectbox
from pages.visit import session

PER_PAGE = 60
LARGEST_FILE = 16
"""MB; the drawings of a full set, not even packed."""


def choose_set() -> HandwritingSet | None:
    """Let people choose a set, or begin one; None if there is none."""
    sets = {it.id: it for it in services.handwriting().sets()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if sets:
            options = sorted(sets, key=lambda number: (sets[number].owner != session.owner(), sets[number].name))
            chosen, titles = session.get(CHOSEN_SET, None), {number: _title(it) for number, it in sets.items()}
            picked = synced_selectbox(
                "Handwriting set",
                options,
                chosen if chosen in sets else options[0],
                key="handwriting_set_chosen",
                format_func=lambda number: titles[number],
                width=320,
                help="Drawings that you label on the Draw page go to the set that is chosen here.",
            )
            session.put(CHOSEN_SET, picked)
        with st.popover("New set", icon=":material/add:", key=f"new_set_{len(sets)}"):
            create_set_form()
    return sets.get(session.get(CHOSEN_SET, None)) if sets else None


def create_set_form() -> None:
    """Ask for a name and, where there is a choice, for what will be drawn; begin a set."""
    with st.form("new_set", border=False):
        name = st.text_input("Name", max_chars=NAME_LENGTH, placeholder="Class 7b")
        class_names = ask_for_dataset("Drawings of the classes of").class_names
        shared = st.checkbox("Others may add drawings", value=True, help=RULE)
        if st.form_submit_button("Begin", type="primary"):
            try:
                number = services.handwriting().create(name, class_names, session.owner(), session.nickname(), shared)
            except UserError as error:
                show_error(error)
            else:
                session.put(CHOSEN_SET, number)
                st.rerun()


def _title(which: HandwritingSet) -> str:
    by = f" · by {clean(which.nickname)}" if which.nickname and which.owner != session.owner() else ""
    return f"{clean(which.name)} ({which.count:,}){by}"


def show_tools(which: HandwritingSet, drawings: Drawings) -> None:
    """Draw what can be done with the whole set."""
    with st.container(horizontal=True, vertical_alignment="center"):
        download_button(
            "Export",
            addresses.of_drawings(which.id),
            key=f"set_{which.id}",
            disabled=not len(drawings),
            help="An npz file with images, labels and class names, for NumPy or for another app like this.",
        )
        if which.takes_from(session.owner()):
            with st.popover("Import", icon=":material/upload:", key=f"import_{which.id}_{len(drawings)}"):
                import_drawings(which, len(drawings))
        if session.requester().may_change(which.owner):
            with st.popover("Rename", icon=":material/edit:", key=f"rename_{which.id}_{which.name}"):
                rename(which)
            shared = st.toggle("Others may add", which.open, key=f"open_{which.id}_{which.open}", help=RULE)
            if shared != which.open:
                services.handwriting().open_to_others(which.id, shared, session.requester())
                st.rerun()
            if st.button("Delete set", icon=":material/delete:"):
                services.handwriting().delete(which.id, session.requester())
                session.put("deleted_set", (which.id, which.name))
                session.put(CHOSEN_SET, None)
                st.rerun()


def import_drawings(which: HandwritingSet, count: int) -> None:
    """Offer to add the drawings of a file."""
    st.caption(EXPECTED)
    file = st.file_uploader("npz file", type="npz", max_upload_size=LARGEST_FILE, key=f"drawings_{which.id}_{count}")
    if st.button("Add", disabled=file is None) and file is not None:
        try:
            imported = services.handwriting().import_npz(which.id, file.getvalue(), session.owner(), session.nickname())
        except UserError as error:
            show_error(error)
        else:
            session.put("imported_drawings", imported)
            st.rerun()


def rename(which: HandwritingSet) -> None:
    """Ask for a name."""
    with st.form("rename_set", border=False):
        name = st.text_input("Name", clean(which.name), max_chars=NAME_LENGTH)
        if st.form_submit_button("Save", type="primary"):
            try:
                services.handwriting().rename(which.id, name, session.requester())
            except UserError as error:
                show_error(error)
            else:
                st.rerun()


def offer_undo() -> None:
    """Offer to bring back what was deleted last in this visit, and say what an import has brought."""
    imported: Imported | None = session.get("imported_drawings", None)
    if imported is not None:
        st.success(_in_words(imported), icon=":material/check:")
        session.put("imported_drawings", None)
    gone: tuple[int, str] | None = session.get("deleted_set", None)
    if gone is not None and _undo(f"*{for_markdown(gone[1])}* is deleted.", "deleted_set"):
        services.handwriting().restore(gone[0], session.requester())
        session.put(CHOSEN_SET, gone[0])
        st.rerun()
    drawings: tuple[int, ...] = session.get("deleted_drawings", ())
    words = "The drawing is deleted." if len(drawings) == 1 else f"{len(drawings):,} drawings are deleted."
    if drawings and _undo(words, "deleted_drawings"):
        services.handwriting().put_back(drawings, session.requester())
        st.rerun()


def _undo(words: str, kept: str) -> bool:
    """Say what is gone, beside a button; return whether it was pressed, and then forget what was `kept` of it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="content")
        pressed = st.button("Undo", icon=":material/undo:", key=f"undo_{kept}")
    if pressed:
        session.put(kept, () if kept == "deleted_drawings" else None)
    return pressed


def _in_words(imported: Imported) -> str:
    new = f"{imported.new:,} new drawings." if imported.new != 1 else "One new drawing."
    if not imported.left:
        return new
    others = f"{imported.left:,} are" if imported.left > 1 else "One is"
    return f"{new} {others} in the set already, drawn by somebody else, and left as labelled there."


def show_drawings(which: HandwritingSet, drawings: Drawings) -> None:
    """Show the drawings, all or those of a class, newest first; and one of them, to correct."""
    names = which.class_names
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            "Show",
            [-1, *range(len(names))],
            format_func=lambda it: "All" if it < 0 else clean(names[it]),
            width=160,
            key=f"show_{which.id}",
        )
        found = np.flatnonzero(drawings.labels == label) if label >= 0 else np.arange(len(drawings))
        found = found[::-1]
        pages = -(-len(found) // PER_PAGE)
        page = st.number_input("Page", 1, pages, width=140, key=f"page_{which.id}_{label}") if pages > 1 else 1
    if not len(found):
        st.caption("There is none of this class yet.")
        return
    some = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    gallery(
        drawings.images[some],
        [f"{names[drawings.labels[index]]}\n#{index + 1}" for index in some],
        [f"Drawing {index + 1}: {names[drawings.labels[index]]}{by_whom(drawings, index)}" for index in some],
        size=64,
        cell=72,
    )
    show_drawing(which, drawings, int(some[0]))


st.title("Handwriting")
st.caption(
    "Drawings that people made and labelled here. MNIST's accuracy says little about your handwriting; these drawings "
    "do: each network is tested with them, and a new one can learn from them."
)
with user_errors():
    offer_undo()
    which = choose_set()
    if which is None:
        st.info(
            "There are no drawings yet. Draw something on the Draw page, and say whether it was read right.",
            icon=":material/draw:",
        )
    else:
        kept = services.handwriting().drawings(which.id)
        show_tools(which, kept)
        st.caption(RULE)
        if which.damaged:
            show_error(which.damaged)
        elif len(kept):
            counts = charts.class_counts(kept.labels, which.class_names)
            plot(counts.figure, key="drawings_per_class", summary=counts.summary, height=180)
            show_drawings(which, kept)
        else:
            st.info("This set is empty. What you label on the Draw page comes here.", icon=":material/draw:")
    st.page_link("draw/page.py", label="Draw", icon=":material/draw:")
