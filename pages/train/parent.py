"""The parent on the Train page: the network whose weights the next run starts from, in place of random ones."""

from __future__ import annotations

import streamlit as st

from mnist_core.config import ARCHITECTURE_SETTINGS, SETTINGS, TrainConfig
from mnist_core.errors import UserError
from mnist_core.runs import Parent, ParentNetwork, Run
from mnist_core.runs.handwriting.planned_mixture import DatasetChoice
from mnist_core.text.escape import sentence_for_markdown
from mnist_core.text.words import in_sentence, listed
from pages.shared import services
from pages.shared.messages import in_words, show_warning
from pages.visit import session
from pages.visit.language import _

_CHOSEN = "parent"


def set_parent(parent: Parent | None) -> None:
    """Let the next run start from these weights; None stands for random ones."""
    session.put(_CHOSEN, parent)


def parent_as_chosen() -> Parent | None:
    """Return what `set_parent` has set, whether or not runs can start from it."""
    chosen: Parent | None = session.get(_CHOSEN, None)
    return chosen


def chosen_parent() -> ParentNetwork | None:
    """Return the chosen network, as it is now unless a run has started from it already; None for random weights.

    One that runs cannot start from any more is dropped, with a warning that says why.
    """
    chosen = parent_as_chosen()
    if chosen is None:
        return None
    try:
        return services.store().known_parent(chosen)
    except UserError as error:
        set_parent(None)
        show_warning(error, ":material/link_off:")
        return None


def show_parent(parent: ParentNetwork) -> None:
    """Say from which weights the next run starts, with a button for random ones."""
    title = sentence_for_markdown(parent.parent.in_words)
    with st.container(horizontal=True, vertical_alignment="center", key="parent", gap="xsmall"):
        st.markdown(_(":small[Continues **{title}**]", title=title), help=_about(parent), width="stretch")
        drop = _("Start from random weights instead")
        st.button("", key="drop_parent", icon=":material/close:", type="tertiary", help=drop, on_click=_drop)


def _drop() -> None:
    set_parent(None)
    session.drop_parent_from_address()


def may_continue(run: Run) -> bool:
    """Whether another run can start from the weights of this one."""
    try:
        return _may_continue(run.id, run.updated_at, services.store().network_step(run.id))
    except UserError:
        return False


@st.cache_resource(max_entries=256, show_spinner=False)
def _may_continue(run_id: int, updated_at: float, step: int) -> bool:
    """Look at the weights as they are at this step: they have to be read and checked for it."""
    return services.store().parent_network(run_id).parent.id == run_id


def fits(parent: ParentNetwork, config: TrainConfig, images: DatasetChoice) -> bool:
    """Whether a run with these settings and images can start from the network; if not, say why."""
    try:
        parent.require_fit(config, images.classes)
    except UserError as error:
        st.markdown(f":red[:small[{sentence_for_markdown(in_words(error))}]]")
        return False
    return True


def _about(parent: ParentNetwork) -> str:
    fixed = listed([in_sentence(SETTINGS[name].label) for name in ARCHITECTURE_SETTINGS])
    title = parent.parent.title
    return _(
        "The run starts from the weights of {title} in place of random ones. Its optimizer starts in its initial "
        "state, without what it had accumulated in that training. The weights must fit, so {fixed} are those of "
        "{title}, and the dataset must have {classes} classes. Everything else can be changed.",
        title=title,
        fixed=fixed,
        classes=parent.classes,
    )
