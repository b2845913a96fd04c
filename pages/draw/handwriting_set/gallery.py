"""The drawings of a handwriting set, page by page."""

from __future__ import annotations

import numpy as np
import streamlit as st

from mnist_core.runs import Drawings, HandwritingSet, Run
from mnist_core.text.escape import clean
from pages.components.gallery import gallery_columns
from pages.components.gallery.gallery import gallery
from pages.draw.handwriting_set.one_drawing import described, show_drawing
from pages.visit.language import _

PER_PAGE = 60


def show_drawings(which: HandwritingSet, drawings: Drawings, run: Run | None) -> None:
    """Show the drawings, all or those of a class, newest first; and one of them, to correct and to follow.

    It is followed through the network of `run`, or the starter network.
    """
    names, everything = which.class_names, _("All")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label = st.selectbox(
            _("Show"),
            [-1, *range(len(names))],
            format_func=lambda it: everything if it < 0 else clean(names[it]),
            width=160,
            key=f"show_{which.id}",
        )
        found = np.flatnonzero(drawings.labels == label) if label >= 0 else np.arange(len(drawings))
        found = found[::-1]
        pages = -(-len(found) // PER_PAGE)
        page = st.number_input(_("Page"), 1, pages, width=140, key=f"page_{which.id}_{label}") if pages > 1 else 1
    if not len(found):
        st.caption(_("There are no drawings of this class yet."))
        return
    some = found[(page - 1) * PER_PAGE : page * PER_PAGE]
    gallery(
        drawings.images[some],
        [f"{names[drawings.labels[index]]}\n#{index + 1}" for index in some],
        [described(which, drawings, index) for index in some],
        gallery_columns.HANDWRITING_SET,
    )
    show_drawing(which, drawings, int(some[0]), run)
