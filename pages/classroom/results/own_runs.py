"""A student's own runs in a class: how well each reads MNIST, and how well the class."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import Classroom, Run
from mnist_core.text.escape import for_markdown
from mnist_core.text.words import percent
from pages.navigation import EVALUATE, TRAIN
from pages.shared.class_score import class_score_line
from pages.shared.classroom import classes
from pages.shared.next_step import of_run
from pages.visit import session
from pages.visit.language import _

MOST_RUNS = 10
"""The newest that are shown; Compare has all of them."""


def show_own_runs(its_class: Classroom) -> None:
    """Draw the newest runs of this student, each with a link to its page; without any, how to begin if it is open."""
    mine = [run for run in classes().runs(its_class.id) if run.owner == session.owner()][:MOST_RUNS]
    if not mine and not its_class.is_open:
        return
    st.header(_("Your runs"), anchor=False)
    if not mine:
        st.markdown(_("You have not trained a network in this class yet."))
        st.page_link(TRAIN.views[0].script, label=_("Train a network"), icon=TRAIN.icon, width="content")
    for run in mine:
        _show_run(run)


def _show_run(run: Run) -> None:
    place = EVALUATE if run.state.ended and run.step else TRAIN
    label = _("Run {number}: {settings}", number=run.id, settings=for_markdown(_(run.description)))
    st.page_link(place.views[0].script, label=label, icon=place.icon, query_params=of_run(run), width="content")
    st.caption(_result(run))


def _result(run: Run) -> str:
    """Return its accuracies, or its status if it has none yet."""
    if run.test_accuracy is None:
        return _(run.status)
    with suppress(UserError):  # the network cannot be read; its accuracy is known all the same
        if line := class_score_line(run, run.test_accuracy):
            return line
    return _("Test accuracy {accuracy}", accuracy=percent(run.test_accuracy, 1))
