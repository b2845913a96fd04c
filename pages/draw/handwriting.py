"""The Handwriting page: labelled drawings to browse, correct, share, and test networks with."""

from __future__ import annotations

import streamlit as st

from mnist_core.charts.class_distribution import class_counts
from mnist_core.runs.handwriting.records import RULE
from mnist_core.text.sentence import marked
from pages.components.plot.plot import plot
from pages.draw.handwriting_set.gallery import show_drawings
from pages.draw.handwriting_set.picker import choose_set
from pages.draw.handwriting_set.teach import offer_to_teach
from pages.draw.handwriting_set.tools import show_tools
from pages.draw.handwriting_set.undo import offer_undo
from pages.navigation import DRAW, TRAIN, show_title
from pages.shared import services
from pages.shared.current_run import current_run
from pages.shared.messages import show_error, user_errors
from pages.shared.next_step import NextStep, show_next_step
from pages.visit.language import _

show_title(_("Handwriting"), DRAW)
st.caption(
    _(
        "Drawings that people made and labelled here. The accuracy on MNIST says little about your handwriting; these "
        "drawings say more. Each network is tested on them, and a new network can learn from them."
    )
)
with user_errors():
    offer_undo()
    which = choose_set()
    if which is None:
        st.info(
            _("There are no drawings yet. Draw something on the Draw page, and say whether it was read correctly."),
            icon=":material/draw:",
        )
    else:
        kept = services.handwriting().drawings(which.id)
        show_tools(which, kept)
        st.caption(_(RULE))
        if which.damaged:
            show_error(which.damaged)
        elif len(kept):
            counts = class_counts(kept.labels, which.class_names)
            plot(counts.figure, key="drawings_per_class", summary=counts.summary, height=180)
            run = current_run()
            offer_to_teach(which, run)
            show_drawings(which, kept, run)
        else:
            st.info(
                _("This set is empty. Drawings that you label on the Draw page are added here."),
                icon=":material/draw:",
            )
    kept_any = which is not None and which.count > 0
    train, draw = NextStep(marked("Train a network with them"), TRAIN), NextStep(marked("Draw digits"), DRAW)
    show_next_step(train if kept_any else draw)
