"""What can be done with a whole handwriting set: export, import, rename, share and delete."""

from __future__ import annotations

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Drawings, HandwritingSet
from mnist_core.runs.handwriting.npz_file import EXPECTED
from mnist_core.runs.handwriting.records import RULE
from mnist_core.runs.handwriting.store import NAME_LENGTH
from mnist_core.text.escape import clean
from pages.components.download_button.download_button import download_button
from pages.shared import services
from pages.shared.downloads import addresses
from pages.shared.labelling import CHOSEN_SET
from pages.shared.messages import show_error
from pages.visit import session
from pages.visit.language import _

LARGEST_FILE = 16
"""MB; the drawings of a full set, not even packed."""


def show_tools(which: HandwritingSet, drawings: Drawings) -> None:
    """Draw what can be done with the whole set."""
    with st.container(horizontal=True, vertical_alignment="center"):
        download_button(
            _("Export"),
            addresses.of_drawings(which.id),
            key=f"set_{which.id}",
            disabled=not len(drawings),
            help=_("An npz file with images, labels and class names, for NumPy or another copy of this app."),
        )
        if which.accepts_drawings_of(session.owner()):
            with st.popover(_("Import"), icon=":material/upload:", key=f"import_{which.id}_{len(drawings)}"):
                import_drawings(which, len(drawings))
        if session.requester().may_change(which.owner):
            with st.popover(_("Rename"), icon=":material/edit:", key=f"rename_{which.id}_{which.name}"):
                rename(which)
            shared = st.toggle(_("Others may add"), which.open, key=f"open_{which.id}_{which.open}", help=_(RULE))
            if shared != which.open:
                services.handwriting().open_to_others(which.id, shared, session.requester())
                st.rerun()
            if st.button(_("Delete set"), icon=":material/delete:"):
                services.handwriting().delete(which.id, session.requester())
                session.put("deleted_set", (which.id, which.name))
                session.put(CHOSEN_SET, None)
                st.rerun()


def import_drawings(which: HandwritingSet, count: int) -> None:
    """Offer to add the drawings of a file."""
    st.caption(_(EXPECTED))
    file = st.file_uploader(_("npz file"), type="npz", max_upload_size=LARGEST_FILE, key=f"drawings_{which.id}_{count}")
    if st.button(_("Add"), disabled=file is None) and file is not None:
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
        name = st.text_input(_("Name"), clean(which.name), max_chars=NAME_LENGTH)
        if st.form_submit_button(_("Save"), type="primary"):
            try:
                services.handwriting().rename(which.id, name, session.requester())
            except UserError as error:
                show_error(error)
            else:
                st.rerun()
