"""Teaching a network the collected drawings, and the accuracies before and after."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mnist_core.errors import UserError
from mnist_core.runs import HandwritingSet, State
from pages.draw.collect.own_collection import OwnCollection
from pages.shared import services
from pages.shared.before_and_after import show_before_and_after
from pages.shared.labelling import chosen_set
from pages.shared.messages import show_error
from pages.shared.network_picker import ChosenNetwork
from pages.shared.refreshed import refreshed
from pages.shared.teaching import teach_button
from pages.visit.language import _

POLL_SECONDS = 1.0


def show_training(choice: ChosenNetwork) -> None:
    """Offer to train with the drawings; show the accuracies before and after, once there is such a network."""
    names = choice.dataset.class_names
    drawings = chosen_set(names)
    if drawings is None or not drawings.count:
        return
    collection = OwnCollection(names)
    state = collection.progress()
    if state.trained is not None:
        _show_trained(drawings, state.trained)
    started = teach_button(choice.run, drawings, key="collect_train", main=state.complete and state.trained is None)
    if started:
        collection.save(replace(state, trained=started))
        st.rerun()


def _show_trained(drawings: HandwritingSet, number: int) -> None:
    try:
        run = services.run(number)
        if not run.state.ended:
            refreshed(_show_progress, POLL_SECONDS, "collect_training")(number)
        elif run.state is State.FAILED:
            show_error(run.message)
        else:
            show_before_and_after(run, [drawings])
            st.caption(_("Drawings that it has not learned from say more: draw some others."))
    except UserError as error:  # the run is deleted
        show_error(error)


def _show_progress(run_id: int) -> None:
    """Show how far the training is; at its end the page shows what has come of it."""
    run = services.run(run_id)
    if run.state.ended:
        st.rerun()
    said = _("{state}, {step:,} of {steps:,} steps", state=_(run.state.word), step=run.step, steps=run.steps)
    st.progress(run.step / run.steps, text=said)
    st.page_link(
        "train/page.py", label=_("Watch it learn"), icon=":material/show_chart:", query_params={"run": str(run_id)}
    )
