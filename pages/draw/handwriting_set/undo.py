"""Undoing the last deletion, and what the last import has added."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs.handwriting.records import Imported
from mnist_core.text.escape import for_markdown
from pages.shared import services
from pages.shared.labelling import CHOSEN_SET
from pages.visit import session
from pages.visit.language import _, ngettext


def offer_undo() -> None:
    """Offer to bring back what was deleted last in this visit, and say what an import has brought."""
    imported: Imported | None = session.get("imported_drawings", None)
    if imported is not None:
        st.success(_in_words(imported), icon=":material/check:")
        session.put("imported_drawings", None)
    gone: tuple[int, str] | None = session.get("deleted_set", None)
    if gone is not None and _undo(_("*{name}* was deleted.", name=for_markdown(gone[1])), "deleted_set"):
        services.handwriting().restore(gone[0], session.requester())
        session.put(CHOSEN_SET, gone[0])
        st.rerun()
    drawings: tuple[int, ...] = session.get("deleted_drawings", ())
    words = ngettext("The drawing was deleted.", "{number:,} drawings were deleted.", len(drawings))
    if drawings and _undo(words, "deleted_drawings"):
        services.handwriting().put_back(drawings, session.requester())
        st.rerun()


def _undo(words: str, kept: str) -> bool:
    """Say what was deleted, beside an Undo button; return whether it was pressed, and then clear the key `kept`."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="content")
        pressed = st.button(_("Undo"), icon=":material/undo:", key=f"undo_{kept}")
    if pressed:
        session.put(kept, () if kept == "deleted_drawings" else None)
    return pressed


def _in_words(imported: Imported) -> str:
    new = ngettext("One new drawing.", "{number:,} new drawings.", imported.new)
    left = ngettext(
        "Another was in the set already, drawn by somebody else; its label stays.",
        "{number:,} others were in the set already, drawn by somebody else; their labels stay.",
        imported.left,
    )
    return f"{new} {left}" if imported.left else new
