"""How well a run's network reads handwriting, and the way to teach it somebody's."""

from __future__ import annotations

import streamlit as st

from mnist_core.runs import HandwritingSet, Run
from pages.navigation import DRAW
from pages.shared import classroom, services
from pages.shared.before_and_after import show_before_and_after
from pages.shared.class_score import (
    basis_in_words,
    class_score_line,
    read_class,
    tells_its_classes_apart,
)
from pages.shared.current_run import run_title
from pages.shared.handwriting_score import (
    MOST_SETS,
    handwriting_scores,
    read_set,
    sets_with_drawings,
)
from pages.shared.messages import user_errors
from pages.shared.network_picker import ChosenNetwork
from pages.shared.next_step import of_run
from pages.shared.teaching import teach_button
from pages.visit import session
from pages.visit.language import _


def show_on_handwriting(run: Run) -> None:
    """Show the accuracy on handwriting sets, if there are any, with a button that teaches it one of them.

    For a run that started from another network, both are shown, before and after.
    """
    names = services.dataset_of(run).class_names
    sets = sets_with_drawings(names)[:MOST_SETS]
    with user_errors():
        _show_class_score(run)
        choice = ChosenNetwork(run, run_title(run))
        if run.parent:
            show_before_and_after(run, sets)
        else:
            handwriting_scores(choice, sets)
        if not sets:
            _link_to_drawing(run, _("Teach it your handwriting"))
        elif _has_learned_all(choice, sets[0]):
            _link_to_drawing(run, _("Draw others, which it has not learned from"))
        elif started := teach_button(run, sets[0], key=f"teach_{run.id}"):
            session.select_run(started)
            st.rerun()


def _show_class_score(run: Run) -> None:
    """Show to people of the class how the network does on MNIST and on its drawings, or that nobody can know."""
    its_class = classroom.mine()
    if its_class is None or not tells_its_classes_apart(its_class, run):
        return
    reading, line = read_class(its_class, run), class_score_line(run, run.test_accuracy)
    if line:
        st.markdown(f":material/groups: **{line}**")
    if line or reading.unknown:
        st.caption(basis_in_words(reading))


def _has_learned_all(choice: ChosenNetwork, drawings: HandwritingSet) -> bool:
    known = read_set(choice.network, services.learned_by(choice.run), drawings).known
    return known is not None and bool(known.all())


def _link_to_drawing(run: Run, label: str) -> None:
    """Draw a link to where drawings are collected."""
    query = of_run(run) | {"input": "collect"}
    page = DRAW.views[0].script
    st.page_link(page, label=label, icon=":material/draw:", query_params=query, width="content")
