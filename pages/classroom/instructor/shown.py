"""What everybody is shown now, large, for a projector."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import Classroom
from mnist_core.text.escape import for_html, for_markdown
from mnist_core.text.words import percent
from pages.classroom.instructor.actions import act, show_nothing
from pages.navigation import EVALUATE
from pages.shared.shown_to_all import ShownDrawing, ShownRun, shown_in
from pages.visit.language import _


def show_shown(open_class: Classroom) -> None:
    """Draw the run or the drawing that all are shown, with a button that takes it back; nothing if there is none."""
    shown = shown_in(open_class)
    if shown is None:
        return
    with st.container(border=True, key="shown_to_all"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(for_markdown(shown.words, 160), anchor=False, width="content")
            st.button(_("Take back"), key="take_back_shown", type="tertiary", on_click=act, args=(show_nothing,))
        if isinstance(shown, ShownDrawing):
            alt = for_html(shown.words)
            st.html(f'<img class="shown-drawing" src="{shown.as_address}" alt="{alt}">')
            st.html("<style>.shown-drawing { height: min(50vh, 30rem); image-rendering: pixelated; }</style>")
        else:
            _show_run(shown)


def _show_run(shown: ShownRun) -> None:
    run = shown.run
    with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
        st.metric(_("Test accuracy"), percent(run.test_accuracy), width="content")
        st.metric(_("Epoch"), f"{run.epochs_done} / {run.config.epochs}", width="content")
        st.metric(_("State"), _(run.status), width="content")
        label = _("Evaluate it")
        st.page_link(EVALUATE.views[0].script, label=label, icon=EVALUATE.icon, query_params={"run": str(run.id)})
